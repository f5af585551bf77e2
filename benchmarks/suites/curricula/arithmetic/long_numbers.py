"""Steps of `arithmetic-v1` on numbers written as digits, the lowest first: carry, add, subtract, multiply."""

from __future__ import annotations

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.place_value import (
    COLUMN_SUMS,
    FILL_WITH_ZEROS,
    HIGHEST_PLACE,
    TRIM_ZEROS,
    columns,
    digits_of,
    two_numbers,
    value_of,
)
from benchmarks.suites.curricula.sources import fixed, lists, numbers, numerals
from benchmarks.suites.draws import Draws


def _settled(sums: list[int]) -> list[int]:
    digits, carry = [], 0
    for column in sums:
        carry, digit = divmod(carry + column, 10)
        digits.append(digit)
    return [*digits, carry]


def _with_nines(draws: Draws, larger: int) -> list[int]:
    digits: list[int] = numerals(10, 1, 5)(draws, larger)
    nines = draws.below(len(digits) + 1)
    return [9] * nines + digits[nines:]


def _larger_first(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    left, right = two_numbers(draws, larger)
    return (left, right) if value_of(left) >= value_of(right) else (right, left)


def _often_alike(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    left, right = two_numbers(draws, larger)
    kind = draws.below(4)
    if kind == 0:
        return left, list(left)
    if kind == 1:
        place = draws.below(len(left))
        changed = list(left)
        changed[place] = draws.between(1, 9)
        return left, changed
    return left, right


def _partial_product(draws: Draws, larger: int) -> tuple[list[int], int, list[int]]:
    return numerals(10, 1, 4)(draws, larger), draws.below(10), numerals(10, 1, 4)(draws, larger)


STEPS = (
    Step(
        "remainder-and-quotient", "Divide t by b: give the remainder and the whole quotient, as a pair.",
        "(t: int, b: int) -> list[int]", "return pair(mod(t, b), div(t, b))",
        lambda t, b: [t % b, t // b],
        (numbers(0, 150), fixed(2, 12)), edges=((7, 10), (30, 10)), measure=lambda t, b: max(t, 1),
    ),
    Step(
        "add-to-last", "Add a number to the last element of a list; the others stay.",
        "(x: list[int], k: int) -> list[int]", "return replace(x, -1, add(last(x), k))",
        lambda x, k: [*x[:-1], x[-1] + k],
        (lists(0, 9, 1, 5), fixed(-5, 15)), edges=(([4], 0), ([3, 3, 3], 7)),
    ),
    Step(
        "split-last",
        "Divide the last element by b: its remainder takes its place, the whole quotient follows.",
        "(x: list[int], b: int) -> list[int]",
        "return concat(init(x), remainder_and_quotient(last(x), b))",
        lambda x, b: [*x[:-1], x[-1] % b, x[-1] // b],
        (lists(0, 60, 1, 5), fixed(2, 10)), subtasks=("remainder-and-quotient",), edges=(([27], 10),),
    ),
    Step(
        "carry-column",
        "x holds the digits found so far, the lowest first, and last the carry. Add the next column's sum s "
        "to the carry: its lowest digit stays in the column, the rest is the new carry behind it.",
        "(x: list[int], s: int) -> list[int]", "return split_last(add_to_last(x, s), 10)",
        lambda x, s: [*x[:-1], (x[-1] + s) % 10, (x[-1] + s) // 10],
        (lists(0, 9, 1, 5), fixed(0, 60)), subtasks=("add-to-last", "split-last"),
        edges=(([0], 9), ([1], 9), ([3, 1], 18)),
    ),
    Step(
        "settle-columns",
        "Turn sums of columns, the lowest first, into digits: carry through all columns and write the last "
        "carry behind them.",
        "(s: list[int]) -> list[int]", "return fold(&carry_column, singleton(0), s)",
        _settled, (lists(0, 30, 1, 5),), subtasks=("carry-column",),
        edges=(([],), ([9, 9, 10],), ([4],)),
    ),
    HIGHEST_PLACE,
    TRIM_ZEROS,
    Step(
        "successor", "Give the digits of the number that comes next when counting; lowest digits first.",
        "(x: list[int]) -> list[int]",
        "return trim_zeros(fold(&carry_column, singleton(1), x))",
        lambda x: digits_of(value_of(x) + 1),
        (_with_nines,), subtasks=("carry-column", "trim-zeros"), edges=(([9],), ([9, 9],), ([0, 1],)),
    ),
    FILL_WITH_ZEROS,
    COLUMN_SUMS,
    Step(
        "add-numbers", "Add two numbers given by their digits, the lowest first; no zeros at the end.",
        "(x: list[int], y: list[int]) -> list[int]",
        "return trim_zeros(settle_columns(column_sums(x, y)))",
        lambda x, y: digits_of(value_of(x) + value_of(y)), two_numbers,
        subtasks=("column-sums", "settle-columns", "trim-zeros"), edges=(([9, 9], [1]), ([0], [0])),
    ),
    Step(
        "column-differences",
        "Fill each of two numbers with as many zeros as the other has digits, then subtract the second from "
        "the first column by column without borrowing.",
        "(x: list[int], y: list[int]) -> list[int]",
        "return sub(fill_with_zeros(x, y), fill_with_zeros(y, x))",
        lambda x, y: columns(x, y, -1), two_numbers, subtasks=("fill-with-zeros",),
    ),
    Step(
        "subtract-numbers",
        "Subtract from a number one that is not larger, both given by their digits, the lowest first.",
        "(x: list[int], y: list[int]) -> list[int]",
        "return trim_zeros(settle_columns(column_differences(x, y)))",
        lambda x, y: digits_of(value_of(x) - value_of(y)), _larger_first,
        subtasks=("column-differences", "settle-columns", "trim-zeros"), edges=(([0, 0, 1], [1]), ([7], [7])),
    ),
    Step(
        "compare-numbers",
        "Compare two numbers given by their digits, the lowest first: -1, 0 or 1 as the first is smaller, "
        "equal or larger.",
        "(x: list[int], y: list[int]) -> int",
        "d = column_differences(x, y); return sign(index(d, highest_place(d)))",
        lambda x, y: (value_of(x) > value_of(y)) - (value_of(x) < value_of(y)), _often_alike,
        subtasks=("column-differences", "highest-place"),
        edges=(
            ([1, 2], [2, 1]), ([2, 1], [1, 2]), ([9, 9], [0, 0, 1]), ([0, 0, 1], [9, 9]), ([5], [5]),
            ([3, 1], [3, 1]), ([0, 3], [0, 3]), ([8, 2, 4], [7, 3, 4]), ([1, 1], [2]), ([2], [1, 1]),
            ([6, 1, 2], [4, 2, 2]), ([4, 2, 2], [6, 1, 2]), ([1, 0, 0, 1], [9, 9, 9]), ([7], [8]),
        ), shown=24,
    ),
    Step(
        "times-digit", "Multiply a number, given by its digits with the lowest first, by one digit.",
        "(x: list[int], d: int) -> list[int]", "return trim_zeros(settle_columns(mul(x, d)))",
        lambda x, d: digits_of(value_of(x) * d),
        (numerals(10, 1, 5), fixed(0, 9)), subtasks=("settle-columns", "trim-zeros"),
        edges=(([9, 9], 9), ([4, 3], 0)),
    ),
    Step(
        "shift-and-add",
        "One step of long multiplication: give ten times the product so far, p, plus x times the digit d. "
        "Numbers are digits, the lowest first.",
        "(p: list[int], d: int, x: list[int]) -> list[int]",
        "return add_numbers(prepend(0, p), times_digit(x, d))",
        lambda p, d, x: digits_of(10 * value_of(p) + d * value_of(x)),
        _partial_product, subtasks=("add-numbers", "times-digit"),
        edges=(([0], 7, [3, 4]), ([0], 0, [3, 4]), ([0], 5, [0]), ([2, 1], 0, [3]), ([1], 1, [2, 1])),
        shown=10,
    ),
    Step(
        "multiply-highest-first",
        "Long multiplication: multiply x, its digits given with the lowest first, by y, its digits given "
        "with the highest first. The product's lowest digit stands first.",
        "(x: list[int], y: list[int]) -> list[int]",
        "return fold(&shift_and_add(_, _, x), singleton(0), y)",
        lambda x, y: digits_of(value_of(x) * value_of(y[::-1])),
        (numerals(10, 1, 3), numerals(10, 1, 3)), subtasks=("shift-and-add",),
        edges=(([0], [2, 1]), ([9, 9], [9, 9]), ([2, 1], [0]), ([3, 1], [1, 2]), ([4, 6], [1])),
        shown=10,
    ),
    Step(
        "multiply-numbers", "Multiply two numbers given by their digits, the lowest first.",
        "(x: list[int], y: list[int]) -> list[int]", "return multiply_highest_first(x, reverse(y))",
        lambda x, y: digits_of(value_of(x) * value_of(y)),
        (numerals(10, 1, 3), numerals(10, 1, 3)), subtasks=("multiply-highest-first",),
        edges=(([0], [2, 1]), ([9, 9], [9, 9]), ([2, 1], [0]), ([3, 1], [1, 2]), ([4, 6], [1])),
        shown=10,
    ),
    Step(
        "lowest-digit-first", "Write an int as its decimal digits, the lowest first.",
        "(n: int) -> list[int]", "return reverse(digits(n))",
        digits_of, (numbers(0, 9999),), edges=((0,), (10,), (120,)), measure=lambda n: max(n, 1),
    ),
    Step(
        "nine-digit-addition",
        "Add two ints of up to nine digits as on paper: give the digits of the sum, the lowest first.",
        "(a: int, b: int) -> list[int]",
        "return add_numbers(lowest_digit_first(a), lowest_digit_first(b))",
        lambda a, b: digits_of(a + b),
        (
            lambda draws, larger: draws.below(10 ** draws.between(1, 5)) if larger == 1
            else draws.between(10**8, 10**9 - 1),
        ) * 2,
        subtasks=("lowest-digit-first", "add-numbers"), without=("add", "sub", "sum", "cumsum"),
        edges=((0, 0), (99999, 1)), held_out=20, measure=lambda a, b: max(a, b, 1),
    ),
)  # fmt: skip
