"""Decides how the array machine calls a Python function: charging, its record, and where the result goes."""

import numpy as np

from vm.assembly.state import REGISTERS
from vm.flat import FLAT, of_flat
from vm.frames import FULL, allocate_value, charge, charge_operands
from vm.functions.table import NOT_THERE, call_entry, entry_of
from vm.interpreter import AT_FUNCTION, run_code
from vm.isa import Status
from vm.jit import kernel, native
from vm.shape import OK, OUT_OF_MEMORY, close, cols, put, put_list, record_size, rows, start, total
from vm.state import (
    ADDRESS,
    BLOCK,
    CAPACITY,
    CELLS,
    F_CAPTURES,
    F_NUM_CAPTURES,
    KEY,
    LANES,
    OUT,
    OUT_RANK,
    PC,
    SCALAR_SHAPE,
    SHAPE,
    TOP,
)

CALL_FUEL = 20
"""Units of a call on each lane, whatever the function does (untuned)."""
BAD_PROGRAM = int(Status.BAD_PROGRAM)
RAISED = int(Status.RAISED)


@kernel
def write_operand(state, code, register, lanes, lane, place):
    """Writes where an operand stands on one lane, and its dimensions."""
    memory = state.memory
    address, shape = state.registers[register, ADDRESS], state.registers[register, SHAPE]
    if code.ranks[register] == 0:
        memory[place], memory[place + 1], memory[place + 2] = address + lane, 1, 1
        return
    memory[place] = address + start(memory, shape, lane)
    memory[place + 1] = rows(memory, lanes, shape, lane)
    memory[place + 2] = cols(memory, lanes, shape, lane)


@kernel
def run_lanes(state, code, op, frame, value):
    """Calls the function on one lane after the other; returns a status.

    The first fault ends the run. Its record (vm/functions/entry.py) stands where the scalar machine, which
    does not run meanwhile and clears what it uses, has its registers.
    """
    memory, counters, lanes = state.memory, state.counters, frame[LANES]
    out, record = value + record_size(lanes), counters[CELLS] + REGISTERS
    entry, size = entry_of(op[KEY]), np.int64(0)
    if entry == NOT_THERE:
        return BAD_PROGRAM
    for lane in range(lanes):
        for i in range(op[F_NUM_CAPTURES]):
            register = code.captures[op[F_CAPTURES] + i]
            write_operand(state, code, register, lanes, lane, record + 2 + 3 * i)
        words = call_entry(entry, memory, record, out + size, counters[CAPACITY] - size, -RAISED)
        if words < 0:
            return -words
        if op[OUT_RANK] == 1:
            put_list(memory, lanes, value, lane, size, words)
        else:
            put(memory, lanes, value, lane, size, memory[record], memory[record + 1])
        size += words
    return close(memory, lanes, value, size)


@kernel
def call_function(state, code):
    """Runs the call that the machine stopped at: charges it, runs it, and moves on to the next line."""
    memory, counters = state.memory, state.counters
    frame = state.frames[counters[BLOCK]]
    op, lanes, value = code.ops[frame[PC]], frame[LANES], counters[TOP]
    status = charge_operands(state, code, op, lanes)
    if status == OK:
        status = charge(counters, CALL_FUEL * lanes)
    if status == OK:
        status = run_lanes(state, code, op, frame, value)
    if status != OK:
        return status
    words = total(memory, lanes, value)
    if allocate_value(counters, lanes, words) == FULL:
        return OUT_OF_MEMORY
    out = op[OUT]
    state.registers[out, SHAPE] = frame[SCALAR_SHAPE] if op[OUT_RANK] == 0 else value
    state.registers[out, ADDRESS] = value + record_size(lanes)
    status = charge(counters, words)
    if status == OK:
        frame[PC] += 1
    return status


@native(FLAT)
def call_function_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool):
    """Does as `call_function`, and goes on until the run has ended or waits for another kind of call.

    State and code are given as tables, row after row. A loop in the caller would be one in Python.
    """
    state, code = of_flat(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    status = np.int64(AT_FUNCTION)
    while status == AT_FUNCTION:
        status = np.int64(call_function(state, code))
        if status == OK:
            status = run_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    return status
