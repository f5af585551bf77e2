"""Decides how one lane of an assembly program runs: instruction after instruction, one unit of fuel each.

`code` is the array that holds the program's record, `memory` the one that holds the cells; see state.py.
"""

import numpy as np

from vm.assembly.alu import add, alu, compare, holds, subtract
from vm.assembly.isa import (
    CALL,
    CODE_WIDTH,
    COMPARE,
    JUMP_ALWAYS,
    LAST_OPERATOR,
    LAST_STRAIGHT,
    LOAD,
    POP,
    PUSH,
    RETURN,
    STORE,
    SUBLEQ,
    TARGET,
    X,
    Y,
    Z,
)
from vm.assembly.state import (
    DATA,
    DATA_USED,
    DATA_WORDS,
    FLAGS,
    FUEL_LEFT,
    LINE,
    LINES_AT,
    MAX_STACK,
    NUM_LINES,
    REGISTERS,
    STACK,
    STACK_TOP,
    WIDTH,
)
from vm.isa import Status
from vm.jit import inlined, kernel

OK, BAD_INDEX, OUT_OF_FUEL = int(Status.OK), int(Status.BAD_INDEX), int(Status.OUT_OF_FUEL)
STACK_OVERFLOW, STACK_UNDERFLOW = int(Status.STACK_OVERFLOW), int(Status.STACK_UNDERFLOW)


@inlined
def register(code, at, column, cells):
    """Returns where the register that a column names stands in memory; unsigned, as indices are faster."""
    return np.uint64(cells + REGISTERS + code[np.uint64(at + column)])


@inlined
def push(memory, cells, word):
    """Puts a word on the stack; returns a fault as a negative status, or 0."""
    top = memory[cells + STACK_TOP]
    if top == 0:
        return -STACK_OVERFLOW
    memory[cells + STACK_TOP] = top - 1
    memory[cells + STACK + top - 1] = word
    return OK


@inlined
def pop(memory, cells):
    """Returns a fault as a negative status, or 0, and the word taken from the stack."""
    top = memory[cells + STACK_TOP]
    if top == MAX_STACK:
        return -STACK_UNDERFLOW, np.int64(0)
    memory[cells + STACK_TOP] = top + 1
    return OK, memory[cells + STACK + top]


@kernel
def move_data(code, at, memory, cells, opcode):
    """Runs a load or store; returns a fault as a negative status, or 0."""
    address = add(memory[register(code, at, X, cells)], memory[register(code, at, Y, cells)])
    if np.uint64(address) >= np.uint64(memory[cells + DATA_WORDS]):
        return -BAD_INDEX
    if opcode == LOAD:
        memory[register(code, at, TARGET, cells)] = memory[cells + DATA + address]
        return OK
    memory[cells + DATA + address] = memory[register(code, at, Z, cells)]
    memory[cells + DATA_USED] = max(memory[cells + DATA_USED], address + 1)
    return OK


@kernel
def return_to(memory, cells, num_lines):
    """Returns the line that a return goes to, or a fault as a negative status."""
    if memory[cells + STACK_TOP] == MAX_STACK:
        return num_lines
    _, line = pop(memory, cells)
    return line if 0 <= line <= num_lines else np.int64(-BAD_INDEX)


@kernel
def touch(code, at, memory, cells, line, num_lines):
    """Runs an instruction on memory or stack; returns the next line, or a fault as a negative status."""
    opcode, fault, following = code[at], np.int64(OK), line + 1
    if opcode == LOAD or opcode == STORE:
        fault = move_data(code, at, memory, cells, opcode)
    elif opcode == PUSH:
        fault = push(memory, cells, memory[register(code, at, X, cells)])
    elif opcode == POP:
        fault, word = pop(memory, cells)
        if fault == OK:
            memory[register(code, at, TARGET, cells)] = word
    elif opcode == CALL:
        fault = push(memory, cells, following)
        following = code[at + TARGET]
    elif opcode == RETURN:
        following = return_to(memory, cells, num_lines)
    elif opcode == SUBLEQ:
        word = subtract(memory[register(code, at, TARGET, cells)], memory[register(code, at, X, cells)])
        memory[register(code, at, TARGET, cells)] = word
        following = code[at + Y] if word <= 0 else following
    return following if fault == OK else fault


@inlined
def run_straight(code, at, memory, cells, flags, width):
    """Runs an instruction on registers and flags; returns the flags."""
    opcode = code[np.uint64(at)]
    x = memory[register(code, at, X, cells)]
    y = memory[register(code, at, Y, cells)]
    if opcode <= LAST_OPERATOR:
        z = memory[register(code, at, Z, cells)]
        memory[register(code, at, TARGET, cells)] = alu(opcode, x, y, z, width)
    elif opcode == COMPARE:
        return np.int64(compare(x, y))
    elif holds(opcode, flags):
        memory[register(code, at, TARGET, cells)] = x
    return flags


@kernel
def run_lines(code, record, memory, cells):
    """Runs from the line and flags in the cells until the program ends, faults, or is out of fuel.

    Args:
      code: int64 array that holds the record.
      record: where the record begins.
      memory: int64 array that holds the cells.
      cells: where the cells begin; LINE, FLAGS and FUEL_LEFT are read and written.

    Returns:
      A status; on a fault LINE is the instruction that faulted or could not be paid.
    """
    num_lines, width = code[record + NUM_LINES], code[record + WIDTH]
    first = record + code[record + LINES_AT]
    line, flags, fuel = memory[cells + LINE], memory[cells + FLAGS], memory[cells + FUEL_LEFT]
    status = np.int64(OK)
    while line < num_lines:
        if fuel == 0:
            status = np.int64(OUT_OF_FUEL)
            break
        fuel -= 1
        at = first + line * CODE_WIDTH
        opcode = code[np.uint64(at)]
        following = line + 1
        if opcode <= LAST_STRAIGHT:
            flags = run_straight(code, at, memory, cells, flags, width)
        elif opcode <= JUMP_ALWAYS:
            if opcode == JUMP_ALWAYS or holds(opcode, flags):
                following = code[np.uint64(at + TARGET)]
        else:
            following = touch(code, at, memory, cells, line, num_lines)
            if following < 0:
                status = -following
                break
        line = following
    memory[cells + LINE], memory[cells + FLAGS], memory[cells + FUEL_LEFT] = line, flags, fuel
    return status
