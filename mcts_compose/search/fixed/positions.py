"""Positions: sets of row states, stored once each, and how an action makes one of another.

Two examples in the same row state have become one, so a position is a *set* of row states. Sets are neither
sorted nor compared element by element: the rows of the set at hand carry the current stamp, its hash is the
sum of its rows' random keys, and a stored set is equal if it has as many rows and all of them carry the
stamp. So the answer is exact and does not depend on order (source: experiments on sorting kernels).

    pool    uint16, the rows of all positions, one after the other; behind its end the child at hand is made
    slots   uint64 [power of two], open addressing: 32 bits of the hash, then 1 + position; 0 is empty
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.tables import HAS_PAIRS, STRIDE
from vm.jit import inlined, kernel

# Places in `Positions.counters`.
NUM_POSITIONS, POOL_END, STAMP, GENERATED, DISTINCT = 0, 1, 2, 3, 4
PART, NUM_PARTS, SPACING, NUM_LEAVING = 5, 6, 7, 8
NUM_COUNTERS = 9
ABSENT = -1
LAST_STAMP = 2**32 - 2


class Positions(NamedTuple):
    """All positions that a search has met.

    Shapes: `N` most positions, `S` row states, `P` different outputs with goals.

    Attributes:
      pool: uint16 rows of all positions.
      start: `[N]` int64 where a position's rows begin.
      size: `[N]` uint16 how many rows it has.
      length: `[N]` uint8 fewest actions from the start to it, as far as is known.
      action: `[N]` uint16 the action that first made it.
      parent: `[N]` int32 the position from which that was; below 0: see `handover.origin_of`.
      slots: hash table.
      row_marks: `[S + 1]` uint32 stamps of the set at hand.
      shown_marks: `[P]` uint32 stamps of its outputs.
      leaving: `[N]` int32 positions to be handed to other parts of the search; `[1]` where there are none.
      counters: `[NUM_COUNTERS]` int64.
    """

    pool: NDArray[np.uint16]
    start: NDArray[np.int64]
    size: NDArray[np.uint16]
    length: NDArray[np.uint8]
    action: NDArray[np.uint16]
    parent: NDArray[np.int32]
    slots: NDArray[np.uint64]
    row_marks: NDArray[np.uint32]
    shown_marks: NDArray[np.uint32]
    leaving: NDArray[np.int32]
    counters: NDArray[np.int64]


@kernel
def next_stamp(positions):
    """Returns a stamp that no row carries; marks are cleared when all stamps were used."""
    stamp = positions.counters[STAMP] + 1
    if stamp > LAST_STAMP:
        for row in range(positions.row_marks.size):
            positions.row_marks[row] = 0
        for shown in range(positions.shown_marks.size):
            positions.shown_marks[shown] = 0
        stamp = 1
    positions.counters[STAMP] = stamp
    return np.uint32(stamp)


@inlined
def reaches_with_all(tables, pool, out, count, row, remaining):
    """Says whether a row can reach its goal together with each of the `count` rows at `out`, one by one."""
    pairs = tables.pairs
    base = np.uint64(row) * np.uint64(tables.sizes[STRIDE] - 1)
    for at in range(count):
        if pairs[base + np.uint64(pool[out + np.uint64(at)])] > remaining:
            return False
    return True


@inlined
def make_child(tables, positions, position, action, remaining):
    """Makes what an action makes of a position, behind the end of the pool.

    Args:
      tables: the row tables.
      positions: the store; its marks then carry the current stamp for the child's rows.
      position: the parent.
      action: the action.
      remaining: actions that may still follow; a row that needs more rejects the child.

    Returns:
      Number of rows (0 if rejected), hash, number of different outputs, largest distance of a row.
    """
    moves, distance, shown, keys = tables.moves, tables.distance, tables.shown, tables.keys
    pool, row_marks, shown_marks = positions.pool, positions.row_marks, positions.shown_marks
    base = np.uint64(action * tables.sizes[STRIDE])
    has_pairs = tables.sizes[HAS_PAIRS]
    stamp = next_stamp(positions)
    first = np.uint64(positions.start[position])
    last = first + np.uint64(positions.size[position])
    out = np.uint64(positions.counters[POOL_END])
    positions.counters[GENERATED] += 1
    count, num_shown, farthest = 0, 0, np.uint8(0)
    key = np.uint64(0)
    at = first
    while at < last:
        row = np.uint64(moves[base + np.uint64(pool[at])])
        at += np.uint64(1)
        if distance[row] > remaining:
            return 0, key, 0, farthest
        if row_marks[row] == stamp:
            continue
        if has_pairs and not reaches_with_all(tables, pool, out, count, row, remaining):
            return 0, key, 0, farthest
        row_marks[row] = stamp
        pool[out + np.uint64(count)] = row
        count += 1
        key += keys[row]
        farthest = max(farthest, distance[row])
        outputs = np.uint64(shown[row])
        if shown_marks[outputs] != stamp:
            shown_marks[outputs] = stamp
            num_shown += 1
    return count, key, num_shown, farthest


@inlined
def first_slot(key):
    """Returns where a hash begins to look, before masking; the tag is of other bits."""
    return (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)


@inlined
def entry_of(key, position):
    """Returns what a slot holds for a position with this hash."""
    return (key << np.uint64(32)) | np.uint64(position + 1)


@inlined
def find(positions, key, size):
    """Looks for the set at hand; returns its slot and the position, ABSENT if it is new."""
    slots, pool, row_marks = positions.slots, positions.pool, positions.row_marks
    stamp = np.uint32(positions.counters[STAMP])
    mask = np.uint64(slots.size - 1)
    slot = first_slot(key) & mask
    tag = key & np.uint64(0xFFFFFFFF)
    while True:
        entry = slots[slot]
        if entry == 0:
            return slot, ABSENT
        if entry >> np.uint64(32) == tag:
            found = np.int64(entry & np.uint64(0xFFFFFFFF)) - 1
            if positions.size[found] == size:
                at = np.uint64(positions.start[found])
                last = at + np.uint64(size)
                while at < last and row_marks[pool[at]] == stamp:
                    at += np.uint64(1)
                if at == last:
                    return slot, found
        slot = (slot + np.uint64(1)) & mask


@kernel
def has_room(positions, position, num_children):
    """Says whether so many children of a position fit."""
    counters = positions.counters
    wanted = counters[NUM_POSITIONS] + num_children
    rows = (num_children + 1) * np.int64(positions.size[position])
    return (
        wanted <= positions.start.size
        and counters[POOL_END] + rows <= positions.pool.size
        and 2 * wanted <= positions.slots.size
    )


@inlined
def owner_of(positions, length, key):
    """Returns the part of the search that a position belongs to: of its own hash, or the one at hand."""
    counters = positions.counters
    if counters[NUM_PARTS] == 1 or length % counters[SPACING] != 0:
        return counters[PART]
    mixed = (key * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(33)
    return np.int64(mixed % np.uint64(counters[NUM_PARTS]))


@inlined
def leaves(positions, child, key, same_rows_as):
    """Says whether a position just kept belongs to another part; if so it is noted to be handed over."""
    counters = positions.counters
    if owner_of(positions, np.int64(positions.length[child]), key) == counters[PART]:
        return False
    positions.leaving[counters[NUM_LEAVING]] = child
    counters[NUM_LEAVING] += 1
    # Its owner counts it.
    counters[DISTINCT] -= same_rows_as == ABSENT
    return True


@inlined
def keep(positions, slot, key, size, parent, action, same_rows_as):
    """Stores the set at hand as a position and returns it; there is room.

    Args:
      positions: the store.
      slot: where `find` says it belongs.
      key: its hash.
      size: its number of rows.
      parent: the position it was made from.
      action: the action that made it.
      same_rows_as: a position with the same rows, which are then shared; ABSENT if there is none.
    """
    position = positions.counters[NUM_POSITIONS]
    positions.counters[NUM_POSITIONS] = position + 1
    if same_rows_as == ABSENT:
        positions.start[position] = positions.counters[POOL_END]
        positions.counters[POOL_END] += size
        positions.counters[DISTINCT] += 1
    else:
        positions.start[position] = positions.start[same_rows_as]
    positions.size[position] = size
    positions.length[position] = positions.length[parent] + 1
    positions.action[position] = action
    positions.parent[position] = parent
    positions.slots[slot] = entry_of(key, position)
    return position


@kernel
def refill_slots(positions, keys):
    """Fills an empty hash table with all positions; of those that share their rows, the last one stays.

    What has no rows is no position.
    """
    mask = np.uint64(positions.slots.size - 1)
    for position in range(positions.counters[NUM_POSITIONS]):
        if positions.size[position] == 0:
            continue
        key = np.uint64(0)
        start = positions.start[position]
        for at in range(start, start + positions.size[position]):
            key += keys[positions.pool[at]]
        slot = first_slot(key) & mask
        while positions.slots[slot] != 0:
            known = np.int64(positions.slots[slot] & np.uint64(0xFFFFFFFF)) - 1
            if positions.start[known] == start:
                break
            slot = (slot + np.uint64(1)) & mask
        positions.slots[slot] = entry_of(key, position)
