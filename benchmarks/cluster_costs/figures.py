"""Decides how measured costs are written: the median, and between which values it lies."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.box import SIMPLE
from rich.table import Table


class Figure(NamedTuple):
    """One cost.

    Attributes:
      name: of what.
      unit: of the values.
      values: one for each time that it was measured; at least one.
    """

    name: str
    unit: str
    values: tuple[float, ...]


def figure(name: str, unit: str, values: Iterable[float]) -> Figure:
    """Returns the figure of these values."""
    return Figure(name, unit, tuple(float(value) for value in values))


def shown(value: float) -> str:
    """Returns a value with three digits that count, and not less than its whole part.

    >>> shown(1234.5), shown(12.345), shown(0.0012345)
    ('1,234', '12.3', '0.00123')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table_of(figures: Sequence[Figure]) -> Table:
    """Returns all figures as one table."""
    table = Table(box=SIMPLE)
    table.add_column("what", no_wrap=True)
    for heading in ("median", "least", "most"):
        table.add_column(heading, justify="right")
    table.add_column("unit", no_wrap=True)
    table.add_column("times", justify="right")
    for name, unit, values in figures:
        middle = (statistics.median(values), min(values), max(values))
        table.add_row(name, *map(shown, middle), unit, str(len(values)))
    return table
