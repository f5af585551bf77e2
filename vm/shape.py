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
    for i in range(count):
        memory[target + i] = memory[source + i]
