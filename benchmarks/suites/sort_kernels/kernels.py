"""The kernels of `sort-kernels-v1` that are written for both machines: sorts, merges, and parts of sorts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.suites.sort_kernels.definition import REGISTERS, Kernel
from benchmarks.suites.sort_kernels.networks import MachineName, network

CGO: Final = "Ullrich and Hack, CGO 2025"
EXHAUSTED: Final = "all shorter programs fail, by a test of this suite"
SORTING_NETWORKS: Final = {
    2: "ab",
    3: "bc ac ab",
    4: "ac bd ab cd bc",
    5: "ad be ac bd ab ce bc de cd",
    6: "af bd ce bc de ad cf ab cd ef bc de",
}
"""Networks of the least number of comparators; source: Knuth, The Art of Computer Programming 3, 5.3.4."""
SHORTEST: Final[dict[int, dict[MachineName, tuple[int, str]]]] = {
    2: {"cmov": (4, EXHAUSTED), "minmax": (3, EXHAUSTED)},
    3: {"cmov": (11, CGO), "minmax": (8, CGO)},
    4: {"cmov": (20, CGO), "minmax": (15, CGO)},
    5: {"cmov": (33, CGO), "minmax": (26, CGO)},
}
MERGES: Final = {
    (1, 2): "ab bc",
    (2, 1): "bc ab",
    (2, 2): "ac bd bc",
    (1, 3): "ab bc cd",
    (3, 1): "cd bc ab",
}
NUMBERS: Final = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def _sort(size: int) -> Kernel:
    return Kernel(
        f"sort{size}", f"Sort {NUMBERS[size]} registers, the smallest value first.",
        size, REGISTERS[:size], sorted, network(SORTING_NETWORKS[size]), shortest=SHORTEST.get(size, {}),
        # With comparisons, six registers have more row states than a table holds.
        machines=("minmax",) if size == 6 else ("cmov", "minmax"),
    )  # fmt: skip


def _merge(left: int, right: int) -> Kernel:
    size = left + right

    def accepts(values: Sequence[int]) -> bool:
        return _is_sorted(values[:left]) and _is_sorted(values[left:])

    halves = f"the first {left} and the last {right}" if left > 1 else f"all but the first of {size}"
    if right == 1:
        halves = f"all but the last of {size}"
    return Kernel(
        f"merge-{left}-{right}", f"Sort registers of which {halves} are sorted already.",
        size, REGISTERS[:size], sorted, network(MERGES[left, right]), accepts,
    )  # fmt: skip


def _is_sorted(values: Sequence[int]) -> bool:
    return list(values) == sorted(values)


def _select(id_: str, description: str, size: int, outputs: str, comparators: str, *ranks: int) -> Kernel:
    """Returns a kernel whose outputs hold the values of these ranks, counted from 0 at the smallest."""
    return Kernel(id_, description, size, outputs, _ranks(ranks), network(comparators))


def _ranks(ranks: tuple[int, ...]) -> Callable[[Sequence[int]], list[int]]:
    return lambda values: [sorted(values)[rank] for rank in ranks]


KERNELS: Final[tuple[Kernel, ...]] = (
    *(_sort(size) for size in SORTING_NETWORKS),
    *(_merge(*sizes) for sizes in MERGES),
    _select("smallest-2-of-3", "Put the two smallest of three values in order.", 3, "ab", "bc ab <bc", 0, 1),
    _select("smallest-2-of-4", "Put the two smallest of four values in order.", 4, "ab", "ac bd ab <bc <bd",
            0, 1),
    _select("smallest-3-of-4", "Put the three smallest of four values in order.", 4, "abc", "ac bd ab <cd bc",
            0, 1, 2),
    _select("min-max-of-3", "Put the smallest of three values first and the largest last.", 3, "ac",
            "bc ab >cb", 0, 2),
    _select("min-max-of-4", "Put the smallest of four values first and the largest last.", 4, "ad",
            "ac bd <ab >dc", 0, 3),
    _select("minimum-of-3", "Find the smallest of three values.", 3, "a", "<ab <ac", 0),
    _select("minimum-of-4", "Find the smallest of four values.", 4, "a", "<ab <ac <ad", 0),
    _select("minimum-of-5", "Find the smallest of five values.", 5, "a", "<ab <ac <ad <ae", 0),
    _select("maximum-of-3", "Find the largest of three values.", 3, "a", ">ab >ac", 2),
    _select("maximum-of-4", "Find the largest of four values.", 4, "a", ">ab >ac >ad", 3),
    _select("maximum-of-5", "Find the largest of five values.", 5, "a", ">ab >ac >ad >ae", 4),
    _select("median-of-3", "Find the middle one of three values.", 3, "a", "ab <bc >ab", 1),
    _select("second-smallest-of-4", "Find the second smallest of four values.", 4, "a", "ab cd >ac <bd <ab",
            1),
    _select("median-of-5", "Find the middle one of five values.", 5, "c", "ab de >da <be bc <cd >cb", 2),
)  # fmt: skip
