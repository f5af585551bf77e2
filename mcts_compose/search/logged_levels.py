"""Decides how the nodes' local levels come into a log: each once, when a save finds that it is complete.

A node's record is 5 KB and nearly all of it says where its local levels are. These are written level by level
and stay as they are, and the levels to come are zeros; the little else that a node has changes all the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from mcts_compose.search.layout import NUM_KINDS
from mcts_compose.search.tree import LOCAL_LEVELS, N_LEVEL, N_LISTS, NODE_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mcts_compose.saves.save_file import Save

LEVELS = "levels"
NODES_AT_ONCE = 1 << 14
"""Nodes that are looked through for one piece of the log (untuned): some 15 MB of it."""
_WORDS = 2 + NUM_KINDS
"""Of a row: which node and level, where its first kind starts, and where each kind ends."""
_ROW = np.dtype(("V", 8 * _WORDS))
_PLACES = np.r_[0, 1 : 2 * NUM_KINDS : 2]
"""Where these stand in a level; a kind starts where the one before it ends."""


def records_of(nodes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Returns the records of the first nodes as rows, [count, NODE_WORDS]."""
    return nodes[: count * NODE_WORDS].reshape(count, NODE_WORDS)


class LoggedLevels:
    """Knows which local levels of a tree's nodes are in the log."""

    def __init__(self) -> None:
        # By node; the first level is 1.
        self._counts = np.zeros(0, np.uint8)
        self._num_rows = 0

    def news(
        self, nodes: NDArray[np.int64], count: int, logged: Mapping[str, int]
    ) -> Iterator[NDArray[np.void]]:
        """Yields the complete levels of the first nodes that are not in the log, which then has them.

        Args:
          nodes: of the tree, see tree.py.
          count: how many there are.
          logged: how much of each array is in the log.
        """
        num_rows = logged.get(LEVELS, 0)
        if num_rows != self._num_rows:  # it is another log, or its end could not be written
            self._counts[:] = 0
        self._counts = np.append(self._counts, np.zeros(count - len(self._counts), np.uint8))
        for start in range(0, count, NODES_AT_ONCE):
            records = records_of(nodes, count)[start : start + NODES_AT_ONCE]
            known = self._counts[start : start + NODES_AT_ONCE]
            complete = records[:, N_LEVEL] - 1
            new = complete - known
            node = np.repeat(np.arange(len(records)), new)
            level = 1 + np.arange(len(node)) - np.repeat(np.cumsum(new) - complete, new)
            rows = np.empty((len(node), _WORDS), np.int64)
            rows[:, 0] = (start + node) * LOCAL_LEVELS + level
            rows[:, 1:] = records[node[:, np.newaxis], _places_of(level)]
            known[:] = complete
            num_rows += len(rows)
            self._num_rows = num_rows
            yield rows.view(_ROW).ravel()

    def restore(self, save: Save, nodes: NDArray[np.int64], count: int) -> None:
        """Writes the levels of a save into the records of the first nodes, whose other words are there.

        Raises:
          SaveError: the save is damaged.
        """
        records = records_of(nodes, count)
        for piece in save.pieces(LEVELS):
            rows = piece.view(np.int64).reshape(-1, _WORDS)
            node, level = np.divmod(rows[:, :1], LOCAL_LEVELS)
            places = _places_of(level[:, 0])
            records[node, places] = rows[:, 1:]
            records[node, places[:, 1:-1] + 1] = rows[:, 2:-1]
            self._num_rows += len(rows)
        self._counts = (records[:, N_LEVEL] - 1).astype(np.uint8)


def _places_of(levels: NDArray[np.int64]) -> NDArray[np.int64]:
    places: NDArray[np.int64] = N_LISTS + 2 * NUM_KINDS * levels[:, np.newaxis] + _PLACES
    return places
