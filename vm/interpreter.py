"""The machine's loop over operations, with frames instead of recursion; vm/execute.py says what runs cost."""

import numpy as np

from vm.align import align, common_shape
from vm.calls import enter_composition, leave_composition
from vm.dispatch import apply_elementwise, apply_structural
from vm.flat import FLAT, of_flat
from vm.frames import (
    FULL,
    address_of,
    allocate_value,
    charge,
    charge_operands,
    set_register,
    shape_of,
)
from vm.jit import kernel, native
from vm.loops import begin_call, continue_call, take_result
from vm.shape import OK, OUT_OF_MEMORY, close, fill, is_same, put_same, record_size, total
from vm.state import (
    ARITY,
    ASSEMBLY,
    BIND,
    BLOCK,
    CALL,
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
NO_SHAPE = -1


@kernel
def write_constant(state, code, op, frame):
    """Writes a constant on every lane."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    num_rows, num_cols, pool = op[POOL_ROWS], op[POOL_COLS], op[POOL]
    size = num_rows * num_cols
    value = allocate_value(counters, lanes, size * lanes)
    if value == FULL:
        return OUT_OF_MEMORY
    status = charge(counters, lanes + size * lanes)
    if status != OK:
        return status
    out = value + record_size(lanes)
    if op[OUT_RANK] == 0:
        set_register(registers, op[OUT], out, frame[SCALAR_SHAPE])
        fill(memory, out, lanes, code.pool[np.uint64(pool)])
        return OK
    set_register(registers, op[OUT], out, value)
    for lane in range(lanes):
        put_same(memory, lanes, value, lane, lane * size, num_rows, num_cols)
        for i in range(size):
            memory[np.uint64(out + lane * size + i)] = code.pool[np.uint64(pool + i)]
    return close(memory, lanes, value, lanes * size)


@kernel
def note_bound_skill(state, frame):
    """Accounts for a bound skill: one word on each lane. What it stands for is in the code."""
    counters, lanes = state.counters, frame[LANES]
    if allocate_value(counters, lanes, lanes) == FULL:
        return OUT_OF_MEMORY
    return charge(counters, 2 * lanes)


@kernel
def elementwise_shape(state, op, frame, record):
    """Returns the shape of an elementwise result and its words; a new shape is written at `record`.

    Where all operands but scalars have one shape, the result shares an operand's record: registers say where
    shapes stand, and what a block makes lives as long as the block.
    """
    memory, registers, lanes = state.memory, state.registers, frame[LANES]
    if op[OUT_RANK] == 0:
        return frame[SCALAR_SHAPE], lanes
    shape = NO_SHAPE
    for place in range(op[ARITY]):
        if op[np.uint64(X_RANK + place)] > 0:
            other = shape_of(registers, op[np.uint64(X + place)])
            if shape == NO_SHAPE:
                shape = other
            elif shape != other and not is_same(memory, lanes, shape, other):
                x, y, z = shape_of(registers, op[X]), shape_of(registers, op[Y]), shape_of(registers, op[Z])
                size = common_shape(
                    memory, lanes, x, op[X_RANK], y, op[Y_RANK], z, op[Z_RANK], record
                )  # fmt: skip
                return record, size
    return shape, total(memory, lanes, shape)


@kernel
def aligned_operands(state, op, frame):
    """Makes room for an elementwise result, aligns the operands; returns status, addresses and words."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    a, b, c = address_of(registers, op[X]), address_of(registers, op[Y]), address_of(registers, op[Z])
    value = counters[TOP]
    shape, size = elementwise_shape(state, op, frame, value)
    if allocate_value(counters, lanes, size) == FULL:
        return OUT_OF_MEMORY, a, b, c, size
    if op[OUT_RANK] > 0:
        capacity = counters[CAPACITY]
        scratch = counters[HEAP] + 4 * capacity + 1
        x, y, z = shape_of(registers, op[X]), shape_of(registers, op[Y]), shape_of(registers, op[Z])
        # A record that is the result's own needs no alignment, whose call costs as much as a short addition.
        if x != shape:
            a = align(memory, lanes, a, x, op[X_RANK], shape, scratch)
        if op[ARITY] > 1 and y != shape:
            b = align(memory, lanes, b, y, op[Y_RANK], shape, scratch + capacity)
        if op[ARITY] > 2 and z != shape:
            c = align(memory, lanes, c, z, op[Z_RANK], shape, scratch + 2 * capacity)
    set_register(registers, op[OUT], value + record_size(lanes), shape)
    return OK, a, b, c, size


@kernel
def run_elementwise(state, op, frame):
    """Runs an elementwise call: the body works on the words of all lanes at once."""
    status, a, b, c, size = aligned_operands(state, op, frame)
    if status != OK:
        return status
    out = np.uint64(address_of(state.registers, op[OUT]))
    memory = state.memory
    apply_elementwise(op[OPCODE], memory, np.uint64(a), np.uint64(b), np.uint64(c), out, np.uint64(size))
    return charge(state.counters, size)


@kernel
def run_structural(state, op, frame):
    """Runs a structural call; memory has room for a result that then turns out not to fit the heap."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    value = counters[TOP]
    out = value + record_size(lanes)
    status = apply_structural(
        op[OPCODE], memory, lanes, address_of(registers, op[X]), shape_of(registers, op[X]),
        address_of(registers, op[Y]), shape_of(registers, op[Y]), address_of(registers, op[Z]),
        shape_of(registers, op[Z]), out, value, counters[CAPACITY],
    )  # fmt: skip
    if status != OK:
        return status
    shape = frame[SCALAR_SHAPE] if op[OUT_RANK] == 0 else value
    size = total(memory, lanes, shape)
    if allocate_value(counters, lanes, size) == FULL:
        return OUT_OF_MEMORY
    set_register(registers, op[OUT], out, shape)
    return charge(counters, size)


@kernel
def run_line(state, code, op, frame):
    """Runs an operation that enters no block."""
    kind = op[KIND]
    if kind == CONSTANT:
        return write_constant(state, code, op, frame)
    if kind == BIND:
        return note_bound_skill(state, frame)
    status = charge_operands(state, code, op, frame[LANES])
    if status != OK:
        return status
    return run_elementwise(state, op, frame) if kind == ELEMENTWISE else run_structural(state, op, frame)


@kernel
def run_lines(state, code, frame, end):
    """Runs the operations of a block up to its end, or up to one that enters a block or calls assembly."""
    line = frame[PC]
    while line < end:
        op = code.ops[np.uint64(line)]
        if op[KIND] > STRUCTURAL:
            break
        status = run_line(state, code, op, frame)
        if status != OK:
            return status
        line += 1
        frame[PC] = line
    return OK


@kernel
def start_call(state, code, op, frame):
    """Charges and starts a call that enters a block."""
    status = charge_operands(state, code, op, frame[LANES])
    if status == OK and op[KIND] == CALL:
        return enter_composition(state, code, op, frame)
    if status == OK:
        status = begin_call(state, op)
    return continue_call(state, code, op) if status == OK else status


@kernel
def end_block(state, code, block):
    """Goes from a block that has ended back to its caller, and there on."""
    caller = state.frames[block, CALLER]
    state.counters[BLOCK] = caller
    frame = state.frames[np.uint64(caller)]
    op = code.ops[np.uint64(frame[PC])]
    if op[KIND] == CALL:
        return leave_composition(state, code, op, frame, block)
    status = take_result(state, code, block)
    return continue_call(state, code, op) if status == OK else status


@kernel
def execute(state, code):
    """Runs block 0 to its end, its inputs and frame being set; returns a `Status`, or where it waits.

    A call that enters a block makes it the running one; a block that ends hands back to its caller. Before
    the call of an assembly body it returns `AT_ASSEMBLY`, before that of a Python function `AT_FUNCTION`: the
    caller runs it (vm/assembly/call.py, vm/functions/call.py) and comes back. So programs that call none need
    not wait until the scalar machine is compiled.
    """
    while True:
        block = np.uint64(state.counters[BLOCK])
        frame, end = state.frames[block], code.blocks[block, END_OP]
        status = run_lines(state, code, frame, end)
        if status != OK:
            return status
        if frame[PC] < end:
            op = code.ops[np.uint64(frame[PC])]
            if op[KIND] == ASSEMBLY:
                return AT_ASSEMBLY
            if op[KIND] == FUNCTION:
                return AT_FUNCTION
            status = start_call(state, code, op, frame)
        elif frame[CALLER] == NO_CALLER:
            return OK
        else:
            status = end_block(state, code, block)
        if status != OK:
            return status


@native(FLAT)
def run_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool):
    """Does as `execute`, for state and code whose tables are given row after row."""
    state, code = of_flat(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    return np.int64(execute(state, code))
