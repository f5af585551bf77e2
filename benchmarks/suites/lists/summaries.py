"""Tasks of `lists-v1` that turn a list of ints into one int."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import ints

_LIST = (ints(least=2),)
_ONE = (([5],),)

TASKS = (
    Definition(
        "spread", "How far apart are the smallest and the largest element?",
        "(x: list[int]) -> int", "return sub(maximum(x), minimum(x))",
        lambda x: max(x) - min(x), _LIST, edges=_ONE,
    ),
    Definition(
        "sum-of-squares", "Add up the squares of the elements.",
        "(x: list[int]) -> int", "return sum(square(x))",
        lambda x: sum(v * v for v in x), _LIST, edges=(([],), ([-3],)),
    ),
    Definition(
        "how-many-different", "How many different elements are there?",
        "(x: list[int]) -> int", "return len(unique(x))",
        lambda x: len(set(x)), (ints(0, 4, 2, 9),), edges=(([],), ([2, 2, 2],)),
    ),
    Definition(
        "where-is-the-largest", "At which position, counted from 0, does the largest element stand first?",
        "(x: list[int]) -> int", "return argmax(x)",
        lambda x: x.index(max(x)), _LIST, edges=(([5],), ([2, 7, 7],)),
    ),
    Definition(
        "ends-multiplied", "Multiply the first and the last element.",
        "(x: list[int]) -> int", "return mul(head(x), last(x))",
        lambda x: x[0] * x[-1], _LIST, edges=_ONE,
    ),
    Definition(
        "sum-of-even-ones", "Add up the even elements.",
        "(x: list[int]) -> int", "return sum(compress(x, even(x)))",
        lambda x: sum(v for v in x if v % 2 == 0), _LIST, edges=(([],), ([3],), ([-4, 1],)),
    ),
    Definition(
        "second-largest", "Give the second largest of the different elements.",
        "(x: list[int]) -> int", "return index(sort_down(unique(x)), 1)",
        lambda x: sorted(set(x))[-2], (ints(0, 9, 3, 8),), edges=(([4, 4, 1],),),
        accepts=lambda x: len(set(x)) > 1,
    ),
    Definition(
        "median", "Give the middle element of the sorted list, the later of two.",
        "(x: list[int]) -> int", "return index(sort(x), div(len(x), 2))",
        lambda x: sorted(x)[len(x) // 2], (ints(least=2, most=11),), edges=_ONE, shown=12,
    ),
    Definition(
        "longest-run", "How long is the longest run of equal elements?",
        "(x: list[int]) -> int", "return maximum(run_lengths(x))",
        lambda x: max(
            (n for n in range(1, len(x) + 1) for k in range(len(x) - n + 1) if len(set(x[k : k + n])) == 1),
            default=0,
        ),
        (ints(0, 2, 4, 11),),
        edges=(([],), ([5],), ([2, 2, 2],), ([1, 1, 1, 0, 2, 2],), ([0, 1, 1, 1, 0],)), shown=12,
    ),
    Definition(
        "alternating-sum", "Add the first element, subtract the second, add the third, and so on.",
        "(x: list[int]) -> int", "return sub(sum(every(x, 2)), sum(every(tail(x), 2)))",
        lambda x: sum(x[::2]) - sum(x[1::2]), _LIST, edges=(([],), ([5],)),
    ),
    Definition(
        "below-the-last", "How many elements are smaller than the last one?",
        "(x: list[int]) -> int", "return count(lt(x, last(x)))",
        lambda x: sum(v < x[-1] for v in x), (ints(0, 20, 3, 9),), edges=(([5],), ([1, 3, 3],)), shown=10,
    ),
    Definition(
        "descents", "How often is an element smaller than the one before it?",
        "(x: list[int]) -> int", "return count(lt(diff(x), 0))",
        lambda x: sum(b < a for a, b in pairwise(x)), (ints(0, 9, 2, 9),),
        edges=(([],), ([2, 2, 1],)),
    ),
)  # fmt: skip
