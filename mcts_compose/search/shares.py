"""Which contents a part of a search enumerates from, where several parts share one search out.

All parts begin alike. Then each contents has one part, its *owner*, by a hash of its words:

* What follows from contents that all parts know is made by all, and only the owner goes on with it; to the
  others it is *foreign*.
* What follows from anything else belongs to whoever made it.

So a part finds the dear contents below its own ones, and those are what takes the time. A call of two dear
operands is made where both are: that is nowhere, if they are in two parts. So before a level in which the
cheaper of two operands can cost c begins, each part *completes* level c: it runs all calls of that level once
more, those of the other parts included. That is a level of half the cost, and next to nothing beside the one
that begins. Then the cheaper operand is everywhere, the dearer one somewhere, and no call is lost: a contents
of cost c is in some part when all have done level c.

A constant that one part infers may be unknown to the others, or be there at another cost. It and all that
follows from it is *guessed*: it serves goals and trees at once, and whoever makes it goes on with it, but a
level calls on it only after a level has met it by calls, and from there on. So a contents is never on a lower
level of a part than calls put it. If it were, what arrives when that part completes a level would have to be
called together with it on a level that is done.
"""

import numpy as np

from mcts_compose.search.contents import (
    cost_of,
    digest,
    flags_of,
    kind_of,
    packed_size,
    set_flag,
    shape_of,
    unpack,
)
from mcts_compose.search.layout import (
    EXAMPLES,
    FIRST_ID,
    GUESSED,
    HEADER,
    LEAST_PRICE,
    LEVEL,
    NUM_KINDS,
    NUM_PARTS,
    OPERANDS,
    PART,
    POOL_TOP,
    SEGMENTS,
    SHARED_COST,
)
from vm.jit import kernel


@kernel
def owner_of(memory, pool, bytes_, halves, ints, contents):
    """Returns the part that owns a contents: by its words, since shapes and ids differ between parts."""
    at = memory[OPERANDS]
    unpack(memory, pool, bytes_, halves, ints, contents, at)
    mixed, _ = digest(memory, at, memory[shape_of(pool, contents) + memory[EXAMPLES]])
    mixed += np.uint64(kind_of(pool, contents)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    return np.int64((mixed >> np.uint64(33)) % np.uint64(memory[NUM_PARTS]))


@kernel
def _is_shared(memory, pool, contents):
    """Says whether every part knows a contents at its cost; operand 0 is none."""
    return cost_of(pool, contents) <= memory[SHARED_COST] and flags_of(pool, contents) & GUESSED == 0


@kernel
def is_foreign(memory, pool, bytes_, halves, ints, contents):
    """Says whether all parts have made a contents, and another owns it."""
    at = np.uint64(contents)
    if pool[at + np.uint64(1)] & 0xFFFFFFFF >= 1 << 31 or flags_of(pool, contents) & GUESSED != 0:
        return False
    a, b = pool[at + np.uint64(2)] >> 32, pool[at + np.uint64(2)] & 0xFFFFFFFF
    c = pool[at + np.uint64(3)] >> 32
    if not (_is_shared(memory, pool, a) and _is_shared(memory, pool, b) and _is_shared(memory, pool, c)):
        return False
    return owner_of(memory, pool, bytes_, halves, ints, contents) != memory[PART]


@kernel
def next_to_complete(memory):
    """Returns the level to complete before the current one goes on, 0 if there is none."""
    shared = memory[SHARED_COST]
    if shared == 0 or shared >= (memory[LEVEL] - memory[LEAST_PRICE]) // 2:
        return np.int64(0)
    return shared + 1


@kernel
def _is_known_by_call(memory, pool, items, contents):
    """Says whether a contents is on the level of its cost, or may yet come there."""
    cost = cost_of(pool, contents)
    if cost >= memory[LEVEL]:
        return True
    record = memory[SEGMENTS] + 2 * (cost * NUM_KINDS + kind_of(pool, contents))
    for i in range(memory[record], memory[record + 1]):
        if items[np.uint64(i)] == contents:
            return True
    return False


@kernel
def mark_guesses(memory, pool, items):
    """Marks as guessed what is cheaper than its level, thanks to a constant, and what follows from that.

    Parts know it all alike when they part, but not who will meet what by calls, and on which level.
    """
    found = True
    while found:
        found = False
        contents = FIRST_ID
        while contents < memory[POOL_TOP]:
            at = np.uint64(contents)
            a, b = pool[at + np.uint64(2)] >> 32, pool[at + np.uint64(2)] & 0xFFFFFFFF
            operands = flags_of(pool, a) | flags_of(pool, b) | flags_of(pool, pool[at + np.uint64(3)] >> 32)
            if flags_of(pool, contents) & GUESSED == 0 and (
                operands & GUESSED != 0 or not _is_known_by_call(memory, pool, items, contents)
            ):
                set_flag(pool, contents, GUESSED)
                found = True
            header = pool[at]
            words = memory[(header >> 32) + memory[EXAMPLES]]
            contents += HEADER + packed_size(words, (header >> 8) & 0xFF)
