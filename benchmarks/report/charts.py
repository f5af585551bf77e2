"""Decides how solved tasks over what they took look as a picture: staircases over a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.comparison.curves import Curve, decades
from benchmarks.comparison.measures import CANDIDATES, SECONDS
from mcts_compose.commands.pages import round_ticks

if TYPE_CHECKING:
    from benchmarks.comparison.summary import RunSummary

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 40
MOST_TICKS: Final = 8
"""Powers of ten that are named below a chart."""


class Chart(NamedTuple):
    """The curves of several runs.

    Attributes:
      unit: what the horizontal axis counts.
      paths: one for each run, in order, as SVG writes them; empty where it solved nothing.
      ends: what is said of each curve.
      uncounted: a sentence for each run that solved more than its curve shows, as some searches do not say
        when they met their first program.
      x_ticks: text and place.
      y_ticks: as above.
    """

    unit: str
    paths: tuple[str, ...]
    ends: tuple[str, ...]
    uncounted: tuple[str, ...]
    x_ticks: tuple[tuple[str, float], ...]
    y_ticks: tuple[tuple[str, float], ...]


class SuiteCharts(NamedTuple):
    """The charts of one suite, or of all together."""

    suite: str
    num_results: int
    charts: tuple[Chart, ...]


def charts_of(summaries: Sequence[RunSummary]) -> list[SuiteCharts]:
    """Returns the charts suite by suite, that of all together first."""
    by_suite: dict[str, list[RunSummary]] = {}
    for summary in reversed(summaries):
        by_suite.setdefault(summary.suite, []).insert(0, summary)
    first, *others = by_suite.items()
    return [
        SuiteCharts(
            suite,
            rows[0].num_results,
            (
                chart_of(CANDIDATES, rows, lambda row: row.by_candidates),
                chart_of(SECONDS, rows, lambda row: row.by_seconds),
            ),
        )
        for suite, rows in (first, *reversed(others))
    ]


def chart_of(unit: str, rows: Sequence[RunSummary], curve_of: Callable[[RunSummary], Curve]) -> Chart:
    """Returns the chart of the runs of one suite; without any solved task its axis has no ticks.

    Args:
      unit: the measure on the horizontal axis; the curve of a run that does not have it is empty.
      rows: one for each run.
      curve_of: a run's curve over that measure.
    """
    curves = [Curve((), (), row.num_results) if unit in row.unmeasured else curve_of(row) for row in rows]
    powers = [round(math.log10(budget)) for budget in decades(curves)]
    first = min(powers, default=0)
    last = max(max(powers, default=1), first + 1)
    most = max(max(curve.total for curve in curves), 1)

    def x(power: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (power - first) / (last - first), 1)

    def y(count: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / most, 1)

    step = math.ceil((last - first) / MOST_TICKS)
    shown = [curve.solved[-1] if curve.solved else 0 for curve in curves]
    return Chart(
        unit,
        tuple(_staircase(curve, lambda budget: x(math.log10(budget)), y, x(last)) for curve in curves),
        tuple(
            f"{row.run}: {number} of {row.num_results} solved"
            for row, number in zip(rows, shown, strict=True)
        ),
        tuple(
            f"{row.run}: {row.num_solved - number} solved results do not say their {unit}."
            for row, number in zip(rows, shown, strict=True)
            if row.num_solved > number
        ),
        tuple((_power(power), x(power)) for power in range(first, last + 1, step)) if powers else (),
        tuple((str(count), y(count)) for count in round_ticks(most)),
    )


def _power(power: int) -> str:
    return f"{10.0**power:,g}" if abs(power) < 4 else f"1e{power}"


def _staircase(curve: Curve, x: Callable[[float], float], y: Callable[[float], float], end: float) -> str:
    """Returns a curve as a path; steps that fall on one tenth of a pixel are one, so that it stays short."""
    heights = {x(budget): y(solved) for budget, solved in zip(curve.budgets, curve.solved, strict=True)}
    if not heights:
        return ""
    start = next(iter(heights))
    steps = "".join(f"H{left:g}V{height:g}" for left, height in heights.items())
    return f"M{start:g} {y(0):g}{steps}H{end:g}"
