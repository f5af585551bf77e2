"""Best-first search (A*): the position of the least length + heuristic is expanded next.

Priorities are whole numbers, so the queue is an array of linked lists; in a list the last comes first. A
shorter way to a known position makes a new one that shares its rows, and the old one is passed over.
Source: Hart, Nilsson, Raphael 1968; the queue and the heuristics of experiments on sorting kernels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.positions import ABSENT, find, has_room, keep, leaves, make_child
from mcts_compose.search.fixed.prunes import DEAD_WRITE
from mcts_compose.search.fixed.tables import NUM_ACTIONS
from mcts_compose.search.fixed.tree import EXHAUSTED, FULL, GOING, SOLVED, WAITING
from vm.jit import kernel

STEP = 16
"""Priority units of one action."""
NOBODY = -1

# Places in `Queue.counters`.
LOWEST, GOAL, EXPANDED = 0, 1, 2
NUM_QUEUE_COUNTERS = 3


class Queue(NamedTuple):
    """The positions that wait, by priority.

    Shapes: `N` most positions, `B` priorities.

    Attributes:
      heads: `[B]` int32 first position of a priority, or NOBODY.
      behind: `[N]` int32 the position behind it in its list, or NOBODY.
      is_stale: `[N]` uint8 whether a shorter way is known.
      estimate: `[P + 1]` int32 priority units that so many different outputs add.
      estimate_of_rows: `[rows at the start + 1]` int32 the same of so many row states.
      fewest_shown: `[256]` int32 fewest different outputs of a position with so many actions, as yet.
      counters: `[NUM_QUEUE_COUNTERS]` int64.
    """

    heads: NDArray[np.int32]
    behind: NDArray[np.int32]
    is_stale: NDArray[np.uint8]
    estimate: NDArray[np.int32]
    estimate_of_rows: NDArray[np.int32]
    fewest_shown: NDArray[np.int32]
    counters: NDArray[np.int64]


@kernel
def put(positions, queue, position, num_shown, farthest, by_distance):
    """Puts a position into the list of its priority."""
    units = np.int64(farthest) * STEP
    if not by_distance:
        units = np.int64(queue.estimate[num_shown]) + queue.estimate_of_rows[positions.size[position]]
    priority = min(np.int64(positions.length[position]) * STEP + units, queue.heads.size - 1)
    queue.behind[position] = queue.heads[priority]
    queue.heads[priority] = position
    queue.is_stale[position] = 0
    queue.counters[LOWEST] = min(queue.counters[LOWEST], priority)


@kernel
def next_priority(queue):
    """Returns the priority of the next position; above all priorities if none waits."""
    lowest = queue.counters[LOWEST]
    while lowest < queue.heads.size and queue.heads[lowest] == NOBODY:
        lowest += 1
    queue.counters[LOWEST] = lowest
    return lowest


@kernel
def take(queue):
    """Takes the next position out; there is one, and `next_priority` has found it."""
    priority = queue.counters[LOWEST]
    position = np.int64(queue.heads[priority])
    queue.heads[priority] = queue.behind[position]
    return position


@kernel
def expand_best(tables, positions, queue, position, bound, cut, by_distance, without_dead_writes, merges):
    """Runs every action in a position; children that are new, or reached sooner than before, then wait.

    Returns:
      GOING, SOLVED (the goal is `counters[GOAL]`) or FULL.
    """
    num_actions = tables.sizes[NUM_ACTIONS]
    length = np.int64(positions.length[position]) + 1
    limit = 2**30 if cut == 0.0 else np.int64(cut * queue.fewest_shown[length - 1])
    before = num_actions if position == 0 else np.int64(positions.action[position])
    if not has_room(positions, position, num_actions):
        # It was the first of its list.
        queue.heads[queue.counters[LOWEST]] = position
        return FULL
    for action in range(num_actions if length <= bound else 0):
        if without_dead_writes and tables.blocked[before * num_actions + action] & DEAD_WRITE:
            continue
        size, key, num_shown, farthest = make_child(tables, positions, position, action, bound - length)
        if size == 0 or num_shown > limit:
            continue
        slot, known = find(positions, key, size)
        if known != ABSENT and merges:
            if np.int64(positions.length[known]) <= length:
                continue
            queue.is_stale[known] = 1
        same = known if merges else ABSENT
        child = keep(positions, slot, key, size, position, action, same)
        if farthest == 0 and not by_distance:
            queue.counters[GOAL] = child
            return SOLVED
        queue.fewest_shown[length] = min(queue.fewest_shown[length], num_shown)
        if leaves(positions, child, key, same):
            continue
        put(positions, queue, child, num_shown, farthest, by_distance)
    queue.counters[EXPANDED] += 1
    return GOING


@kernel
def run_best_first(
    tables, positions, queue, bound, cut, by_distance, without_dead_writes, merges, limit, most
):
    """Expands up to `most` positions, none whose priority is above `limit`.

    With an admissible heuristic (`by_distance`) a goal counts when it is taken out of the queue, so that
    none shorter can exist; with others when it is first met.

    Returns:
      GOING, SOLVED, EXHAUSTED, FULL or WAITING.
    """
    for _ in range(most):
        if next_priority(queue) == queue.heads.size:
            return EXHAUSTED
        if queue.counters[LOWEST] > limit:
            return WAITING
        position = take(queue)
        if queue.is_stale[position]:
            continue
        if by_distance and is_goal(tables, positions, position):
            queue.counters[GOAL] = position
            return SOLVED
        status = expand_best(
            tables, positions, queue, position, bound, cut, by_distance, without_dead_writes, merges
        )
        if status != GOING:
            return status
    return GOING


@kernel
def is_goal(tables, positions, position):
    """Says whether every row of a position is at its goal."""
    first = positions.start[position]
    for at in range(first, first + positions.size[position]):
        if tables.distance[positions.pool[at]] != 0:
            return False
    return True
