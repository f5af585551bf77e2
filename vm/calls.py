"""Calls of learnt compositions: the body is a block that runs on the caller's own lanes.

On the heap a call in progress is, from BASE on, the room of the block's scalar shape, and what its lines
make. The room is only accounted for: on the same lanes the scalar shape is the caller's.
"""

import numpy as np

from vm.frames import FULL, address_of, allocate, allocate_value, charge, set_register, shape_of
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, copy, record_size, total
from vm.state import (
    BASE,
    BLOCK,
    CALLER,
    F_BLOCK,
    F_CAPTURES,
    F_NUM_CAPTURES,
    FIRST_OP,
    FIRST_REGISTER,
    LANES,
    OUT,
    PC,
    RESULT,
    SCALAR_SHAPE,
    TOP,
)


@kernel
def enter_composition(state, code, op, frame):
    """Enters the block of a learnt composition, which reads the operands where they stand."""
    registers, counters = state.registers, state.counters
    block = np.uint64(op[F_BLOCK])
    frame[BASE] = counters[TOP]
    if allocate(counters, record_size(frame[LANES])) == FULL:
        return OUT_OF_MEMORY
    first = code.blocks[block, FIRST_REGISTER]
    for i in range(op[F_NUM_CAPTURES]):
        source = code.captures[np.uint64(op[F_CAPTURES] + i)]
        set_register(registers, first + i, address_of(registers, source), shape_of(registers, source))
    callee = state.frames[block]
    callee[PC], callee[CALLER] = code.blocks[block, FIRST_OP], counters[BLOCK]
    callee[LANES], callee[SCALAR_SHAPE] = frame[LANES], frame[SCALAR_SHAPE]
    counters[BLOCK] = op[F_BLOCK]
    return OK


@kernel
def leave_composition(state, code, op, frame, block):
    """Goes back from a composition's block to its caller: only the result is left of it, moved down to BASE.

    Room for one more copy of the result must be there, as in every call that enters a block.
    """
    memory, registers, counters = state.memory, state.registers, state.counters
    base, lanes, result = frame[BASE], frame[LANES], code.blocks[block, RESULT]
    address, shape = address_of(registers, result), shape_of(registers, result)
    size = total(memory, lanes, shape)
    if allocate_value(counters, lanes, size) == FULL:
        return OUT_OF_MEMORY
    out = base + record_size(lanes)
    if shape >= base:
        copy(memory, shape, base, record_size(lanes))
        shape = base
    # Words of the block stand behind its room and a record, so above `out`; the caller's stand below BASE.
    copy(memory, address, out, size)
    counters[TOP] = out + size
    set_register(registers, op[OUT], out, shape)
    status = charge(counters, size)
    if status == OK:
        frame[PC] += 1
    return status
