"""Decides how the array machine calls an assembly body: charging, and where the result goes."""

from vm.assembly.lanes import run_lanes
from vm.frames import FULL, allocate_value, charge, charge_operands
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, record_size, total
from vm.state import (
    ADDRESS,
    BLOCK,
    CELLS,
    F_CAPTURES,
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
    counters, lanes = state.counters, frame[LANES]
    value = counters[TOP]
    out = value + record_size(lanes)
    status = run_lanes(
        state, code.pool, op[RECORD], counters[CELLS], code.captures, op[F_CAPTURES], lanes, value, out
    )
    if status != OK:
        return status
    if allocate_value(counters, lanes, total(state.memory, lanes, value)) == FULL:
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
