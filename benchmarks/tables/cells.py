"""Decides what the cells of a table hold, and how each is written.

A figure is kept as what it is (counts, a change, a ratio with its interval, an amount with its unit), so that
programs can read it; what is none of these is a text or a whole number.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="counts"):
    """Tasks that are solved, and of these those that are right on held-out examples."""

    solved: int
    right: int

    def __str__(self) -> str:
        return f"{self.solved} / {self.right}"


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="share"):
    """Some of a number of things."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}"


class Change(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="is", tag="change"
):
    """Tasks that only the one of two has, and only the other.

    Attributes:
      gained: how many the first has alone.
      lost: how many the second has alone.
      p: of the sign test; None where it was not asked.
    """

    gained: int
    lost: int
    p: float | None = None

    def __str__(self) -> str:
        text = f"+{self.gained} / -{self.lost}"
        return text if self.p is None else f"{text}, p {self.p:.9f}".rstrip("0").rstrip(".")


class Ratio(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="is", tag="ratio"
):
    """How many times as much.

    Attributes:
      value: the ratio.
      low: lower end of its 95 % interval; None without one.
      high: upper end.
      digits: how many are written behind the point.
    """

    value: float
    low: float | None = None
    high: float | None = None
    digits: int = 2

    def __str__(self) -> str:
        text = f"{self.value:.{self.digits}f}x"
        if self.low is None or self.high is None:
            return text
        return f"{text} [{self.low:.{self.digits}f}, {self.high:.{self.digits}f}]"


class Amount(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="is", tag="amount"
):
    """A measured number.

    Attributes:
      value: the number, mostly a median.
      unit: its unit; empty without one.
      least: the least of several measurements; None where only one number is told.
      most: the greatest.
      digits: how many are written behind the point; None: up to six that count.
    """

    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    digits: int | None = None

    def __str__(self) -> str:
        text = self._number(self.value)
        if self.least is not None and self.most is not None:
            text += f" ({self._number(self.least)} to {self._number(self.most)})"
        return f"{text} {self.unit}".rstrip()

    def _number(self, value: float) -> str:
        return f"{value:,.6g}" if self.digits is None else f"{value:,.{self.digits}f}"


Cell: TypeAlias = Counts | Share | Change | Ratio | Amount | list[Amount] | int | str | None


def written(cell: Cell) -> str:
    """Returns a cell as it stands in a page; nothing is an empty cell, and whole numbers have commas."""
    if cell is None:
        return ""
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
