"""The machine's loop over operations, with frames instead of recursion; vm/execute.py says what runs cost."""

import numpy as np

from vm.align import align, common_shape
from vm.assembly.lanes import run_lanes
from vm.dispatch import apply_elementwise, apply_structural
from vm.frames import FULL, allocate_value, charge
from vm.isa import Work
from vm.jit import kernel
from vm.loops import begin_call, continue_call, take_result
from vm.shape import OK, OUT_OF_MEMORY, close, put_same, record_size, rows, start, total
from vm.state import (
    ADDRESS,
    ARITY,
    ASSEMBLY,
    BIND,
    BLOCK,
    CALL,
    CALLER,
    CAPACITY,
    CELLS,
    CONSTANT,
    ELEMENTWISE,
    END_OP,
    F_CAPTURES,
    F_NUM_CAPTURES,
    HEAP,
    KIND,
    LANES,
    NO_CALLER,
    NUM_SKILLS,
    OPCODE,
    OUT,
    OUT_RANK,
    PC,
    POOL,
    POOL_COLS,
    POOL_ROWS,
    RECORD,
    SCALAR_SHAPE,
    SHAPE,
    TOP,
    WORK,
    X_RANK,
    Y_RANK,
    Z_RANK,
    X,
    Y,
    Z,
)

SQUARE, PRODUCT, MATRIX = int(Work.SQUARE), int(Work.PRODUCT), int(Work.MATRIX)


@kernel
def lane_words(memory, shape, lane):
    """Returns the words of one lane of a value."""
    return start(memory, shape, lane + 1) - start(memory, shape, lane)


@kernel
def extra_work(memory, lanes, work, x_shape, y_shape):
    """Returns the extra fuel of a call, by the row's kind of work."""
    extra = 0
    for lane in range(lanes):
        words = lane_words(memory, x_shape, lane)
        if work == SQUARE:
            extra += words * words
        elif work == PRODUCT:
            extra += words * lane_words(memory, y_shape, lane)
        elif work == MATRIX:
            extra += rows(memory, lanes, x_shape, lane) * lane_words(memory, y_shape, lane)
    return extra


@kernel
def charge_operands(state, code, op, lanes):
    """Charges a call for its operands, before it runs."""
    memory, registers = state.memory, state.registers
    amount = lanes * (1 + op[NUM_SKILLS])
    for place in range(op[ARITY]):
        amount += total(memory, lanes, registers[op[X + place], SHAPE])
    if op[KIND] == CALL or op[KIND] == ASSEMBLY:
        for i in range(op[F_CAPTURES], op[F_CAPTURES] + op[F_NUM_CAPTURES]):
            amount += total(memory, lanes, registers[code.captures[i], SHAPE])
    if op[WORK] != 0:
        amount += extra_work(memory, lanes, op[WORK], registers[op[X], SHAPE], registers[op[Y], SHAPE])
    return charge(state.counters, amount)


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
def run_assembly(state, code, op, frame):
    """Runs a call of an assembly body; its result is made as that of a structural call."""
    counters, lanes = state.counters, frame[LANES]
    value = counters[TOP]
    out = value + record_size(lanes)
    status = run_lanes(
        state, code.pool, op[RECORD], counters[CELLS], code.captures, op[F_CAPTURES], lanes, value, out
    )
    if status != OK:
        return status
    shape = frame[SCALAR_SHAPE] if op[OUT_RANK] == 0 else value
    if allocate_value(counters, lanes, total(state.memory, lanes, value)) == FULL:
        return OUT_OF_MEMORY
    state.registers[op[OUT], SHAPE], state.registers[op[OUT], ADDRESS] = shape, out
    return OK


@kernel
def run_call(state, code, op, frame):
    """Charges and runs a call that enters no block."""
    status = charge_operands(state, code, op, frame[LANES])
    if status != OK:
        return status
    if op[KIND] == ELEMENTWISE:
        return run_elementwise(state, op, frame)
    if op[KIND] == ASSEMBLY:
        status = run_assembly(state, code, op, frame)
        if status != OK:
            return status
        return charge(state.counters, total(state.memory, frame[LANES], state.registers[op[OUT], SHAPE]))
    return run_structural(state, op, frame)


@kernel
def run_line(state, code, op, frame):
    """Runs an operation that enters no block, and moves on to the next."""
    kind = op[KIND]
    if kind == CONSTANT:
        status = write_constant(state, code, op, frame)
    elif kind == BIND:
        status = note_bound_skill(state, frame)
    else:
        status = run_call(state, code, op, frame)
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
    """Runs block 0 to its end, its inputs and frame being set; returns a `Status`.

    A call that enters a block makes it the running one; a block that ends hands back to its caller.
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
        if op[KIND] <= ASSEMBLY:
            status = run_line(state, code, op, frame)
        else:
            status = start_call(state, code, op, frame)
    return status
