"""Tasks of `lists-v1` that turn a list of ints into another list, without looking for conditions."""

from __future__ import annotations

from itertools import accumulate, groupby, pairwise

from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import ints

_LIST = (ints(),)
_SMALL = (ints(0, 4, 2, 9),)
_EMPTY: tuple[tuple[list[int]], ...] = (([],), ([5],))

TASKS = (
    Definition(
        "sort-without-repeats", "Sort the list and keep one of equal elements.",
        "(x: list[int]) -> list[int]", "return sort(unique(x))",
        lambda x: sorted(set(x)), _SMALL, edges=_EMPTY,
    ),
    Definition(
        "cut-both-ends", "Leave out the first and the last element.",
        "(x: list[int]) -> list[int]", "return tail(init(x))",
        lambda x: x[1:-1], _LIST, edges=_EMPTY,
    ),
    Definition(
        "there-and-back", "Put the reversed list behind the list.",
        "(x: list[int]) -> list[int]", "return concat(x, reverse(x))",
        lambda x: x + x[::-1], _LIST, edges=_EMPTY,
    ),
    Definition(
        "first-to-the-end", "Move the first element to the end.",
        "(x: list[int]) -> list[int]", "return rotate(x, 1)",
        lambda x: x[1:] + x[:1], _LIST, edges=_EMPTY,
    ),
    Definition(
        "every-third", "Keep the first element and every third one after it.",
        "(x: list[int]) -> list[int]", "return every(x, 3)",
        lambda x: x[::3], (ints(least=3, most=10),), edges=_EMPTY,
    ),
    Definition(
        "steps", "How much larger is each element than the one before it?",
        "(x: list[int]) -> list[int]", "return diff(x)",
        lambda x: [b - a for a, b in pairwise(x)], _LIST, edges=_EMPTY,
    ),
    Definition(
        "doubled-and-sorted", "Double all elements and sort them.",
        "(x: list[int]) -> list[int]", "return sort(mul(x, 2))",
        lambda x: sorted(2 * v for v in x), _LIST, edges=_EMPTY,
    ),
    Definition(
        "from-the-lowest", "Subtract the smallest element from all.",
        "(x: list[int]) -> list[int]", "return sub(x, minimum(x))",
        lambda x: [v - min(x) for v in x], _LIST, edges=_EMPTY,
    ),
    Definition(
        "append-the-total", "Put the sum of the list at its end.",
        "(x: list[int]) -> list[int]", "return append(x, sum(x))",
        lambda x: [*x, sum(x)], _LIST, edges=_EMPTY,
    ),
    Definition(
        "stutter", "Write every element twice.",
        "(x: list[int]) -> list[int]", "return repeat_each(x, 2)",
        lambda x: [v for v in x for _ in range(2)], _LIST, edges=_EMPTY,
    ),
    Definition(
        "three-largest", "Give the three largest elements, the largest first.",
        "(x: list[int]) -> list[int]", "return take(sort_down(x), 3)",
        lambda x: sorted(x, reverse=True)[:3], (ints(least=3, most=8),), edges=_EMPTY,
    ),
    Definition(
        "highest-so-far", "Replace each element by the largest one up to it.",
        "(x: list[int]) -> list[int]", "return cummax(x)",
        lambda x: list(accumulate(x, max)), (ints(least=3, most=8),), edges=_EMPTY,
    ),
    Definition(
        "neighbours", "Add each element and the next one.",
        "(x: list[int]) -> list[int]", "return add(x, tail(x))",
        lambda x: [a + b for a, b in pairwise(x)], (ints(least=2),), edges=_EMPTY,
    ),
    Definition(
        "gaps", "How large are the gaps between the different values, in order?",
        "(x: list[int]) -> list[int]", "return diff(sort(unique(x)))",
        lambda x: [b - a for a, b in pairwise(sorted(set(x)))], (ints(0, 12, 3, 9),), edges=_EMPTY,
    ),
    Definition(
        "times-the-position", "Multiply each element by its position, counted from 0.",
        "(x: list[int]) -> list[int]", "return mul(x, indices(x))",
        lambda x: [k * v for k, v in enumerate(x)], (ints(least=2),), edges=_EMPTY,
    ),
    Definition(
        "run-heads", "Keep the first element of each run of equal elements.",
        "(x: list[int]) -> list[int]", "return compress(x, starts(x))",
        lambda x: [key for key, _ in groupby(x)], (ints(0, 2, 3, 10),), edges=_EMPTY,
    ),
    Definition(
        "second-half", "Keep the second half; the middle element belongs to it.",
        "(x: list[int]) -> list[int]", "return drop(x, div(len(x), 2))",
        lambda x: x[len(x) // 2 :], (ints(least=2, most=11),), edges=_EMPTY, shown=10,
    ),
    Definition(
        "swap-the-halves",
        "Put the second half before the first half; the middle element belongs to the second.",
        "(x: list[int]) -> list[int]", "return rotate(x, div(len(x), 2))",
        lambda x: x[len(x) // 2 :] + x[: len(x) // 2], (ints(least=2, most=11),), edges=_EMPTY, shown=12,
    ),
    Definition(
        "what-is-to-come", "Replace each element by the sum from it to the end.",
        "(x: list[int]) -> list[int]", "return reverse(cumsum(reverse(x)))",
        lambda x: [sum(x[k:]) for k in range(len(x))], (ints(least=2),), edges=_EMPTY,
    ),
    Definition(
        "riffle-with-reverse", "Take elements in turn from the list and from the reversed list.",
        "(x: list[int]) -> list[int]", "return interleave(x, reverse(x))",
        lambda x: [v for two in zip(x, reversed(x), strict=True) for v in two], _LIST, edges=_EMPTY,
    ),
    Definition(
        "most-frequent-first",
        "List the different elements, the most frequent first, equally frequent ones in their order.",
        "(x: list[int]) -> list[int]", "return unique(order_by(x, neg(counts(x))))",
        lambda x: sorted(dict.fromkeys(x), key=lambda v: -x.count(v)), (ints(0, 4, 4, 10),),
        edges=(([],), ([5],), ([3, 1, 1, 3, 2],)), shown=10,
    ),
)  # fmt: skip
