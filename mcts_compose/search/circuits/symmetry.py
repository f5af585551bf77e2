"""Symmetries of a problem: renamings (and, with free inverters, complements) of inputs that change nothing.

A circuit stays a circuit of the same size under such a renaming, so of all candidates for the first gate that
symmetries map to each other, one need be tried: some gate of every circuit reads two sources; of the classes
in their order, let the first that the set meets be mapped to its representative.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

MOST_MAPS = 5_000
"""More renamings than these are not tried: a bound on the time (about 0.2 s). Untuned."""

MOST_SOURCES = 62
"""So many sources' values make a whole number of 64 bits."""

Literal = tuple[int, bool]
"""A source, and whether it is complemented."""

Bits = NDArray[np.bool_]


def _signature(literal: Bits, goals: Bits, cares: Bits, has_free_not: bool) -> list[tuple[int, ...]]:
    """Returns how often the goals are 1 and 0 where a literal is 1: equal for what a symmetry maps."""
    counts = []
    for goal, care in zip(goals, cares, strict=True):
        ones, zeros = int((goal & care & literal).sum()), int((~goal & care & literal).sum())
        counts.append((min(ones, zeros), max(ones, zeros)) if has_free_not else (ones, zeros))
    return sorted(counts)


def _assignments(choices: list[list[Literal]], chosen: list[Literal]) -> Iterator[list[Literal]]:
    """Yields all ways to choose one literal from each list, no source twice."""
    if len(chosen) == len(choices):
        yield list(chosen)
        return
    for literal in choices[len(chosen)]:
        if all(literal[0] != other for other, _ in chosen):
            chosen.append(literal)
            yield from _assignments(choices, chosen)
            chosen.pop()


def _maps(sources: Bits, goals: Bits, cares: Bits, has_free_not: bool) -> list[list[Literal]]:
    """Returns the renamings to try: which literal each source becomes; none if they are too many."""
    for signs in ((False, True), (False,)) if has_free_not else ((False,),):
        literals = {
            (index, sign): _signature(source ^ sign, goals, cares, has_free_not)
            for index, source in enumerate(sources)
            for sign in signs
        }
        choices = [
            [literal for literal, signature in literals.items() if signature == literals[index, False]]
            for index in range(len(sources))
        ]
        found = list(islice(_assignments(choices, []), MOST_MAPS + 1))
        if len(found) <= MOST_MAPS:
            return found
    return []


def row_maps(sources: Bits, goals: Bits, cares: Bits, has_free_not: bool) -> list[NDArray[np.int64]]:
    """Returns the renamings that map the set of goals to itself, each as a permutation of the rows.

    Args:
      sources: bool [num_sources, num_rows], the columns differ.
      goals: bool [num_goals, num_rows].
      cares: bool [num_goals, num_rows].
      has_free_not: whether sources and goals may be complemented.
    """
    if len(sources) > MOST_SOURCES:
        return []
    powers = 1 << np.arange(len(sources), dtype=np.int64)
    place = {code: row for row, code in enumerate((powers @ sources).tolist())}
    wanted = {_key(goal, care, has_free_not) for goal, care in zip(goals, cares, strict=True)}
    found = []
    for renaming in _maps(sources, goals, cares, has_free_not):
        order, signs = zip(*renaming, strict=True)
        codes = powers @ (sources[list(order)] ^ np.array(signs)[:, None])
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
