"""Shape records in machine memory, and the few helpers by which kernels read and write them.

    shape + 0 .. examples            start of each example's words, then the total
    shape + examples + 1 ..          rows of each example
    shape + 2 * examples + 1 ..      cols of each example

All helpers are unchecked: the caller owns the record. Indices are made unsigned, because numba looks whether
a signed one counts from the end, which costs more than the access.
"""

import numpy as np

from vm.isa import Status
from vm.jit import kernel

OUT_OF_MEMORY = int(Status.OUT_OF_MEMORY)
OK = int(Status.OK)


@kernel
def record_size(examples):
    """Returns the words of one shape record."""
    return 3 * examples + 1


@kernel
def start(memory, shape, example):
    """Returns where the example's words start, relative to the value's address."""
    return memory[np.uint64(shape + example)]


@kernel
def total(memory, examples, shape):
    """Returns the words of the value on all examples."""
    return memory[np.uint64(shape + examples)]


@kernel
def rows(memory, examples, shape, example):
    """Returns the example's length (rank 1) or height (rank 2)."""
    return memory[np.uint64(shape + examples + 1 + example)]


@kernel
def cols(memory, examples, shape, example):
    """Returns the example's width."""
    return memory[np.uint64(shape + 2 * examples + 1 + example)]


@kernel
def put(memory, examples, shape, example, begin, num_rows, num_cols):
    """Writes one example's start and dimensions; an array without elements has no rows and no cols.

    Otherwise a few calls could make a grid of endless rows without words, which fuel and memory do not see.
    """
    empty = num_rows <= 0 or num_cols <= 0
    memory[np.uint64(shape + example)] = begin
    memory[np.uint64(shape + examples + 1 + example)] = 0 if empty else num_rows
    memory[np.uint64(shape + 2 * examples + 1 + example)] = 0 if empty else num_cols


@kernel
def put_same(memory, examples, shape, example, begin, num_rows, num_cols):
    """Writes one example's start, and dimensions from another record: an empty list keeps its one column."""
    memory[np.uint64(shape + example)] = begin
    memory[np.uint64(shape + examples + 1 + example)] = num_rows
    memory[np.uint64(shape + 2 * examples + 1 + example)] = num_cols


@kernel
def put_list(memory, examples, shape, example, begin, length):
    """Writes one example's start and length, for rank 1."""
    memory[np.uint64(shape + example)] = begin
    memory[np.uint64(shape + examples + 1 + example)] = length
    memory[np.uint64(shape + 2 * examples + 1 + example)] = 1


@kernel
def close(memory, examples, shape, end):
    """Writes the total and returns `OK`: the last line of a structural kernel."""
    memory[np.uint64(shape + examples)] = end
    return OK


@kernel
def copy(memory, source, target, count):
    """Copies `count` words; the ranges must not overlap unless `target <= source`."""
    first, to = np.uint64(source), np.uint64(target)
    for i in range(np.uint64(count)):
        memory[to + i] = memory[first + i]


@kernel
def fill(memory, target, count, word):
    """Writes a word `count` times."""
    to = np.uint64(target)
    for i in range(np.uint64(count)):
        memory[to + i] = word


@kernel
def is_same(memory, examples, one, other):
    """Says whether two shapes have the same rows and cols, from which the starts follow."""
    first, second = np.uint64(one + examples + 1), np.uint64(other + examples + 1)
    differ = np.int64(0)
    for i in range(np.uint64(2 * examples)):
        differ |= memory[first + i] ^ memory[second + i]
    return differ == 0
