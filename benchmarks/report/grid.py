"""Decides what a page says of every task: what each run has of it, and which was first to have it right."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.comparison.measures import CANDIDATES, RIGHT, SECONDS
from benchmarks.comparison.pairs import candidates_of, seconds_of

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from mcts_compose.results.record import Result

SOLVED: Final = "solved"
"""Verdict of a run that has not measured what is right."""
_FITS: Final = frozenset({"right", "partly", "wrong"})
"""Verdicts of which all say that a program fits the shown examples."""


class Cell(NamedTuple):
    """What one run has of one task.

    Attributes:
      verdict: `right`, `wrong` (fits the shown examples only), `unsolved`, `error`, `missing`, or with
        several seeds `partly` (right with some); `solved` if it is not known what is right.
      label: the same in words.
      seconds: median wall time of its searches; None without any, or where it is not measured.
      candidates: median of the candidates up to the first program that fits, where it is known.
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
        """Whether runs have different verdicts; what is only known to be solved may be right or wrong."""
        labels = {cell.label for cell in self.cells if cell.verdict != SOLVED}
        is_solved = any(cell.verdict == SOLVED for cell in self.cells)
        return len(labels) > 1 or (is_solved and any(c.verdict not in {SOLVED, *_FITS} for c in self.cells))


class Firsts(NamedTuple):
    """How many tasks a run was first to have right; a tie counts for each. None: it is not measured.

    Attributes:
      run: its name.
      fewest: after the fewest candidates.
      fastest: in the least wall time.
    """

    run: str
    fewest: int | None
    fastest: int | None


def rows_of(runs: Sequence[Run], group_by_task: Mapping[tuple[str, str], str]) -> list[Row]:
    """Returns the tasks of all runs, in the order in which they occur."""
    measures = [run.measures for run in runs]
    by_task: dict[tuple[str, str], list[list[Result]]] = {}
    for number, run in enumerate(runs):
        for result in run.results:
            of_runs = by_task.setdefault((result.suite, result.task), [[] for _ in runs])
            of_runs[number].append(result)
    sizes = Counter((suite, group_by_task.get((suite, task), "")) for suite, task in by_task)
    rows = []
    for key, found in by_task.items():
        group = group_by_task.get(key, "")
        rows.append(_row(key, found, group if sizes[key[0], group] > 1 else "", measures))
    return rows


def firsts_of(runs: Sequence[Run], rows: Sequence[Row]) -> list[Firsts]:
    """Returns who was first how often."""
    return [
        Firsts(
            run.name,
            sum(row.cells[number].is_fewest for row in rows) if {RIGHT, CANDIDATES} <= run.measures else None,
            sum(row.cells[number].is_fastest for row in rows) if {RIGHT, SECONDS} <= run.measures else None,
        )
        for number, run in enumerate(runs)
    ]


def _row(
    key: tuple[str, str],
    found: Sequence[Sequence[Result]],
    group: str,
    measures: Sequence[frozenset[str]],
) -> Row:
    fewest = _first(found, candidates_of, [{RIGHT, CANDIDATES} <= each for each in measures])
    fastest = _first(found, seconds_of, [{RIGHT, SECONDS} <= each for each in measures])
    cells = (
        _cell(results, measures[number], number in fewest, number in fastest)
        for number, results in enumerate(found)
    )
    return Row(*key, group, tuple(cells), tuple(map(tuple, found)))


def _first(
    found: Sequence[Sequence[Result]], amount: Callable[[Result], float | None], measured: Sequence[bool]
) -> frozenset[int]:
    """Returns which runs have a task right with the least; of several seeds the median counts."""
    medians = [
        statistics.median(_amount_if_right(result, amount) for result in results)
        if results and is_measured
        else math.inf
        for results, is_measured in zip(found, measured, strict=True)
    ]
    least = min(medians)
    return frozenset(number for number, each in enumerate(medians) if each == least < math.inf)


def _amount_if_right(result: Result, amount: Callable[[Result], float | None]) -> float:
    took = amount(result) if result.is_right else None
    return math.inf if took is None else took


def _cell(results: Sequence[Result], measures: frozenset[str], is_fewest: bool, is_fastest: bool) -> Cell:
    if not results:
        return Cell("missing", "no result", None, None, False, False)
    hits = [hit for result in results if result.solved and (hit := candidates_of(result)) is not None]
    verdict, label = _verdict(results, is_right_known=RIGHT in measures)
    return Cell(
        verdict,
        label,
        statistics.median(result.seconds for result in results) if SECONDS in measures else None,
        statistics.median(hits) if hits and CANDIDATES in measures else None,
        is_fewest,
        is_fastest,
    )


def _verdict(results: Sequence[Result], *, is_right_known: bool) -> tuple[str, str]:
    """Returns the name of what became of a task, and the same in words."""
    num_right = sum(result.is_right for result in results)
    num_solved = sum(result.solved for result in results)
    total = len(results)
    of_seeds = "" if total == 1 else f" {num_right} of {total}"
    if num_solved and not is_right_known:
        return SOLVED, SOLVED if num_solved == total else f"solved {num_solved} of {total}"
    if num_right:
        return ("right" if num_right == total else "partly"), f"right{of_seeds}"
    if num_solved:
        return "wrong", "wrong" if total == 1 else f"wrong {num_solved} of {total}"
    if all(result.stopped == "error" for result in results):
        return "error", "error"
    return "unsolved", "not solved"
