"""The bank: every contents ever computed, interned, each with its cheapest derivation.

A *contents* is a pointer's values on all examples. Hashes filter; stored words decide. Words are stored in 1,
2, 4 or 8 bytes each, whichever holds them all, so that comparing touches little memory.

Slots of `table` are (tag << 32 | id): the tag is the high half of the hash, its top bits choose the slot.
"""

from typing import NamedTuple

import numpy as np

from mcts_compose.search.layout import (
    ALL_INPUTS,
    BATCH_TOP,
    BEST_COST,
    BUCKETS,
    CANDIDATES,
    COLLECTED,
    COMPLETING,
    DISTINCT,
    EXAMPLES,
    FIRST_HIT_AT,
    FOREIGN,
    GOAL,
    GUESSED,
    HEADER,
    INFINITE_COST,
    INHERITED,
    INPUT_BITS,
    KEYS,
    LEAF_LITERAL,
    LEVEL,
    MARGIN,
    MAX_COST,
    NO_LINK,
    NUM_LINKS,
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
    SHARED_COST,
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


@kernel
def kind_of(pool, contents):
    """Returns the kind of a contents."""
    return pool[np.uint64(contents)] & 0xFF


@kernel
def shape_of(pool, contents):
    """Returns the shape address of a contents."""
    return pool[np.uint64(contents)] >> 32


@kernel
def flags_of(pool, contents):
    """Returns the flags of a contents."""
    return (pool[np.uint64(contents)] >> 16) & 0xFF


@kernel
def inputs_of(pool, contents):
    """Returns a bit for each of the task's inputs that the cheapest known derivation reads."""
    return (pool[np.uint64(contents)] >> INPUT_BITS) & 0xFF


@kernel
def set_inputs(pool, contents, bits):
    """Writes which inputs the derivation of a contents reads."""
    pool[np.uint64(contents)] = (pool[np.uint64(contents)] & ~(0xFF << INPUT_BITS)) | (bits << INPUT_BITS)


@kernel
def set_flag(pool, contents, flag):
    """Sets one flag of a contents."""
    pool[np.uint64(contents)] |= flag << 16


@kernel
def clear_flag(pool, contents, flag):
    """Clears one flag of a contents."""
    pool[np.uint64(contents)] &= ~(flag << 16)


@kernel
def cost_of(pool, contents):
    """Returns the cost of the cheapest known derivation."""
    return pool[np.uint64(contents + 1)] >> 32


@kernel
def digest(memory, address, words):
    """Returns (hash, spread) of words: a sum of products, and the OR of their magnitudes' bits.

    Each word's low half, mixed with a key's, times its high half, mixed with the key's: one 32-bit product a
    word, which SIMD has, and floats count with both halves. Source: the accumulation of XXH3 (Collet 2019).
    """
    keys = np.uint64(memory[KEYS])
    low = np.uint64(0xFFFFFFFF)
    mixed = np.uint64(0)
    spread = np.int64(0)
    for i in range(np.uint64(words)):
        word = memory[np.uint64(address) + i]
        salted = np.uint64(word ^ memory[keys + i])
        mixed += (salted & low) * (salted >> np.uint64(32))
        spread |= word ^ (word >> 63)
    return mixed, spread


@kernel
def finish_hash(mixed, shape, kind):
    """Returns the contents hash from the sum over its words, its shape and its kind."""
    mixed += np.uint64(shape) * np.uint64(0x9E3779B97F4A7C15)
    mixed += np.uint64(kind) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(29))


@kernel
def width_for(spread, kind):
    """Returns log2 of the bytes each word needs; floats always take 8."""
    if spread < 128 and not 3 <= kind <= 5:
        return 0
    if spread < 32768 and not 3 <= kind <= 5:
        return 1
    return 2 if spread < 2147483648 and not 3 <= kind <= 5 else 3


@kernel
def packed_size(words, width):
    """Returns how many pool words the packed words take."""
    return ((words << width) + 7) >> 3


@inlined
def unpack_here(memory, pool, bytes_, halves, ints, contents, target):
    """Does what `unpack` does, as part of the caller's code."""
    header = pool[np.uint64(contents)]
    words = memory[np.uint64((header >> 32) + memory[EXAMPLES])]
    width = (header >> 8) & 0xFF
    base = np.uint64(contents + HEADER)
    to = np.uint64(target)
    # Whole blocks of 8 words: the loops then have no remainder, which for a few words is most of them.
    count = np.uint64((words + 7) & ~7)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            memory[to + i] = bytes_[base + i]
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            memory[to + i] = halves[base + i]
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            memory[to + i] = ints[base + i]
    else:
        for i in range(np.uint64(words)):
            memory[to + i] = pool[base + i]


@kernel
def unpack(memory, pool, bytes_, halves, ints, contents, target):
    """Writes the words of a contents at `target`, and anything behind them up to a multiple of 8 words."""
    unpack_here(memory, pool, bytes_, halves, ints, contents, target)


@inlined
def _pack(memory, pool, bytes_, halves, ints, source, words, width, contents):
    count = np.uint64(words)
    base = np.uint64(contents + HEADER)
    begin = np.uint64(source)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            bytes_[base + i] = np.int8(memory[begin + i])
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            halves[base + i] = np.int16(memory[begin + i])
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            ints[base + i] = np.int32(memory[begin + i])
    else:
        for i in range(count):
            pool[base + i] = memory[begin + i]


@inlined
def holds(memory, pool, bytes_, halves, ints, contents, source, words):
    """Says whether the words of a contents equal those at `source`."""
    width = (pool[np.uint64(contents)] >> 8) & 0xFF
    count = np.uint64(words)
    base = np.uint64(contents + HEADER)
    begin = np.uint64(source)
    differ = np.int64(0)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            differ |= memory[begin + i] ^ bytes_[base + i]
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            differ |= memory[begin + i] ^ halves[base + i]
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            differ |= memory[begin + i] ^ ints[base + i]
    else:
        for i in range(count):
            differ |= memory[begin + i] ^ pool[base + i]
    return differ == 0


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
def write_derivation(pool, contents, cost, action, a, b, c):
    """Writes the cheapest derivation; operands are ids, 0 where unused."""
    at = np.uint64(contents)
    pool[at + np.uint64(1)] = (cost << 32) | (action & 0xFFFFFFFF)
    pool[at + np.uint64(2)] = (a << 32) | b
    pool[at + np.uint64(3)] = (c << 32) | (pool[at + np.uint64(3)] & 0xFFFFFFFF)
    # Operand 0 is no contents and reads nothing; what an input itself reads is written by whoever makes it.
    inherited = (pool[np.uint64(a)] | pool[np.uint64(b)] | pool[np.uint64(c)]) & INHERITED
    pool[at] = (pool[at] & ~INHERITED) | inherited


@kernel
def unused_cost(memory, read):
    """Returns the price of the inputs that are not among those read: a program that fits uses them all."""
    missing, count = memory[ALL_INPUTS] & ~read, 0
    while missing != 0:
        missing &= missing - 1
        count += 1
    return count * memory[UNUSED_PRICE]


@kernel
def _add_link(memory, links, contents, behind):
    link = memory[NUM_LINKS]
    memory[NUM_LINKS] = link + 1
    links[np.uint64(2 * link)] = contents
    links[np.uint64(2 * link + 1)] = behind
    return link


@kernel
def note_change(memory, links, contents):
    """Adds a link that is on no list: links name, in order, every contents whose derivation or flags change.

    Saves read there what has changed; only COLLECTED and stamps change without a link.
    """
    _add_link(memory, links, contents, NO_LINK)


@kernel
def _put(memory, links, contents, level):
    """Puts a contents on the list of a level."""
    bucket = memory[BUCKETS] + level
    memory[bucket] = _add_link(memory, links, contents, memory[bucket])


@kernel
def _put_for_completion(memory, pool, links, contents, cost):
    """Puts a contents on the list of a level that is done, if that is to be completed (shares.py)."""
    if 0 < memory[SHARED_COST] < cost < memory[LEVEL] and flags_of(pool, contents) & GUESSED == 0:
        _put(memory, links, contents, cost)


@kernel
def file_by_cost(memory, pool, links, contents, cost):
    """Puts a contents on the list of its cost, from which its level will be collected.

    What is cheaper than the levels that are done, thanks to a constant, goes into the current level.
    """
    level = max(cost, memory[LEVEL])
    if level < MAX_COST:
        _put(memory, links, contents, level)
    else:
        note_change(memory, links, contents)
    _put_for_completion(memory, pool, links, contents, cost)


@kernel
def _file(memory, pool, links, contents, cost, action):
    """Files a contents that became cheaper; a constant inferred late waits until a call gives it as well.

    So does, where several parts share the search, all that follows from a constant of one part (shares.py).
    """
    is_late = action == LEAF_LITERAL and (cost < memory[LEVEL] or memory[SHARED_COST] > 0)
    if is_late or flags_of(pool, contents) & GUESSED != 0:
        set_flag(pool, contents, UNFILED)
        note_change(memory, links, contents)
    else:
        clear_flag(pool, contents, UNFILED)
        file_by_cost(memory, pool, links, contents, cost)


@kernel
def file_guessed(memory, pool, links, contents):
    """Files a contents that a level has met without a guess, if only a guess had led to it (shares.py)."""
    flags, completing = flags_of(pool, contents), memory[COMPLETING]
    if flags & UNFILED != 0:
        clear_flag(pool, contents, UNFILED)
        _put(memory, links, contents, completing if completing != 0 else memory[LEVEL])
    elif completing != 0 and flags & GUESSED != 0:
        _put(memory, links, contents, completing)


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
    _pack(memory, pool, bytes_, halves, ints, source, words, width, contents)
    table[slot] = (hashed >> np.uint64(32)) << np.uint64(32) | np.uint64(contents)
    memory[DISTINCT] += 1
    if cost < INFINITE_COST:
        _file(memory, pool, links, contents, cost, action)
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
            _file(memory, pool, links, contents, cost, action)
        if cost - old < memory[MARGIN] and action >= 0:
            keep_other(memory, contents, action, a, b, c)
        return False
    if memory[MARGIN] > 0 and old < INFINITE_COST:
        keep_replaced(memory, pool, contents)
    write_derivation(pool, contents, cost, action, a, b, c)
    if flags & (COLLECTED | FOREIGN) != 0:
        note_change(memory, links, contents)
        _put_for_completion(memory, pool, links, contents, cost)
    elif action >= 0 or old >= INFINITE_COST or cost >= memory[LEVEL]:
        _file(memory, pool, links, contents, cost, action)
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
