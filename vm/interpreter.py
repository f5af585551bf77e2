"""The machine's loop over operations, with frames instead of recursion; vm/execute.py says what runs cost."""

import numpy as np

from vm.align import align, common_shape
from vm.dispatch import apply_elementwise, apply_structural
from vm.flat import FLAT, of_flat
from vm.frames import FULL, allocate_value, charge, charge_operands
from vm.jit import kernel, native
from vm.loops import begin_call, continue_call, take_result
from vm.shape import OK, OUT_OF_MEMORY, close, put_same, record_size, total
from vm.state import (
    ADDRESS,
    ARITY,
    ASSEMBLY,
    BIND,
    BLOCK,
    CALLER,
    CAPACITY,
    CONSTANT,
    ELEMENTWISE,
    END_OP,
    FUNCTION,
    HEAP,
    KIND,
    LANES,
    NO_CALLER,
    OPCODE,
    OUT,
    OUT_RANK,
    PC,
    POOL,
    POOL_COLS,
    POOL_ROWS,
    SCALAR_SHAPE,
    SHAPE,
    STRUCTURAL,
    TOP,
    X_RANK,
    Y_RANK,
    Z_RANK,
    X,
    Y,
    Z,
)

AT_ASSEMBLY = -1
AT_FUNCTION = -2


@kernel
def write_constant(state, code, op, frame):
    """Writes a constant on every lane."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    size = op[POOL_ROWS] * op[POOL_COLS]
    value = allocate_value(counters, lanes, size * lanes)
    if value == FULL:
        return OUT_OF_MEMORY
    status = charge(counters, lanes + size * lanes)
    if status != OK:
        return status
    out = value + record_size(lanes)
    for lane in range(lanes):
        put_same(memory, lanes, value, lane, lane * size, op[POOL_ROWS], op[POOL_COLS])
        for i in range(size):
            memory[out + lane * size + i] = code.pool[op[POOL] + i]
    registers[op[OUT], SHAPE], registers[op[OUT], ADDRESS] = value, out
    return close(memory, lanes, value, lanes * size)


@kernel
def note_bound_skill(state, frame):
    """Accounts for a bound skill: one word on each lane. What it stands for is in the code."""
    counters, lanes = state.counters, frame[LANES]
    if allocate_value(counters, lanes, lanes) == FULL:
        return OUT_OF_MEMORY
    return charge(counters, 2 * lanes)


@kernel
def aligned_operands(state, op, frame):
    """Makes room for an elementwise result, aligns the operands; returns status, addresses and words."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    x, y, z = registers[op[X]], registers[op[Y]], registers[op[Z]]
    a, b, c = x[ADDRESS], y[ADDRESS], z[ADDRESS]
    value, shape, size = counters[TOP], frame[SCALAR_SHAPE], lanes
    if op[OUT_RANK] > 0:
        shape = value
        size = common_shape(
            memory, lanes, x[SHAPE], op[X_RANK], y[SHAPE], op[Y_RANK], z[SHAPE], op[Z_RANK], shape
        )
    if allocate_value(counters, lanes, size) == FULL:
        return OUT_OF_MEMORY, a, b, c, size
    if op[OUT_RANK] > 0:
        capacity = counters[CAPACITY]
        scratch = counters[HEAP] + 4 * capacity + 1
        a = align(memory, lanes, a, x[SHAPE], op[X_RANK], shape, scratch)
        if op[ARITY] > 1:
            b = align(memory, lanes, b, y[SHAPE], op[Y_RANK], shape, scratch + capacity)
        if op[ARITY] > 2:
            c = align(memory, lanes, c, z[SHAPE], op[Z_RANK], shape, scratch + 2 * capacity)
    registers[op[OUT], SHAPE], registers[op[OUT], ADDRESS] = shape, value + record_size(lanes)
    return OK, a, b, c, size


@kernel
def run_elementwise(state, op, frame):
    """Runs an elementwise call: the body works on the words of all lanes at once."""
    status, a, b, c, size = aligned_operands(state, op, frame)
    if status != OK:
        return status
    out = np.uint64(state.registers[op[OUT], ADDRESS])
    memory = state.memory
    apply_elementwise(op[OPCODE], memory, np.uint64(a), np.uint64(b), np.uint64(c), out, np.uint64(size))
    return charge(state.counters, size)


@kernel
def run_structural(state, op, frame):
    """Runs a structural call; memory has room for a result that then turns out not to fit the heap."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    x, y, z = registers[op[X]], registers[op[Y]], registers[op[Z]]
    value = counters[TOP]
    out = value + record_size(lanes)
    status = apply_structural(
        op[OPCODE], memory, lanes, x[ADDRESS], x[SHAPE], y[ADDRESS], y[SHAPE], z[ADDRESS], z[SHAPE],
        out, value, counters[CAPACITY],
    )  # fmt: skip
    if status != OK:
        return status
    shape = frame[SCALAR_SHAPE] if op[OUT_RANK] == 0 else value
    size = total(memory, lanes, shape)
    if allocate_value(counters, lanes, size) == FULL:
        return OUT_OF_MEMORY
    registers[op[OUT], SHAPE], registers[op[OUT], ADDRESS] = shape, out
    return charge(counters, size)


@kernel
def run_line(state, code, op, frame):
    """Runs an operation that enters no block, and moves on to the next."""
    kind = op[KIND]
    if kind == CONSTANT:
        status = write_constant(state, code, op, frame)
    elif kind == BIND:
        status = note_bound_skill(state, frame)
    else:
        status = charge_operands(state, code, op, frame[LANES])
        if status == OK:
            status = (
                run_elementwise(state, op, frame) if kind == ELEMENTWISE else run_structural(state, op, frame)
            )
    if status == OK:
        frame[PC] += 1
    return status


@kernel
def start_call(state, code, op, frame):
    """Charges and starts a call that enters a block."""
    status = charge_operands(state, code, op, frame[LANES])
    if status == OK:
        status = begin_call(state, op)
    return continue_call(state, code, op) if status == OK else status


@kernel
def end_block(state, code, block):
    """Goes from a block that has ended back to its caller, and there on."""
    state.counters[BLOCK] = state.frames[block, CALLER]
    status = take_result(state, code, block)
    if status != OK:
        return status
    return continue_call(state, code, code.ops[state.frames[state.counters[BLOCK], PC]])


@kernel
def execute(state, code):
    """Runs block 0 to its end, its inputs and frame being set; returns a `Status`, or where it waits.

    A call that enters a block makes it the running one; a block that ends hands back to its caller. Before
    the call of an assembly body it returns `AT_ASSEMBLY`, before that of a Python function `AT_FUNCTION`: the
    caller runs it (vm/assembly/call.py, vm/functions/call.py) and comes back. So programs that call none need
    not wait until the scalar machine is compiled.
    """
    status = OK
    while status == OK:
        block = state.counters[BLOCK]
        frame = state.frames[block]
        if frame[PC] == code.blocks[block, END_OP]:
            if frame[CALLER] == NO_CALLER:
                return OK
            status = end_block(state, code, block)
            continue
        op = code.ops[frame[PC]]
        if op[KIND] == ASSEMBLY:
            return AT_ASSEMBLY
        if op[KIND] == FUNCTION:
            return AT_FUNCTION
        if op[KIND] <= STRUCTURAL:
            status = run_line(state, code, op, frame)
        else:
            status = start_call(state, code, op, frame)
    return status


@native(FLAT)
def run_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool):
    """Does as `execute`, for state and code whose tables are given row after row."""
    state, code = of_flat(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    return np.int64(execute(state, code))
