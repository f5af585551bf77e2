"""The bank's large arrays, which searches of one process hand on to each other.

A page that is touched for the first time is cleared by the system, and on a virtual machine fetched from the
host before: a tenth to a fifth of a search's first second (measured). Arrays that were handed on hold what
the last search wrote; only the hash table is cleared.
"""

from __future__ import annotations

import numpy as np

LARGE_TABLE = 1 << 23
"""Slots of a hash table (64 MiB) from which on the smaller ones are dropped: together they are as large."""
KEPT_BYTES = 1 << 30
"""Arrays in which a search wrote more than this are freed instead (untuned)."""


class Arrays:
    """Room for one search.

    Attributes:
      pool_words: length of `pool`.
      max_contents: length of `items`, half of that of `links`.
      pool: int64; as `links` and `items`, not cleared.
    """

    def __init__(self, pool_words: int, max_contents: int) -> None:
        self.pool_words, self.max_contents = pool_words, max_contents
        self.pool = np.empty(pool_words, np.int64)
        self.links = np.empty(2 * max_contents, np.int64)
        self.items = np.empty(max_contents, np.int64)
        self._tables: dict[int, np.ndarray] = {}

    def table(self, slots: int) -> np.ndarray:
        """Returns an empty hash table."""
        if slots > LARGE_TABLE:
            self._tables = {size: table for size, table in self._tables.items() if size == slots}
        if slots in self._tables:
            self._tables[slots].fill(0)
        else:
            self._tables[slots] = np.zeros(slots, np.uint64)
        return self._tables[slots]

    @property
    def table_bytes(self) -> int:
        """Bytes of all tables."""
        return sum(table.nbytes for table in self._tables.values())


_spare: list[Arrays] = []


def take_arrays(pool_words: int, max_contents: int) -> Arrays:
    """Returns room for a search: what an earlier one left if it has the same size, else new arrays."""
    try:
        arrays = _spare.pop()
    except IndexError:
        return Arrays(pool_words, max_contents)
    if (arrays.pool_words, arrays.max_contents) != (pool_words, max_contents):
        return Arrays(pool_words, max_contents)
    return arrays


def hand_on(arrays: Arrays, written_bytes: int) -> None:
    """Keeps arrays, which nobody reads any more, for the next search; at most one set is kept."""
    if written_bytes + arrays.table_bytes <= KEPT_BYTES:
        _spare[:] = [arrays]
