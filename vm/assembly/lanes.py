"""Decides how an assembly program takes its inputs and gives its result, lane after lane.

The first fault in the order of the lanes ends the run. Inputs and result are values of the array machine: a
register of it holds where words and shape record stand (vm/state.py, vm/shape.py).
"""

import numpy as np

from vm.assembly.alu import truncate
from vm.assembly.interpreter import BAD_INDEX, OK, run_lines
from vm.assembly.state import (
    DATA,
    DATA_USED,
    DATA_WORDS,
    FLAGS,
    FUEL_LEFT,
    LINE,
    MAX_STACK,
    NUM_INPUTS,
    NUM_LINES,
    NUM_OUTPUTS,
    NUM_REGISTERS,
    OUTPUTS_AT,
    RANKS_AT,
    REGISTERS,
    RETURNS,
    RETURNS_MEMORY,
    RETURNS_TRUTH,
    STACK_TOP,
    WIDTH,
    WORDS_AT,
)
from vm.jit import kernel
from vm.shape import OUT_OF_MEMORY, close, copy, put_list, start
from vm.state import ADDRESS, CAPACITY, FUEL_LIMIT, FUEL_USED, SHAPE


@kernel
def clear_lane(code, record, memory, cells):
    """Makes the cells those of a lane that has not begun: registers as the record says, memory empty."""
    for i in range(memory[cells + DATA_USED]):
        memory[cells + DATA + i] = 0
    memory[cells + DATA_USED] = 0
    memory[cells + LINE], memory[cells + FLAGS], memory[cells + STACK_TOP] = 0, 0, MAX_STACK
    words = record + code[record + WORDS_AT]
    for i in range(code[record + NUM_REGISTERS]):
        memory[cells + REGISTERS + i] = code[words + i]


@kernel
def take_list(memory, cells, register, address, begin, size):
    """Copies a list into the lane's memory and sets its two registers; returns a status."""
    used = memory[cells + DATA_USED]
    if size > memory[cells + DATA_WORDS] - used:
        return OUT_OF_MEMORY
    copy(memory, address + begin, cells + DATA + used, size)
    memory[cells + DATA_USED] = used + size
    memory[cells + REGISTERS + register] = used
    memory[cells + REGISTERS + register + 1] = size
    return OK


@kernel
def begin_lane(code, record, memory, cells, registers, operands, first, lane):
    """Clears the cells and takes the lane's inputs; returns a status.

    Args:
      code: holds the record.
      record: where it begins.
      memory: words of the array machine.
      cells: where the cells begin.
      registers: `[num_registers, 2]` of the array machine.
      operands: the registers that hold the inputs, from index `first`.
      first: see `operands`.
      lane: which one.
    """
    clear_lane(code, record, memory, cells)
    register, width = 0, code[record + WIDTH]
    for i in range(code[record + NUM_INPUTS]):
        operand = operands[first + i]
        address, shape = registers[operand, ADDRESS], registers[operand, SHAPE]
        if code[record + code[record + RANKS_AT] + i] == 0:
            memory[cells + REGISTERS + register] = truncate(memory[address + lane], width)
            register += 1
            continue
        begin = start(memory, shape, lane)
        size = start(memory, shape, lane + 1) - begin
        if take_list(memory, cells, register, address, begin, size) != OK:
            memory[cells + LINE] = code[record + NUM_LINES]
            return OUT_OF_MEMORY
        register += 2
    return OK


@kernel
def output_word(code, record, memory, cells, index):
    """Returns the word of one output."""
    return memory[cells + REGISTERS + code[record + code[record + OUTPUTS_AT] + index]]


@kernel
def give_memory(code, record, memory, cells, out, room):
    """Writes the words of memory that the outputs name; returns how many, or a fault as a negative status."""
    address = output_word(code, record, memory, cells, 0)
    size = output_word(code, record, memory, cells, 1)
    words = memory[cells + DATA_WORDS]
    if size < 0 or size > words or address < 0 or address > words - size:
        return np.int64(-BAD_INDEX)
    if size > room:
        return np.int64(-OUT_OF_MEMORY)
    copy(memory, cells + DATA + address, out, size)
    return size


@kernel
def give(code, record, memory, cells, out, room):
    """Writes the lane's result at `out`; returns its words, or a fault as a negative status."""
    returns, size = code[record + RETURNS], code[record + NUM_OUTPUTS]
    if returns == RETURNS_MEMORY:
        return give_memory(code, record, memory, cells, out, room)
    if size > room:
        return np.int64(-OUT_OF_MEMORY)
    for i in range(size):
        word = output_word(code, record, memory, cells, i)
        memory[out + i] = np.int64(word != 0) if returns == RETURNS_TRUTH else word
    return size


@kernel
def run_lane(state, code, record, cells, operands, first, lane):
    """Runs one lane to its end and charges its fuel; returns a status."""
    memory, counters = state.memory, state.counters
    status = begin_lane(code, record, memory, cells, state.registers, operands, first, lane)
    if status != OK:
        return status
    fuel = counters[FUEL_LIMIT] - counters[FUEL_USED]
    memory[cells + FUEL_LEFT] = fuel
    status = run_lines(code, record, memory, cells)
    counters[FUEL_USED] += fuel - memory[cells + FUEL_LEFT]
    return status


@kernel
def run_lanes(state, code, record, cells, operands, first, lanes, shape, out):
    """Runs a program on all lanes.

    Args:
      state: the array machine's.
      code: int64 array that holds the record.
      record: where it begins.
      cells: where the cells begin in `state.memory`; its DATA_WORDS is set.
      operands: registers that hold the inputs, from index `first`.
      first: see `operands`.
      lanes: how many.
      shape: where the result's shape record is written; there is room.
      out: where the result's words are written; there is room for the capacity of a value.

    Returns:
      A status.
    """
    memory, size = state.memory, np.int64(0)
    for lane in range(lanes):
        status = run_lane(state, code, record, cells, operands, first, lane)
        if status != OK:
            return status
        words = give(code, record, memory, cells, out + size, state.counters[CAPACITY] - size)
        if words < 0:
            return -words
        put_list(memory, lanes, shape, lane, size, words)
        size += words
    return close(memory, lanes, shape, size)
