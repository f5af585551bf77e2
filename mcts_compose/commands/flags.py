"""Decides how the flags of a search are written; `solve`, `show tree` and `bench run` share them.

A new flag is a type here, a field of `SearchFlags`, and what it sets in mcts_compose/settings.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, TypeVar, get_type_hints

import typer

from mcts_compose.settings import LOSSLESS_PRUNES, Settings, resolve

Returned = TypeVar("Returned")

SWITCHES: Final = (
    "goal_directed", "inferred_constants", "split", "value", "rebasing", "model_prices", "model_ranks",
    "model_values",
)  # fmt: skip
"""Settings that a flag `--no-...` turns off."""

OF_WORKERS: Final = ("ray_address", "deadline", "retries", "prior_servers")
"""Flags of commands that hand tasks to workers."""

PriorFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--prior", help="Prior; `mcts-compose priors` lists them.  [default: bundled for array tasks]"
    ),
]
PriorArgsFlag: TypeAlias = Annotated[
    str | None, typer.Option("--prior-args", metavar="K=V,...", help="Arguments of the prior.")
]
BasePriorFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--base-prior", metavar="NAME", help="Prior that a model is mixed with.  [default: frequency]"
    ),
]
BasePriorArgsFlag: TypeAlias = Annotated[
    str | None, typer.Option("--base-prior-args", metavar="K=V,...", help="Arguments of that prior.")
]
EpsFlag: TypeAlias = Annotated[
    float | None,
    typer.Option("--eps", help="Share of the base prior where the prior is a model.  [default: 0.1]"),
]
TemperatureFlag: TypeAlias = Annotated[
    float | None, typer.Option("--temperature", help="Of the model; above 1 is flatter.  [default: 1]")
]
TopPFlag: TypeAlias = Annotated[
    float | None,
    typer.Option("--top-p", help="Arms that a model ranked exist at first up to this mass.  [default: 1]"),
]
TopKFlag: TypeAlias = Annotated[
    int | None, typer.Option("--top-k", help="And no more than this many; 0: no bound.  [default: 0]")
]
DeterministicFlag: TypeAlias = Annotated[
    bool | None,
    typer.Option("--deterministic", help="Wait for the model's answers, so that a search can be repeated."),
]
NoModelPricesFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-model-prices", help="Do not let a model price skills and constants.")
]
NoModelRanksFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-model-ranks", help="Do not let a model rank the arms of the tree.")
]
NoModelValuesFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-model-values", help="Do not use a model's values of arms.")
]
SearchFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--search", help="One of mcts, enumerate, best-first, beam, levin, random, sample.  [default: mcts]"
    ),
]
SecondsFlag: TypeAlias = Annotated[
    float | None,
    typer.Option("--seconds", help="Wall time for one task.  [default: 10 if nothing else bounds it]"),
]
SimulationsFlag: TypeAlias = Annotated[
    int | None, typer.Option("--simulations", help="Simulations for one task.")
]
ExecutionsFlag: TypeAlias = Annotated[
    int | None, typer.Option("--executions", help="Candidates to run for one task.")
]
ModelCallsFlag: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--model-calls",
        metavar="N",
        help="Requests of one task that a model may answer; the search ends with them.",
    ),
]
MemoryFlag: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--memory-mb",
        metavar="N",
        help="Memory that one task's search may fill.  [default: what the task says, or 6000]",
    ),
]
WorkersFlag: TypeAlias = Annotated[
    int | None,
    typer.Option("--workers", help="Worker processes that search; 0: this process does.  [default: 0]"),
]
RayAddressFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--ray-address", metavar="ADDRESS", help="Have the workers on this ray cluster; auto finds one."
    ),
]
DeadlineFlag: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--deadline",
        metavar="SECONDS",
        help="A worker's task that takes longer is stopped.  [default: 2 x --seconds + 60]",
    ),
]
RetriesFlag: TypeAlias = Annotated[
    int | None,
    typer.Option("--retries", help="How often a task is tried again whose worker was lost.  [default: 2]"),
]
PriorServersFlag: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--prior-servers",
        metavar="N",
        help="Processes that have the prior for all workers; 0: each has its own.  [default: what it needs]",
    ),
]
SaveEveryFlag: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--save-every",
        metavar="SECONDS",
        help="Save a search under way in the run directory, so that the same command goes on with it.",
    ),
]
SeedFlag: TypeAlias = Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="Seed of the search.")]
OptimiseFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--optimise", metavar="length", help="Go on until no program can be shorter or the budget ends."
    ),
]
ChooseFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--choose", metavar="likeliest|cheapest",
        help="Which of the programs found for an array task is taken.  [default: likeliest]",
    ),
]  # fmt: skip
BackupFlag: TypeAlias = Annotated[
    str | None,
    typer.Option("--backup", metavar="max|mean", help="How values travel up the tree.  [default: max]"),
]
NoGoalDirectedFlag: TypeAlias = Annotated[
    bool,
    typer.Option("--no-goal-directed", help="Do not test new contents for being one call from the goal."),
]
NoInferredConstantsFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-inferred-constants", help="Do not let that test invent constants.")
]
NoSplitFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-split", help="Do not join contents that fit a part of the examples each.")
]
NoValueFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-value", help="Do not use the learned value of contents.")
]
NoRebasingFlag: TypeAlias = Annotated[
    bool, typer.Option("--no-rebasing", help="Price promoted contents by their whole derivation.")
]
KeepVisitsFlag: TypeAlias = Annotated[
    bool | None,
    typer.Option("--keep-visits", help="Keep the most visited focuses in the result, to learn from."),
]
ProveFlag: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--prove-none-shorter-than", metavar="N", help="Prove that no program has fewer instructions than N."
    ),
]
AllFlag: TypeAlias = Annotated[
    bool | None, typer.Option("--all", help="Print every shortest program, one a line, and count them.")
]
MaxLengthFlag: TypeAlias = Annotated[
    int | None, typer.Option("--max-length", metavar="N", help="Longest program in bounds, in instructions.")
]
NoPruneFlag: TypeAlias = Annotated[
    str | None,
    typer.Option("--no-prune", metavar="NAME,...", help=f"Switch off some of {', '.join(LOSSLESS_PRUNES)}."),
]
CutFlag: TypeAlias = Annotated[
    str | None,
    typer.Option("--cut", metavar="FACTOR|none", help="The lossy cut of a search with fixed memory."),
]
PartsFlag: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--parts",
        metavar="N",
        help="Split the search of an array task, or of one with fixed memory.  [default: 1]",
    ),
]
ConfigFlag: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="TOML or YAML file of flags; flags given here win."),
]


@dataclass(frozen=True)
class SearchFlags:
    """What a command line can say of a search, in the order of the help; names are those of `Settings`."""

    prior: PriorFlag = None
    prior_args: PriorArgsFlag = None
    search: SearchFlag = None
    seconds: SecondsFlag = None
    simulations: SimulationsFlag = None
    executions: ExecutionsFlag = None
    model_calls: ModelCallsFlag = None
    memory_mb: MemoryFlag = None
    workers: WorkersFlag = None
    ray_address: RayAddressFlag = None
    deadline: DeadlineFlag = None
    retries: RetriesFlag = None
    prior_servers: PriorServersFlag = None
    optimise: OptimiseFlag = None
    choose: ChooseFlag = None
    backup: BackupFlag = None
    no_goal_directed: NoGoalDirectedFlag = False
    no_inferred_constants: NoInferredConstantsFlag = False
    no_split: NoSplitFlag = False
    no_value: NoValueFlag = False
    no_rebasing: NoRebasingFlag = False
    prove_none_shorter_than: ProveFlag = None
    all: AllFlag = None
    max_length: MaxLengthFlag = None
    no_prune: NoPruneFlag = None
    cut: CutFlag = None
    parts: PartsFlag = None
    base_prior: BasePriorFlag = None
    base_prior_args: BasePriorArgsFlag = None
    eps: EpsFlag = None
    temperature: TemperatureFlag = None
    top_p: TopPFlag = None
    top_k: TopKFlag = None
    deterministic: DeterministicFlag = None
    no_model_prices: NoModelPricesFlag = False
    no_model_ranks: NoModelRanksFlag = False
    no_model_values: NoModelValuesFlag = False
    keep_visits: KeepVisitsFlag = None
    save_every: SaveEveryFlag = None
    config: ConfigFlag = None


def takes_settings(
    *, without: Collection[str] = ()
) -> Callable[[Callable[..., Returned]], Callable[..., Returned]]:
    """Gives a command the flags of a search, where its signature has the keyword `settings`.

    The command is called with the `Settings` that the flags make.

    Args:
      without: names of `SearchFlags` that mean nothing to the command.
    """
    hints = get_type_hints(SearchFlags, include_extras=True)
    shared = [
        Parameter(each.name, Parameter.KEYWORD_ONLY, default=each.default, annotation=hints[each.name])
        for each in fields(SearchFlags)
        if each.name not in without
    ]

    def wrap(command: Callable[..., Returned]) -> Callable[..., Returned]:
        @wraps(command)
        def run(**given: Any) -> Returned:
            flags = {each.name: given.pop(each.name) for each in shared}
            return command(**given, settings=settings_of(**flags))

        found = signature(command, eval_str=True)
        parameters: list[Parameter] = []
        for parameter in found.parameters.values():
            parameters += shared if parameter.name == "settings" else [parameter]
        run.__signature__ = found.replace(parameters=parameters)  # type: ignore[attr-defined]
        return run

    return wrap


def settings_of(*, config: Path | None = None, **flags: Any) -> Settings:
    """Returns the settings that the flags of one command line make.

    Args:
      config: a configuration file; flags win over it.
      flags: values by the names of `SearchFlags`; those that are left out were not given.

    Raises:
      InputError: a value is wrong.
      PriorArgumentError: the prior's arguments are not `name=value,...`.
    """
    switches = {name: False if flags.pop(f"no_{name}", False) else None for name in SWITCHES}
    return resolve({**flags, **switches}, config)
