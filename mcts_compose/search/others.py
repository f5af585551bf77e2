"""Other derivations than the cheapest one of each contents, kept for the choice at the end.

Programs that fit all shown examples can differ elsewhere. The bank keeps the cheapest derivation of a
contents; the rest, up to a margin above it, goes into a region of its own, which the search never reads. What
is met first is kept: it is the cheapest. The last rows are the goal's alone.

    row + 0   contents (32) | action (32)
    row + 1   first operand (32) | second operand (32)
    row + 2   third operand (32) | 0 (32)
"""

import numpy as np

from mcts_compose.search.layout import (
    FOR_GOAL,
    GOAL,
    MAX_OTHERS,
    NUM_OTHERS,
    OTHER_WORDS,
    OTHERS,
)
from vm.jit import kernel


@kernel
def _next_row(memory, contents):
    """Returns where the next row goes, 0 if there is no room for one of this contents."""
    number = memory[NUM_OTHERS]
    if number >= memory[MAX_OTHERS] - (0 if contents == memory[GOAL] else FOR_GOAL):
        return np.int64(0)
    memory[NUM_OTHERS] = number + 1
    return memory[OTHERS] + OTHER_WORDS * number


@kernel
def keep_other(memory, contents, action, a, b, c):
    """Keeps a derivation that is not the cheapest of its contents."""
    row = _next_row(memory, contents)
    if row != 0:
        memory[np.uint64(row)] = contents << 32 | action
        memory[np.uint64(row + 1)] = a << 32 | b
        memory[np.uint64(row + 2)] = c << 32


@kernel
def keep_replaced(memory, pool, contents):
    """Keeps the derivation that stands in the bank, before a cheaper one takes its place; leaves are none."""
    at = np.uint64(contents)
    action = pool[at + np.uint64(1)] & 0xFFFFFFFF
    if action < 1 << 31:
        a, b = pool[at + np.uint64(2)] >> 32, pool[at + np.uint64(2)] & 0xFFFFFFFF
        keep_other(memory, contents, action, a, b, pool[at + np.uint64(3)] >> 32)
