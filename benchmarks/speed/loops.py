"""Loops that call kernels from compiled code: the machine's, one of them through dispatch, and the search's.

Those over the machine's take their operands from one of `slots` places in turn; all return a checksum.

    memory: [words] int64                       x, y, mask: where the operands of slot 0 stand
    n: words of one operand                     out: where the result goes, each time
    slots: a power of two                       shape, out_shape: shape records of operands and result
    rounds: how many calls are made
"""

import numpy as np

from mcts_compose.search.evaluate import evaluate
from mcts_compose.search.layout import OPERANDS
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


@kernel
def repeat_actions(memory, calls, rounds):
    """Runs the calls of actions of a search one after the other in each round.

    Args:
      memory: of the search; see mcts_compose/search/layout.py.
      calls: `[num_calls, 6]` address of the action and of its operand buffers, three shapes, and where the
        result goes.
      rounds: how often.
    """
    checksum = np.int64(0)
    for _ in range(rounds):
        for call in range(len(calls)):
            memory[OPERANDS] = calls[call, 1]
            shape = evaluate(
                memory, calls[call, 0], calls[call, 2], calls[call, 3], calls[call, 4], calls[call, 5]
            )
            checksum += shape + memory[calls[call, 5]]
    return checksum
