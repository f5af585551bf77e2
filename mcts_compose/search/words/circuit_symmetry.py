"""Symmetries of a problem: renamings (and, with free inverters, complements) of inputs that change nothing.

A circuit stays a circuit of the same size under such a renaming, so of all candidates for the first gate that
symmetries map to each other, one need be tried: some gate of every circuit reads two sources; of the classes
in their order, let the first that the set meets be mapped to its representative.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from math import factorial

import numpy as np
from numpy.typing import NDArray

MOST_MAPS = 50_000
"""More renamings than these are not tried: a bound on the time (about a second). Untuned."""

Bits = NDArray[np.bool_]


def _maps(num_sources: int, has_free_not: bool) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...]]]:
    """Yields the renamings to try: order and complements."""
    if factorial(num_sources) > MOST_MAPS:
        return
    flips_too = has_free_not and factorial(num_sources) * 2**num_sources <= MOST_MAPS
    signs = list(product((False, True), repeat=num_sources)) if flips_too else [(False,) * num_sources]
    for order in permutations(range(num_sources)):
        for sign in signs:
            yield order, sign


def row_maps(sources: Bits, goals: Bits, cares: Bits, has_free_not: bool) -> list[NDArray[np.int64]]:
    """Returns the renamings that map the set of goals to itself, each as a permutation of the rows.

    Args:
      sources: bool [num_sources, num_rows], the columns differ.
      goals: bool [num_goals, num_rows].
      cares: bool [num_goals, num_rows].
      has_free_not: whether sources and goals may be complemented.
    """
    powers = 1 << np.arange(len(sources), dtype=np.int64)
    place = {code: row for row, code in enumerate((powers @ sources).tolist())}
    wanted = {_key(goal, care, has_free_not) for goal, care in zip(goals, cares, strict=True)}
    found = []
    for order, sign in _maps(len(sources), has_free_not):
        codes = powers @ (sources[list(order)] ^ np.array(sign)[:, None])
        images = [place.get(code, -1) for code in codes.tolist()]
        if -1 in images:
            continue
        rows = np.array(images, np.int64)
        mapped = zip(goals[:, rows], cares[:, rows], strict=True)
        if all(_key(goal, care, has_free_not) in wanted for goal, care in mapped):
            found.append(rows)
    return found


def _key(goal: Bits, care: Bits, has_free_not: bool) -> tuple[bytes, bytes]:
    """Returns what makes two goals the same, up to the complement where it is free."""
    inverse = (goal ^ True) & care
    plain = (goal & care).tobytes()
    return (min(plain, inverse.tobytes()) if has_free_not else plain), care.tobytes()


def classes(functions: Bits, maps: list[NDArray[np.int64]], has_free_not: bool) -> list[int]:
    """Returns for each function the number of its class: the smallest index among those it is mapped to.

    Args:
      functions: bool [num_functions, num_rows], all different.
      maps: what `row_maps` returned.
      has_free_not: whether a function stands for its complement as well.
    """
    care = np.ones(functions.shape[1], np.bool_)
    index = {_key(function, care, has_free_not): at for at, function in enumerate(functions)}
    found = list(range(len(functions)))
    for at, function in enumerate(functions):
        for rows in maps:
            other = index.get(_key(function[rows], care, has_free_not))
            if other is not None:
                found[at] = min(found[at], other)
    return found
