"""Decides what a user can set about a search, where a setting comes from, and what it may be.

A flag wins over the configuration file, which wins over the default. Names of searchers and priors are
checked where they are looked up. Nothing heavy is imported here, since every command reads its flags.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mcts_compose.budget import DEFAULT_SECONDS, Budget
from mcts_compose.documents import read_documents
from mcts_compose.errors import InputError, located, nearest, printable, shown

if TYPE_CHECKING:
    from mcts_compose.search.options import SearchOptions

BACKUPS = ("max", "mean")
LOSSLESS_PRUNES = ("viability", "pairs", "equivalence", "dead-writes", "commutation")
LONGEST_PROGRAM = 10_000
MOST_PARTS = 1024
OBJECTIVES = ("length",)
CHOICES = ("likeliest", "cheapest")
LARGEST_SEED = 2**63 - 1
MOST_WORKERS = 10_000
MOST_RETRIES = 100
NOT_OF_RESULTS = ("workers", "ray_address", "deadline", "retries", "prior_servers", "save_every")
"""Settings that a resumed run may change, since no result depends on them."""


@dataclass(frozen=True)
class Settings:
    """Everything about a search but its task and its seed.

    Attributes:
      search: name of the searcher.
      prior: name of the prior; None leaves it to the kind of task.
      prior_args: arguments of the prior, by name.
      base_prior: name of the prior that a model's answers are mixed with.
      base_prior_args: arguments of that prior, by name.
      seconds: bound on one task's wall time; None leaves it free.
      simulations: bound on one task's simulations; None leaves it free.
      executions: bound on the candidates that one task may run; None leaves it free.
      model_calls: bound on what a model may be asked for one task; None leaves it to the task.
      memory_mb: bound on the memory of one search, in units of 2**20 bytes; None leaves it to the task.
      workers: processes that search the tasks of suites; 0: this one does, and with `ray_address` as many as
        the cluster has CPUs.
      ray_address: the cluster that the workers are to be on; None starts one here if there are workers.
      deadline: seconds after which a worker's task counts as hung; None: twice its budget and a minute.
      retries: how often a task is tried again whose worker was lost.
      prior_servers: processes that answer for the prior of all workers; 0: each worker has its own; None:
        what the prior asks for.
      optimise: what to go on for after the first program; None stops there.
      choose: which of the programs found for an array task is taken.
      goal_directed: whether new contents are tested for being one call from the goal.
      inferred_constants: whether that test may invent a constant that fits all examples.
      split: whether it may join two contents that each fit a part of the examples.
      value: whether the learned value of contents decides where to go.
      rebasing: whether a promoted contents costs 1 instead of its whole derivation.
      backup: whether a node is worth its best or its average child.
      prove_none_shorter_than: a proof is wanted that no program has fewer instructions than this.
      all: whether every shortest program is counted and printed.
      max_length: longest program in bounds, in instructions; None leaves it to the task.
      no_prune: names of lossless prunes to switch off, with commas.
      cut: factor of the lossy cut, or `none`; None leaves it to the search.
      parts: into how many parts one search is split.
      eps: the base prior's share where the prior is a model.
      temperature: of a model's distributions; above 1 they become flatter.
      top_p: probability of the arms of a node that can be selected at first, where a model ranked them.
      top_k: how many of them at most; 0 sets no bound.
      deterministic: whether the search waits for a model's answers, so that it can be repeated; one that
        seconds do not bound always does.
      model_prices: whether a model prices skills and constants.
      model_ranks: whether a model ranks arms.
      model_values: whether a model's values of arms are used.
      keep_visits: whether the result keeps the most visited focuses, to learn from.
      save_every: seconds after which a search in a run directory is saved, again and again, so that it can
        go on after a kill; None saves nothing.
    """

    search: str = "mcts"
    prior: str | None = None
    prior_args: Mapping[str, str] = field(default_factory=dict)
    base_prior: str = "frequency"
    base_prior_args: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    simulations: int | None = None
    executions: int | None = None
    model_calls: int | None = None
    memory_mb: int | None = None
    workers: int = 0
    ray_address: str | None = None
    deadline: float | None = None
    retries: int = 2
    prior_servers: int | None = None
    optimise: str | None = None
    choose: str = "likeliest"
    goal_directed: bool = True
    inferred_constants: bool = True
    split: bool = True
    value: bool = True
    rebasing: bool = True
    backup: str = "max"
    prove_none_shorter_than: int | None = None
    all: bool = False
    max_length: int | None = None
    no_prune: str = ""
    cut: float | str | None = None
    parts: int = 1
    eps: float = 0.1
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    deterministic: bool = False
    model_prices: bool = True
    model_ranks: bool = True
    model_values: bool = True
    keep_visits: bool = False
    save_every: float | None = None

    def __post_init__(self) -> None:
        Budget(**self._bounds, model_calls=self.model_calls, memory_mb=self.memory_mb)
        self._check_workers()
        if self.optimise is not None and self.optimise not in OBJECTIVES:
            raise InputError(f"--optimise is {shown(self.optimise)}, but should be {' or '.join(OBJECTIVES)}")
        if self.choose not in CHOICES:
            raise InputError(f"--choose is {shown(self.choose)}, but should be {' or '.join(CHOICES)}")
        if self.backup not in BACKUPS:
            raise InputError(f"--backup is {shown(self.backup)}, but should be {' or '.join(BACKUPS)}")
        for flag, length in (
            ("--prove-none-shorter-than", self.prove_none_shorter_than), ("--max-length", self.max_length)
        ):  # fmt: skip
            if length is not None and not 1 <= length <= LONGEST_PROGRAM:
                raise InputError(f"{flag} is {length}, but should be a number from 1 to {LONGEST_PROGRAM:,}")
        if self.all and self.prove_none_shorter_than is not None:
            raise InputError("--all and --prove-none-shorter-than exclude each other; give one of them")
        for name in self._switched_off:
            if name not in LOSSLESS_PRUNES:
                known = ", ".join(LOSSLESS_PRUNES)
                hint = nearest(name, LOSSLESS_PRUNES)
                raise InputError(f"--no-prune: there is no prune {shown(name)}; there are {known}{hint}")
        if not 1 <= self.parts <= MOST_PARTS:
            raise InputError(f"--parts is {self.parts}, but should be a number from 1 to {MOST_PARTS:,}")
        if self.parts > 1 and self.save_every is not None:
            raise InputError("a search in parts is not saved; leave out --save-every or --parts")
        self._cut_factor()
        self._check_mixing()

    def _check_workers(self) -> None:
        for flag, number, most in (
            ("--workers", self.workers, MOST_WORKERS), ("--retries", self.retries, MOST_RETRIES),
            ("--prior-servers", self.prior_servers or 0, MOST_WORKERS),
        ):  # fmt: skip
            if not 0 <= number <= most:
                raise InputError(
                    f"{flag} is {shown(number)}, but should be a whole number from 0 to {most:,}"
                )
        if self.deadline is not None and not 0 < self.deadline < math.inf:
            raise InputError(f"--deadline is {shown(self.deadline)}, but should be a number above 0")
        if self.save_every is not None and not 0 < self.save_every < math.inf:
            raise InputError(f"--save-every is {shown(self.save_every)}, but should be a number above 0")
        if self.ray_address is not None and not self.ray_address.strip():
            raise InputError("--ray-address is empty, but should be that of a cluster, or auto")

    def _check_mixing(self) -> None:
        if self.prior is None and self.prior_args:
            raise InputError("--prior-args is given without --prior, but should stand with the prior's name")
        if not 0 <= self.eps <= 1:
            raise InputError(f"--eps is {self.eps:g}, but should be a number from 0 to 1")
        if not 0 < self.temperature < math.inf:
            raise InputError(f"--temperature is {self.temperature:g}, but should be a number above 0")
        if not 0 < self.top_p <= 1:
            raise InputError(f"--top-p is {self.top_p:g}, but should be a number above 0 and at most 1")
        if self.top_k < 0:
            raise InputError(f"--top-k is {self.top_k}, but should be a whole number from 0")

    @property
    def _bounds(self) -> dict[str, Any]:
        """The bounds of a budget that settings name and that end every search."""
        return {"seconds": self.seconds, "simulations": self.simulations, "executions": self.executions}

    @property
    def _switched_off(self) -> frozenset[str]:
        return frozenset(name for part in self.no_prune.split(",") if (name := part.strip()))

    def _cut_factor(self) -> float | Literal["default"] | None:
        """Returns the factor of the lossy cut."""
        if self.cut is None:
            return "default"
        if self.cut == "none":
            return None
        try:
            factor = float(self.cut)
        except ValueError:
            factor = math.nan
        if not 1 <= factor < math.inf:
            raise InputError(f"--cut is {shown(self.cut)}, but should be none or a number from 1")
        return factor

    def budget_for(self, of_task: Budget | None) -> Budget:
        """Returns the bounds of one task: the settings' own, else the task's, else the default.

        What a task says of memory and of model calls stays unless `memory_mb` and `model_calls` say something
        else, which change nothing but themselves.
        """
        task = of_task or Budget()
        calls = task.model_calls if self.model_calls is None else self.model_calls
        memory_mb = task.memory_mb if self.memory_mb is None else self.memory_mb
        if any(bound is not None for bound in self._bounds.values()):
            return Budget(**self._bounds, model_calls=calls, memory_mb=memory_mb)
        bounds = task if task.is_bounded else replace(task, seconds=DEFAULT_SECONDS)
        return replace(bounds, model_calls=calls, memory_mb=memory_mb)

    def options(self, *, keep_tree: bool = False) -> SearchOptions:
        """Returns the options as the search takes them."""
        from mcts_compose.search.options import SearchOptions

        return SearchOptions(
            goal_directed=self.goal_directed,
            inferred_constants=self.inferred_constants,
            split=self.split,
            value=self.value,
            rebasing=self.rebasing,
            backup=self.backup,  # type: ignore[arg-type]  # checked above
            optimise=self.optimise,  # type: ignore[arg-type]  # checked above
            choose=self.choose,  # type: ignore[arg-type]  # checked above
            keep_tree=keep_tree,
            prove_none_shorter_than=self.prove_none_shorter_than,
            all=self.all,
            max_length=self.max_length,
            no_prune=self._switched_off,
            cut=self._cut_factor(),
            parts=self.parts,
            eps=float(self.eps),
            temperature=float(self.temperature),
            top_p=float(self.top_p),
            top_k=self.top_k,
            deterministic=self.deterministic,
            model_prices=self.model_prices,
            model_ranks=self.model_ranks,
            model_values=self.model_values,
            keep_visits=self.keep_visits,
        )

    def to_config(self) -> dict[str, Any]:
        """Returns the settings as plain values, for a run directory; who searches is not among them."""
        arguments = {"prior_args": dict(self.prior_args), "base_prior_args": dict(self.base_prior_args)}
        config = {**asdict(self), **arguments}
        return {name: value for name, value in config.items() if name not in NOT_OF_RESULTS}


_ARGUMENTS = ("prior_args", "base_prior_args")
_KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "search": (str, "text"),
    "prior": (str, "text"),
    "base_prior": (str, "text"),
    "seconds": ((int, float), "a number"),
    "simulations": (int, "a whole number"),
    "executions": (int, "a whole number"),
    "model_calls": (int, "a whole number"),
    "memory_mb": (int, "a whole number"),
    "workers": (int, "a whole number"),
    "ray_address": (str, "text"),
    "deadline": ((int, float), "a number"),
    "retries": (int, "a whole number"),
    "prior_servers": (int, "a whole number"),
    "save_every": ((int, float), "a number"),
    "optimise": (str, "text"),
    "choose": (str, "text"),
    "backup": (str, "text"),
    "prove_none_shorter_than": (int, "a whole number"),
    "max_length": (int, "a whole number"),
    "no_prune": (str, "text"),
    "cut": ((int, float, str), "a number or none"),
    "parts": (int, "a whole number"),
    "all": (bool, "true or false"),
    "top_k": (int, "a whole number"),
    **{name: ((int, float), "a number") for name in ("eps", "temperature", "top_p")},
    **{
        name: (bool, "true or false")
        for name in (
            "goal_directed",
            "inferred_constants",
            "split",
            "value",
            "rebasing",
            "deterministic",
            "model_prices",
            "model_ranks",
            "model_values",
            "keep_visits",
        )
    },
}


def resolve(flags: Mapping[str, Any], config: Path | None = None) -> Settings:
    """Returns the settings that flags and a configuration file make together.

    Args:
      flags: by the names of `Settings`; None means that the flag was not given. `prior_args` and
        `base_prior_args` are text.
      config: a TOML or YAML file whose keys are names of flags, with `-` or `_`.

    Raises:
      InputError: a name or a value is wrong; the message says what would be right.
      ValueError: the prior's arguments are not `name=value,...`.
    """
    from priors.arguments import parse_arguments

    given = {} if config is None else _read_config(config)
    given.update({name: value for name, value in flags.items() if value is not None})
    for name in _ARGUMENTS:
        arguments = given.get(name)
        given[name] = parse_arguments(arguments) if isinstance(arguments, str) else arguments or {}
    return Settings(**given)


def _read_config(path: Path) -> dict[str, Any]:
    if path.suffix.lower() not in (".toml", ".yaml", ".yml"):
        raise InputError(located("the name of a configuration should end in .toml, .yaml or .yml", path))
    (document,) = read_documents(path)
    known = [each.name for each in fields(Settings)]
    values: dict[str, Any] = {}
    for key, value in document.value.items():
        name = key.replace("-", "_")
        if name not in known:
            raise document.error(f"there is no such flag{nearest(name, known)}", printable(key[:80]))
        if name in values:
            raise document.error("it is given twice, but should be given once", printable(key))
        values[name] = _config_value(document, key, name, value)
    return values


def _config_value(document: Any, key: str, name: str, value: Any) -> Any:
    if name in _ARGUMENTS:
        if isinstance(value, dict):
            return {argument: str(setting) for argument, setting in value.items()}
        if isinstance(value, str):
            return value
        raise document.error(f"it is {shown(value)}, but should be text such as name=value", key)
    kind, words = _KINDS[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise document.error(f"it is {shown(value)}, but should be {words}", key)
    return value


def parse_seeds(text: str) -> tuple[int, ...]:
    """Returns the seeds of a list such as `0,1,2`.

    Raises:
      InputError: a part is no whole number in range, or stands there twice.
    """
    seeds: list[int] = []
    for part in text.split(","):
        if not part.strip().isdecimal() or len(part) > 20 or int(part) > LARGEST_SEED:
            raise InputError(f"--seeds is {shown(text)}, but should be whole numbers from 0 such as 0,1,2")
        if int(part) in seeds:
            raise InputError(f"--seeds is {shown(text)}, but should name {int(part)} only once")
        seeds.append(int(part))
    return tuple(seeds)
