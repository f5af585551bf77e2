"""Decides which figures compare priors, and how they stand in a table."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.paired import Change, GroupOf, Ratio, change_in_right, change_in_solved, first_hit_ratio

if TYPE_CHECKING:
    from rich.table import Table

    from mcts_compose.cluster.jobs import AnyTask
    from mcts_compose.results.record import Result

REPORT_WIDTH = 150
"""Columns of the table when it does not go to a terminal."""
ALL = "all"
"""Stands for all suites together."""


class PriorSummary(NamedTuple):
    """One row of one suite.

    Attributes:
      suite: its name, or `ALL`.
      row: name of the row.
      against: name of the row that it is compared with; None for a row that is not.
      num_tasks: results.
      num_solved: those whose program fits every shown example.
      num_right: those that also fit every held-out example.
      num_errors: those that could not be searched.
      first_hit: candidates run up to the first program that fits, over those of the other row.
      solved: what is solved in one of the two rows only.
      right: what is right in one of the two rows only.
      model_calls: requests that the model answered.
      model_seconds: wall time in the model.
      model_share: the same over the wall time of all searches, which it can overlap; None without any.
      failures: answers of the prior that had to be replaced.
    """

    suite: str
    row: str
    against: str | None
    num_tasks: int
    num_solved: int
    num_right: int
    num_errors: int
    first_hit: Ratio | None
    solved: Change | None
    right: Change | None
    model_calls: int
    model_seconds: float
    model_share: float | None
    failures: int

    def to_plain(self) -> dict[str, Any]:
        """Returns the figures as plain values, for JSON."""
        nested = {
            name: None if value is None else value._asdict()
            for name, value in (("first_hit", self.first_hit), ("solved", self.solved), ("right", self.right))
        }
        return {**self._asdict(), **nested}


def groups_of(suites: Mapping[str, Sequence[AnyTask]]) -> GroupOf:
    """Returns what tells the group of a result's task."""
    groups = {(name, task.id): task.group or task.id for name, tasks in suites.items() for task in tasks}
    return lambda result: groups[result.suite, result.task]


def summaries_of(
    results: Mapping[str, Sequence[Result]], references: Mapping[str, str], group_of: GroupOf
) -> list[PriorSummary]:
    """Returns the figures suite by suite, rows in order, and of all suites together if there are several.

    Args:
      results: by row; every row holds the same tasks.
      references: the row that each is compared with; one without results is as none.
      group_of: the group of a result's task.
    """
    suites = list(dict.fromkeys(result.suite for found in results.values() for result in found))
    found = []
    for suite in [*suites, ALL] if len(suites) > 1 else suites:
        of_suite = {
            name: [result for result in row if suite in (result.suite, ALL)] for name, row in results.items()
        }
        found += [
            _summary(suite, name, row, references.get(name), of_suite, group_of)
            for name, row in of_suite.items()
        ]
    return found


def _summary(
    suite: str,
    name: str,
    results: Sequence[Result],
    against: str | None,
    rows: Mapping[str, Sequence[Result]],
    group_of: GroupOf,
) -> PriorSummary:
    other = rows.get(against) if against is not None else None
    seconds = sum(result.seconds for result in results)
    model_seconds = sum(result.model_seconds for result in results)
    return PriorSummary(
        suite=suite,
        row=name,
        against=None if other is None else against,
        num_tasks=len(results),
        num_solved=sum(result.solved for result in results),
        num_right=sum(result.is_right for result in results),
        num_errors=sum(result.stopped == "error" for result in results),
        first_hit=None if other is None else first_hit_ratio(results, other, group_of),
        solved=None if other is None else change_in_solved(results, other),
        right=None if other is None else change_in_right(results, other),
        model_calls=sum(result.model_calls for result in results),
        model_seconds=model_seconds,
        model_share=model_seconds / seconds if seconds > 0 else None,
        failures=sum(result.prior_failures for result in results),
    )


def prior_table(summaries: Sequence[PriorSummary], what: str = "prior") -> Table:
    """Returns the table of a comparison; columns of models are there only if a model answered or failed.

    Args:
      summaries: its rows.
      what: what the rows differ in; the title of their column.
    """
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    has_models = any(row.model_calls or row.failures for row in summaries)
    others = dict.fromkeys(row.against for row in summaries if row.against is not None)
    caption = f"candidates to first hit, gained and lost: against {'; '.join(others)}" if others else None
    table = Table(box=SIMPLE, caption=Text(caption) if caption else None)
    table.add_column("suite", overflow="fold")
    table.add_column(what, overflow="fold")
    titles = ["solved", "gained / lost (p)", "right", "gained / lost (p)", "candidates to first hit"]
    titles += ["model calls", "model s", "share", "failures"] if has_models else []
    titles += ["errors"] if any(row.num_errors for row in summaries) else []
    for title in titles:
        table.add_column(title, justify="right", overflow="fold")
    suite = None
    for row in summaries:
        cells = [str(row.num_solved), _change(row.solved), str(row.num_right), _change(row.right)]
        cells.append(_ratio(row.first_hit))
        if has_models:
            share = "-" if row.model_share is None else f"{row.model_share:.0%}"
            cells += [f"{row.model_calls:,}", f"{row.model_seconds:.1f}", share, str(row.failures)]
        if "errors" in titles:
            cells.append(str(row.num_errors))
        if row.suite != suite:
            table.add_section()
            suite = row.suite
            table.add_row(Text(f"{suite} ({row.num_tasks})"), Text(row.row), *cells)
        else:
            table.add_row("", Text(row.row), *cells)
    return table


def _ratio(ratio: Ratio | None) -> str:
    if ratio is None:
        return "-"
    interval = "" if ratio.low is None else f" [{ratio.low:.2f}, {ratio.high:.2f}]"
    return f"{ratio.value:.2f}x{interval} of {ratio.num_tasks}"


def _change(change: Change | None) -> str:
    return "-" if change is None else f"+{change.gained} / -{change.lost} ({change.p_value:.2g})"


def print_summaries(summaries: Sequence[PriorSummary], *, as_json: bool) -> None:
    """Prints a table, or one JSON object a line."""
    if as_json:
        import msgspec

        for summary in summaries:
            print(msgspec.json.encode(summary.to_plain()).decode())
        return
    from rich.console import Console

    width = None if sys.stdout.isatty() else REPORT_WIDTH
    Console(width=width).print(prior_table(summaries))
