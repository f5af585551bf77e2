"""Tasks of `lists-v1` that ask a question of each element, or of the whole list."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import bools, changed, ints

_LIST = (ints(-9, 12, 2, 8),)
_SOME: tuple[tuple[list[int]], ...] = (([],), ([3],), ([-4, 0, 4],))


def _sorted(value: list[int], draws: Draws) -> list[int]:
    return sorted(value)


def _mirrored(value: list[int], draws: Draws) -> list[int]:
    return value + value[: len(value) - draws.below(2)][::-1]


def _all_even(value: list[int], draws: Draws) -> list[int]:
    return [2 * item for item in value]


TASKS = (
    Definition(
        "only-positive", "Keep the elements above zero.",
        "(x: list[int]) -> list[int]", "return compress(x, lt(0, x))",
        lambda x: [v for v in x if v > 0], _LIST, edges=(*_SOME, ([1, 0, -1, 2],)),
    ),
    Definition(
        "no-debts", "Replace negative elements by zero.",
        "(x: list[int]) -> list[int]", "return max(x, 0)",
        lambda x: [max(v, 0) for v in x], _LIST, edges=_SOME,
    ),
    Definition(
        "odd-ones-negative", "Change the sign of the odd elements.",
        "(x: list[int]) -> list[int]", "return select(odd(x), neg(x), x)",
        lambda x: [-v if v % 2 else v for v in x], _LIST, edges=_SOME,
    ),
    Definition(
        "halve-the-even", "Halve the even elements and leave the others.",
        "(x: list[int]) -> list[int]", "return select(even(x), div(x, 2), x)",
        lambda x: [v if v % 2 else v // 2 for v in x], _LIST, edges=_SOME,
    ),
    Definition(
        "odd-squares-in-order", "Square the odd elements and sort the squares.",
        "(x: list[int]) -> list[int]", "return sort(square(compress(x, odd(x))))",
        lambda x: sorted(v * v for v in x if v % 2), _LIST, edges=_SOME,
    ),
    Definition(
        "above-the-first", "Keep the elements that are larger than the first one.",
        "(x: list[int]) -> list[int]", "return compress(x, lt(head(x), x))",
        lambda x: [v for v in x if v > x[0]], (ints(-9, 12, 3, 9),), edges=(([],), ([3],), ([2, 2, 3],)),
    ),
    Definition(
        "positions-of-zero", "At which positions, counted from 0, do zeros stand?",
        "(x: list[int]) -> list[int]", "return where(eq(x, 0))",
        lambda x: [k for k, v in enumerate(x) if v == 0], (ints(-1, 2, 2, 9),), edges=(([],), ([0],), ([3],)),
    ),
    Definition(
        "keep-the-records", "Keep the elements that no earlier element exceeds.",
        "(x: list[int]) -> list[int]", "return compress(x, eq(x, cummax(x)))",
        lambda x: [v for k, v in enumerate(x) if v == max(x[: k + 1])], (ints(0, 15, 3, 9),),
        edges=(([],), ([3],), ([2, 5, 5, 1],)),
    ),
    Definition(
        "only-once", "Keep the elements that occur exactly once.",
        "(x: list[int]) -> list[int]", "return compress(x, eq(counts(x), 1))",
        lambda x: [v for v in x if x.count(v) == 1], (ints(1, 7, 3, 9),), edges=(([],), ([3],), ([2, 2],)),
    ),
    Definition(
        "even-before-odd", "Put the even elements before the odd ones and keep their order otherwise.",
        "(x: list[int]) -> list[int]", "return order_by(x, odd(x))",
        lambda x: sorted(x, key=lambda v: v % 2), _LIST, edges=_SOME,
    ),
    Definition(
        "is-it-sorted", "Is no element smaller than the one before it?",
        "(x: list[int]) -> bool", "return all(le(x, tail(x)))",
        lambda x: all(a <= b for a, b in pairwise(x)), (changed(ints(0, 9, 2, 7), _sorted),),
        edges=(([],), ([3],), ([1, 2, 2],), ([1, 3, 2],), ([2, 1, 3, 4],)), shown=16,
    ),
    Definition(
        "all-even", "Are all elements even?",
        "(x: list[int]) -> bool", "return all(even(x))",
        lambda x: all(v % 2 == 0 for v in x), (changed(ints(-4, 9, 1, 6), _all_even),),
        edges=(([],), ([3],), ([4],), ([2, 4, 5],), ([1, 2, 4],), ([1, 3],)), shown=16,
    ),
    Definition(
        "reads-the-same-backwards", "Is the list the same when reversed?",
        "(x: list[int]) -> bool", "return all(eq(x, reverse(x)))",
        lambda x: x == x[::-1], (changed(ints(0, 5, 2, 4), _mirrored),),
        edges=(([],), ([3],), ([1, 2, 1],), ([1, 2, 3, 1],), ([1, 2],), ([1, 1, 2],)), shown=16,
    ),
    Definition(
        "any-repeats", "Does any element occur more than once?",
        "(x: list[int]) -> bool", "return lt(len(unique(x)), len(x))",
        lambda x: len(set(x)) < len(x), (ints(0, 15, 2, 7),),
        edges=(([],), ([3],), ([1, 2, 1],), ([1, 2, 3, 4, 5],), ([2, 2],), ([5, 4, 3, 5],)), shown=16,
    ),
    Definition(
        "odd-number-of-trues", "Is the number of trues odd?",
        "(m: list[bool]) -> bool", "return odd(count(m))",
        lambda m: sum(m) % 2 == 1, (bools(),),
        edges=(([],), ([True],), ([False],), ([True, True],), ([True, False, True, True],)), shown=16,
    ),
    Definition(
        "where-runs-begin", "At which positions, counted from 0, does a run of equal truths begin?",
        "(m: list[bool]) -> list[int]", "return where(starts(m))",
        lambda m: [k for k in range(len(m)) if k == 0 or m[k] != m[k - 1]], (bools(2, 9),),
        edges=(([],), ([True],), ([False, False],)),
    ),
)  # fmt: skip
