"""Steps of `arithmetic-v1` on the binary and decimal forms of a number."""

from __future__ import annotations

from benchmarks.suites.curricula.definition import Step, magnitude
from benchmarks.suites.curricula.place_value import (
    APPEND_BIT,
    BINARY_TO_NUMBER,
    digits_of,
    number_of,
    word_of_bits,
)
from benchmarks.suites.curricula.sources import lists, numbers


def bits_of(value: int) -> list[int]:
    """Returns the bits of a number that is not negative, the lowest first; of 0 one bit."""
    return [int(mark) for mark in reversed(f"{value:b}")]


STEPS = (
    APPEND_BIT,
    BINARY_TO_NUMBER,
    Step(
        "halve-last", "Divide the last element by two: its remainder takes its place, the quotient follows.",
        "(x: list[int]) -> list[int]", "return split_last(x, 2)",
        lambda x: [*x[:-1], x[-1] % 2, x[-1] // 2],
        (lists(0, 40, 1, 5),), subtasks=("split-last",),
    ),
    Step(
        "ends-in-bit", "Say whether the last element is below two.",
        "(x: list[int]) -> bool", "return lt(last(x), 2)",
        lambda x: x[-1] < 2, (lists(0, 4, 1, 5),), shown=12,
        edges=(([1],), ([2],), ([0, 3],), ([5, 1],), ([1, 1, 2],), ([4, 7, 0],)),
    ),
    Step(
        "number-to-binary",
        "List the bits of a number, the lowest first: halve again and again, keep remainders.",
        "(n: int) -> list[int]", "return until(&halve_last, &ends_in_bit, singleton(n))",
        bits_of, (numbers(0, 100),), subtasks=("halve-last", "ends-in-bit"),
        edges=((0,), (1,), (2,), (6,)), shown=10, measure=magnitude,
    ),
    Step(
        "binary-to-decimal",
        "Turn a number's bits, the lowest first, into its decimal digits, the lowest first.",
        "(x: list[int]) -> list[int]", "return lowest_digit_first(binary_to_number(x))",
        lambda x: digits_of(number_of(x)), (word_of_bits,),
        subtasks=("binary-to-number", "lowest-digit-first"),
        edges=(([0],), ([0, 1, 0, 1],), ([0, 1, 1, 1, 1, 1],)), shown=10,
    ),
    Step(
        "binary-highest-first", "List the bits of a number, the highest first.",
        "(n: int) -> list[int]", "return reverse(number_to_binary(n))",
        lambda n: bits_of(n)[::-1], (numbers(0, 100),), subtasks=("number-to-binary",),
        edges=((0,), (2,), (6,)), measure=magnitude,
    ),
)  # fmt: skip
