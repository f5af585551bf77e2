"""The bank: every contents ever computed, interned, each with its cheapest derivation.

Hashes filter; stored words decide. Slots of `table` are (tag << 32 | id): the tag is the high half of the
hash, its top bits choose the slot.
"""

from typing import NamedTuple

import numpy as np

from mcts_compose.search.contents import (
    cost_of,
    digest,
    finish_hash,
    flags_of,
    holds,
    inputs_of,
    pack,
    packed_size,
    width_for,
    write_derivation,
)
from mcts_compose.search.filing import file_contents, note_change, put_for_completion
from mcts_compose.search.layout import (
    ALL_INPUTS,
    BATCH_TOP,
    BEST_COST,
    CANDIDATES,
    COLLECTED,
    DISTINCT,
    EXAMPLES,
    FIRST_HIT_AT,
    FOREIGN,
    GOAL,
    HEADER,
    INFINITE_COST,
    LEVEL,
    MARGIN,
    P_A,
    P_ACTION,
    P_AT,
    P_B,
    P_C,
    P_COST,
    P_HASH,
    P_KIND,
    P_SHAPE,
    P_SPREAD,
    P_WORDS,
    PENDING,
    PENDING_WORDS,
    POOL_TOP,
    TABLE_SHIFT,
    UNFILED,
    UNUSED_PRICE,
    WANTED,
)
from mcts_compose.search.others import keep_other, keep_replaced
from mcts_compose.search.prefetch import prefetch_word
from vm.jit import inlined, kernel


class Bank(NamedTuple):
    """The arrays of one search: kernels write them; the host may replace them by larger ones between calls.

    memory: int64, registers and regions of layout.py.
    pool: int64 [pool words], contents; `bytes_`, `halves`, `ints` are int8, int16, int32 views of it.
    table: uint64 [power of two], hash slots, 0 = empty.
    links: int64 [2 * max links], (id, next) nodes of the cost buckets' lists.
    items: int64 [max items], ids grouped by (cost, kind): the root's levels and the nodes' local lists.
    """

    memory: np.ndarray
    pool: np.ndarray
    bytes_: np.ndarray
    halves: np.ndarray
    ints: np.ndarray
    table: np.ndarray
    links: np.ndarray
    items: np.ndarray


BANK_TYPES = "int64[::1], int64[::1], int8[::1], int16[::1], int32[::1], uint64[::1], int64[::1], int64[::1]"
"""Types of the arrays of a `Bank`, as the first parameters of native functions."""


@inlined
def look_up(memory, pool, bytes_, halves, ints, table, hashed, kind, shape, source, words):
    """Returns (id, slot) of the contents with the words at `source`; id 0 and a free slot if none has."""
    shift = np.uint64(memory[TABLE_SHIFT])
    mask = np.uint64(table.size - 1)
    tag = hashed >> np.uint64(32)
    slot = hashed >> shift
    while True:
        entry = table[slot]
        if entry == np.uint64(0):
            return np.int64(0), slot
        if entry >> np.uint64(32) == tag:
            contents = np.int64(entry & np.uint64(0xFFFFFFFF))
            header = pool[np.uint64(contents)]
            if (
                header & 0xFF == kind
                and header >> 32 == shape
                and holds(memory, pool, bytes_, halves, ints, contents, source, words)
            ):
                return contents, slot
        slot = (slot + np.uint64(1)) & mask


@kernel
def unused_cost(memory, read):
    """Returns the price of the inputs that are not among those read: a program that fits uses them all."""
    missing, count = memory[ALL_INPUTS] & ~read, 0
    while missing != 0:
        missing &= missing - 1
        count += 1
    return count * memory[UNUSED_PRICE]


@inlined
def add_contents(
    memory, pool, bytes_, halves, ints, table, links,
    slot, hashed, kind, shape, source, words, spread, cost, action, a, b, c,
):  # fmt: skip
    """Stores new words as a contents and returns its id; the caller has made room for it."""
    width = width_for(spread, kind)
    contents = memory[POOL_TOP]
    end = contents + HEADER + packed_size(words, width)
    memory[POOL_TOP] = end
    # The tree's hash covers the padding of packed words.
    pool[np.uint64(end - 1)] = 0
    pool[np.uint64(contents)] = (shape << 32) | (width << 8) | kind
    pool[np.uint64(contents + 3)] = 0
    write_derivation(pool, contents, cost, action, a, b, c)
    pack(memory, pool, bytes_, halves, ints, source, words, width, contents)
    table[slot] = (hashed >> np.uint64(32)) << np.uint64(32) | np.uint64(contents)
    memory[DISTINCT] += 1
    if cost < INFINITE_COST:
        file_contents(memory, pool, links, contents, cost, action)
    return contents


@kernel
def relax(memory, pool, links, contents, cost, action, a, b, c):
    """Records a derivation if it is cheaper; returns whether it is and a trigger waits for the contents.

    The goal's cost has the price of unread inputs as they are now: an operand that is derived more cheaply
    later, from fewer inputs, does not change it. A goal that is an input or a constant itself pays nothing.
    """
    old = cost_of(pool, contents)
    flags = flags_of(pool, contents)
    if contents == memory[GOAL]:
        cost += unused_cost(memory, inputs_of(pool, a) | inputs_of(pool, b) | inputs_of(pool, c))
    if cost >= old:
        if flags & UNFILED != 0 and action >= 0:
            file_contents(memory, pool, links, contents, cost, action)
        if cost - old < memory[MARGIN] and action >= 0:
            keep_other(memory, contents, action, a, b, c)
        return False
    if memory[MARGIN] > 0 and old < INFINITE_COST:
        keep_replaced(memory, pool, contents)
    write_derivation(pool, contents, cost, action, a, b, c)
    if flags & (COLLECTED | FOREIGN) != 0:
        note_change(memory, links, contents)
        put_for_completion(memory, pool, links, contents, cost)
    elif action >= 0 or old >= INFINITE_COST or cost >= memory[LEVEL]:
        file_contents(memory, pool, links, contents, cost, action)
    else:
        note_change(memory, links, contents)
    if contents == memory[GOAL]:
        memory[BEST_COST] = cost
        if old >= INFINITE_COST:
            memory[FIRST_HIT_AT] = memory[CANDIDATES]
    return flags & WANTED != 0


@kernel
def intern(
    memory, pool, bytes_, halves, ints, table, links, items, kind, shape, source, cost, action, a, b, c
):
    """Interns one value outside of a batch; returns its id and what `relax` says."""
    words = memory[shape + memory[EXAMPLES]]
    mixed, spread = digest(memory, source, words)
    hashed = finish_hash(mixed, shape, kind)
    contents, slot = look_up(memory, pool, bytes_, halves, ints, table, hashed, kind, shape, source, words)
    if contents != 0:
        return contents, relax(memory, pool, links, contents, cost, action, a, b, c)
    contents = add_contents(
        memory, pool, bytes_, halves, ints, table, links,
        slot, hashed, kind, shape, source, words, spread, cost, action, a, b, c,
    )  # fmt: skip
    return contents, False


@inlined
def push_candidate(memory, table, row, kind, shape, cost, action, a, b, c):
    """Records the value just computed in batch row `row` as pending; the caller counts the rows."""
    words = memory[shape + memory[EXAMPLES]]
    source = memory[BATCH_TOP]
    mixed, spread = digest(memory, source, words)
    record = memory[PENDING] + row * PENDING_WORDS
    hashed = finish_hash(mixed, shape, kind)
    prefetch_word(table, hashed >> np.uint64(memory[TABLE_SHIFT]))
    memory[record + P_HASH] = np.int64(hashed)
    memory[record + P_SHAPE] = shape
    memory[record + P_KIND] = kind
    memory[record + P_WORDS] = words
    memory[record + P_SPREAD] = spread
    memory[record + P_COST] = cost
    memory[record + P_ACTION] = action
    memory[record + P_A] = a
    memory[record + P_B] = b
    memory[record + P_C] = c
    memory[record + P_AT] = source
    return spread


@kernel
def prefetch(memory, pool, table, count):
    """Asks for the stored words that `count` pending candidates will be compared with.

    Their table slots were asked for when they were pushed. Nothing waits for the answers, so that latencies
    overlap. Source: list experiments (batches of 64 halved the time of interning).
    """
    shift = np.uint64(memory[TABLE_SHIFT])
    pending = memory[PENDING]
    for row in range(count):
        hashed = np.uint64(memory[np.uint64(pending + row * PENDING_WORDS + P_HASH)])
        entry = table[hashed >> shift]
        if entry >> np.uint64(32) == hashed >> np.uint64(32):
            contents = entry & np.uint64(0xFFFFFFFF)
            prefetch_word(pool, contents)
            prefetch_word(pool, contents + np.uint64(HEADER + 4))


@kernel
def rehash(memory, old, table):
    """Moves all slots of `old` into the larger, empty `table`; `memory[TABLE_SHIFT]` fits it already."""
    shift = np.uint64(memory[TABLE_SHIFT])
    mask = np.uint64(table.size - 1)
    for entry in old:
        if entry != np.uint64(0):
            slot = entry >> shift
            while table[slot] != np.uint64(0):
                slot = (slot + np.uint64(1)) & mask
            table[slot] = entry
