"""Steps of `automata-v1` on bits, the lowest first: sum, product and square root."""

from __future__ import annotations

from math import isqrt

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.place_value import (
    APPEND_BIT,
    BINARY_TO_NUMBER,
    COLUMN_SUMS,
    FILL_WITH_ZEROS,
    HIGHEST_PLACE,
    TRIM_ZEROS,
    number_of,
    trimmed,
    word_of_bits,
)
from benchmarks.suites.curricula.sources import fixed, lists, numerals
from benchmarks.suites.draws import Draws


def bits_of(value: int, places: int) -> list[int]:
    """Returns the lowest bits of a number, as many as there are places."""
    return [value >> place & 1 for place in range(places)]


def _trimmed_bits(value: int) -> list[int]:
    return trimmed(bits_of(value, max(1, value.bit_length())))


def _carried(sums: list[int]) -> list[int]:
    carries = [0, *(value // 2 for value in sums)]
    return [value % 2 + carry for value, carry in zip([*sums, 0], carries, strict=True)]


def _settled(sums: list[int]) -> list[int]:
    for _ in list(sums):
        sums = _carried(sums)
    return sums


def _root_step(root: int, bit: int, number: int) -> int:
    return root + bit if (root + bit) ** 2 <= number else root


def _root(draws: Draws, larger: int) -> tuple[int, int, int]:
    number = draws.between(1, 200) if larger == 1 else draws.between(2000, 90_000)
    bit = 2 ** draws.below(1 + isqrt(number).bit_length())
    return draws.below(isqrt(number) + 1) // (2 * bit) * 2 * bit, bit, number


def _number_and_places(draws: Draws, larger: int) -> tuple[int, list[int]]:
    return draws.below(64 if larger == 1 else 2**60), lists(0, 1, 1, 6)(draws, larger)


def _highest_first(draws: Draws, larger: int) -> list[int]:
    return [1, *lists(0, 1, 1, 4)(draws, larger)[1:]]


def _half(word: list[int]) -> int:
    return (len(word) + 1) // 2


_TWO = (numerals(2, 1, 5), numerals(2, 1, 5))

STEPS = (
    HIGHEST_PLACE,
    TRIM_ZEROS,
    FILL_WITH_ZEROS,
    COLUMN_SUMS,
    Step(
        "carries",
        "Halve every column's sum, round down, and move the results one place up; a 0 fills the lowest.",
        "(s: list[int]) -> list[int]", "return prepend(0, div(s, 2))",
        lambda s: [0, *(value // 2 for value in s)], (lists(0, 9, 1, 6),), edges=(([],), ([2, 1],)),
    ),
    Step(
        "carry-once",
        "Carry in all columns at once, the lowest first: of each sum the remainder by two stays in its "
        "column, and the half is added one place up; there is one column more.",
        "(s: list[int]) -> list[int]", "return add(append(mod(s, 2), 0), carries(s))",
        _carried, (lists(0, 5, 1, 6),), subtasks=("carries",), edges=(([2],), ([1, 1],), ([2, 1, 2],)),
    ),
    Step(
        "settle-bits", "Carry in all columns at once, and do that as many times as there are columns.",
        "(s: list[int]) -> list[int]", "return iterate(&carry_once, len(s), s)",
        _settled, (lists(0, 2, 1, 6),), subtasks=("carry-once",), edges=(([2, 1, 1],), ([1],), ([2, 2],)),
    ),
    Step(
        "binary-addition", "Add two numbers given by their bits, the lowest first; no zeros at the end.",
        "(x: list[int], y: list[int]) -> list[int]", "return trim_zeros(settle_bits(column_sums(x, y)))",
        lambda x, y: _trimmed_bits(number_of(x) + number_of(y)), _TWO,
        subtasks=("column-sums", "settle-bits", "trim-zeros"),
        edges=(([1, 1, 1], [1]), ([0], [0]), ([0, 1], [1])),
    ),
    Step(
        "binary-shift-and-add",
        "One step of long multiplication: give two times the product so far, p, plus x if the bit b is 1. "
        "Numbers are bits, the lowest first.",
        "(p: list[int], b: int, x: list[int]) -> list[int]",
        "return binary_addition(prepend(0, p), mul(x, b))",
        lambda p, b, x: _trimmed_bits(2 * number_of(p) + b * number_of(x)),
        (numerals(2, 1, 5), fixed(0, 1), numerals(2, 1, 5)), subtasks=("binary-addition",),
        edges=(([0], 1, [1, 1]), ([1, 1], 0, [1, 1]), ([1], 1, [1]), ([0], 0, [1, 1]), ([0], 1, [0])),
        shown=12,
    ),
    Step(
        "multiply-highest-first",
        "Multiply x, its bits given with the lowest first, by y, its bits given with the highest first. The "
        "product's lowest bit stands first; no zeros at the end.",
        "(x: list[int], y: list[int]) -> list[int]",
        "return fold(&binary_shift_and_add(_, _, x), singleton(0), y)",
        lambda x, y: _trimmed_bits(number_of(x) * number_of(y[::-1])),
        (numerals(2, 1, 4), _highest_first), subtasks=("binary-shift-and-add",),
        edges=(([1, 1], [1, 1]), ([0], [1, 1]), ([1, 1], [0]), ([1], [1, 0, 1])), shown=10,
    ),
    Step(
        "binary-multiplication",
        "Multiply two numbers given by their bits, the lowest first; no zeros at the end.",
        "(x: list[int], y: list[int]) -> list[int]", "return multiply_highest_first(x, reverse(y))",
        lambda x, y: _trimmed_bits(number_of(x) * number_of(y)),
        (numerals(2, 1, 4), numerals(2, 1, 4)), subtasks=("multiply-highest-first",),
        edges=(([1, 1], [1, 1]), ([0], [1, 1]), ([1, 1], [0]), ([1], [1, 0, 1])), shown=10,
    ),
    APPEND_BIT,
    BINARY_TO_NUMBER,
    Step(
        "root-bit", "Add b to the root found so far, r, unless the square of the sum is above n.",
        "(r: int, b: int, n: int) -> int", "s = add(r, b); return select(le(square(s), n), s, r)",
        _root_step, _root, shown=14, measure=lambda r, b, n: n,
        edges=((0, 8, 63), (0, 8, 64), (8, 4, 150), (8, 4, 143), (12, 1, 168), (12, 1, 169), (0, 1, 0)),
    ),
    Step(
        "root-places",
        "List the powers of two that are half as many as x has bits, rounded up, the highest first.",
        "(x: list[int]) -> list[int]", "return reverse(pow(2, indices(every(x, 2))))",
        lambda x: [2**place for place in reversed(range(_half(x)))],
        (lists(0, 1, 1, 6),), edges=(([1],), ([1, 0],), ([0, 1, 1],), ([0, 1] * 4,), ([1, 0, 0] * 3,)),
        shown=10,
    ),
    Step(
        "root-of-bits",
        "Give the largest int whose square is not above the number with these bits, the lowest first.",
        "(x: list[int]) -> int",
        "return fold(&root_bit(_, _, binary_to_number(x)), 0, root_places(x))",
        lambda x: isqrt(number_of(x)), (word_of_bits,),
        subtasks=("root-bit", "binary-to-number", "root-places"),
        without=("sqrt",), edges=(([1],), ([0, 0, 1],), ([1, 1, 1, 1, 1, 1],), ([0, 0, 0, 0, 0, 1],)),
        shown=12,
    ),
    Step(
        "lowest-bits", "Write the lowest bits of n, the lowest first, as many as x has elements.",
        "(n: int, x: list[int]) -> list[int]", "return mod(shr(n, indices(x)), 2)",
        lambda n, x: bits_of(n, len(x)), _number_and_places, edges=((5, [1, 1, 1]), (6, [0, 0]), (0, [1])),
        shown=10,
        measure=lambda n, x: len(x),
    ),
    Step(
        "binary-square-root",
        "Give the bits of the root, rounded down, of a number given by its bits, the lowest first; half as "
        "many bits, rounded up.",
        "(x: list[int]) -> list[int]", "return lowest_bits(root_of_bits(x), every(x, 2))",
        lambda x: bits_of(isqrt(number_of(x)), _half(x)), (word_of_bits,),
        subtasks=("root-of-bits", "lowest-bits"),
        without=("sqrt",), edges=(([1],), ([0, 0, 1],), ([1, 1, 1, 1, 1, 1],)), shown=10,
    ),
)  # fmt: skip
