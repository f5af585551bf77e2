"""The split by a condition: does a condition separate the examples (or elements) that two contents solve?

A contents of the goal's kind that equals the goal on a part of the *cells* leaves a pattern: the bitset of
cells where it is right. A condition leaves its truth bitset. If one pattern covers where the condition holds
and another one covers the rest, `choose` (whole examples) or `select` (single elements) gives the goal. Only
maximal patterns are kept.

Two stores: cells = examples (the condition is a bool) and cells = elements of the goal's shape (it is a
mask).

    store + 0            cells; 0 = store unused        store + 1   words of a bitset
    store + 2            address of the calling action  store + 3   number of patterns
    store + 4            number of masks
    then MAX_PATTERNS records (id, bitset), then MAX_MASKS records (id, bitset)
"""

import numpy as np

from mcts_compose.search.contents import cost_of
from mcts_compose.search.derive import derive
from mcts_compose.search.layout import (
    BOOL,
    BOOL_LIST,
    EXAMPLES,
    G_ID,
    G_KIND,
    G_SHAPE,
    G_WORDS,
    GOALS,
    PATTERNS,
    SCRATCH_BITS,
)
from vm.jit import inlined, kernel
from vm.shape import cols, rows, start

MAX_PATTERNS = 512
MAX_MASKS = 2048
STORE_HEAD = 8
MAX_BITSET = 16
STORE_WORDS = STORE_HEAD + (MAX_PATTERNS + MAX_MASKS) * (1 + MAX_BITSET)


@kernel
def _pattern(store, number):
    return store + STORE_HEAD + number * (1 + MAX_BITSET)


@kernel
def _mask(store, number):
    return store + STORE_HEAD + (MAX_PATTERNS + number) * (1 + MAX_BITSET)


@kernel
def _covers(memory, big, small, words):
    for i in range(words):
        if memory[np.uint64(small + i)] & ~memory[np.uint64(big + i)] != 0:
            return False
    return True


@kernel
def _covers_rest(memory, store, pattern, mask, words):
    """Says whether a pattern covers every cell where the mask is false."""
    cells = memory[store]
    for i in range(words):
        full = np.int64(-1) if cells >= 64 * (i + 1) else (np.int64(1) << (cells - 64 * i)) - 1
        if full & ~memory[np.uint64(mask + i)] & ~memory[np.uint64(pattern + i)] != 0:
            return False
    return True


@kernel
def _try_mask(memory, pool, bytes_, halves, ints, table, links, items, store, mask, goal):
    """Looks for the cheapest two patterns that a mask joins to the goal."""
    words = memory[store + 1]
    inside = outside = np.int64(0)
    inside_cost = outside_cost = np.int64(2**40)
    for number in range(memory[store + 3]):
        record = _pattern(store, number)
        contents = memory[record]
        cost = cost_of(pool, contents)
        if cost < inside_cost and _covers(memory, record + 1, mask + 1, words):
            inside, inside_cost = contents, cost
        if cost < outside_cost and _covers_rest(memory, store, record + 1, mask + 1, words):
            outside, outside_cost = contents, cost
    if inside != 0 and outside != 0 and inside != outside:
        action, condition = memory[store + 2], memory[mask]
        derive(
            memory, pool, bytes_, halves, ints, table, links, items, action, condition, inside, outside, goal
        )


@kernel
def _add_pattern(memory, pool, bytes_, halves, ints, table, links, items, store, contents, bits, goal):
    """Keeps a pattern unless one as cheap covers it, drops those that it covers, and tries all masks."""
    words = memory[store + 1]
    cost = cost_of(pool, contents)
    number = 0
    while number < memory[store + 3]:
        record = _pattern(store, number)
        other_cost = cost_of(pool, memory[record])
        if other_cost <= cost and _covers(memory, record + 1, bits, words):
            return
        if cost <= other_cost and _covers(memory, bits, record + 1, words):
            last = _pattern(store, memory[store + 3] - 1)
            for i in range(1 + words):
                memory[record + i] = memory[last + i]
            memory[store + 3] -= 1
        else:
            number += 1
    if memory[store + 3] >= MAX_PATTERNS:
        return
    record = _pattern(store, memory[store + 3])
    memory[record] = contents
    for i in range(words):
        memory[record + 1 + i] = memory[bits + i]
    memory[store + 3] += 1
    for number in range(memory[store + 4]):
        mask = _mask(store, number)
        if _covers(memory, bits, mask + 1, words) or _covers_rest(memory, store, bits, mask + 1, words):
            _try_mask(memory, pool, bytes_, halves, ints, table, links, items, store, mask, goal)


@kernel
def _add_mask(memory, pool, bytes_, halves, ints, table, links, items, store, contents, bits, goal):
    words = memory[store + 1]
    if memory[store + 4] >= MAX_MASKS:
        return
    for number in range(memory[store + 4]):
        mask = _mask(store, number)
        if _covers(memory, mask + 1, bits, words) and _covers(memory, bits, mask + 1, words):
            return
    mask = _mask(store, memory[store + 4])
    memory[mask] = contents
    for i in range(words):
        memory[mask + 1 + i] = memory[bits + i]
    memory[store + 4] += 1
    _try_mask(memory, pool, bytes_, halves, ints, table, links, items, store, mask, goal)


@kernel
def _right_examples(memory, at, shape, bits):
    """Writes the bitset of the examples on which a contents equals the goal; returns how many they are."""
    examples, goal = memory[EXAMPLES], memory[GOALS]
    wanted, g_shape = memory[goal + G_WORDS], memory[goal + G_SHAPE]
    found, word = 0, np.int64(0)
    for e in range(examples):
        same = rows(memory, examples, shape, e) == rows(memory, examples, g_shape, e)
        if same and cols(memory, examples, shape, e) == cols(memory, examples, g_shape, e):
            begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
            size = at + start(memory, shape, e + 1) - begin
            i = 0
            while i < size and memory[np.uint64(begin + i)] == memory[np.uint64(target + i)]:
                i += 1
            if i == size:
                word |= np.int64(1) << (e & 63)
                found += 1
        if e & 63 == 63 or e == examples - 1:
            memory[np.uint64(bits + (e >> 6))] = word
            word = np.int64(0)
    return found


@kernel
def _right_elements(memory, at, cells, bits):
    """Writes the bitset of the elements in which a contents equals the goal; returns how many they are."""
    wanted = np.uint64(memory[memory[GOALS] + G_WORDS])
    given = np.uint64(at)
    found = 0
    for i in range(np.uint64(cells)):
        found += 1 if memory[given + i] == memory[wanted + i] else 0
    if found == 0 or found == cells:
        return found
    for block in range((cells + 63) >> 6):
        word = np.int64(0)
        for i in range(64 * block, min(64 * block + 64, cells)):
            right = memory[np.uint64(at) + np.uint64(i)] == memory[wanted + np.uint64(i)]
            word |= np.int64(right) << (i & 63)
        memory[bits + block] = word
    return found


@inlined
def examine_split(memory, pool, bytes_, halves, ints, table, links, items, v, at, kind, shape, cost):
    """Files a new contents as pattern or mask of both stores, and tries what it joins."""
    goal = memory[GOALS]
    target, g_shape, g_kind = memory[goal + G_ID], memory[goal + G_SHAPE], memory[goal + G_KIND]
    bits = memory[SCRATCH_BITS]
    if cost + 3 >= cost_of(pool, target):
        return
    for level in range(2):
        store = memory[PATTERNS] + level * STORE_WORDS
        cells, words = memory[store], memory[store + 1]
        if cells == 0 or (level == 1 and shape != g_shape):
            continue
        if kind == (BOOL if level == 0 else BOOL_LIST):
            for i in range(words):
                memory[bits + i] = 0
            for i in range(cells):
                memory[np.uint64(bits + (i >> 6))] |= (memory[np.uint64(at + i)] & 1) << (i & 63)
            _add_mask(memory, pool, bytes_, halves, ints, table, links, items, store, v, bits, target)
        if kind != g_kind:
            continue
        if level == 0:
            found = _right_examples(memory, at, shape, bits)
        else:
            found = _right_elements(memory, at, cells, bits)
        if 0 < found < cells:
            _add_pattern(memory, pool, bytes_, halves, ints, table, links, items, store, v, bits, target)
