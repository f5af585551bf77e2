"""How near a contents is to a goal: the value that the tree goes by.

Of all bits of all examples it counts in how many both are 1, one is, or none is. The correlation of the two
is the nearness; it counts double where one of the four numbers is 0, because then the one contents lies
within the other, or within what the other leaves out: a part of the goal that only needs to be completed by
`or`, `xor`, `add` or `and`. In experiments this put the shared term of "exchange two fields" at place 4 of
425,000 contents, and that of "next number with as many bits" at place 1 of 28,000.
"""

from __future__ import annotations

import math

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.popcount import popcount
from vm.jit import inlined, kernel


@inlined
def ones(words, start, size):
    """Returns how many bits of a row are 1."""
    total = np.uint64(0)
    for i in range(size):
        total += popcount(words[start + i])
    return total


@inlined
def common_ones(words, start, others, other_start, size):
    """Returns how many bits are 1 in both of two rows."""
    total = np.uint64(0)
    for i in range(size):
        total += popcount(words[start + i] & others[other_start + i])
    return total


@inlined
def nearness(both, first, second, bits):
    """Returns how near two sets of bits are, 0 .. 2, from their sizes.

    Args:
      both: bits in both.
      first: bits in the first.
      second: bits in the second.
      bits: bits there are.
    """
    variance = float(first) * (bits - first) * second * (bits - second)
    if variance <= 0:
        return 0.0
    correlation = abs(float(both) * bits - float(first) * second) / math.sqrt(variance)
    is_within = both == 0 or both == first or both == second or first + second - both == bits
    return 2 * correlation if is_within else correlation


@inlined
def nearest(bank, words, start, goal_first, goal_last):
    """Returns how near the row at `words[start]` is to the nearest of a range of goals."""
    size = np.uint64(bank.state[at.SIZE])
    bits = np.int64(size) * bank.state[at.WIDTH]
    first = np.int64(ones(words, start, size))
    best = 0.0
    for goal in range(goal_first, goal_last):
        other = np.uint64(goal) * size
        both = np.int64(common_ones(words, start, bank.words, other, size))
        second = np.int64(bank.goal_ones[np.uint64(goal - bank.state[at.INNER_END])])
        best = max(best, nearness(both, first, second, bits))
    return best


@kernel
def count_goal_ones(bank, first, last):
    """Fills in how many bits of the goals in a range of rows are 1."""
    size = np.uint64(bank.state[at.SIZE])
    for goal in range(first, last):
        start = np.uint64(goal) * size
        bank.goal_ones[np.uint64(goal - bank.state[at.INNER_END])] = ones(bank.words, start, size)


@kernel
def score_rows(bank, first, last, goal_first, goal_last, scores):
    """Writes how near a range of contents is to the nearest of a range of goals into `scores`, float32."""
    size = np.uint64(bank.state[at.SIZE])
    for row in range(first, last):
        score = nearest(bank, bank.words, np.uint64(row) * size, goal_first, goal_last)
        scores[np.uint64(row - first)] = score
