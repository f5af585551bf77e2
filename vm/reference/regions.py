"""Reference functions of regions: stretches of equal neighbours in lists, areas of them in grids."""

from __future__ import annotations

import itertools

from vm.isa import Status
from vm.reference.forms import Form
from vm.reference.grids import columns
from vm.reference.registry import fault_unless, structural


def _cells(form: Form) -> dict[tuple[int, int], Form]:
    """Returns the elements that are not zero by row and column; a list is one row."""
    grid = form if form and isinstance(form[0], list) else [form]
    return {
        (i, j): item for i, line in enumerate(grid) for j, item in enumerate(line) if item not in (0, "\0")
    }


def _areas(form: Form) -> list[set[tuple[int, int]]]:
    """Returns the areas of equal cells that touch at their sides, in the order of their first cells."""
    left, areas = _cells(form), []
    while left:
        first = min(left)
        area, growing = {first}, [first]
        while growing:
            i, j = growing.pop()
            for cell in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if left.get(cell) == left[first] and cell not in area:
                    area.add(cell)
                    growing.append(cell)
        areas.append(area)
        left = {cell: item for cell, item in left.items() if cell not in area}
    return areas


def _spread(form: Form, numbers: dict[tuple[int, int], int]) -> Form:
    """Returns a form of the same shape with these numbers, and 0 elsewhere."""
    if form and isinstance(form[0], list):
        return [[numbers.get((i, j), 0) for j in range(len(line))] for i, line in enumerate(form)]
    return [numbers.get((0, j), 0) for j in range(len(form))]


@structural("regions")
def regions(form: Form) -> Form:
    return _spread(form, {cell: number for number, area in enumerate(_areas(form), 1) for cell in area})


@structural("region_sizes")
def region_sizes(form: Form) -> Form:
    return _spread(form, {cell: len(area) for area in _areas(form) for cell in area})


@structural("reverse_runs")
def reverse_runs(xs: Form, keys: Form) -> Form:
    pairs = list(zip(xs, keys, strict=False))
    runs = [[item for item, _ in run] for _, run in itertools.groupby(pairs, key=lambda pair: pair[1])]
    return [item for run in runs for item in run[::-1]]


@structural("forward_fill")
def forward_fill(xs: Form) -> Form:
    return list(itertools.accumulate(xs, lambda last, item: last if item in (0, "\0") else item))


@structural("backward_fill")
def backward_fill(xs: Form) -> Form:
    return forward_fill(xs[::-1])[::-1]


@structural("crop")
def crop(grid: Form, mask: Form) -> Form:
    fault_unless(len(grid) == len(mask) and len(columns(grid)) == len(columns(mask)), Status.BAD_SHAPE)
    if not any(map(any, mask)):
        return []
    marked = [i for i, line in enumerate(mask) if any(line)]
    across = [j for j, column_ in enumerate(columns(mask)) if any(column_)]
    return [line[across[0] : across[-1] + 1] for line in grid[marked[0] : marked[-1] + 1]]
