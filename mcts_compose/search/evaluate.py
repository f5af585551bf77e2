"""One call on all examples at once: operands are aligned, the kernel runs, the result's shape is interned."""

import numpy as np

from mcts_compose.search.higher import apply_derived
from mcts_compose.search.layout import (
    A_ARITY,
    A_CONVENTION,
    A_KIND1,
    A_KIND2,
    A_KIND3,
    A_KIND_OUT,
    A_OPCODE,
    ALIGNED,
    CAP,
    EXAMPLES,
    NUM_RANKS,
    OPERANDS,
    SCRATCH_SHAPE,
    SHAPES,
)
from mcts_compose.search.shapes import broadcast, common_shape, cut, cut_lists, intern_like
from vm.dispatch import apply_elementwise, apply_structural
from vm.isa import Convention
from vm.jit import inlined, kernel

ELEMENTWISE, HIGHER = int(Convention.ELEMENTWISE), int(Convention.HIGHER)


@kernel
def align(memory, slot, operand, shape, rank, target_shape):
    """Returns where operand `slot` stands in `target_shape`, broadcasting or cutting it if needed."""
    if shape == target_shape and rank > 0:
        return operand
    aligned = memory[ALIGNED] + slot * memory[CAP]
    if rank == 0:
        broadcast(memory, operand, aligned, target_shape)
    elif rank == 1:
        cut_lists(memory, operand, shape, aligned, target_shape)
    else:
        cut(memory, operand, shape, aligned, target_shape)
    return aligned


@inlined
def evaluate_here(memory, action, x_shape, y_shape, z_shape, out):
    """Runs an action's overload on the three operand buffers and writes the result's words at `out`.

    Args:
      memory: see layout.py; operand buffers hold the words.
      action: address of the action's record.
      x_shape: interned shape of the first operand.
      y_shape: of the second; ignored beyond the arity.
      z_shape: of the third; ignored beyond the arity.
      out: address of a row of `CAP` words.

    Returns:
      The interned shape of the result, or -1 on any fault or bound.
    """
    arity, opcode = memory[action + A_ARITY], memory[action + A_OPCODE]
    cap = memory[CAP]
    x = memory[OPERANDS]
    y, z = x + cap, x + 2 * cap
    if memory[action + A_CONVENTION] != ELEMENTWISE:
        if memory[action + A_CONVENTION] == HIGHER:
            return apply_derived(memory, action, x_shape, y_shape, z_shape, out)
        scratch = memory[SCRATCH_SHAPE]
        status = apply_structural(
            opcode, memory, memory[EXAMPLES], x, x_shape, y, y_shape, z, z_shape, out, scratch, cap
        )
        if status != 0:
            return np.int64(-1)
        if memory[action + A_KIND_OUT] % NUM_RANKS == 0:
            return memory[SHAPES]
        return intern_like(memory, scratch, x_shape)
    shape = x_shape
    if arity >= 2:
        rank = memory[action + A_KIND1] % NUM_RANKS
        other_rank = memory[action + A_KIND2] % NUM_RANKS
        if rank == 0:
            shape = y_shape
        elif other_rank > 0 and y_shape != x_shape:
            shape = common_shape(memory, x_shape, y_shape)
        if arity == 3:
            third_rank = memory[action + A_KIND3] % NUM_RANKS
            if rank == 0 and other_rank == 0:
                shape = z_shape
            elif third_rank > 0 and shape != z_shape and shape >= 0:
                shape = common_shape(memory, shape, z_shape)
            if shape < 0:
                return np.int64(-1)
            if rank + other_rank + third_rank > 0:
                z = align(memory, 2, z, z_shape, third_rank, shape)
        if shape < 0:
            return np.int64(-1)
        if memory[action + A_KIND_OUT] % NUM_RANKS > 0:
            x = align(memory, 0, x, x_shape, rank, shape)
            y = align(memory, 1, y, y_shape, other_rank, shape)
    words = memory[shape + memory[EXAMPLES]]
    apply_elementwise(
        opcode, memory, np.uint64(x), np.uint64(y), np.uint64(z), np.uint64(out), np.uint64(words)
    )
    return shape


@kernel
def evaluate(memory, action, x_shape, y_shape, z_shape, out):
    """Does what `evaluate_here` does, as a call."""
    return evaluate_here(memory, action, x_shape, y_shape, z_shape, out)
