"""Decides which numbers of skills are missing, as ranges: a single odd number may leave out millions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
"""The first and the last number."""


def gaps(numbers: Iterable[int]) -> list[Range]:
    """Returns the ranges from 1 up to the largest number that hold none of the numbers."""
    found: list[Range] = []
    expected = 1
    for number in sorted(numbers):
        if expected < number:
            found.append((expected, number - 1))
        expected = number + 1
    return found


def split_by(range_: Range, known: Sequence[Range]) -> list[tuple[Range, bool]]:
    """Cuts a range where known ones begin and end; returns the pieces, each with whether it is known."""
    first, last = range_
    pieces: list[tuple[Range, bool]] = []
    for begin, end in sorted(known):
        begin, end = max(begin, first), min(end, last)
        if begin > end:
            continue
        if first < begin:
            pieces.append(((first, begin - 1), False))
        pieces.append(((begin, end), True))
        first = end + 1
    if first <= last:
        pieces.append(((first, last), False))
    return pieces
