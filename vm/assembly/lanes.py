"""Decides how an assembly program takes its inputs and gives its result, lane after lane.

The first fault in the order of the lanes ends the run. Inputs and result are values as the array machine has
them, words with a shape record (vm/shape.py), in the memory that also holds the cells.
"""

import numpy as np

from vm.assembly.alu import truncate
from vm.assembly.interpreter import BAD_INDEX, OK, run_lines
from vm.assembly.state import (
    DATA,
    DATA_USED,
    DATA_WORDS,
    FLAGS,
    INPUTS,
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
from vm.jit import kernel, native
from vm.shape import OUT_OF_MEMORY, close, copy, put_list, start


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
def begin_lane(code, record, memory, cells, lane):
    """Clears the cells and takes the lane's inputs, whose places INPUTS holds; returns a status.

    Args:
      code: holds the record.
      record: where it begins.
      memory: holds inputs and cells.
      cells: where the cells begin.
      lane: which one.
    """
    clear_lane(code, record, memory, cells)
    register, width = 0, code[record + WIDTH]
    for i in range(code[record + NUM_INPUTS]):
        address, shape = memory[cells + INPUTS + 2 * i], memory[cells + INPUTS + 2 * i + 1]
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


@native("int64(int64[::1], int64[::1], int64, int64, int64, int64, int64, int64)")
def run_lanes(memory, code, record, cells, lanes, capacity, shape, out):
    """Runs a program on all lanes.

    Args:
      memory: holds inputs, cells and result.
      code: holds the record; may be the same array.
      record: where the record begins.
      cells: where the cells begin; INPUTS, DATA_WORDS and FUEL_LEFT are set; the last one is kept up to date.
      lanes: how many.
      capacity: most words of the result.
      shape: where the result's shape record is written; there is room.
      out: where the result's words are written; there is room for `capacity`.

    Returns:
      A status.
    """
    size = np.int64(0)
    for lane in range(lanes):
        status = np.int64(begin_lane(code, record, memory, cells, lane))
        if status == OK:
            status = run_lines(code, record, memory, cells)
        if status != OK:
            return status
        words = give(code, record, memory, cells, out + size, capacity - size)
        if words < 0:
            return -words
        put_list(memory, lanes, shape, lane, size, words)
        size += words
    return np.int64(close(memory, lanes, shape, size))
