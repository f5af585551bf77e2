"""Which part of a search over arrays is at hand; shares.py says how parts share one search out."""

from __future__ import annotations

from typing import Final, NamedTuple


class Part(NamedTuple):
    """One of the parts of a search.

    Attributes:
      number: 0 .. num_parts - 1.
      num_parts: how many there are.
    """

    number: int = 0
    num_parts: int = 1


WHOLE: Final = Part()
