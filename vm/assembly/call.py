"""Decides how the array machine calls an assembly body: charging, and where the result goes."""

import numpy as np

from vm.assembly.lanes import run_lanes
from vm.assembly.state import FUEL_LEFT, INPUTS
from vm.flat import FLAT, of_flat
from vm.frames import FULL, allocate_value, charge, charge_operands
from vm.jit import kernel, native
from vm.shape import OK, OUT_OF_MEMORY, record_size, total
from vm.state import (
    ADDRESS,
    BLOCK,
    CAPACITY,
    CELLS,
    F_CAPTURES,
    F_NUM_CAPTURES,
    FUEL_LIMIT,
    FUEL_USED,
    LANES,
    OUT,
    OUT_RANK,
    PC,
    RECORD,
    SCALAR_SHAPE,
    SHAPE,
    TOP,
)


@kernel
def run_assembly(state, code, op, frame):
    """Runs an assembly body on all lanes; its result is made as that of a structural call."""
    memory, counters, lanes = state.memory, state.counters, frame[LANES]
    cells, value = counters[CELLS], counters[TOP]
    out = value + record_size(lanes)
    for i in range(op[F_NUM_CAPTURES]):
        operand = code.captures[op[F_CAPTURES] + i]
        memory[cells + INPUTS + 2 * i] = state.registers[operand, ADDRESS]
        memory[cells + INPUTS + 2 * i + 1] = state.registers[operand, SHAPE]
    memory[cells + FUEL_LEFT] = counters[FUEL_LIMIT] - counters[FUEL_USED]
    status = run_lanes(memory, code.pool, op[RECORD], cells, lanes, counters[CAPACITY], value, out)
    counters[FUEL_USED] = counters[FUEL_LIMIT] - memory[cells + FUEL_LEFT]
    if status != OK:
        return status
    if allocate_value(counters, lanes, total(memory, lanes, value)) == FULL:
        return OUT_OF_MEMORY
    shape = frame[SCALAR_SHAPE] if op[OUT_RANK] == 0 else value
    state.registers[op[OUT], SHAPE], state.registers[op[OUT], ADDRESS] = shape, out
    return OK


@kernel
def call_assembly(state, code):
    """Runs the call that the machine stopped at: charges it, runs it, and moves on to the next line."""
    frame = state.frames[state.counters[BLOCK]]
    op, lanes = code.ops[frame[PC]], frame[LANES]
    status = charge_operands(state, code, op, lanes)
    if status != OK:
        return status
    status = run_assembly(state, code, op, frame)
    if status == OK:
        status = charge(state.counters, total(state.memory, lanes, state.registers[op[OUT], SHAPE]))
    if status == OK:
        frame[PC] += 1
    return status


@native(FLAT)
def call_assembly_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool):
    """Does as `call_assembly`, for state and code whose tables are given row after row."""
    state, code = of_flat(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    return np.int64(call_assembly(state, code))
