"""A form of the goal-directed test that needs no operand: is the goal a table that is looked up with v?

Where equal elements of v always stand at equal elements of the goal, `gather(table, v)` gives it, and for
numbers `index(table, v)`. The table is then inferred as other constants are (queries.py). Since nearly any
goal is a table of a v whose elements all differ, each key has to be seen `LEAST_SEEN` times on average.
"""

import numpy as np

from mcts_compose.search.layout import (
    CAP,
    EXAMPLES,
    F_GATHER,
    F_INDEX,
    G_FORMS,
    G_ID,
    G_KIND,
    G_WORDS,
    NUM_RANKS,
    QUERY_TOP,
    SCRATCH_SHAPE,
)
from mcts_compose.search.queries import push_query
from mcts_compose.search.shapes import intern_shape
from vm.jit import kernel
from vm.shape import close, put_list

MOST_KEYS = 16
"""As many elements as an inferred list may have."""
LEAST_SEEN = 3
"""Untuned."""
UNSEEN = -(2**62) - 1


@kernel
def _is_looked_up(memory, wanted, at, words, table):
    """Writes the table at `table` and returns its length; 0 if there is none, or too little speaks for it."""
    length = np.int64(0)
    for i in range(words):
        key = memory[np.uint64(at + i)]
        if key < 0 or key >= MOST_KEYS:
            return np.int64(0)
        length = max(length, key + 1)
    if words < LEAST_SEEN * length or length < 2:
        return np.int64(0)
    for key in range(length):
        memory[table + key] = UNSEEN
    for i in range(words):
        key, word = memory[np.uint64(at + i)], memory[np.uint64(wanted + i)]
        if memory[table + key] != word:
            if memory[table + key] != UNSEEN:
                return np.int64(0)
            memory[table + key] = word
    for key in range(length):
        if memory[table + key] == UNSEEN:
            return np.int64(0)
    return length


@kernel
def file_table(memory, goal, v, at, words):
    """Files the table by which v's elements, of which there are as many as the goal has, give the goal."""
    kind = memory[goal + G_KIND]
    rank = kind % NUM_RANKS
    action = memory[goal + G_FORMS + (F_GATHER if rank == 1 else F_INDEX)]
    if action == 0:
        return
    table, examples = memory[QUERY_TOP], memory[EXAMPLES]
    length = _is_looked_up(memory, memory[goal + G_WORDS], at, words, table)
    if length == 0 or examples * length > memory[CAP]:
        return
    scratch = memory[SCRATCH_SHAPE]
    for e in range(examples):
        put_list(memory, examples, scratch, e, e * length, length)
        for key in range(length):
            memory[table + e * length + key] = memory[table + key]
    close(memory, examples, scratch, examples * length)
    shape = intern_shape(memory, scratch)
    if shape >= 0:
        push_query(memory, action, kind - rank + 1, shape, 0, v, memory[goal + G_ID], 0)
