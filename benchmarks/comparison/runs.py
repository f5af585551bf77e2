"""Decides which runs may stand beside each other: those of the same tasks and seeds under the same budget.

A run is a run directory, or what a file of published results says of a system.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from benchmarks.comparison.measures import measures_of
from benchmarks.comparison.published import PUBLISHED, UNKNOWN_HASH, note_of, read_published
from benchmarks.paired import Key, by_key
from mcts_compose.budget import Budget
from mcts_compose.errors import InputError, located, shown
from mcts_compose.results.record import Result
from mcts_compose.results.run_directory import CONFIG, read_results

BUDGETS: Final = tuple(field.name for field in fields(Budget))
"""Settings of a run that bound its searches."""
MOST_NAMED: Final = 3
"""Tasks or suites that a sentence names."""


class Run(NamedTuple):
    """One run as it is compared.

    Attributes:
      name: what it is called in tables; different for different runs.
      path: its directory.
      config: its settings; empty for results that have none with them.
      results: in order.
    """

    name: str
    path: Path
    config: Mapping[str, Any]
    results: Sequence[Result]

    @property
    def budget(self) -> dict[str, Any]:
        """The bounds that its settings name."""
        return {name: self.config[name] for name in BUDGETS if self.config.get(name) is not None}

    @property
    def measures(self) -> frozenset[str]:
        """What its results have measured, of what not every run does."""
        return measures_of(self.config)

    def note(self, results: Sequence[Result]) -> str:
        """Returns what a reader has to know of some of its results, in one sentence; mostly nothing."""
        return note_of(dict(self.config), results)


def load_runs(sources: Sequence[str]) -> list[Run]:
    """Returns the runs that `DIR` or `NAME=DIR` name; without a name it is the end of the path that differs.

    In the place of a directory `FILE#SYSTEM` stands for published results; without a name it is the system's.

    Raises:
      InputError: one is no run directory, or two have one name.
      OutputError: a results file is damaged.
    """
    named = [_named(source) for source in sources]
    ends = _shortest_ends([path for _, path in named])
    runs = [_load(name, path, end) for (name, path), end in zip(named, ends, strict=True)]
    for number, run in enumerate(runs):
        if any(run.name == other.name for other in runs[:number]):
            raise InputError(f"two runs are called {shown(run.name)}; call them NAME=DIR")
        if not run.results:
            raise InputError(located("the run has no results yet", run.path))
    return runs


def load_run(path: Path) -> Run:
    """Returns the run of a directory, called by its name.

    Raises:
      InputError: it is no run directory.
      OutputError: a result is damaged.
    """
    return _load("", path, path.name)


def _load(name: str, path: Path, end: str) -> Run:
    file, mark, system = str(path).rpartition("#")
    if mark and os.path.isfile(file) and not path.exists():
        found = read_published(Path(file), system)
        return Run(name or found.system, path, found.config, found.results)
    if file and mark and not path.exists():
        raise InputError(located("there is no such file, but it should have published results", file))
    return Run(name or end, path, _config(path), read_results(path))


def _named(source: str) -> tuple[str, Path]:
    name, mark, directory = source.partition("=")
    if mark and not os.path.exists(source):
        return name, Path(directory)
    return "", Path(source)


def _shortest_ends(paths: Sequence[Path]) -> list[str]:
    """Returns the shortest ends of the paths that tell them apart."""
    parts = [path.resolve().parts[1:] or ("/",) for path in paths]
    longest = max(map(len, parts))
    for length in range(1, longest + 1):
        ends = ["/".join(each[-length:]) for each in parts]
        if len(set(ends)) == len(ends):
            return ends
    return ["/".join(each) for each in parts]


def _config(path: Path) -> dict[str, Any]:
    file = (path if path.is_dir() else path.parent) / CONFIG
    try:
        found = msgspec.json.decode(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError):
        raise InputError(located("cannot be read as the configuration of a run", file)) from None
    if not isinstance(found, dict):
        raise InputError(located("should be a JSON object with the settings of a run", file))
    return found


def check_budgets(runs: Sequence[Run]) -> None:
    """Checks that runs have one budget.

    Raises:
      InputError: they have not; the sentence says which two, and in what they differ.
    """
    for run in runs:
        if PUBLISHED in run.config:
            budgets = "; ".join(dict.fromkeys(run.config[PUBLISHED]["budgets"].values()))
            raise InputError(
                f"{run.name} is published, with a budget that is known in words alone ({budgets}); "
                "--other-budgets compares it all the same"
            )
    first, *others = runs
    for other in others:
        for name in BUDGETS:
            ours, theirs = first.budget.get(name), other.budget.get(name)
            if ours != theirs:
                raise InputError(
                    f"{first.name} and {other.name} have different budgets: {name} is {_bound(ours)} in the "
                    f"first and {_bound(theirs)} in the second; compare runs of one budget, or give "
                    "--other-budgets"
                )


def _bound(value: Any) -> str:
    return "not bounded" if value is None else shown(value)


def check_tasks(runs: Sequence[Run]) -> None:
    """Checks that runs are of the same tasks and seeds.

    Raises:
      InputError: they are not; the sentence says which two, and what one lacks.
    """
    first, *others = runs
    for other in others:
        _check_keys(first, other)


def _check_keys(first: Run, other: Run) -> None:
    ours, theirs = by_key(first.results), by_key(other.results)
    for has, lacks, missing in (
        (first, other, [key for key in ours if key not in theirs]),
        (other, first, [key for key in theirs if key not in ours]),
    ):
        if missing:
            raise InputError(
                f"{lacks.name} lacks {len(missing)} results that {has.name} has, such as {_names(missing)}; "
                "compare runs of the same tasks and seeds that ran to their end, or give --common"
            )


def check_content(runs: Sequence[Run]) -> None:
    """Checks that the tasks of one id have one content.

    Raises:
      InputError: they have not; the sentence says in which two runs.
    """
    first, *others = runs
    for other in others:
        _check_content(first, other)


def _check_content(first: Run, other: Run) -> None:
    theirs = by_key(other.results)
    differing = [
        key
        for key, result in by_key(first.results).items()
        if UNKNOWN_HASH not in (theirs[key].task_hash, result.task_hash)
        and theirs[key].task_hash != result.task_hash
    ]
    if differing:
        raise InputError(
            f"{first.name} and {other.name} ran different tasks under the same ids, such as "
            f"{_names(differing)}: examples, description, constants, skills or library differ; "
            "--other-content compares them all the same"
        )


def _names(keys: Iterable[Key]) -> str:
    return ", ".join(f"{suite}#{task} with seed {seed}" for suite, task, seed in list(keys)[:MOST_NAMED])


def _suites(run: Run) -> str:
    """Returns the names of a run's first suites."""
    names = list(dict.fromkeys(result.suite for result in run.results))
    return ", ".join(names[:MOST_NAMED]) + (" and others" if len(names) > MOST_NAMED else "")


def only_common(runs: Sequence[Run]) -> list[Run]:
    """Returns the runs with the results alone whose suite, task and seed all of them have.

    Raises:
      InputError: there are none.
    """
    common = set.intersection(*(set(by_key(run.results)) for run in runs))
    if not common:
        told = "; ".join(f"{run.name} has tasks of {_suites(run)}" for run in runs)
        raise InputError(f"the runs have no task in common: suite, id and seed should be equal, but {told}")
    return [
        run._replace(results=[each for each in run.results if (each.suite, each.task, each.seed) in common])
        for run in runs
    ]
