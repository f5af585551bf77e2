"""Exact distances to the goal, of single row states and of pairs, by breadth-first search backwards.

The prunes `viability` and `pairs` rest on them: if one example needs d more instructions whatever the other
examples want, no program of fewer than d more brings all of them to their goals; the same holds for any two
examples together. Both are lossless.
"""

import numpy as np

from mcts_compose.search.fixed.tables import NEVER
from vm.jit import kernel


@kernel
def list_predecessors(moves, num_actions, num_rows, first, sources):
    """Lists, for each action and row state, the row states that the action brings there.

    Args:
      moves: `[A * stride]` int32 row state after action `a` in `s` at `a * stride + s`; >= `num_rows`: lost.
      num_actions: A.
      num_rows: S; the stride is S + 1.
      first: `[A * (S + 1) + 1]` int64; out: where the predecessors of (a, s) begin in `sources`.
      sources: `[A * S]` int32; out.
    """
    stride = num_rows + 1
    for place in range(first.size):
        first[place] = 0
    for action in range(num_actions):
        for row in range(num_rows):
            after = moves[action * stride + row]
            if after < num_rows:
                first[action * stride + after + 1] += 1
    for place in range(1, first.size):
        first[place] += first[place - 1]
    for action in range(num_actions):
        for row in range(num_rows):
            after = moves[action * stride + row]
            if after < num_rows:
                place = action * stride + after
                sources[first[place]] = row
                first[place] += 1
    # Filling moved each start to its end, which is the next one's start.
    for place in range(first.size - 1, 0, -1):
        first[place] = first[place - 1]
    first[0] = 0


@kernel
def row_distances(first, sources, num_actions, num_rows, distance, queue):
    """Computes the distance of every row state; those that are at their goal have 0 already, others NEVER.

    Args:
      first: as `list_predecessors` wrote it.
      sources: the same.
      num_actions: A.
      num_rows: S.
      distance: `[S + 1]` uint8; in and out. Distances above NEVER - 1 stay NEVER.
      queue: `[S]` int32 scratch.
    """
    stride = num_rows + 1
    head, tail = 0, 0
    for row in range(num_rows):
        if distance[row] == 0:
            queue[tail] = row
            tail += 1
    while head < tail:
        row = queue[head]
        head += 1
        further = distance[row] + 1
        if further >= NEVER:
            continue
        for action in range(num_actions):
            place = action * stride + row
            for at in range(first[place], first[place + 1]):
                before = sources[at]
                if distance[before] == NEVER:
                    distance[before] = further
                    queue[tail] = before
                    tail += 1


@kernel
def pair_distances(first, sources, num_actions, num_rows, distance, pairs, queue):
    """Computes the joint distance of every two row states.

    Args:
      first: as `list_predecessors` wrote it.
      sources: the same.
      num_actions: A.
      num_rows: S.
      distance: `[S + 1]` uint8 distances of single row states.
      pairs: `[S * S]` uint8; out, symmetric.
      queue: `[S * (S + 1) / 2]` int32 scratch.
    """
    stride = num_rows + 1
    for place in range(num_rows * num_rows):
        pairs[place] = NEVER
    head, tail = 0, 0
    for low in range(num_rows):
        for high in range(low, num_rows):
            if distance[low] == 0 and distance[high] == 0:
                pairs[low * num_rows + high] = 0
                pairs[high * num_rows + low] = 0
                queue[tail] = low * num_rows + high
                tail += 1
    while head < tail:
        low, high = queue[head] // num_rows, queue[head] % num_rows
        further = pairs[queue[head]] + 1
        head += 1
        if further >= NEVER:
            continue
        for action in range(num_actions):
            of_low, of_high = action * stride + low, action * stride + high
            for i in range(first[of_low], first[of_low + 1]):
                x = np.int64(sources[i])
                for j in range(first[of_high], first[of_high + 1]):
                    y = np.int64(sources[j])
                    if pairs[x * num_rows + y] == NEVER:
                        pairs[x * num_rows + y] = further
                        pairs[y * num_rows + x] = further
                        queue[tail] = min(x, y) * num_rows + max(x, y)
                        tail += 1
