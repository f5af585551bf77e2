"""Sources of floats for the steps of `numeric-v1`, and the sums that their definitions share.

Floats are drawn in quarters, so that many sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from benchmarks.suites.curricula.definition import Joint, Source
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws

Vector: TypeAlias = list[float]
Matrix: TypeAlias = list[list[float]]


def quarters(draws: Draws, low: int, high: int) -> float:
    """Returns a float from `low` to `high` in steps of a quarter."""
    return draws.between(4 * low, 4 * high) / 4


def vector(draws: Draws, size: int, low: int, high: int) -> Vector:
    """Returns so many floats from `low` to `high`."""
    return [quarters(draws, low, high) for _ in range(size)]


def matrix(draws: Draws, height: int, width: int, low: int, high: int) -> Matrix:
    """Returns so many rows of so many floats from `low` to `high`."""
    return [vector(draws, width, low, high) for _ in range(height)]


def real(low: int, high: int) -> Source:
    """Returns a source of floats from `low` to `high`; larger ones are above all of these so many times."""
    top = max(abs(low), abs(high))

    def draw(draws: Draws, larger: int) -> float:
        if larger == 1:
            return quarters(draws, low, high)
        value = quarters(draws, larger * top, 2 * larger * top)
        return -value if low < 0 and draws.chance(50) else value

    return draw


def steady(low: int, high: int) -> Source:
    """Returns a source of floats from `low` to `high`, whatever the size."""
    return lambda draws, larger: quarters(draws, low, high)


def reals(low: int = -6, high: int = 9, least: int = 1, most: int = 5) -> Source:
    """Returns a source of lists of floats from `low` to `high`; larger ones are longer."""
    return lambda draws, larger: vector(draws, length(draws, least, most, larger), low, high)


def alike(number: int, *more: Source, low: int = -6, high: int = 9, least: int = 1, most: int = 5) -> Joint:
    """Returns a source of so many lists of floats of one length, and of more arguments behind them."""

    def draw(draws: Draws, larger: int) -> tuple[Any, ...]:
        size = length(draws, least, most, larger)
        lists = tuple(vector(draws, size, low, high) for _ in range(number))
        return (*lists, *(source(draws, larger) for source in more))

    return draw


def total(x: Sequence[float]) -> float:
    """Returns the sum from left to right; `sum` rounds otherwise in some versions of Python."""
    result = 0.0
    for value in x:
        result += value
    return result


def mean(x: Sequence[float]) -> float:
    """Returns the average; x must not be empty."""
    return total(x) / len(x)


def dot(x: Sequence[float], y: Sequence[float]) -> float:
    """Returns the sum of the products of what stands at the same place."""
    return total([a * b for a, b in zip(x, y, strict=True)])


def times(m: Matrix, x: Vector) -> Vector:
    """Returns a matrix times a vector."""
    return [dot(line, x) for line in m]


def largest_number(*arguments: Any) -> int:
    """Measures arguments by the largest number in them, whatever its sign."""
    return int(max(map(_largest, arguments)))


def _largest(value: Any) -> float:
    return max(map(_largest, value), default=0.0) if isinstance(value, list) else abs(value)
