"""Runs actions that are programs of the machine: calls of learnt compositions, and loops over them.

The machine works inside the search's own memory: it reads the operand buffers where they stand and has a heap
of its own (layout.py, `HEAP_AT`). What it gives is what vm/execute.py gives, within bounds of the search:
a value has at most `CAP` words, and a run has `MAX_FUEL`. One that takes long counts as several candidates.
"""

import numpy as np

from mcts_compose.search.layout import (
    A_ARITY,
    A_BODY,
    A_KIND_OUT,
    CALLS,
    CANDIDATES,
    CAP,
    CELLS_AT,
    CODE_HEADER,
    EXAMPLES,
    FRAMES_AT,
    HEAP_AT,
    HEAP_WORDS,
    NUM_RANKS,
    NUM_SHAPES,
    OPERANDS,
    REC,
    REGISTERS_AT,
    SHAPES,
)
from mcts_compose.search.shapes import intern_like
from vm.assembly.call import call_assembly_code
from vm.functions.call import call_function_code
from vm.interpreter import AT_ASSEMBLY, AT_FUNCTION, run_code
from vm.jit import native, window
from vm.shape import OK, copy, total
from vm.state import (
    ADDRESS,
    BLOCK,
    BLOCK_WIDTH,
    CALLER,
    CAPACITY,
    CELLS,
    FIRST_OP,
    FRAME_WIDTH,
    FUEL_LIMIT,
    FUEL_USED,
    HEAP,
    LANES,
    NO_CALLER,
    NUM_COUNTERS,
    PC,
    REGISTER_WIDTH,
    RESULT,
    SCALAR_SHAPE,
    SHAPE,
    TOP,
)

MAX_FUEL = 1_000_000  # units of vm/execute.py for one call, over all examples; untuned
FUEL_A_CANDIDATE = 500
"""Units that count as one more candidate of the budget, so that loops do not make searches of given
executions last for hours; about what the machine does in the time of an average candidate (untuned)."""
MOST_CANDIDATES = 200
"""That one run counts as: far fewer than a node of the tree may run at a time, which else would look done."""
FAULT = -1


@native("int64(int64[::1], int64, int64, int64, int64, int64)")
def run_machine(memory, action, x_shape, y_shape, z_shape, out):
    """Runs an action's code on the operand buffers; returns the result's shape, or -1 on any fault."""
    header, cap, examples = memory[action + A_BODY], memory[CAP], memory[EXAMPLES]
    at = header + CODE_HEADER
    ops = window(memory, at, memory[header])
    at += memory[header]
    blocks = window(memory, at, memory[header + 1])
    at += memory[header + 1]
    ranks = window(memory, at, memory[header + 2])
    at += memory[header + 2]
    captures = window(memory, at, memory[header + 3])
    at += memory[header + 3]
    pool = window(memory, at, memory[header + 4])
    registers = window(memory, memory[REGISTERS_AT], REGISTER_WIDTH * len(ranks))
    frames = window(memory, memory[FRAMES_AT], len(blocks) // BLOCK_WIDTH * FRAME_WIDTH)
    counters = window(memory, memory[CALLS], NUM_COUNTERS)
    for slot, shape in enumerate((x_shape, y_shape, z_shape)):
        if slot < memory[action + A_ARITY]:
            registers[2 * slot + ADDRESS] = memory[OPERANDS] + slot * cap
            registers[2 * slot + SHAPE] = shape
    frames[PC], frames[CALLER] = blocks[FIRST_OP], NO_CALLER
    frames[LANES], frames[SCALAR_SHAPE] = examples, memory[SHAPES]
    counters[TOP], counters[HEAP] = memory[HEAP_AT], memory[HEAP_AT] + memory[HEAP_WORDS]
    counters[FUEL_USED], counters[FUEL_LIMIT] = 0, MAX_FUEL
    counters[CAPACITY], counters[CELLS], counters[BLOCK] = cap, memory[CELLS_AT], 0
    status = run_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    while status == AT_ASSEMBLY or status == AT_FUNCTION:
        if status == AT_FUNCTION:
            status = call_function_code(
                memory, registers, frames, counters, ops, blocks, ranks, captures, pool
            )
            continue
        status = call_assembly_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
        if status == OK:
            status = run_code(memory, registers, frames, counters, ops, blocks, ranks, captures, pool)
    memory[CANDIDATES] += min(counters[FUEL_USED] // FUEL_A_CANDIDATE, MOST_CANDIDATES)
    if status != OK:
        return np.int64(FAULT)
    result = blocks[RESULT]
    address, shape = registers[2 * result + ADDRESS], registers[2 * result + SHAPE]
    copy(memory, address, out, total(memory, examples, shape))
    if memory[action + A_KIND_OUT] % NUM_RANKS == 0:
        return memory[SHAPES]
    if shape < memory[SHAPES] + memory[NUM_SHAPES] * memory[REC]:
        # The heap stands behind the interned shapes: the result has an operand's.
        return shape
    return intern_like(memory, shape, x_shape)
