"""How positions leave one part of a search and arrive in another: as the actions that lead to them.

Who receives them runs the actions again from the start, and so depends on nobody's arrays. A position that
arrived has a parent below 0, which says where among all arrivals of its part its actions stand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.best_first import put
from mcts_compose.search.fixed.levels import GOAL, MIXED, NO_GOAL
from mcts_compose.search.fixed.positions import (
    ABSENT,
    NUM_LEAVING,
    NUM_POSITIONS,
    POOL_END,
    find,
    has_room,
    keep,
    next_stamp,
    owner_of,
)
from mcts_compose.search.fixed.tables import NUM_ACTIONS, STRIDE
from mcts_compose.search.fixed.tree import NUM_EDGES, ROOT, TOP, add_edge, move_edge, start_node
from vm.jit import inlined, kernel

START = 0
WIDTH = 128
"""Most edges of a group (untuned)."""


class Arrivals(NamedTuple):
    """Actions that lead to every position that has arrived so far.

    Shapes: `K` positions.

    Attributes:
      first: `[K + 1]` int64 where the actions of each begin; the last: where they end.
      actions: uint16 the actions, position by position.
    """

    first: NDArray[np.int64]
    actions: NDArray[np.uint16]


@inlined
def origin_of(parent):
    """Returns which arrival a position is whose parent is below 0; it is its own inverse."""
    return -1 - np.int64(parent)


@kernel
def write_path(positions, arrivals, position, actions_out, end):
    """Writes the actions that lead to a position so that they end before `actions_out[end]`."""
    while position > START:
        parent = np.int64(positions.parent[position])
        if parent < 0:
            arrival = origin_of(parent)
            first, last = arrivals.first[arrival], arrivals.first[arrival + 1]
            for at in range(last - first):
                actions_out[end - (last - first) + at] = arrivals.actions[first + at]
            return
        end -= 1
        actions_out[end] = positions.action[position]
        position = parent


@kernel
def hash_of(tables, positions, position):
    """Returns the hash of a stored position."""
    key = np.uint64(0)
    first = positions.start[position]
    for at in range(first, first + positions.size[position]):
        key += tables.keys[positions.pool[at]]
    return key


@kernel
def list_leaving(tables, positions, owners_out):
    """Says which part each leaving position belongs to; returns how many actions lead to them together."""
    total = 0
    for number in range(positions.counters[NUM_LEAVING]):
        position = np.int64(positions.leaving[number])
        length = np.int64(positions.length[position])
        owners_out[number] = owner_of(positions, length, hash_of(tables, positions, position))
        total += length
    return total


@kernel
def write_paths(positions, arrivals, numbers, actions_out):
    """Writes the actions that lead to some of the leaving positions, one after the other."""
    end = 0
    for number in numbers:
        position = np.int64(positions.leaving[number])
        end += np.int64(positions.length[position])
        write_path(positions, arrivals, position, actions_out, end)


@kernel
def replay(tables, positions, actions, first, length):
    """Runs actions from the start, and leaves what they make behind the end of the pool.

    Returns:
      Number of rows, hash, number of different outputs, largest distance of a row.
    """
    moves, pool = tables.moves, positions.pool
    num_rows = np.int64(positions.size[START])
    out = positions.counters[POOL_END]
    for at in range(num_rows):
        pool[out + at] = pool[positions.start[START] + at]
    for step in range(length):
        base = np.int64(actions[first + step]) * tables.sizes[STRIDE]
        for at in range(num_rows):
            pool[out + at] = moves[base + pool[out + at]]
    stamp = next_stamp(positions)
    count, num_shown, farthest, key = 0, 0, np.uint8(0), np.uint64(0)
    for at in range(num_rows):
        row = pool[out + at]
        if positions.row_marks[row] == stamp:
            continue
        positions.row_marks[row] = stamp
        pool[out + count] = row
        count += 1
        key += tables.keys[row]
        farthest = max(farthest, tables.distance[row])
        if positions.shown_marks[tables.shown[row]] != stamp:
            positions.shown_marks[tables.shown[row]] = stamp
            num_shown += 1
    return count, key, num_shown, farthest


@kernel
def keep_arrival(positions, arrivals, arrival, slot, key, size, known):
    """Stores the set at hand as the position that an arrival leads to."""
    first, last = arrivals.first[arrival], arrivals.first[arrival + 1]
    child = keep(positions, slot, key, size, START, np.int64(arrivals.actions[last - 1]), known)
    positions.length[child] = last - first
    positions.parent[child] = origin_of(arrival)
    return child


@kernel
def queue_arrivals(tables, positions, queue, arrivals, begin, bound, cut, by_distance, merges):
    """Puts arrivals from `begin` on into the queue of best-first search; returns how many it had room for."""
    num_actions = tables.sizes[NUM_ACTIONS]
    for arrival in range(begin, arrivals.first.size - 1):
        if not has_room(positions, START, num_actions):
            return arrival - begin
        first = arrivals.first[arrival]
        length = arrivals.first[arrival + 1] - first
        size, key, num_shown, farthest = replay(tables, positions, arrivals.actions, first, length)
        slot, known = find(positions, key, size)
        if not merges:
            known = ABSENT
        is_cut = cut != 0.0 and num_shown > np.int64(cut * queue.fewest_shown[length - 1])
        if is_cut or length + farthest > bound or (known != ABSENT and positions.length[known] <= length):
            continue
        if known != ABSENT:
            queue.is_stale[known] = 1
        child = keep_arrival(positions, arrivals, arrival, slot, key, size, known)
        queue.fewest_shown[length] = min(queue.fewest_shown[length], num_shown)
        put(positions, queue, child, num_shown, farthest, by_distance)
    return arrivals.first.size - 1 - begin


@kernel
def place_arrivals(tables, positions, levels, arrivals, marks, begin, merges):
    """Adds arrivals from `begin` on to the level that comes next; returns how many it had room for.

    Args:
      tables: row tables.
      positions: the store; all positions as long as the arrivals are still to be expanded.
      levels: what is kept beside.
      arrivals: actions of all arrivals, as long as each other from `begin` on.
      marks: uint8, those of the arrivals from `begin` on.
      begin: the first one to add.
      merges: whether equal positions are one.
    """
    num_actions = tables.sizes[NUM_ACTIONS]
    for arrival in range(begin, arrivals.first.size - 1):
        if not has_room(positions, START, num_actions):
            return arrival - begin
        first = arrivals.first[arrival]
        length = arrivals.first[arrival + 1] - first
        size, key, _, farthest = replay(tables, positions, arrivals.actions, first, length)
        slot, known = find(positions, key, size)
        if known != ABSENT and merges:
            if positions.length[known] == length:
                levels.is_mixed[known] |= MIXED
            continue
        child = keep_arrival(positions, arrivals, arrival, slot, key, size, ABSENT)
        levels.is_mixed[child] = marks[arrival - begin] & MIXED
        if farthest == 0 and levels.counters[GOAL] == NO_GOAL:
            levels.counters[GOAL] = child
    return arrivals.first.size - 1 - begin


@kernel
def start_group(positions, tree, edges):
    """Makes a node that is no position, with room for so many edges, and returns it."""
    node = positions.counters[NUM_POSITIONS]
    positions.counters[NUM_POSITIONS] = node + 1
    positions.start[node] = positions.counters[POOL_END]
    positions.size[node], positions.length[node] = 0, 0
    positions.action[node], positions.parent[node] = 0, START
    tree.value[node], tree.visits[node], tree.num_edges[node] = 0.0, 0, 0
    tree.first_edge[node] = tree.counters[NUM_EDGES]
    for edge in range(tree.counters[NUM_EDGES], tree.counters[NUM_EDGES] + edges):
        tree.edge_visits[edge] = 0  # also of edges that may never be there, since a hash covers them
    tree.counters[NUM_EDGES] += edges
    return node


@kernel
def start_top(positions, tree, owns_start):
    """Makes the node where the walks of a part begin; the start is below it in one part only."""
    top = start_group(positions, tree, WIDTH)
    tree.counters[TOP] = top
    if owns_start:
        add_to_group(tree, top, ROOT)


@kernel
def add_to_group(tree, group, node):
    """Gives a group one more edge; there is room."""
    add_edge(tree, tree.first_edge[group] + tree.num_edges[group], node, 0)
    tree.num_edges[group] += 1
    tree.value[group] = max(tree.value[group], tree.value[node])


@kernel
def have_groups_room(positions, tree, count):
    """Says whether the groups of so many nodes have room."""
    groups = 2 * (count // WIDTH) + 8  # of the first rank, of all above, and what a full top takes
    return (
        tree.counters[NUM_EDGES] + groups * WIDTH <= tree.edge_child.size
        and positions.counters[NUM_POSITIONS] + groups <= positions.start.size
    )


@kernel
def add_to_top(positions, tree, node):
    """Puts a node below the top; when that is full, all that is there first becomes one group."""
    top = tree.counters[TOP]
    if tree.num_edges[top] == WIDTH:
        group = start_group(positions, tree, WIDTH)
        for edge in range(WIDTH):
            move_edge(tree, tree.first_edge[group] + edge, tree.first_edge[top] + edge)
        tree.num_edges[group], tree.num_edges[top] = WIDTH, 0
        tree.value[group], tree.visits[group] = tree.value[top], tree.visits[top]
        add_to_group(tree, top, group)
    add_to_group(tree, top, node)


@kernel
def group_nodes(positions, tree, nodes, count):
    """Puts nodes below the top, in a tree of groups of WIDTH; there is room.

    Args:
      positions: the store.
      tree: statistics.
      nodes: int32 scratch that begins with the nodes; it is written to.
      count: how many, above 0.
    """
    while count > 1:
        num_groups = (count + WIDTH - 1) // WIDTH
        for number in range(num_groups):
            first, last = number * WIDTH, min((number + 1) * WIDTH, count)
            group = start_group(positions, tree, last - first)
            for at in range(first, last):
                add_to_group(tree, group, nodes[at])
            nodes[number] = group
        count = num_groups
    add_to_top(positions, tree, nodes[0])


@kernel
def adopt_arrivals(tables, positions, tree, arrivals, begin, bound, cut, merges, nodes, count):
    """Makes nodes of arrivals from `begin` on, which no edge leads to yet.

    Args:
      tables: row tables.
      positions: the store.
      tree: statistics.
      arrivals: actions of all arrivals.
      begin: the first one to adopt.
      bound: longest program that is wanted.
      cut: factor of the lossy cut, 0 without.
      merges: whether equal positions are one node.
      nodes: int32, the nodes that were made before, then room for as many as arrivals wait.
      count: how many were made before.

    Returns:
      How many arrivals had room, and how many nodes there are now.
    """
    num_actions = tables.sizes[NUM_ACTIONS]
    arrival = begin
    while arrival < arrivals.first.size - 1 and has_room(positions, START, num_actions):
        first = arrivals.first[arrival]
        length = arrivals.first[arrival + 1] - first
        size, key, num_shown, farthest = replay(tables, positions, arrivals.actions, first, length)
        slot, known = find(positions, key, size)
        if not merges:
            known = ABSENT
        is_cut = cut != 0.0 and num_shown > np.int64(cut * tree.fewest_shown[length - 1])
        is_new = known == ABSENT or positions.length[known] > length
        if is_new and not is_cut and length + farthest <= bound:
            child = keep_arrival(positions, arrivals, arrival, slot, key, size, known)
            start_node(tables, tree, child, size, num_shown, length)
            tree.fewest_shown[length] = min(tree.fewest_shown[length], num_shown)
            nodes[count] = child
            count += 1
        arrival += 1
    return arrival - begin, count
