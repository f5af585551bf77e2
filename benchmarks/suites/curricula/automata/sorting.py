"""Steps of `automata-v1` that sort by exchanging neighbours, by inserting, and by merging."""

from __future__ import annotations

from benchmarks.suites.curricula.automata.counting import SORTING
from benchmarks.suites.curricula.automata.languages import LONG
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import fixed, lists
from benchmarks.suites.draws import Draws


def _place(draws: Draws, larger: int) -> tuple[list[int], int]:
    word = lists(0, 20, 3, 9)(draws, larger)
    return word, draws.below(len(word) - 1)


def _swapped(word: list[int], place: int) -> list[int]:
    return [*word[:place], word[place + 1], word[place], *word[place + 2 :]]


def _compared(word: list[int], place: int) -> list[int]:
    return _swapped(word, place) if word[place + 1] < word[place] else word


def _passed(word: list[int]) -> list[int]:
    for place in range(len(word) - 1):
        word = _compared(word, place)
    return word


def _passes(word: list[int], count: int) -> list[int]:
    for _ in range(count):
        word = _passed(word)
    return word


def _sorted_list(draws: Draws, larger: int) -> list[int]:
    return sorted(lists(0, 20, 1, 6)(draws, larger))


def _long_list(draws: Draws, larger: int) -> list[int]:
    size = draws.between(2, 7) if larger == 1 else LONG
    return [draws.between(-20, 50) for _ in range(size)]


STEPS = (
    Step(
        "insert-in-order", "Put a number into a sorted list, behind all smaller ones.",
        "(x: list[int], k: int) -> list[int]", "return insert(x, count(lt(x, k)), k)",
        lambda x, k: sorted([*x, k]), (_sorted_list, fixed(-3, 23)), without=SORTING,
        edges=(([], 4), ([1, 5], 9), ([3, 5], 1), ([2, 4, 6], 5)), shown=10,
    ),
    Step(
        "insertion-sort",
        "Sort a list, the smallest first, by putting one number after the other in its place.",
        "(x: list[int]) -> list[int]", "return fold(&insert_in_order, take(x, 0), x)",
        sorted, (_long_list,), subtasks=("insert-in-order",), without=SORTING,
        edges=(([],), ([5, 4, 3, 2, 1],), ([3, 3, 1],)), measure=len,
    ),
    Step(
        "merge-sorted", "Merge two sorted lists into one.",
        "(x: list[int], y: list[int]) -> list[int]", "return fold(&insert_in_order, x, y)",
        lambda x, y: sorted(x + y), (_sorted_list, _sorted_list),
        subtasks=("insert-in-order",), without=SORTING,
        edges=(([], [1, 4]), ([2, 3], []), ([5, 6], [1, 2])),
    ),
    Step(
        "next-is-smaller", "Say whether the element after position i is smaller than the one at i.",
        "(x: list[int], i: int) -> bool", "return lt(index(x, add(i, 1)), index(x, i))",
        lambda x, i: x[i + 1] < x[i], _place, shown=28, measure=lambda x, i: len(x),
        edges=(
            ([1, 2], 0), ([2, 1], 0), ([3, 3], 0), ([5, 1, 9], 1), ([1, 9, 5], 1), ([9, 1, 5], 1),
            ([5, 6, 7], 1), ([5, 7, 6], 1), ([8, 7, 6], 1),
        ),
    ),
    Step(
        "swap-with-next", "Exchange the element at position i with the one after it.",
        "(x: list[int], i: int) -> list[int]", "return swap(x, i, add(i, 1))",
        _swapped, _place, edges=(([1, 2], 0), ([4, 5, 6], 1)), measure=lambda x, i: len(x),
    ),
    Step(
        "compare-and-swap",
        "Exchange the element at position i with the one after it if that one is smaller.",
        "(x: list[int], i: int) -> list[int]",
        "return choose(next_is_smaller(x, i), swap_with_next(x, i), x)",
        _compared, _place, subtasks=("next-is-smaller", "swap-with-next"), shown=12,
        edges=(([1, 2], 0), ([2, 1], 0), ([3, 9, 4], 1)), measure=lambda x, i: len(x),
    ),
    Step(
        "bubble-pass",
        "Go through a list from the left, and exchange each element with the next one if that one is "
        "smaller.",
        "(x: list[int]) -> list[int]", "return fold(&compare_and_swap, x, indices(tail(x)))",
        _passed, (lists(0, 20, 2, 7),), subtasks=("compare-and-swap",), without=SORTING,
        edges=(([3],), ([5, 4, 3, 2, 1],), ([2, 9, 1, 4],)),
    ),
    Step(
        "bubble-sort",
        "Bubble sort stopped after n passes: in each pass go through the list from the left, and exchange "
        "each element with the next one if that one is smaller.",
        "(x: list[int], n: int) -> list[int]", "return iterate(&bubble_pass, n, x)",
        _passes, (lists(-20, 50, 2, 7), fixed(0, 5)), subtasks=("bubble-pass",), without=SORTING,
        edges=(([5, 4, 3, 2, 1], 3), ([9, 8, 7, 6, 5, 4, 3, 2, 1], 8), ([3, 3, 1], 1)),
    ),
)  # fmt: skip
