"""Tasks of `lists-v1` with two or three arguments."""

from __future__ import annotations

from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import ints, number, pairs_of_lists

_TWO_LISTS = pairs_of_lists()
_TWO_SMALL = pairs_of_lists(0, 6, 2, 7)
_LIST_AND_COUNT = (ints(least=3, most=8), number(0, 4))

TASKS = (
    Definition(
        "scalar-product", "Multiply the lists element by element and add up the products.",
        "(x: list[int], y: list[int]) -> int", "return sum(mul(x, y))",
        lambda x, y: sum(a * b for a, b in zip(x, y, strict=False)), _TWO_LISTS,
        edges=(([], []), ([2, 3], [4])),
    ),
    Definition(
        "also-in-the-second", "Keep the elements of the first list that also occur in the second.",
        "(x: list[int], y: list[int]) -> list[int]", "return compress(x, member(x, y))",
        lambda x, y: [v for v in x if v in y], _TWO_SMALL, edges=(([], [1]), ([1, 2], [])),
    ),
    Definition(
        "not-in-the-second", "Leave out the elements of the first list that occur in the second.",
        "(x: list[int], y: list[int]) -> list[int]", "return without(x, y)",
        lambda x, y: [v for v in x if v not in y], _TWO_SMALL, edges=(([], [1]), ([1, 2], [])),
    ),
    Definition(
        "merge-sorted", "Put both lists together and sort them.",
        "(x: list[int], y: list[int]) -> list[int]", "return sort(concat(x, y))",
        lambda x, y: sorted(x + y), _TWO_LISTS, edges=(([], [1]), ([1, 2], [])),
    ),
    Definition(
        "larger-of-each", "Take the larger one at each position, as far as both lists reach.",
        "(x: list[int], y: list[int]) -> list[int]", "return max(x, y)",
        lambda x, y: [max(a, b) for a, b in zip(x, y, strict=False)], _TWO_LISTS,
        edges=(([], [1]), ([3, 1], [2])),
    ),
    Definition(
        "agreements", "At how many positions do the two lists agree?",
        "(x: list[int], y: list[int]) -> int", "return count(eq(x, y))",
        lambda x, y: sum(a == b for a, b in zip(x, y, strict=False)), pairs_of_lists(0, 2, 2, 8),
        edges=(([], []), ([1, 2], [1, 2, 2])),
    ),
    Definition(
        "k-largest", "Give the k largest elements, the largest first.",
        "(x: list[int], k: int) -> list[int]", "return take(sort_down(x), k)",
        lambda x, k: sorted(x, reverse=True)[:k], _LIST_AND_COUNT, edges=(([], 2), ([5, 6], 0)),
    ),
    Definition(
        "k-th-smallest", "Give the element at position k, counted from 0, of the sorted list.",
        "(x: list[int], k: int) -> int", "return index(sort(x), k)",
        lambda x, k: sorted(x)[k], (ints(least=3, most=8), number(0, 2)), edges=(([5], 0),),
    ),
    Definition(
        "how-often", "How often does k occur in the list?",
        "(x: list[int], k: int) -> int", "return count(eq(x, k))",
        lambda x, k: x.count(k), (ints(0, 3, 2, 9), number(0, 3)), edges=(([], 2), ([5, 5, 5], 5)),
    ),
    Definition(
        "multiples", "Keep the multiples of k.",
        "(x: list[int], k: int) -> list[int]", "return compress(x, eq(mod(x, k), 0))",
        lambda x, k: [v for v in x if v % k == 0], (ints(-10, 30, 3, 9), number(2, 6)),
        edges=(([], 2), ([0, 5, 6], 5)),
    ),
    Definition(
        "nearest", "Give the element nearest to k, the first of equally near ones.",
        "(x: list[int], k: int) -> int", "return head(order_by(x, abs(sub(x, k))))",
        lambda x, k: min(x, key=lambda v: abs(v - k)), (ints(0, 30, 2, 7), number(0, 30)),
        edges=(([5], 9), ([4, 8, 6], 6), ([2, 9, 4], 3)), shown=10,
    ),
    Definition(
        "within-bounds", "Keep the elements from low to high, both included.",
        "(x: list[int], low: int, high: int) -> list[int]",
        "return compress(x, and(le(low, x), le(x, high)))",
        lambda x, low, high: [v for v in x if low <= v <= high],
        (ints(0, 20, 4, 9), number(2, 8), number(9, 16)),
        edges=(([], 2, 5), ([2, 3, 5, 6, 1], 2, 5), ([20, 0], 5, 10)), shown=10,
    ),
    Definition(
        "scale-and-move", "Multiply each element by a and add b.",
        "(x: list[int], a: int, b: int) -> list[int]", "return add(mul(x, a), b)",
        lambda x, a, b: [a * v + b for v in x], (ints(), number(-4, 6), number(-9, 9)), edges=(([], 2, 3),),
    ),
    Definition(
        "replace-old-by-new", "Put the new value in the place of every old one.",
        "(x: list[int], old: int, new: int) -> list[int]", "return replace_value(x, old, new)",
        lambda x, old, new: [new if v == old else v for v in x],
        (ints(0, 3, 3, 9), number(0, 3), number(4, 9)), edges=(([], 1, 2), ([7, 7], 7, 0)),
    ),
    Definition(
        "put-in-before", "Put the value in before position k, counted from 0.",
        "(x: list[int], k: int, value: int) -> list[int]", "return insert(x, k, value)",
        lambda x, k, value: [*x[:k], value, *x[k:]], (ints(least=3, most=7), number(0, 3), number(-9, 20)),
        edges=(([], 0, 5),),
    ),
)  # fmt: skip
