"""Loops that call the machine's kernels from compiled code: alone, and one of them through dispatch.

Each loop takes its operands from one of `slots` places in turn and returns a checksum of the results.

    memory: [words] int64                       x, y, mask: where the operands of slot 0 stand
    n: words of one operand                     out: where the result goes, each time
    slots: a power of two                       shape, out_shape: shape records of operands and result
    rounds: how many calls are made
"""

import numpy as np

from vm.dispatch import apply_elementwise
from vm.instructions.arithmetic import add
from vm.instructions.order import sort
from vm.instructions.parts import compress
from vm.jit import kernel


@kernel
def repeat_add(memory, x, y, out, n, slots, rounds):
    """Adds two operands in each round."""
    checksum = np.int64(0)
    words = np.uint64(n)
    for i in range(rounds):
        slot = (i & (slots - 1)) * n
        add(memory, np.uint64(x + slot), np.uint64(y + slot), np.uint64(out), words)
        checksum += memory[out + i % n]
    return checksum


@kernel
def repeat_dispatched(opcode, memory, x, y, out, n, slots, rounds):
    """Does as `repeat_add` with the elementwise body that `opcode` names."""
    checksum = np.int64(0)
    words = np.uint64(n)
    for i in range(rounds):
        slot = (i & (slots - 1)) * n
        apply_elementwise(
            opcode, memory, np.uint64(x + slot), np.uint64(y + slot), np.uint64(0), np.uint64(out), words
        )
        checksum += memory[out + i % n]
    return checksum


@kernel
def repeat_compress(memory, examples, x, mask, shape, out, out_shape, n, slots, rounds):
    """Compresses one operand by a mask in each round."""
    checksum = np.int64(0)
    for i in range(rounds):
        slot = (i & (slots - 1)) * n
        compress(memory, examples, x + slot, shape, mask + slot, shape, out, out_shape, n)
        checksum += memory[out] + memory[out_shape + examples]
    return checksum


@kernel
def repeat_sort(memory, examples, x, mask, shape, out, out_shape, n, slots, rounds):
    """Sorts one operand in each round; `mask` is not read."""
    checksum = np.int64(0)
    for i in range(rounds):
        slot = (i & (slots - 1)) * n
        sort(memory, examples, x + slot, shape, out, out_shape, n)
        checksum += memory[out + i % n]
    return checksum
