"""Decides what is said of how runs were made: settings and versions side by side, and each run's command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.comparison.published import PUBLISHED
from mcts_compose.errors import printable
from mcts_compose.results.origin import read_origin
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run

NOT_RECORDED, ABSENT = "not recorded", "-"
"""Said of a run that keeps no settings with it, and of a setting that a run has not."""
LONGEST_VALUE: Final = 300
OF_RESULTS: Final = {
    "search": "searchers of the results",
    "prior": "priors of the results",
    "version": "version that wrote the results",
    "table_hash": "tables of the results",
}
"""Fields of results, and how they are called here; a configuration says what was asked for."""


class SetupRow(NamedTuple):
    """One setting.

    Attributes:
      name: what it is called.
      values: one for each run, in order.
    """

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether runs have different values."""
        return len(set(self.values)) > 1


class Rerun(NamedTuple):
    """How a run is made again.

    Attributes:
      run: its name.
      command: for a shell; empty where it cannot be told.
      note: what is to be known of it, one sentence.
    """

    run: str
    command: str
    note: str


def setup_rows(runs: Sequence[Run]) -> list[SetupRow]:
    """Returns settings and versions, those first in which runs differ."""
    configs = [_flat(run.config) for run in runs]
    names = sorted({name for config in configs for name in config})
    rows = [SetupRow(title, tuple(_used(run, field) for run in runs)) for field, title in OF_RESULTS.items()]
    rows += [
        SetupRow(
            printable(name),
            tuple(config.get(name, ABSENT) if config else NOT_RECORDED for config in configs),
        )
        for name in names
    ]
    return sorted(rows, key=lambda row: not row.differs)


def _used(run: Run, field: str) -> str:
    return ", ".join(_text(each) for each in sorted({getattr(result, field) for result in run.results}))


def _flat(config: Mapping[str, Any]) -> dict[str, str]:
    """Returns a configuration as text, with one entry for each suite."""
    suites = config.get("suites")
    flat = {name: _text(value) for name, value in config.items()}
    if isinstance(suites, dict):
        del flat["suites"]
        flat |= {f"suite {name}": _text(value) for name, value in suites.items()}
    return flat


def _text(value: Any) -> str:
    if value is None:
        return "not set"
    if value == "":
        return "none"
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = printable(plain)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def reruns_of(runs: Sequence[Run]) -> list[Rerun]:
    """Returns how each run is made again."""
    return [_rerun(run) for run in runs]


def _rerun(run: Run) -> Rerun:
    if PUBLISHED in run.config:
        sources = _text(", ".join(run.config[PUBLISHED]["sources"]))
        return Rerun(run.name, "", f"Published results, which were not made here; source: {sources}.")
    origin = read_origin(run.path)
    if origin is not None and origin.arguments:
        return Rerun(run.name, printable(origin.command_line), "As it was typed.")
    suites = run.config.get("suites")
    if run.config.get("peer") is not None or not isinstance(suites, dict):
        return Rerun(run.name, "", "Its directory does not record a command.")
    flags = _flags(run.config)
    return Rerun(
        run.name,
        printable(shlex.join(("mcts-compose", "bench", "run", *suites, *flags))),
        "Put together from its settings, since its directory does not record the command: right if suites "
        "were run whole; of task files it has the name alone, and of --library and --show-examples nothing.",
    )


def _flags(config: Mapping[str, Any]) -> list[str]:
    """Returns the flags that make the settings of a configuration."""
    flags: list[str] = []
    for field in fields(Settings):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        value = config.get(field.name, default)
        name = field.name.replace("_", "-")
        if value == default:
            continue
        if isinstance(value, bool):
            flags.append(f"--{name}" if value else f"--no-{name}")
        elif isinstance(value, dict):
            flags += [f"--{name}", ",".join(f"{key}={each}" for key, each in value.items())]
        else:
            flags += [f"--{name}", str(value)]
    seeds = config.get("seeds")
    if isinstance(seeds, list) and seeds != [0]:
        flags += ["--seeds", ",".join(map(str, seeds))]
    return flags
