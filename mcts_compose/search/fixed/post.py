"""What a part of a search has received from others, and what it hands to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed import handover
from mcts_compose.search.fixed.positions import NUM_LEAVING, NUM_PARTS, Positions
from mcts_compose.search.fixed.tables import RowTables

FIRST_ARRIVALS = 1 << 10
FIRST_ACTIONS = 1 << 14


class Parcel(NamedTuple):
    """Positions that one part hands to another.

    Shapes: `K` positions.

    Attributes:
      lengths: `[K]` uint8 actions that lead to each.
      marks: `[K]` uint8 what the search level by level knows of each.
      actions: uint16 the actions, position by position.
    """

    lengths: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    actions: NDArray[np.uint16]


def joined(parcels: Sequence[Parcel]) -> Parcel:
    """Returns one parcel with all positions of some, in their order; there is at least one."""
    return Parcel(*(np.concatenate(arrays) for arrays in zip(*parcels, strict=True)))


class Post:
    """All positions that have arrived in one part.

    Attributes:
      num_admitted: how many of them the searcher has taken in.
    """

    def __init__(self) -> None:
        self.num_admitted = 0
        self._num = 0
        self._first = np.zeros(FIRST_ARRIVALS + 1, np.int64)
        self._marks = np.zeros(FIRST_ARRIVALS, np.uint8)
        self._actions = np.zeros(FIRST_ACTIONS, np.uint16)

    @property
    def num_waiting(self) -> int:
        """How many have arrived and are not taken in."""
        return self._num - self.num_admitted

    @property
    def arrivals(self) -> handover.Arrivals:
        """The actions of all that has arrived."""
        return handover.Arrivals(self._first[: self._num + 1], self._actions)

    @property
    def marks(self) -> NDArray[np.uint8]:
        """The marks of those that wait."""
        return self._marks[self.num_admitted : self._num]

    def receive(self, parcel: Parcel) -> None:
        """Adds what another part hands over."""
        count, begin = len(parcel.lengths), int(self._first[self._num])
        self._first = _with_room(self._first, self._num + count + 1)
        self._marks = _with_room(self._marks, self._num + count)
        self._actions = _with_room(self._actions, begin + len(parcel.actions))
        last = self._num + count
        self._first[self._num + 1 : last + 1] = begin + np.cumsum(parcel.lengths, dtype=np.int64)
        self._marks[self._num : last] = parcel.marks
        self._actions[begin : begin + len(parcel.actions)] = parcel.actions
        self._num = last

    def actions_of(self, arrival: int) -> list[int]:
        """Returns the actions that lead to one of them."""
        actions: list[int] = self._actions[self._first[arrival] : self._first[arrival + 1]].tolist()
        return actions

    def send(
        self, tables: RowTables, positions: Positions, marks: NDArray[np.uint8] | None = None
    ) -> list[Parcel]:
        """Returns what the searcher hands to each part, and forgets that it is to be handed over.

        Args:
          tables: row tables.
          positions: the store, in which they are marked as leaving.
          marks: `[N]` uint8, those of all its positions; None: all are 0.
        """
        count = int(positions.counters[NUM_LEAVING])
        owners = np.zeros(count, np.int64)
        handover.list_leaving(tables, positions, owners)
        parcels = []
        for part in range(int(positions.counters[NUM_PARTS])):
            numbers = np.flatnonzero(owners == part)
            leaving = positions.leaving[numbers]
            lengths = positions.length[leaving]
            actions = np.zeros(int(lengths.sum(dtype=np.int64)), np.uint16)
            handover.write_paths(positions, self.arrivals, numbers, actions)
            of_each = np.zeros(len(leaving), np.uint8) if marks is None else marks[leaving]
            parcels.append(Parcel(lengths, of_each, actions))
        positions.counters[NUM_LEAVING] = 0
        return parcels


def _with_room(array: NDArray[Any], size: int) -> NDArray[Any]:
    """Returns the array, or one twice as long or more that begins with it."""
    if size <= len(array):
        return array
    longer = np.zeros(max(size, 2 * len(array)), array.dtype)
    longer[: len(array)] = array
    return longer
