"""Interned shapes: equal shapes have one address, so comparing shapes is comparing addresses."""

import numpy as np

from mcts_compose.search.layout import (
    EXAMPLES,
    KEYS,
    MAX_SHAPES,
    NUM_PAIRS,
    NUM_SHAPES,
    PAIRS,
    REC,
    SCRATCH_SHAPE,
    SHAPE_MASK,
    SHAPE_SLOTS,
    SHAPES,
)
from vm.jit import kernel
from vm.shape import close, cols, copy, put, rows, start, total


@kernel
def intern_shape(memory, shape):
    """Returns the address of the interned record equal to the one at `shape`, or -1 if the table is full.

    Only rows and cols are compared: the starts follow from them.
    """
    examples = memory[EXAMPLES]
    keys = memory[KEYS]
    dims = np.uint64(shape + examples + 1)
    count = np.uint64(2 * examples)
    first_key = np.uint64(keys)
    mixed = np.uint64(0)
    for i in range(count):
        salted = np.uint64(memory[dims + i] ^ memory[first_key + i])
        mixed += (salted & np.uint64(0xFFFFFFFF)) * (salted >> np.uint64(32))
    mixed ^= mixed >> np.uint64(29)
    slots, mask = memory[SHAPE_SLOTS], memory[SHAPE_MASK]
    slot = np.int64((mixed >> np.uint64(20)) & np.uint64(mask))
    while True:
        found = memory[np.uint64(slots + slot)]
        if found == 0:
            break
        differ = np.int64(0)
        other = np.uint64(found + examples + 1)
        for i in range(count):
            differ |= memory[other + i] ^ memory[dims + i]
        if differ == 0:
            return found
        slot = (slot + 1) & mask
    number = memory[NUM_SHAPES]
    if number >= memory[MAX_SHAPES]:
        return np.int64(-1)
    address = memory[SHAPES] + number * memory[REC]
    copy(memory, shape, address, memory[REC])
    memory[slots + slot] = address
    memory[NUM_SHAPES] = number + 1
    return address


@kernel
def intern_like(memory, shape, other):
    """Does what `intern_shape` does, with a guess: the result of a call often has the shape of an operand."""
    examples = memory[EXAMPLES]
    if total(memory, examples, shape) == total(memory, examples, other):
        differ = np.int64(0)
        dims, other_dims = np.uint64(shape + examples + 1), np.uint64(other + examples + 1)
        for i in range(np.uint64(2 * examples)):
            differ |= memory[dims + i] ^ memory[other_dims + i]
        if differ == 0:
            return other
    return intern_shape(memory, shape)


@kernel
def common_shape(memory, one, other):
    """Returns the interned shape that values of shapes `one` and `other` are both cut to, or -1."""
    mixed = (np.uint64(one) * np.uint64(31) + np.uint64(other)) * np.uint64(0x9E3779B97F4A7C15)
    pair = memory[PAIRS] + 3 * np.int64((mixed >> np.uint64(40)) & np.uint64(NUM_PAIRS - 1))
    if memory[np.uint64(pair)] == one and memory[np.uint64(pair + 1)] == other:
        return memory[np.uint64(pair + 2)]
    examples, scratch = memory[EXAMPLES], memory[SCRATCH_SHAPE]
    at = 0
    for e in range(examples):
        height = min(rows(memory, examples, one, e), rows(memory, examples, other, e))
        width = min(cols(memory, examples, one, e), cols(memory, examples, other, e))
        put(memory, examples, scratch, e, at, height, width)
        if height == 0:
            # Rank 1 keeps one col on an empty list; rank 2 has none.
            memory[scratch + 2 * examples + 1 + e] = width
        at += height * width
    close(memory, examples, scratch, at)
    shape = intern_shape(memory, scratch)
    memory[pair], memory[pair + 1], memory[pair + 2] = one, other, shape
    return shape


@kernel
def cut(memory, source, shape, target, target_shape):
    """Copies a value of `shape` to `target`, cut to the dimensions of `target_shape`."""
    examples = memory[EXAMPLES]
    for e in range(examples):
        begin, to = source + start(memory, shape, e), target + start(memory, target_shape, e)
        stride, width = cols(memory, examples, shape, e), cols(memory, examples, target_shape, e)
        for row in range(rows(memory, examples, target_shape, e)):
            copy(memory, begin + row * stride, to + row * width, width)


@kernel
def cut_lists(memory, source, shape, target, target_shape):
    """Does what `cut` does, for rank 1."""
    for e in range(memory[EXAMPLES]):
        begin, to = source + start(memory, shape, e), target + start(memory, target_shape, e)
        for i in range(target + start(memory, target_shape, e + 1) - to):
            memory[np.uint64(to + i)] = memory[np.uint64(begin + i)]


@kernel
def broadcast(memory, source, target, target_shape):
    """Repeats the rank-0 value at `source` over the words of `target_shape`, example by example."""
    examples = memory[EXAMPLES]
    begin = 0
    for e in range(examples):
        end = memory[np.uint64(target_shape + e + 1)]
        word = memory[np.uint64(source + e)]
        to = np.uint64(target + begin)
        for i in range(np.uint64(end - begin)):
            memory[to + i] = word
        begin = end
