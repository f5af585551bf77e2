"""Decides how several settings are run on the same tasks: task by task in turn, each in a run directory.

The first task is run with every settings, then the second, and so on, so that whatever else the machine does
hits all alike. What was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.errors import InputError, located
from mcts_compose.results.run_directory import holds_config, read_results
from mcts_compose.results.suite_run import RunProgress, run_config, suite_steps

if TYPE_CHECKING:
    from mcts_compose.cluster.jobs import AnyTask
    from mcts_compose.results.record import Result
    from mcts_compose.settings import Settings

LONGEST_NAME = 60


class Row(NamedTuple):
    """What a row runs; rows that take turns have the same tasks, perhaps with different libraries.

    Attributes:
      settings: of its searches.
      suites: its tasks, by the name under which their results are recorded.
    """

    settings: Settings
    suites: Mapping[str, Sequence[AnyTask]]


def directory_name(name: str) -> str:
    """Returns the name of the directory of a row: short, without blanks, and different for different rows."""
    plain = re.sub(r"[^\w.=+-]+", "-", name.replace(", ", "-"), flags=re.ASCII).strip("-")
    if len(plain) <= LONGEST_NAME and plain == name.replace(", ", "-").replace(" ", "-"):
        return plain
    digest = hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
    return f"{plain[-LONGEST_NAME:].strip('-')}-{digest}"


def run_in_turn(
    rows: Mapping[str, Settings],
    suites: Mapping[str, Sequence[AnyTask]],
    out: Path,
    seeds: Sequence[int],
    on_progress: Callable[[RunProgress], None],
) -> dict[str, list[Result]]:
    """Runs all tasks with every row's settings, and returns the results by row; see `rows_in_turn`."""
    return rows_in_turn(
        {name: Row(settings, suites) for name, settings in rows.items()}, out, seeds, on_progress
    )


def rows_in_turn(
    rows: Mapping[str, Row], out: Path, seeds: Sequence[int], on_progress: Callable[[RunProgress], None]
) -> dict[str, list[Result]]:
    """Runs the first task of every row, then the second of every row, and returns the results by row.

    Raises:
      InputError: as `run_suite`; also when the model of a row was another one when the run began.
      OutputError: as `run_suite`.
    """
    results: dict[str, list[Result]] = {}
    opening: dict[str, RunProgress] = {}
    with ExitStack() as stack:
        runs = {
            name: stack.enter_context(
                closing(suite_steps(row.suites, row.settings, out / directory_name(name), seeds))
            )
            for name, row in rows.items()
        }
        for name, steps in runs.items():
            first = next(steps)
            assert first is not None  # the first step tells how far an earlier run came
            opening[name] = first
        done = sum(progress.done for progress in opening.values())
        total = sum(progress.total for progress in opening.values())
        dropped = sum(progress.dropped_bytes for progress in opening.values())
        on_progress(RunProgress(done, total, None, dropped, is_opening=True))
        while runs:
            for name, steps in list(runs.items()):
                try:
                    progress = next(steps)
                except StopIteration as end:
                    results[name] = _of_one_model(end.value, out / directory_name(name))
                    del runs[name]
                    continue
                if progress is not None:
                    done += 1
                    on_progress(RunProgress(done, total, progress.result))
    return results


def _of_one_model(results: list[Result], path: Path) -> list[Result]:
    """Returns the results; a model that was trained anew in between must not go unnoticed."""
    if len({result.prior_fingerprint for result in results if result.stopped != "error"}) > 1:
        raise InputError(located("holds results of different models; name another --out", path))
    return results


def finished(
    name: str,
    settings: Settings,
    suites: Mapping[str, Sequence[AnyTask]],
    out: Path,
    seeds: Sequence[int],
) -> list[Result] | None:
    """Returns the results of a row that was run before, in order; None if it was not, or not to its end."""
    path = out / directory_name(name)
    if not holds_config(path, run_config(suites, settings, seeds)):
        return None
    stored = {(result.suite, result.task, result.seed): result for result in read_results(path)}
    keys = [(suite, task.id, seed) for seed in seeds for suite, tasks in suites.items() for task in tasks]
    return _of_one_model([stored[key] for key in keys], path) if stored.keys() >= set(keys) else None
