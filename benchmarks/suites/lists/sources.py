"""Sources of arguments for the tasks of `lists-v1`: each draws values of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import Source

WORDS = (
    "stone", "river", "apple", "ink", "mountain", "garden", "little", "moon", "paper", "silver",
    "bread", "sea", "tree", "understand", "bottle", "elephant", "horse", "up", "yellow", "kettle",
    "afternoon",
)  # fmt: skip


def number(low: int, high: int) -> Source:
    """Returns a source of ints from `low` to `high`."""
    return lambda draws, longer: draws.between(low, high)


def ints(low: int = -9, high: int = 20, least: int = 1, most: int = 7) -> Source:
    """Returns a source of lists of `least` to `most` ints from `low` to `high`."""
    return lambda draws, longer: [
        draws.between(low, high) for _ in range(_length(draws, least, most, longer))
    ]


def pairs_of_lists(low: int = -9, high: int = 20, least: int = 2, most: int = 6) -> tuple[Source, Source]:
    """Returns two sources of lists of ints, of unequal lengths as a rule."""
    return ints(low, high, least, most), ints(low, high, least, most)


def bools(least: int = 1, most: int = 7) -> Source:
    """Returns a source of masks."""
    return lambda draws, longer: [draws.chance(50) for _ in range(_length(draws, least, most, longer))]


def real(low: int, high: int) -> Source:
    """Returns a source of floats in steps of a quarter, from `low` to `high`."""
    return lambda draws, longer: draws.between(4 * low, 4 * high) / 4


def floats(low: int = -8, high: int = 12, least: int = 2, most: int = 6) -> Source:
    """Returns a source of lists of floats in steps of a quarter."""
    return lambda draws, longer: [
        draws.between(4 * low, 4 * high) / 4 for _ in range(_length(draws, least, most, longer))
    ]


def grid(low: int = 0, high: int = 9, least: int = 2, most: int = 4) -> Source:
    """Returns a source of rectangular lists of lists of ints; height and width are drawn apart."""

    def draw(draws: Draws, longer: int) -> list[list[int]]:
        extra = 1 if longer else 0
        height, width = draws.between(least, most + extra), draws.between(least, most + extra)
        return [[draws.between(low, high) for _ in range(width)] for _ in range(height)]

    return draw


def word() -> Source:
    """Returns a source of lower-case words."""
    return lambda draws, longer: draws.choice(WORDS) + (draws.choice(WORDS) if longer else "")


def letters(alphabet: str, least: int = 1, most: int = 7) -> Source:
    """Returns a source of texts over an alphabet."""
    return lambda draws, longer: "".join(
        draws.choice(alphabet) for _ in range(_length(draws, least, most, longer))
    )


def letter(alphabet: str) -> Source:
    """Returns a source of single characters of an alphabet."""
    return lambda draws, longer: draws.choice(alphabet)


def sentence(separator: str = " ", least: int = 1, most: int = 3) -> Source:
    """Returns a source of words with a separator between them."""
    return lambda draws, longer: separator.join(
        draws.choice(WORDS) for _ in range(draws.between(least, most + longer // 3))
    )


def changed(source: Source, change: Callable[[Any, Draws], Any], percent: int = 50) -> Source:
    """Returns a source that changes so many of a hundred values that another source draws."""

    def draw(draws: Draws, longer: int) -> Any:
        value = source(draws, longer)
        return change(value, draws) if draws.chance(percent) else value

    return draw


def _length(draws: Draws, least: int, most: int, longer: int) -> int:
    return draws.between(least, most) if not longer else draws.between(least + 1, most + longer)
