"""The search level by level: every position that so many actions reach, before any that more reach.

It finds a shortest program, proves that there is none within a bound when it runs out of positions, and
counts all shortest programs: a position's *paths* are the action sequences that lead to it in its length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.positions import (
    ABSENT,
    NUM_POSITIONS,
    find,
    has_room,
    keep,
    leaves,
    make_child,
)
from mcts_compose.search.fixed.prunes import DEAD_WRITE
from mcts_compose.search.fixed.tables import NUM_ACTIONS
from mcts_compose.search.fixed.tree import EXHAUSTED, FULL, GOING, WAITING
from vm.jit import kernel

# Places in `Levels.counters`.
EXPANDED, NUM_EDGES, GOAL, PASSED = 0, 1, 2, 3
NUM_LEVEL_COUNTERS = 4
NO_GOAL = -1

# Bits of `Levels.is_mixed`.
MIXED, AWAY = 1, 2


class Levels(NamedTuple):
    """What the search level by level keeps beside the positions.

    Shapes: `N` most positions, `M` most edges; 1 where edges are not wanted.

    Attributes:
      is_mixed: `[N]` uint8 MIXED: a position was reached by more than one path of its length; AWAY: another
        part expands it.
      edge_parent: `[M]` int32 position.
      edge_child: `[M]` int32 position.
      edge_action: `[M]` uint16 action.
      counters: `[NUM_LEVEL_COUNTERS]` int64; EXPANDED positions are done, PASSED of them by other parts.
    """

    is_mixed: NDArray[np.uint8]
    edge_parent: NDArray[np.int32]
    edge_child: NDArray[np.int32]
    edge_action: NDArray[np.uint16]
    counters: NDArray[np.int64]


@kernel
def place_child(positions, levels, position, action, key, size, merges):
    """Returns the position of the child at hand; ABSENT if fewer actions reach it."""
    slot, known = find(positions, key, size)
    if known == ABSENT or not merges:
        child = keep(positions, slot, key, size, position, action, ABSENT)
        levels.is_mixed[child] = AWAY if leaves(positions, child, key, ABSENT) else 0
        return child
    if positions.length[known] <= positions.length[position]:
        return ABSENT
    levels.is_mixed[known] |= MIXED
    return known


@kernel
def expand_next(tables, positions, levels, bound, barred, merges, with_edges):
    """Runs every action in the next position.

    Args:
      tables: row tables.
      positions: the store, in order of length.
      levels: what is kept beside.
      bound: longest program that is wanted.
      barred: bits of the rules that leave actions out: DEAD_WRITE, COMMUTES.
      merges: whether equal positions are one.
      with_edges: whether all edges are wanted, not only one to each position.

    Returns:
      GOING or FULL.
    """
    position = levels.counters[EXPANDED]
    num_actions = tables.sizes[NUM_ACTIONS]
    remaining = bound - np.int64(positions.length[position]) - 1
    before = num_actions if position == 0 else np.int64(positions.action[position])
    bars = barred & DEAD_WRITE if levels.is_mixed[position] & MIXED else barred
    edges = levels.counters[NUM_EDGES] + num_actions if with_edges else 0
    if edges > levels.edge_child.size or not has_room(positions, position, num_actions):
        return FULL
    is_away = levels.is_mixed[position] & AWAY != 0
    for action in range(0 if is_away or remaining < 0 else num_actions):
        if tables.blocked[before * num_actions + action] & bars:
            continue
        size, key, _, farthest = make_child(tables, positions, position, action, remaining)
        if size == 0:
            continue
        child = place_child(positions, levels, position, action, key, size, merges)
        if child == ABSENT:
            continue
        if farthest == 0 and levels.counters[GOAL] == NO_GOAL:
            levels.counters[GOAL] = child
        if with_edges:
            edge = levels.counters[NUM_EDGES]
            levels.edge_parent[edge], levels.edge_child[edge] = position, child
            levels.edge_action[edge] = action
            levels.counters[NUM_EDGES] = edge + 1
    levels.counters[EXPANDED] = position + 1
    levels.counters[PASSED] += is_away
    return GOING


@kernel
def run_levels(tables, positions, levels, bound, barred, merges, with_edges, until, most):
    """Expands up to `most` positions, one level after the other, but none longer than `until`.

    It ends before the first position as long as the goal's, so that of several shortest programs all edges
    are there.

    Returns:
      GOING, EXHAUSTED (a goal may then be known), FULL or WAITING.
    """
    counters = levels.counters
    for _ in range(most):
        position = counters[EXPANDED]
        if position == positions.counters[NUM_POSITIONS]:
            return EXHAUSTED
        if counters[GOAL] != NO_GOAL and positions.length[position] == positions.length[counters[GOAL]]:
            return EXHAUSTED
        if positions.length[position] > until:
            return WAITING
        if expand_next(tables, positions, levels, bound, barred, merges, with_edges) == FULL:
            return FULL
    return GOING


@kernel
def count_paths(levels, paths):
    """Counts, for every position, the ways on to a goal of the goal's length; wraps above 2**63.

    Args:
      levels: a finished search with edges.
      paths: `[N]` int64; in: 1 for goal positions and 0 for others; out: the counts.
    """
    for edge in range(levels.counters[NUM_EDGES] - 1, -1, -1):
        paths[levels.edge_parent[edge]] += paths[levels.edge_child[edge]]
