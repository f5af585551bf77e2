"""Makes the arrays of a search with fixed memory, and larger ones when they are full.

A search of milliseconds must not clear arrays for one of minutes, so they begin small and grow by a factor,
as long as memory allows; what is not written to yet takes none.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed import best_first, levels, positions, tree
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tables import NUM_ACTIONS, NUM_SHOWN

FIRST_POSITIONS = 1 << 14
GROWTH = 4
MOST_POSITIONS = 2**31 - 2**16
ROWS_PER_POSITION = 0.6
"""Rows of a stored position for each row of the first, on average at most (measured: 0.13 to 0.5)."""
EDGES_PER_NODE = 2
"""Edges of the tree for each node (measured: 1.3 to 1.6, as dominated children get none)."""
NUM_EARNED_KEPT = 1024
"""Nodes that wait for a model; where more do, the ones that waited longest are forgotten (untuned)."""
BYTES_PER_POSITION = 8 + 2 + 1 + 2 + 4 + 16

Arrays = TypeVar("Arrays", bound=tuple[Any, ...])
_OF_POSITIONS = ("start", "size", "length", "action", "parent")
_OF_NODES = ("value", "visits", "first_edge", "num_edges")
_OF_EDGES = ("edge_child", "edge_action", "edge_visits", "edge_value")
_OF_LEVEL_EDGES = ("edge_parent", "edge_child", "edge_action")
GROWING = frozenset(
    [f"positions.{name}" for name in ("pool", *_OF_POSITIONS)]
    + [f"levels.{name}" for name in _OF_LEVEL_EDGES]
)
"""Arrays of a search that is not in parts, by their names in a save, of which only the end is written."""


def positions_in(built: Built, memory_mb: int, bytes_beside: int) -> int:
    """Returns how many positions fit into so much memory, each with so many bytes beside it."""
    rows = 2 * max(1.0, ROWS_PER_POSITION * len(built.start))
    return int(min(memory_mb * 2**20 / (rows + BYTES_PER_POSITION + bytes_beside), MOST_POSITIONS))


def _num_rows(built: Built, most: int) -> int:
    """Returns the room for rows of so many positions; the children of any one position always fit."""
    first = len(built.start)
    spare = (int(built.tables.sizes[NUM_ACTIONS]) + 2) * first
    return int(most * max(1.0, ROWS_PER_POSITION * first)) + spare


def make_positions(built: Built, most: int, part: Part = WHOLE) -> positions.Positions:
    """Returns the store of a part with room for `most` positions, of which the first is there."""
    num_rows = len(built.start)
    made = positions.Positions(
        pool=np.empty(_num_rows(built, most), np.uint16),
        start=np.zeros(most, np.int64),
        size=np.zeros(most, np.uint16),
        length=np.zeros(most, np.uint8),
        action=np.zeros(most, np.uint16),
        parent=np.zeros(most, np.int32),
        slots=_empty_slots(most),
        row_marks=np.zeros(len(built.tables.distance), np.uint32),
        shown_marks=np.zeros(int(built.tables.sizes[NUM_SHOWN]) + 1, np.uint32),
        leaving=np.zeros(most if part.num_parts > 1 else 1, np.int32),
        counters=np.zeros(positions.NUM_COUNTERS, np.int64),
    )
    made.counters[[positions.PART, positions.NUM_PARTS, positions.SPACING]] = np.array(part)
    made.pool[:num_rows] = built.start
    made.size[0] = num_rows
    made.counters[positions.POOL_END] = num_rows
    made.counters[positions.NUM_POSITIONS] = 1
    made.counters[positions.DISTINCT] = part.owns_start
    positions.refill_slots(made, built.tables.keys)
    return made


def _empty_slots(most: int) -> NDArray[np.uint64]:
    return np.zeros(1 << (2 * most - 1).bit_length(), np.uint64)


def grow_positions(store: positions.Positions, built: Built, most: int) -> positions.Positions:
    """Returns the same store with room for `most` positions."""
    of_positions = list(_OF_POSITIONS)
    if store.counters[positions.NUM_PARTS] > 1:
        of_positions.append("leaving")
    grown = _grown(store, {"pool": _num_rows(built, most)} | dict.fromkeys(of_positions, most))._replace(
        slots=_empty_slots(most)
    )
    positions.refill_slots(grown, built.tables.keys)
    return grown


def make_tree(most: int) -> tree.Tree:
    """Returns statistics for `most` nodes."""
    edges = num_edges_of(most)
    return tree.Tree(
        value=np.empty(most, np.float32),
        visits=np.empty(most, np.int32),
        first_edge=np.empty(most, np.int64),
        num_edges=np.empty(most, np.int32),
        edge_child=np.empty(edges, np.int32),
        edge_action=np.empty(edges, np.uint16),
        edge_visits=np.empty(edges, np.int32),
        edge_value=np.empty(edges, np.float32),
        fewest_shown=np.zeros(tree.DEPTHS, np.int32),
        path_nodes=np.zeros(tree.STEPS, np.int32),
        path_edges=np.zeros(tree.STEPS, np.int64),
        solution=np.zeros(tree.DEPTHS, np.uint16),
        weights=np.zeros(tree.NUM_WEIGHTS, np.float64),
        counters=np.zeros(tree.NUM_TREE_COUNTERS, np.int64),
    )


def num_edges_of(most: int) -> int:
    """Returns the room for edges of so many nodes."""
    return EDGES_PER_NODE * most + 2**12


def grow_tree(statistics: tree.Tree, most: int) -> tree.Tree:
    """Returns the same statistics with room for `most` nodes."""
    of_nodes = dict.fromkeys(_OF_NODES, most)
    of_edges = dict.fromkeys(_OF_EDGES, num_edges_of(most))
    return _grown(statistics, of_nodes | of_edges)


def make_ranking(most: int) -> tree.Ranking:
    """Returns room for what a model says of `most` nodes, none of which is ranked."""
    return tree.Ranking(
        num_first=np.zeros(most, np.uint16),
        ranked_at=np.zeros(most, np.int32),
        edge_prior=np.empty(num_edges_of(most), np.float32),
        earned=np.zeros(NUM_EARNED_KEPT, np.int32),
        num_earned=np.zeros(1, np.int64),
    )


def grow_ranking(ranking: tree.Ranking, most: int) -> tree.Ranking:
    """Returns the same with room for `most` nodes."""
    return _grown(ranking, {"num_first": most, "ranked_at": most, "edge_prior": num_edges_of(most)})


def make_queue(
    built: Built, most: int, estimate: NDArray[np.int32], of_rows: NDArray[np.int32], owns_start: bool = True
) -> best_first.Queue:
    """Returns a queue for `most` positions in which the first waits, if it is this part's."""
    heads = np.full(best_first.STEP * (2 * tree.DEPTHS), best_first.NOBODY, np.int32)
    queue = best_first.Queue(
        heads=heads,
        behind=np.full(most, best_first.NOBODY, np.int32),
        is_stale=np.zeros(most, np.uint8),
        estimate=estimate,
        estimate_of_rows=of_rows,
        fewest_shown=np.full(tree.DEPTHS, built.num_shown, np.int32),
        counters=np.zeros(best_first.NUM_QUEUE_COUNTERS, np.int64),
    )
    queue.heads[0] = 0 if owns_start else best_first.NOBODY
    return queue


def grow_queue(queue: best_first.Queue, most: int) -> best_first.Queue:
    """Returns the same queue with room for `most` positions."""
    return _grown(queue, {"behind": most, "is_stale": most})


def make_levels(most: int, with_edges: bool, owns_start: bool = True) -> levels.Levels:
    """Returns what the search level by level keeps beside `most` positions."""
    edges = EDGES_PER_NODE * most + 2**12 if with_edges else 1
    made = levels.Levels(
        is_mixed=np.zeros(most, np.uint8),
        edge_parent=np.empty(edges, np.int32),
        edge_child=np.empty(edges, np.int32),
        edge_action=np.empty(edges, np.uint16),
        counters=np.zeros(levels.NUM_LEVEL_COUNTERS, np.int64),
    )
    made.counters[levels.GOAL] = levels.NO_GOAL
    made.is_mixed[0] = 0 if owns_start else levels.AWAY
    return made


def grow_levels(made: levels.Levels, most: int, with_edges: bool) -> levels.Levels:
    """Returns the same with room for `most` positions."""
    edges = EDGES_PER_NODE * most + 2**12 if with_edges else 1
    of_edges = dict.fromkeys(_OF_LEVEL_EDGES, edges)
    return _grown(made, {"is_mixed": most} | of_edges)


def used_positions(store: positions.Positions) -> dict[str, int]:
    """Returns how much of each array of a store is used, but of the hash table, which the rest gives."""
    end, count = store.counters[[positions.POOL_END, positions.NUM_POSITIONS]].tolist()
    return {"pool": end, **dict.fromkeys(_OF_POSITIONS, count)}


def used_tree(statistics: tree.Tree, nodes: int) -> dict[str, int]:
    """Returns how much of each array of a tree with so many nodes is used."""
    edges = int(statistics.counters[tree.NUM_EDGES])
    return {**dict.fromkeys(_OF_NODES, nodes), **dict.fromkeys(_OF_EDGES, edges)}


def used_ranking(statistics: tree.Tree, nodes: int) -> dict[str, int]:
    """Returns the same of what a model has said of such a tree."""
    edges = int(statistics.counters[tree.NUM_EDGES])
    return {"num_first": nodes, "ranked_at": nodes, "edge_prior": edges}


def used_queue(nodes: int) -> dict[str, int]:
    """Returns the same of a queue for so many positions."""
    return {"behind": nodes, "is_stale": nodes}


def used_levels(made: levels.Levels, nodes: int) -> dict[str, int]:
    """Returns the same of what the search level by level keeps beside so many positions."""
    edges = int(made.counters[levels.NUM_EDGES])
    return {"is_mixed": nodes, **dict.fromkeys(_OF_LEVEL_EDGES, edges)}


def _grown(arrays: Arrays, sizes: dict[str, int]) -> Arrays:
    """Returns the arrays with some of them longer; their new ends are zero."""
    longer = {}
    for name, size in sizes.items():
        old = getattr(arrays, name)
        longer[name] = np.zeros(max(size, len(old)), old.dtype)
        longer[name][: len(old)] = old
    return arrays._replace(**longer)  # type: ignore[attr-defined,no-any-return]  # a NamedTuple
