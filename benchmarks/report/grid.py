"""Decides what a page says of every task: what each run has of it, and which was first to have it right."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.comparison.pairs import candidates_of, seconds_of

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from mcts_compose.results.record import Result


class Cell(NamedTuple):
    """What one run has of one task.

    Attributes:
      verdict: `right`, `wrong` (fits the shown examples only), `unsolved`, `error`, `missing`, or with
        several seeds `partly` (right with some).
      label: the same in words.
      seconds: median wall time of its searches; None without any.
      candidates: median of the candidates up to the first program that fits, where there is one.
      is_fewest: it has the task right after the fewest candidates of all runs.
      is_fastest: it has the task right in the least wall time of all runs.
    """

    verdict: str
    label: str
    seconds: float | None
    candidates: float | None
    is_fewest: bool
    is_fastest: bool


class Row(NamedTuple):
    """One task.

    Attributes:
      suite: its suite.
      task: its id.
      group: the group that it shares with other tasks; empty without one.
      cells: one for each run, in order.
      results: what the cells stand for, by run.
    """

    suite: str
    task: str
    group: str
    cells: tuple[Cell, ...]
    results: tuple[tuple[Result, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether runs have different verdicts."""
        return len({cell.label for cell in self.cells}) > 1


class Firsts(NamedTuple):
    """How many tasks a run was first to have right; a tie counts for each.

    Attributes:
      run: its name.
      fewest: after the fewest candidates.
      fastest: in the least wall time.
    """

    run: str
    fewest: int
    fastest: int


def rows_of(runs: Sequence[Run], group_by_task: Mapping[tuple[str, str], str]) -> list[Row]:
    """Returns the tasks of all runs, in the order in which they occur."""
    by_task: dict[tuple[str, str], list[list[Result]]] = {}
    for number, run in enumerate(runs):
        for result in run.results:
            of_runs = by_task.setdefault((result.suite, result.task), [[] for _ in runs])
            of_runs[number].append(result)
    sizes = Counter((suite, group_by_task.get((suite, task), "")) for suite, task in by_task)
    rows = []
    for key, found in by_task.items():
        group = group_by_task.get(key, "")
        rows.append(_row(key, found, group if sizes[key[0], group] > 1 else ""))
    return rows


def firsts_of(runs: Sequence[Run], rows: Sequence[Row]) -> list[Firsts]:
    """Returns who was first how often."""
    return [
        Firsts(
            run.name,
            sum(row.cells[number].is_fewest for row in rows),
            sum(row.cells[number].is_fastest for row in rows),
        )
        for number, run in enumerate(runs)
    ]


def _row(key: tuple[str, str], found: Sequence[Sequence[Result]], group: str) -> Row:
    fewest = _first(found, candidates_of)
    fastest = _first(found, seconds_of)
    cells = (_cell(results, number in fewest, number in fastest) for number, results in enumerate(found))
    return Row(*key, group, tuple(cells), tuple(map(tuple, found)))


def _first(found: Sequence[Sequence[Result]], amount: Callable[[Result], float | None]) -> frozenset[int]:
    """Returns which runs have a task right with the least; of several seeds the median counts."""
    medians = [
        statistics.median(_amount_if_right(result, amount) for result in results) if results else math.inf
        for results in found
    ]
    least = min(medians)
    return frozenset(number for number, each in enumerate(medians) if each == least < math.inf)


def _amount_if_right(result: Result, amount: Callable[[Result], float | None]) -> float:
    took = amount(result) if result.is_right else None
    return math.inf if took is None else took


def _cell(results: Sequence[Result], is_fewest: bool, is_fastest: bool) -> Cell:
    if not results:
        return Cell("missing", "no result", None, None, False, False)
    hits = [hit for result in results if result.solved and (hit := candidates_of(result)) is not None]
    verdict, label = _verdict(results)
    return Cell(
        verdict,
        label,
        statistics.median(result.seconds for result in results),
        statistics.median(hits) if hits else None,
        is_fewest,
        is_fastest,
    )


def _verdict(results: Sequence[Result]) -> tuple[str, str]:
    """Returns the name of what became of a task, and the same in words."""
    num_right = sum(result.is_right for result in results)
    num_solved = sum(result.solved for result in results)
    total = len(results)
    of_seeds = "" if total == 1 else f" {num_right} of {total}"
    if num_right:
        return ("right" if num_right == total else "partly"), f"right{of_seeds}"
    if num_solved:
        return "wrong", "wrong" if total == 1 else f"wrong {num_solved} of {total}"
    if all(result.stopped == "error" for result in results):
        return "error", "error"
    return "unsolved", "not solved"
