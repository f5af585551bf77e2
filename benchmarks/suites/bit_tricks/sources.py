"""Decides which words the examples of bit tricks hold: edges, powers of two, runs of ones, related words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from benchmarks.suites.draws import Draws

Source: TypeAlias = Callable[[Draws, int], tuple[int, ...]]
"""From a stream and the width to arguments; words may be out of range and are cut to the width."""


def word(draws: Draws, width: int) -> int:
    """Returns one word; half of them are random, of various densities."""
    top = 1 << (width - 1)
    kind = draws.below(12)
    if kind == 0:
        return draws.choice((0, 1, 2, 3, -1, -2, top, top - 1, top + 1))
    if kind == 1:
        return 1 << draws.below(width)
    if kind == 2:
        return ~(1 << draws.below(width))
    if kind in (3, 4):
        low = draws.below(width)
        run = (2 << draws.below(width - low)) - 1
        return run << low if kind == 3 else ~(run << low)
    if kind == 5:
        return draws.below(40)
    first, second = draws.below(2**width), draws.below(2**width)
    if kind in (6, 7):
        return first & second
    return first | second if kind == 8 else first


def related(draws: Draws, width: int, other: int) -> int:
    """Returns a word that often has to do with another: equal, next to it, or of the same length in bits."""
    kind = draws.below(12)
    if kind < 4:
        return (other, other + 1, other - 1, ~other)[kind]
    if kind == 4:
        return -other
    if kind == 5:
        return other ^ (1 << draws.below(width))
    if kind in (6, 7):
        highest = 1 << (other & ((1 << width) - 1)).bit_length() >> 1
        return highest | draws.below(max(highest, 1))
    return word(draws, width)


def one(draws: Draws, width: int) -> tuple[int, ...]:
    """Returns a word."""
    return (word(draws, width),)


def two(draws: Draws, width: int) -> tuple[int, ...]:
    """Returns two words, often related."""
    first = word(draws, width)
    second = related(draws, width, first)
    return (first, second) if draws.chance(50) else (second, first)


def fields(draws: Draws, width: int) -> tuple[int, ...]:
    """Returns a word, the mask of its lower field, and the distance between two fields."""
    size = 1 + draws.below(width // 2)
    low = draws.below(width - 2 * size + 1)
    distance = size + draws.below(width - 2 * size - low + 1)
    mask = ((1 << size) - 1) << low
    if draws.chance(25):
        mask, distance = word(draws, width), draws.below(width + 2)
    return draws.below(2**width) if draws.chance(70) else word(draws, width), mask, distance


def cycle(draws: Draws, width: int) -> tuple[int, ...]:
    """Returns a word and three others, of which it mostly is one."""
    values = [word(draws, width), word(draws, width), word(draws, width)]
    if draws.chance(15):
        values[draws.below(3)] = values[draws.below(3)]
    current = draws.choice(values) if draws.chance(80) else word(draws, width)
    return current, *values
