"""Steps on place values that several curricula begin with; in every list the lowest place stands first."""

from __future__ import annotations

from benchmarks.suites.curricula.definition import Step, magnitude
from benchmarks.suites.curricula.sources import fixed, length, numbers, numerals
from benchmarks.suites.draws import Draws


def digits_of(value: int) -> list[int]:
    """Returns the digits of a number that is not negative, the lowest first; of 0 one digit."""
    return [int(mark) for mark in reversed(str(value))]


def value_of(digits: list[int]) -> int:
    """Returns the number with these digits, the lowest first."""
    value = 0
    for digit in reversed(digits):
        value = 10 * value + digit
    return value


def trimmed(digits: list[int]) -> list[int]:
    """Returns the digits without zeros at the end, but at least one digit."""
    while len(digits) > 1 and digits[-1] == 0:
        digits = digits[:-1]
    return digits


def number_of(bits: list[int]) -> int:
    """Returns the number with these bits, the lowest first."""
    return sum(bit << place for place, bit in enumerate(bits))


def with_zeros(digits: list[int], others: list[int]) -> list[int]:
    """Returns the digits with as many zeros behind them as there are others."""
    return digits + [0] * len(others)


def columns(left: list[int], right: list[int], sign: int) -> list[int]:
    """Returns the sums of the columns, or with sign -1 their differences, zeros filled in."""
    pairs = zip(with_zeros(left, right), with_zeros(right, left), strict=True)
    return [one + sign * other for one, other in pairs]


def _zeros_far_behind(draws: Draws, larger: int) -> list[int]:
    size = length(draws, 2, 7, larger)
    kept = draws.between(2, size)
    return [*(draws.below(10) for _ in range(kept - 1)), draws.between(1, 9)] + [0] * (size - kept)


def two_numbers(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    """Draws the digits of two numbers of unequal lengths as a rule; at least one of them is larger."""
    left, right = numerals(10, 1, 5)(draws, larger), numerals(10, 1, 5)(draws, 1)
    if larger > 1 and draws.chance(60):
        right = numerals(10, 1, 5)(draws, larger)
    return (left, right) if draws.chance(50) else (right, left)


def word_of_bits(draws: Draws, larger: int) -> list[int]:
    """Draws the bits of a number, the highest not zero."""
    # Ten times as many bits still fit a word.
    size = draws.between(1, 6) if larger == 1 else draws.between(60, 62)
    return [*(draws.below(2) for _ in range(size - 1)), 1]


HIGHEST_PLACE = Step(
    "highest-place",
    "Give the position of the last element that is not zero, counted from 0; 0 if all are.",
    "(x: list[int]) -> int", "return last(where(ne(x, 0)))",
    lambda x: max((place for place, digit in enumerate(x) if digit), default=0),
    (_zeros_far_behind,), edges=(([0, 0],), ([3],), ([0, 5, 0, 0],)), shown=10,
)  # fmt: skip

TRIM_ZEROS = Step(
    "trim-zeros", "Leave out the zeros at the end of a number's digits, but keep at least one digit.",
    "(x: list[int]) -> list[int]", "return take(x, add(highest_place(x), 1))",
    trimmed, (_zeros_far_behind,), subtasks=("highest-place",),
    edges=(([0, 0],), ([3],), ([0, 5, 0, 0],), ([4, 4, 0],), ([0, 0, 7, 7, 0],)), shown=10,
)  # fmt: skip

FILL_WITH_ZEROS = Step(
    "fill-with-zeros", "Write as many zeros behind the digits of x as y has digits.",
    "(x: list[int], y: list[int]) -> list[int]", "return concat(x, mul(y, 0))",
    with_zeros, two_numbers,
)  # fmt: skip

COLUMN_SUMS = Step(
    "column-sums",
    "Fill each of two numbers with as many zeros as the other has digits, then add column by column "
    "without a carry.",
    "(x: list[int], y: list[int]) -> list[int]",
    "return add(fill_with_zeros(x, y), fill_with_zeros(y, x))",
    lambda x, y: columns(x, y, 1), two_numbers, subtasks=("fill-with-zeros",),
)  # fmt: skip

APPEND_BIT = Step(
    "append-bit",
    "Write one more bit behind the binary form of n, at its low end: double n and add the bit.",
    "(n: int, b: int) -> int", "return add(add(n, n), b)",
    lambda n, b: 2 * n + b, (numbers(0, 50), fixed(0, 1)), edges=((0, 1), (0, 0)), measure=magnitude,
)  # fmt: skip

BINARY_TO_NUMBER = Step(
    "binary-to-number", "Give the number whose bits are listed, the lowest first.",
    "(x: list[int]) -> int", "return fold(&append_bit, 0, reverse(x))",
    number_of, (word_of_bits,), subtasks=("append-bit",), edges=(([0],), ([0, 1],), ([1, 1, 0, 1],)),
    shown=10,
)  # fmt: skip
