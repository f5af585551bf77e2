"""Float goals: contents that differ from one by rounding alone count as reaching it."""

import numpy as np

from mcts_compose.search.bank import relax
from mcts_compose.search.contents import cost_of
from mcts_compose.search.derive import fire
from mcts_compose.search.layout import EXAMPLES, G_ID, G_KIND, G_SHAPE, G_WORDS, GOAL_WORDS, GOALS, NUM_GOALS
from vm.jit import kernel

TOLERANCE = 1e-6
"""Relative and absolute; the same as of `vm.values.equal`, which judges results."""


@kernel
def _is_near(memory, one, other, count):
    """Says whether two ranges of floats are equal within the tolerance; NaN is equal to NaN."""
    floats = memory.view(np.float64)
    for i in range(count):
        left, right = floats[one + i], floats[other + i]
        gap = abs(left - right)
        close = gap <= TOLERANCE * max(1.0, abs(left), abs(right)) and gap < np.inf
        if not (close or left == right or (left != left and right != right)):
            return False
    return True


@kernel
def reach_float_goals(
    memory, pool, bytes_, halves, ints, table, links, items, kind, shape, at, cost, action, a, b, c
):  # fmt: skip
    """Gives every goal that the floats at `at` are near to their derivation, if it is the cheapest yet."""
    for number in range(memory[NUM_GOALS]):
        goal = memory[GOALS] + number * GOAL_WORDS
        if memory[goal + G_KIND] != kind or memory[goal + G_SHAPE] != shape:
            continue
        target, words = memory[goal + G_ID], memory[shape + memory[EXAMPLES]]
        if cost < cost_of(pool, target) and _is_near(memory, at, memory[goal + G_WORDS], words):
            if relax(memory, pool, links, target, cost, action, a, b, c):
                fire(memory, pool, bytes_, halves, ints, table, links, items, target)
