"""Steps of `automata-v1` that count tokens, and order them by how often they occur."""

from __future__ import annotations

from collections import Counter

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import fixed, lists

SORTING = ("sort", "sort_down", "sort_by", "grade", "grade_down", "order_by")
"""Instructions that sort."""


def _by_frequency(word: list[int]) -> list[int]:
    counts = Counter(word)
    return sorted(dict.fromkeys(word), key=lambda token: -counts[token])


_WORD = (lists(0, 4, 3, 8),)

STEPS = (
    Step(
        "times-in-word", "Count how often a token stands in a word.",
        "(t: int, x: list[int]) -> int", "return count(eq(x, t))",
        lambda t, x: x.count(t), (fixed(0, 3), lists(0, 3, 2, 8)), without=("count_in", "counts"),
        edges=((2, []), (1, [1, 1, 2]), (3, [1, 1, 2])), shown=10,
    ),
    Step(
        "histogram", "Say at each place of a word how often its token stands in the whole word.",
        "(x: list[int]) -> list[int]", "return map(&times_in_word(_, x), x)",
        lambda x: [x.count(token) for token in x], _WORD, subtasks=("times-in-word",),
        without=("count_in", "counts"), edges=(([],), ([7],), ([2, 2, 5, 2],)),
    ),
    Step(
        "token-counts", "Count each of the tokens from 0 up to, not with, n; give the counts in that order.",
        "(x: list[int], n: int) -> list[int]", "return count_in(iota(n), x)",
        lambda x, n: [x.count(token) for token in range(n)],
        (lists(0, 5, 3, 8), fixed(1, 6)), edges=(([], 3), ([2, 2, 0], 3)),
    ),
    Step(
        "bucket-sort", "Sort the tokens of a word, all below n, by counting each of them.",
        "(x: list[int], n: int) -> list[int]", "return repeat_by(iota(n), token_counts(x, n))",
        lambda x, n: sorted(x), (lists(0, 4, 2, 8), fixed(5, 7)), subtasks=("token-counts",), without=SORTING,
        edges=(([], 5), ([4, 0, 2, 2], 5)),
    ),
    Step(
        "most-frequent-token",
        "Give the token that stands most often in a word; of several the one that comes first.",
        "(x: list[int]) -> int", "return index(x, argmax(histogram(x)))",
        lambda x: Counter(x).most_common(1)[0][0], _WORD, subtasks=("histogram",),
        edges=(
            ([7],), ([2, 5, 5, 2],), ([5, 2, 2, 5],), ([3, 1, 4, 1],), ([0, 4, 4, 4, 0],),
            ([9, 1, 2, 9],),
        ),
        shown=16,
    ),
    Step(
        "sort-by-frequency",
        "Give the different tokens of a word, the most frequent first, equally frequent ones in the order "
        "in which they come.",
        "(x: list[int]) -> list[int]", "return unique(order_by(x, neg(histogram(x))))",
        _by_frequency, _WORD, subtasks=("histogram",),
        edges=(([],), ([7],), ([2, 5, 5, 2, 5],), ([3, 1, 4, 1],)),
    ),
)  # fmt: skip
