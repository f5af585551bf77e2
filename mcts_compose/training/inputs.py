"""Draws the arguments of made-up tasks: of many types, ranges, lengths and kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from vm.values import Elem, HostValue, ValueType

INT, INTS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
BOOLS = ValueType(Elem.BOOL, 1)
Column: TypeAlias = "list[HostValue]"

SIGNATURES: Final[tuple[tuple[int, tuple[ValueType, ...]], ...]] = (
    (52, (INTS,)), (15, (INTS, INT)), (7, (INT, INTS)), (12, (INTS, INTS)), (3, (INT,)), (3, (INT, INT)),
    (3, (INTS, INT, INT)), (2, (INTS, INTS, INT)), (2, (INTS, INTS, INTS)), (1, (INTS, BOOLS)),
)  # fmt: skip
"""How often each is drawn, in parts; like the rest of this file untuned."""
RANGES: Final = (
    (0, 10), (0, 10), (0, 6), (0, 3), (1, 11), (0, 21), (0, 100), (0, 100), (-9, 10), (-20, 21), (-100, 101),
    (-256, 256), (1, 51), (-4, 5),
)  # fmt: skip
LENGTHS: Final = ((0, 5), (1, 5), (1, 10), (4, 12), (0, 10), (3, 8), (5, 15), (2, 4), (5, 10))


def _choice(rng: np.random.Generator, weights: Sequence[float]) -> int:
    """Returns the number of one of the weights, drawn in their proportion."""
    sums = np.cumsum(weights)
    return int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))


def draw_signature(rng: np.random.Generator) -> tuple[ValueType, ...]:
    """Returns the types of the arguments."""
    return SIGNATURES[_choice(rng, [weight for weight, _ in SIGNATURES])][1]


def _draw_lists(rng: np.random.Generator, examples: int) -> list[list[int]]:
    """Returns lists of one kind: few different elements, sorted, in runs, or any."""
    low, high = RANGES[int(rng.integers(len(RANGES)))]
    shortest, longest = LENGTHS[int(rng.integers(len(LENGTHS)))]
    if rng.random() < 0.1:
        shortest = longest = int(rng.integers(2, 10))
    kind = rng.random()
    lists = []
    for _ in range(examples):
        size = int(rng.integers(shortest, longest + 1))
        pool = rng.integers(low, high, max(2, size // 2)) if kind < 0.3 or rng.random() < 0.1 else None
        items = rng.choice(pool, size) if pool is not None else rng.integers(low, high, size)
        if kind > 0.94:
            items = np.sort(items)
        elif kind > 0.9:
            items = np.repeat(items, rng.integers(1, 4, size))[: max(size, 1)]
        elif 0.3 <= kind < 0.4 and high - low >= size:
            items = low + rng.permutation(high - low)[:size]
        lists.append([int(item) for item in items])
    return lists


def _draw_second(rng: np.random.Generator, firsts: list[list[int]]) -> list[list[int]]:
    """Returns lists that go with the first ones: as long, positions, a mask of 0 and 1, or others."""
    kind = rng.random()
    others = _draw_lists(rng, len(firsts))
    seconds = []
    for first, other in zip(firsts, others, strict=True):
        size = len(first)
        if kind < 0.3:
            items = rng.choice(other or [0], size)
        elif kind < 0.4:
            items = rng.integers(0, 2, size)
        elif kind < 0.5:
            items = rng.integers(0, max(size, 1), len(other))
        elif kind < 0.7:
            items = np.where(rng.random(len(other)) < 0.5, rng.choice(first or [1], len(other)), other)
        else:
            items = np.array(other)
        seconds.append([int(item) for item in items])
    return seconds


def _draw_ints(rng: np.random.Generator, lists: list[list[int]] | None, examples: int) -> list[int]:
    """Returns ints that may go with lists: positions, elements, small numbers or any."""
    kind = rng.random()
    if lists is not None and kind < 0.35:
        return [int(rng.integers(0, max(len(items), 1))) for items in lists]
    if lists is not None and kind < 0.5:
        return [
            int(rng.choice(items)) if items and rng.random() < 0.8 else int(rng.integers(0, 10))
            for items in lists
        ]
    low, high = (0, 6) if kind < 0.75 else RANGES[int(rng.integers(len(RANGES)))]
    return [int(number) for number in rng.integers(low, high, examples)]


def draw_columns(rng: np.random.Generator, types: Sequence[ValueType], examples: int) -> list[Column]:
    """Returns the values of each argument on all examples."""
    lists: list[list[int]] | None = _draw_lists(rng, examples) if INTS in types else None
    columns: list[Column] = []
    is_first = True
    for type_ in types:
        if type_ == INT:
            columns.append([*_draw_ints(rng, lists, examples)])
        elif type_ == BOOLS:
            assert lists is not None
            columns.append([[bool(bit) for bit in rng.integers(0, 2, len(items))] for items in lists])
        elif is_first:
            assert lists is not None
            columns.append([list(items) for items in lists])
            is_first = False
        else:
            assert lists is not None
            columns.append([list(items) for items in _draw_second(rng, lists)])
    return columns
