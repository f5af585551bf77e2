"""Decides how suites draw at random: the same draws on every machine and with every numpy.

Only the raw words of the bit generator are used, since numpy may change what its distributions make of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_BLOCK = 64


class Draws:
    """A stream of draws that depends on `name` alone."""

    def __init__(self, name: str) -> None:
        seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest(), "little")
        self._bits = np.random.PCG64(seed)
        self._words: list[int] = []

    def below(self, limit: int) -> int:
        """Returns an int in `range(limit)`; the bias of at most `limit / 2**64` does not matter here."""
        if not self._words:
            self._words = self._bits.random_raw(_BLOCK).tolist()
        return self._words.pop() % limit

    def between(self, low: int, high: int) -> int:
        """Returns an int from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """Returns True in so many of a hundred draws."""
        return self.below(100) < percent

    def choice(self, items: Sequence[T]) -> T:
        """Returns one of `items`, which must not be empty."""
        return items[self.below(len(items))]
