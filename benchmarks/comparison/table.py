"""Decides how a comparison of runs stands in a terminal: figures, and solved tasks over budgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from benchmarks.comparison.curves import Curve, decades
from benchmarks.comparison.intervals import CONFIDENCE
from benchmarks.comparison.measures import CANDIDATES, RIGHT, SECONDS

if TYPE_CHECKING:
    from rich.table import Table

    from benchmarks.comparison.intervals import Interval
    from benchmarks.comparison.pairs import Pair, RatioTest
    from benchmarks.comparison.summary import RunSummary
    from benchmarks.paired import Change

REPORT_WIDTH = 150
"""Columns of the table when it does not go to a terminal."""
MODEL_CALLS, ERRORS = "model calls", "errors"
"""Titles of columns that some comparisons have."""


def print_comparison(summaries: Sequence[RunSummary], against: str, out: TextIO) -> None:
    """Prints the figures of all runs, and the solved tasks of the last suite or of all over budgets."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, width=None if out.isatty() else REPORT_WIDTH)
    console.print(_figures(summaries, against))
    for row in summaries:
        if row.note:
            console.print(Text(f"{row.run}, {row.suite}: {row.note}"))
    last = [row for row in summaries if row.suite == summaries[-1].suite]
    for measure, curve_of, unit in (
        (CANDIDATES, lambda row: row.by_candidates, _count),
        (SECONDS, lambda row: row.by_seconds, _seconds),
    ):
        measured = [row for row in last if measure not in row.unmeasured]
        if measured:
            title = f"{last[0].suite}: solved within so many {measure}"
            console.print(_curves(title, measured, curve_of, unit))


def _figures(summaries: Sequence[RunSummary], against: str) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, caption=Text(caption_of(against)))
    table.add_column("suite", overflow="fold")
    table.add_column("run", overflow="fold")
    for title in titles_of(summaries):
        table.add_column(title, justify="right", overflow="fold")
    suite = None
    for row in summaries:
        if row.suite != suite:
            table.add_section()
        first = f"{row.suite} ({row.num_results})" if row.suite != suite else ""
        suite = row.suite
        table.add_row(Text(first), Text(row.run), *cells_of(row, summaries))
    return table


def caption_of(against: str) -> str:
    """Returns what stands below the figures of runs."""
    return (
        f"gained / lost (p of the exact McNemar test), ratios (p of Wilcoxon's) and sooner: against "
        f"{against}; in brackets {CONFIDENCE:.0%} intervals over groups of tasks"
    )


def titles_of(summaries: Sequence[RunSummary]) -> list[str]:
    """Returns the titles of the columns of figures; those of models and errors only where there are some."""
    titles = ["solved", "gained / lost", "right", "gained / lost", "candidates to first hit", "seconds"]
    titles += ["right sooner", "s a task"]
    titles += [MODEL_CALLS] if any(row.model_calls for row in summaries) else []
    titles += [ERRORS] if any(row.num_errors for row in summaries) else []
    return titles


def cells_of(row: RunSummary, summaries: Sequence[RunSummary]) -> list[str]:
    """Returns the figures of one run on one suite, one for each title of all `summaries`."""
    more = {MODEL_CALLS: f"{row.model_calls:,}", ERRORS: str(row.num_errors)}
    titles = titles_of(summaries)
    return [*_cells(row, row.beside), *(text for title, text in more.items() if title in titles)]


def _cells(row: RunSummary, beside: Pair | None) -> list[str]:
    seconds = "-" if SECONDS in row.unmeasured else f"{row.seconds.value:.3g}{_ends(row.seconds)}"
    right = "-" if RIGHT in row.unmeasured else str(row.num_right)
    if beside is None:
        return [str(row.num_solved), "-", right, "-", "-", "-", "-", seconds]
    return [
        str(row.num_solved), _change(beside.solved), right, _change(beside.right),
        _ratio(beside.candidates), _ratio(beside.seconds), _share(beside.improvement), seconds,
    ]  # fmt: skip


def _ends(interval: Interval) -> str:
    return "" if interval.low is None else f" [{interval.low:.3g}, {interval.high:.3g}]"


def _change(change: Change | None) -> str:
    return "-" if change is None else f"+{change.gained} / -{change.lost} ({change.p_value:.2g})"


def _ratio(found: RatioTest | None) -> str:
    if found is None:
        return "-"
    ends = "" if found.ratio.low is None else f" [{found.ratio.low:.2f}, {found.ratio.high:.2f}]"
    return f"{found.ratio.value:.2f}x{ends} ({found.p_value:.2g})"


def _share(interval: Interval | None) -> str:
    if interval is None:
        return "-"
    return f"{interval.value:.2f}" + (
        "" if interval.low is None else f" [{interval.low:.2f}, {interval.high:.2f}]"
    )


def _curves(
    title: str,
    rows: Sequence[RunSummary],
    curve_of: Callable[[RunSummary], Curve],
    unit: Callable[[float], str],
) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    budgets = decades([curve_of(row) for row in rows])
    table = Table(box=SIMPLE, title=Text(title))
    table.add_column("run", overflow="fold")
    for budget in budgets:
        table.add_column(unit(budget), justify="right")
    for row in rows:
        table.add_row(Text(row.run), *(str(curve_of(row).at(budget)) for budget in budgets))
    return table


def _count(budget: float) -> str:
    return f"{budget:,.0f}"


def _seconds(budget: float) -> str:
    return f"{budget:g}"
