"""Makes up inputs that are like the shown ones, to see where programs that fit all of those differ.

A made-up row begins as a shown one, or as a mixture of several; then its lists lose, gain, swap or change
some elements, or are drawn anew in one of the shown lengths. Elements come from the shown ones of the same
argument, ints also from between them. Outputs are not needed, and nothing held out is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import numpy as np

from vm.values import Batch, Elem, HostValue, ValueType, decode, encode

WHOLE_ROW: Final = 0.6
"""Share of rows that begin as one shown row, so that what holds between its arguments mostly goes on to."""
ANEW: Final = 0.3
MUTATED: Final = 0.55
"""Of lists: drawn anew, or changed in one to three places; the rest stay as they are. All shares untuned."""
SEED: Final = 7


class _Argument:
    """One argument: what may be drawn for it."""

    def __init__(self, batch: Batch, rng: np.random.Generator) -> None:
        self.type: ValueType = batch.type
        self.shown = decode(batch)
        self._rng = rng
        self._elements: list[HostValue] = [
            element for value in self.shown for element in _elements(value, batch.type.rank)
        ]

    def any(self) -> HostValue:
        """Returns a shown value."""
        return self.shown[self._rng.integers(len(self.shown))]

    def changed(self, value: HostValue) -> HostValue:
        """Returns a value like the given one."""
        rng = self._rng
        if not self._elements:
            return value
        if self.type.rank == 0:
            return self._element() if rng.random() < 0.5 else value
        if self.type.rank == 2:
            return self._changed_grid(cast("list[list[HostValue]]", value))
        items = list(cast("list[HostValue]", value))
        how = rng.random()
        if how < ANEW:
            length = len(cast("list[HostValue]", self.any()))
            items = [self._element() for _ in range(length)]
        elif how < ANEW + MUTATED:
            for _ in range(rng.integers(1, 4)):
                self._mutate(items)
        return "".join(cast("list[str]", items)) if self.type.elem is Elem.CHAR else items

    def _element(self) -> HostValue:
        rng, elements = self._rng, self._elements
        drawn = elements[rng.integers(len(elements))]
        if self.type.elem is not Elem.INT or rng.random() < 0.5:
            return drawn
        numbers = cast("list[int]", elements)
        return min(numbers) + int(rng.random() * (max(numbers) - min(numbers) + 1))

    def _mutate(self, items: list[HostValue]) -> None:
        rng = self._rng
        how = rng.integers(5)
        if how == 0 or not items:
            items.insert(int(rng.integers(len(items) + 1)), self._element())
        elif how == 1:
            items.pop(int(rng.integers(len(items))))
        elif how == 2:
            one, other = rng.integers(len(items), size=2).tolist()
            items[one], items[other] = items[other], items[one]
        else:
            items[rng.integers(len(items))] = self._element()

    def _changed_grid(self, grid: list[list[HostValue]]) -> HostValue:
        rows = [list(row) for row in grid]
        for _ in range(self._rng.integers(4) if rows and rows[0] else 0):
            row = rows[self._rng.integers(len(rows))]
            row[self._rng.integers(len(row))] = self._element()
        if self.type.elem is Elem.CHAR:
            return ["".join(cast("list[str]", row)) for row in rows]
        return cast(HostValue, rows)


def _elements(value: HostValue, rank: int) -> list[HostValue]:
    if rank == 0:
        return [value]
    parts = cast("list[HostValue]", value)
    return [element for part in parts for element in _elements(part, rank - 1)]


def probes(inputs: Sequence[Batch], num: int) -> tuple[Batch, ...]:
    """Returns `num` made-up rows, one batch an argument; equal inputs give equal ones.

    Args:
      inputs: one batch an argument, at least one.
      num: how many rows to make up.
    """
    rng = np.random.default_rng(SEED)
    arguments = [_Argument(batch, rng) for batch in inputs]
    columns: list[list[HostValue]] = [[] for _ in arguments]
    for _ in range(num):
        row = int(rng.integers(inputs[0].num_examples))
        is_whole = rng.random() < WHOLE_ROW
        for column, argument in zip(columns, arguments, strict=True):
            column.append(argument.changed(argument.shown[row] if is_whole else argument.any()))
    return tuple(encode(column, batch.type) for column, batch in zip(columns, inputs, strict=True))
