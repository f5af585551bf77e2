"""Decides how a measurement is written: the ratio to what it should be first, then the figures behind it."""

from __future__ import annotations

from typing import NamedTuple

from rich.box import SIMPLE
from rich.table import Table


class Figure(NamedTuple):
    """One measured figure.

    Attributes:
      name: what was measured.
      ratio: measured over wanted, or None where nothing is wanted.
      bound: what the ratio should be, as `at most 1.5`, or empty.
      measured: the figure with its unit.
      beside: what it is compared with, with its unit, or empty.
    """

    name: str
    ratio: float | None
    bound: str
    measured: str
    beside: str


def table_of(figures: list[Figure]) -> Table:
    """Returns all figures as one table."""
    table = Table(box=SIMPLE)
    table.add_column("ratio", justify="right")
    table.add_column("should be")
    table.add_column("what", no_wrap=True)
    table.add_column("measured", justify="right")
    table.add_column("compared with", justify="right")
    for figure in figures:
        ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
        table.add_row(ratio, figure.bound, figure.name, figure.measured, figure.beside)
    return table
