"""Sources of arguments for the steps of curricula: each draws values of one kind, short or long."""

from __future__ import annotations

from benchmarks.suites.curricula.definition import Source
from benchmarks.suites.draws import Draws


def fixed(low: int, high: int) -> Source:
    """Returns a source of ints from `low` to `high`, whatever the size."""
    return lambda draws, larger: draws.between(low, high)


def numbers(low: int, high: int) -> Source:
    """Returns a source of ints from `low` to `high`; larger ones are above all of these so many times."""
    top = max(abs(low), abs(high))

    def draw(draws: Draws, larger: int) -> int:
        if larger == 1:
            return draws.between(low, high)
        value = draws.between(larger * top, 2 * larger * top)
        return -value if low < 0 and draws.chance(50) else value

    return draw


def length(draws: Draws, least: int, most: int, larger: int) -> int:
    """Returns a length from `least` to `most`; a larger one is so many times longer than `most + 3`.

    So three elements besides, such as marks and counts, do not make a shown argument too long.
    """
    if larger == 1:
        return draws.between(least, most)
    return draws.between(larger * (most + 3), larger * (most + 3) + most)


def lists(low: int, high: int, least: int = 1, most: int = 6) -> Source:
    """Returns a source of lists of ints from `low` to `high`; larger ones are longer."""
    return lambda draws, larger: [draws.between(low, high) for _ in range(length(draws, least, most, larger))]


def numerals(base: int = 10, least: int = 1, most: int = 5) -> Source:
    """Returns a source of numbers written as digits, the lowest first, the highest not zero."""

    def draw(draws: Draws, larger: int) -> list[int]:
        least_now, most_now = (least, most) if larger == 1 else (larger * most, (larger + 1) * most)
        low = [draws.below(base) for _ in range(draws.between(least_now, most_now) - 1)]
        return [*low, draws.between(1, base - 1)]

    return draw
