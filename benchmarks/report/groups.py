"""Decides how tasks that belong together are counted: per suite and group, what each run has right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.comparison.measures import RIGHT

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from benchmarks.report.grid import Row


class GroupRow(NamedTuple):
    """The tasks of one group.

    Attributes:
      group: its name; empty of the tasks that share none.
      num_results: of one run.
      solved: results of each run that are solved.
      right: of these, right on held-out examples too; None where it is not measured.
    """

    group: str
    num_results: int
    solved: tuple[int, ...]
    right: tuple[int | None, ...]


def groups_of(runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, list[GroupRow]]:
    """Returns by suite its groups, of suites where tasks share some; tasks that share none are one more."""
    by_suite: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        by_suite.setdefault(row.suite, {}).setdefault(row.group, []).append(row)
    return {
        suite: [_group_row(runs, group, found) for group, found in sorted(by_group.items())]
        for suite, by_group in by_suite.items()
        if any(by_group)
    }


def _group_row(runs: Sequence[Run], group: str, rows: Sequence[Row]) -> GroupRow:
    of_runs = [[result for row in rows for result in row.results[number]] for number in range(len(runs))]
    return GroupRow(
        group,
        max(len(results) for results in of_runs),
        tuple(sum(result.solved for result in results) for results in of_runs),
        tuple(
            sum(result.is_right for result in results) if RIGHT in run.measures else None
            for run, results in zip(runs, of_runs, strict=True)
        ),
    )
