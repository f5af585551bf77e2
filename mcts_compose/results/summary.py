"""Decides which figures sum up a run, and how they stand in a table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.results.record import Result

if TYPE_CHECKING:
    from rich.table import Table


class SuiteSummary(NamedTuple):
    """The figures of one suite; a task run with several seeds counts once for each.

    Attributes:
      suite: its name.
      num_tasks: results.
      num_solved: those whose program fits every shown example.
      num_held_out: those judged on held-out examples: solved ones that have any.
      num_right: those whose program also fits every held-out example; tasks without any count when solved.
      num_errors: those that could not be searched.
      median_seconds: over all results but errors; None without any.
      candidates_per_second: candidates run over seconds, all results together; None without any of either.
      num_assembly: those with an assembly program.
      num_verified: those whose program is right on all inputs, run or proved.
      num_optimal: those whose program is proved shortest.
    """

    suite: str
    num_tasks: int
    num_solved: int
    num_held_out: int
    num_right: int
    num_errors: int
    median_seconds: float | None
    candidates_per_second: float | None
    num_assembly: int
    num_verified: int
    num_optimal: int


def summarise(results: Iterable[Result]) -> list[SuiteSummary]:
    """Returns one summary per suite, in the order in which suites occur."""
    by_suite: dict[str, list[Result]] = {}
    for result in results:
        by_suite.setdefault(result.suite, []).append(result)
    return [_summary(suite, found) for suite, found in by_suite.items()]


def _summary(suite: str, results: Sequence[Result]) -> SuiteSummary:
    run = [result for result in results if result.stopped != "error"]
    seconds = sum(result.seconds for result in run)
    candidates = sum(result.executions for result in run)
    return SuiteSummary(
        suite=suite,
        num_tasks=len(results),
        num_solved=sum(result.solved for result in results),
        num_held_out=sum(result.generalises is not None for result in results),
        num_right=sum(result.is_right for result in results),
        num_errors=len(results) - len(run),
        median_seconds=statistics.median(result.seconds for result in run) if run else None,
        candidates_per_second=candidates / seconds if candidates and seconds > 0 else None,
        num_assembly=sum(result.is_assembly for result in results),
        num_verified=sum(result.verified in ("exhaustive", "smt") for result in results),
        num_optimal=sum(result.optimal for result in results),
    )


def summary_table(summaries: Sequence[SuiteSummary]) -> Table:
    """Returns the table that ends a run."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE)
    table.add_column("suite", no_wrap=True)
    titles = ["tasks", "solved", "right on held-out", "errors", "median seconds", "candidates/s"]
    has_assembly = any(row.num_assembly for row in summaries)
    if has_assembly:
        titles += ["verified", "proved shortest"]
    for title in titles:
        table.add_column(title, justify="right", overflow="fold")
    for row in summaries:
        table.add_row(
            Text(row.suite),
            str(row.num_tasks),
            str(row.num_solved),
            str(row.num_right) if row.num_held_out else "-",
            str(row.num_errors),
            "-" if row.median_seconds is None else f"{row.median_seconds:.3f}",
            "-" if row.candidates_per_second is None else f"{row.candidates_per_second:,.0f}",
            *((str(row.num_verified), str(row.num_optimal)) if has_assembly else ()),
        )
    return table
