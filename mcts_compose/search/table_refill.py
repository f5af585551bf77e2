"""Makes the bank's hash table anew from the pool, for a bank that was read from a save."""

import numpy as np

from mcts_compose.search.contents import digest, finish_hash, packed_size, unpack
from mcts_compose.search.layout import EXAMPLES, FIRST_ID, HEADER, POOL_TOP, SCRATCH_WORDS, TABLE_SHIFT
from vm.jit import kernel


@kernel
def refill_table(memory, pool, bytes_, halves, ints, table):
    """Writes the slots of all contents into an empty table; `memory[TABLE_SHIFT]` fits it.

    Contents stand one behind the other in the pool, so their headers say where the next one is. In which
    slot of those that fit a contents stands may differ from before, which no look-up sees.
    """
    shift, mask = np.uint64(memory[TABLE_SHIFT]), np.uint64(table.size - 1)
    target = memory[SCRATCH_WORDS]
    contents = FIRST_ID
    while contents < memory[POOL_TOP]:
        header = pool[np.uint64(contents)]
        kind, width, shape = header & 0xFF, (header >> 8) & 0xFF, header >> 32
        words = memory[shape + memory[EXAMPLES]]
        unpack(memory, pool, bytes_, halves, ints, contents, target)
        mixed, _ = digest(memory, target, words)
        hashed = finish_hash(mixed, shape, kind)
        slot = hashed >> shift
        while table[slot] != np.uint64(0):
            slot = (slot + np.uint64(1)) & mask
        table[slot] = (hashed >> np.uint64(32)) << np.uint64(32) | np.uint64(contents)
        contents += HEADER + packed_size(words, width)
