"""Runs a partly chosen program on one example after the other, until it needs something that is not chosen.

A run ends as wrong when an example ends with other outputs than wanted, when it would go round for ever (it
comes back to a state that it was in, which Brent's method finds, or `endless` proves it), or when it has used
up its fuel.

registers   int64 [R + constants], the constants behind the registers
state       int64 [NUM_STATES]: line, what it is about to do with it, flags, fuel used, example
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.jumping.endless import FIRST_CHECK, TRAIL, Trail, is_endless
from mcts_compose.search.jumping.partial import (
    BOUND,
    COUNT,
    END,
    JUMP_TO,
    LINE,
    NEXT,
    NO_LABEL,
    UNCHOSEN,
)
from vm.assembly.alu import holds, step, subtract
from vm.assembly.isa import CODE_WIDTH, COMPARE, JUMP, JUMP_ALWAYS, SUBLEQ, TARGET, X, Y
from vm.jit import kernel

# What a run ends with, beside LINE, NEXT and JUMP_TO.
SOLVED, WRONG, GOES_ON = 3, 4, 5

# Places in `state`, and what may be about to happen with a line.
AT, PHASE, FLAGS, FUEL_USED, EXAMPLE = 0, 1, 2, 3, 4
NUM_STATES = 5
STARTS, FALLS, JUMPS = 0, 1, 2

# Places in `Cases.sizes`.
NUM_REGISTERS, NUM_OUTPUTS, NUM_EXAMPLES, WIDTH, FUEL = 0, 1, 2, 3, 4
NUM_SIZES = 5


class Cases(NamedTuple):
    """The examples.

    Shapes: `E` examples, `R` registers, `O` outputs.

    Attributes:
      rows: `[E * R]` int64, what the registers hold at the start.
      goals: `[E * O]` int64, what the outputs should hold at the end.
      outputs: `[O]` int64 registers.
      sizes: `[NUM_SIZES]` int64 R, O, E, bits of a word, and instructions that one example may run.
      seen: `[R + 2]` int64 scratch: registers, flags and line of an earlier state.
      trail: scratch: the last instructions that ran.
    """

    rows: NDArray[np.int64]
    goals: NDArray[np.int64]
    outputs: NDArray[np.int64]
    sizes: NDArray[np.int64]
    seen: NDArray[np.int64]
    trail: Trail


@kernel
def start_example(cases, registers, state, example):
    """Sets registers and state to the start of an example."""
    num_registers = cases.sizes[NUM_REGISTERS]
    for register in range(num_registers):
        registers[register] = cases.rows[example * num_registers + register]
    state[AT] = 0
    state[PHASE] = STARTS
    state[FLAGS] = 0
    state[FUEL_USED] = 0
    state[EXAMPLE] = example


@kernel
def num_right(cases, registers, example):
    """Returns how many outputs hold what is wanted of an example."""
    num_outputs = cases.sizes[NUM_OUTPUTS]
    right = 0
    for output in range(num_outputs):
        right += registers[cases.outputs[output]] == cases.goals[example * num_outputs + output]
    return right


@kernel
def remember(cases, registers, state):
    """Keeps the state at hand, to be met again if the program goes round."""
    num_registers = cases.sizes[NUM_REGISTERS]
    for register in range(num_registers):
        cases.seen[register] = registers[register]
    cases.seen[num_registers] = state[FLAGS]
    cases.seen[num_registers + 1] = state[AT]


@kernel
def is_remembered(cases, registers, state):
    """Says whether the state at hand is the one that was kept."""
    num_registers = cases.sizes[NUM_REGISTERS]
    if cases.seen[num_registers + 1] != state[AT] or cases.seen[num_registers] != state[FLAGS]:
        return False
    for register in range(num_registers):
        if cases.seen[register] != registers[register]:
            return False
    return True


@kernel
def run_line(instructions, partial, cases, registers, state):
    """Runs the instruction of the line at hand, which is chosen; says in `state` whether it jumps.

    Returns:
      The word that was written; for a comparison the difference, for a jump 0.
    """
    base = partial.instruction[state[AT]] * CODE_WIDTH
    opcode = instructions.code[base]
    state[FUEL_USED] += 1
    state[PHASE] = FALLS
    if opcode == SUBLEQ:
        target = instructions.code[base + TARGET]
        left = subtract(registers[target], registers[instructions.code[base + X]])
        registers[target] = left
        if left <= 0:
            state[PHASE] = JUMPS
        return left
    if opcode < JUMP:
        code = instructions.code[base : base + CODE_WIDTH]
        state[FLAGS] = step(code, registers, state[FLAGS], cases.sizes[WIDTH])
        if opcode == COMPARE:
            return subtract(registers[code[X]], registers[code[Y]])
        return registers[code[TARGET]]
    if opcode == JUMP_ALWAYS or holds(opcode, state[FLAGS]):
        state[PHASE] = JUMPS
    return np.int64(0)


@kernel
def leave_line(partial, state):
    """Goes on to the line after the one at hand; returns whether it is chosen, else changes nothing."""
    line = state[AT]
    if state[PHASE] == JUMPS:
        target = partial.label[line]
        if target == UNCHOSEN:
            return False
        if target != NO_LABEL:
            state[AT] = target
            state[PHASE] = STARTS
            return True
        state[PHASE] = FALLS
    target = partial.behind[line]
    if target == UNCHOSEN:
        return False
    state[AT] = target
    state[PHASE] = STARTS
    return True


@kernel
def end_example(cases, registers, state):
    """Compares the outputs at the end of an example; returns GOES_ON with the next one, SOLVED or WRONG."""
    example = state[EXAMPLE]
    if num_right(cases, registers, example) != cases.sizes[NUM_OUTPUTS]:
        return WRONG
    if example + 1 == cases.sizes[NUM_EXAMPLES]:
        return SOLVED
    start_example(cases, registers, state, example + 1)
    return GOES_ON


@kernel
def go_on(instructions, partial, cases, registers, state):
    """Runs until something must be chosen.

    Args:
      instructions: tables.
      partial: the program.
      cases: the examples; `seen` is scratch.
      registers: modified in place.
      state: modified in place.

    Returns:
      LINE, NEXT or JUMP_TO: what must be chosen for the line at hand; SOLVED, or WRONG.
    """
    until_kept, kept_for = 0, 1
    begun, check_at = state[FUEL_USED], state[FUEL_USED] + FIRST_CHECK
    while True:
        if state[PHASE] != STARTS and not leave_line(partial, state):
            return JUMP_TO if state[PHASE] == JUMPS else NEXT
        if state[AT] == END:
            status = end_example(cases, registers, state)
            if status != GOES_ON:
                return status
            until_kept, kept_for = 0, 1
            begun, check_at = 0, FIRST_CHECK
        if partial.instruction[state[AT]] == UNCHOSEN:
            return LINE
        if until_kept == 0:
            remember(cases, registers, state)
            kept_for *= 2
            until_kept = kept_for
        elif is_remembered(cases, registers, state):
            return WRONG
        until_kept -= 1
        used = state[FUEL_USED]
        if used == check_at:
            check_at += check_at - begun
            if is_endless(instructions, partial, cases.trail, used, min(used - begun, TRAIL)):
                return WRONG
        if used >= cases.sizes[FUEL]:
            return WRONG
        cases.trail.lines[used % TRAIL] = state[AT]
        cases.trail.words[used % TRAIL] = run_line(instructions, partial, cases, registers, state)


@kernel
def too_few_lines(partial, cases, registers, state, open_lines):
    """Says whether more outputs must still be written than there are lines left to write them.

    An output that does not hold what the example at hand wants, and that no line writes, needs a line more.

    Args:
      partial: the program.
      cases: the examples.
      registers: of the example at hand.
      state: of the example at hand.
      open_lines: lines that are there and have no instruction yet.
    """
    left = partial.scalars[BOUND] - partial.scalars[COUNT] + open_lines
    num_outputs = cases.sizes[NUM_OUTPUTS]
    for output in range(num_outputs):
        register = cases.outputs[output]
        is_right = registers[register] == cases.goals[state[EXAMPLE] * num_outputs + output]
        left -= not is_right and partial.num_writes[register] == 0
    return left < 0
