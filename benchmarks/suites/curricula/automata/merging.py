"""Steps of `automata-v1` that lead from comparing and exchanging to merge sort.

A round merges neighbouring runs of w sorted elements, w a power of two, by comparing and exchanging places at
fixed distances: place i with i xor (2w - 1), which lays the second run of a pair backwards beside the first,
then with i xor w/2, i xor w/4 and so on. Always the smaller element goes to the earlier place, so places
beyond the end may be left out, and lists of any length are sorted, in O(log n) rounds.

Source: Batcher 1968, "Sorting networks and their applications", bitonic merging. Differs: the first exchange
turns the second run around, so that all exchanges go one way.
"""

from __future__ import annotations

from benchmarks.suites.curricula.automata.counting import SORTING
from benchmarks.suites.curricula.definition import Step, magnitude
from benchmarks.suites.curricula.sources import fixed, length, lists, numbers
from benchmarks.suites.draws import Draws


def _powers_below(n: int) -> list[int]:
    return [1 << place for place in range(max(0, (n - 1).bit_length()))] if n > 1 else []


def _distances(w: int) -> list[int]:
    return [2 * w - 1, *reversed(_powers_below(w))]


def _places_or_own(p: list[int]) -> list[int]:
    return [partner if partner < len(p) else place for place, partner in enumerate(p)]


def _partners(x: list[int], m: int) -> list[int]:
    return _places_or_own([place ^ m for place in range(len(x))])


def _by_place(x: list[int], y: list[int], p: list[int]) -> list[int]:
    return [
        min(one, other) if place < partner else max(one, other)
        for place, (one, other, partner) in enumerate(zip(x, y, p, strict=True))
    ]


def _exchanged(x: list[int], m: int) -> list[int]:
    partners = _partners(x, m)
    return _by_place(x, [x[place] for place in partners], partners)


def _merged(x: list[int], w: int) -> list[int]:
    """Returns the list with the runs of each pair merged, as plain sorting says it."""
    return [value for at in range(0, len(x), 2 * w) for value in sorted(x[at : at + 2 * w])]


def _list_and_mask(draws: Draws, larger: int) -> tuple[list[int], int]:
    x = lists(-9, 20, 2, 9)(draws, larger)
    return x, draws.below(4) if larger == 1 else draws.below(len(x))


def _two_and_places(draws: Draws, larger: int) -> tuple[list[int], list[int], list[int]]:
    size = length(draws, 2, 8, larger)
    x, y = ([draws.between(-9, 20) for _ in range(size)] for _ in range(2))
    return x, y, [draws.below(size) for _ in range(size)]


def _runs(draws: Draws, larger: int) -> tuple[list[int], int]:
    w = draws.choice((1, 2, 4)) if larger == 1 else 1 << draws.below(7)
    x = lists(-9, 30, 3, 14)(draws, larger)
    return [value for at in range(0, len(x), w) for value in sorted(x[at : at + w])], w


STEPS = (
    Step(
        "powers-below", "List the powers of two below n, the smallest first.",
        "(n: int) -> list[int]", "return where(eq(popcount(iota(n)), 1))",
        _powers_below, (numbers(1, 40),), edges=((1,), (2,), (3,), (32,), (33,)), shown=10,
        measure=magnitude,
    ),
    Step(
        "merge-distances",
        "Give twice w, less one, and then the powers of two below w, the largest first.",
        "(w: int) -> list[int]", "return prepend(sub(add(w, w), 1), reverse(powers_below(w)))",
        _distances, (numbers(1, 20),), subtasks=("powers-below",), edges=((1,), (2,), (4,), (8,), (16,)),
        shown=10, measure=magnitude,
    ),
    Step(
        "places-or-own",
        "Give each element of p as it is if it is below the number of elements, so a place in the list, else "
        "the number of its own place.",
        "(p: list[int]) -> list[int]", "return select(lt(p, len(p)), p, indices(p))",
        _places_or_own, (lists(0, 12, 3, 9),), edges=(([],), ([3, 2, 1],), ([1, 0, 3],)), shown=10,
    ),
    Step(
        "partners",
        "Give each place's partner: the place of the list with number i xor m for place i, or i itself if "
        "the list has no such place.",
        "(x: list[int], m: int) -> list[int]", "return places_or_own(bit_xor(indices(x), m))",
        _partners, _list_and_mask, subtasks=("places-or-own",),
        edges=(([5, 5, 5], 1), ([4, 1, 4, 1, 4], 3), ([0, 0, 3, 3, 1, 1], 7)), shown=10,
        measure=lambda x, m: len(x),
    ),
    Step(
        "partner-elements",
        "Give for each place i of a list the element of its partner, at place i xor m; where the list has no "
        "such place, its own.",
        "(x: list[int], m: int) -> list[int]", "return gather(x, partners(x, m))",
        lambda x, m: [x[place] for place in _partners(x, m)], _list_and_mask, subtasks=("partners",),
        edges=(([5, 4], 1), ([4, 1, 7, 1, 3], 3), ([7, 6, 5, 4, 3, 2, 1], 7)), shown=10,
        measure=lambda x, m: len(x),
    ),
    Step(
        "smaller-or-larger",
        "Give at each place i the smaller of the elements of x and y there if i is below the element of p "
        "there, else the larger one.",
        "(x: list[int], y: list[int], p: list[int]) -> list[int]",
        "return select(lt(indices(p), p), min(x, y), max(x, y))",
        _by_place, _two_and_places, shown=10,
    ),
    Step(
        "compare-and-swap-all",
        "Compare each element of a list with that of its partner, at place i xor m for place i, and exchange "
        "the two if the smaller one stands behind.",
        "(x: list[int], m: int) -> list[int]",
        "return smaller_or_larger(x, partner_elements(x, m), partners(x, m))",
        _exchanged, _list_and_mask, subtasks=("partners", "partner-elements", "smaller-or-larger"),
        without=SORTING,
        edges=(([5, 4], 1), ([4, 1, 4, 1, 3], 3), ([7, 6, 5, 4, 3, 2, 1], 7)), shown=10,
        measure=lambda x, m: len(x),
    ),
    Step(
        "merge-runs",
        "A list consists of sorted runs of w elements each, the last one perhaps shorter; w is a power of "
        "two. Merge the first run with the second, the third with the fourth, and so on.",
        "(x: list[int], w: int) -> list[int]",
        "return fold(&compare_and_swap_all, x, merge_distances(w))",
        _merged, _runs, subtasks=("compare-and-swap-all", "merge-distances"), without=SORTING,
        edges=(([2, 1, 4, 3, 9, 7, 5], 1), ([3, 4, 1, 2, 7, 8, 5, 6, 0], 2), ([5, 6, 7, 8, 1, 2, 3], 4)),
        shown=10, measure=lambda x, w: len(x),
    ),
    Step(
        "merge-widths",
        "List the lengths of the runs that n rounds of merging begin with: the first n powers of two, and "
        "of these only those below the number of elements of x.",
        "(x: list[int], n: int) -> list[int]", "return take(powers_below(len(x)), n)",
        lambda x, n: _powers_below(len(x))[:n], (lists(-20, 50, 1, 18), fixed(0, 5)),
        subtasks=("powers-below",), shown=14, measure=lambda x, n: len(x),
        edges=(([4], 3), ([7, 7], 3), ([3, 1, 2], 1), ([5] * 16, 9), ([5] * 17, 9)),
    ),
    Step(
        "merge-sort",
        "Merge sort stopped after n rounds: the first merges each element with its neighbour, and each "
        "later one merges neighbouring runs, which are twice as long as before.",
        "(x: list[int], n: int) -> list[int]", "return fold(&merge_runs, x, merge_widths(x, n))",
        lambda x, n: _merged(x, 1 << n >> 1) if n else x, (lists(-20, 50, 3, 17), fixed(0, 8)),
        subtasks=("merge-runs", "merge-widths"), without=SORTING,
        edges=(
            ([8, 7, 6, 5, 4, 3, 2, 1], 2), ([9, 8, 7, 6, 5, 4, 3, 2, 1], 4), ([3, 3, 1], 1), ([2, 1], 0),
        ),
        shown=12, measure=lambda x, n: len(x),
    ),
)  # fmt: skip
