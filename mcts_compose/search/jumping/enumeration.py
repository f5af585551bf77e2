"""Enumerates all programs of a bounded number of lines, depth first, by what they need when they run.

A frame of the stack is something to be chosen, with what the machine held when it was needed; a choice is
made, the machine goes on from there, and what it needs next is the next frame. A run that ends wrong takes
all programs that share what ran with it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.jumping.machine import (
    AT,
    NUM_REGISTERS,
    NUM_STATES,
    SOLVED,
    WRONG,
    go_on,
    start_example,
    too_few_lines,
)
from mcts_compose.search.jumping.partial import (
    LINE,
    SCRATCH_USED,
    TO_FRESH,
    choose,
    num_choices,
    owes_too_many,
    undo,
)
from vm.jit import kernel

GOING, FOUND, EXHAUSTED = 0, 1, 2
CHOICES_PER_LINE = 3
UNTRIED = -1

# Places in `Stack.scalars`.
DEPTH, EXECUTIONS, POSITIONS = 0, 1, 2
NUM_STACK_SCALARS = 3
EMPTY = -1


class Stack(NamedTuple):
    """What is being chosen.

    Shapes: `D` most frames, `R` registers.

    Attributes:
      kind: `[D]` int64 LINE, NEXT or JUMP_TO.
      line: `[D]` int64 of which.
      choice: `[D]` int64 the choice tried last.
      is_made: `[D]` int64 whether it is made at the moment.
      used: `[D]` int64 scratch registers that were named before.
      registers: `[D * R]` int64 as they were when the choice was needed.
      states: `[D * NUM_STATES]` int64 likewise.
      scalars: `[NUM_STACK_SCALARS]` int64 the frame on top, programs run, things to be chosen that were met.
    """

    kind: NDArray[np.int64]
    line: NDArray[np.int64]
    choice: NDArray[np.int64]
    is_made: NDArray[np.int64]
    used: NDArray[np.int64]
    registers: NDArray[np.int64]
    states: NDArray[np.int64]
    scalars: NDArray[np.int64]


def make_stack(most_lines: int, num_registers: int) -> Stack:
    """Returns an empty stack for programs of so many lines."""
    most = CHOICES_PER_LINE * most_lines + 1
    stack = Stack(
        kind=np.zeros(most, np.int64),
        line=np.zeros(most, np.int64),
        choice=np.zeros(most, np.int64),
        is_made=np.zeros(most, np.int64),
        used=np.zeros(most, np.int64),
        registers=np.zeros(most * num_registers, np.int64),
        states=np.zeros(most * NUM_STATES, np.int64),
        scalars=np.zeros(NUM_STACK_SCALARS, np.int64),
    )
    stack.scalars[DEPTH] = EMPTY
    return stack


@kernel
def push(stack, partial, cases, registers, state, kind):
    """Puts what the machine needs on the stack, with what it holds."""
    depth = stack.scalars[DEPTH] + 1
    stack.scalars[DEPTH] = depth
    stack.scalars[POSITIONS] += 1
    stack.kind[depth] = kind
    stack.line[depth] = state[AT]
    stack.choice[depth] = UNTRIED
    stack.is_made[depth] = 0
    stack.used[depth] = partial.scalars[SCRATCH_USED]
    num_registers = cases.sizes[NUM_REGISTERS]
    for register in range(num_registers):
        stack.registers[depth * num_registers + register] = registers[register]
    for place in range(NUM_STATES):
        stack.states[depth * NUM_STATES + place] = state[place]


@kernel
def restore(stack, cases, registers, state):
    """Gives the machine back what it held at the frame on top."""
    depth = stack.scalars[DEPTH]
    num_registers = cases.sizes[NUM_REGISTERS]
    for register in range(num_registers):
        registers[register] = stack.registers[depth * num_registers + register]
    for place in range(NUM_STATES):
        state[place] = stack.states[depth * NUM_STATES + place]


@kernel
def start(instructions, partial, cases, registers, state, stack):
    """Puts the first line on the empty stack."""
    start_example(cases, registers, state, 0)
    push(stack, partial, cases, registers, state, LINE)


@kernel
def choose_next(instructions, partial, stack):
    """Makes the next allowed choice of the frame on top; returns False if none is left, with none made."""
    depth = stack.scalars[DEPTH]
    kind, line = stack.kind[depth], stack.line[depth]
    if stack.is_made[depth]:
        undo(instructions, partial, kind, line, stack.choice[depth], stack.used[depth])
        stack.is_made[depth] = 0
    count = num_choices(instructions, partial, kind)
    for choice in range(stack.choice[depth] + 1, count):
        if choose(instructions, partial, kind, line, choice):
            stack.choice[depth] = choice
            stack.is_made[depth] = 1
            return True
    return False


@kernel
def is_short_of_lines(instructions, partial, cases, registers, state, kind, choice):
    """Says whether the lines that are left cannot do what is still to be done, right after a choice."""
    open_lines = np.int64(kind != LINE and choice == TO_FRESH)
    if owes_too_many(instructions, partial, open_lines):
        return True
    return too_few_lines(partial, cases, registers, state, open_lines)


@kernel
def advance(instructions, partial, cases, registers, state, stack, most):
    """Goes on with the enumeration.

    Args:
      instructions: tables.
      partial: the program at hand; when one is found, it is that.
      cases: the examples.
      registers: scratch of the machine, with the constants in place.
      state: scratch of the machine.
      stack: where the enumeration is.
      most: programs to be run.

    Returns:
      GOING, FOUND (call again for the next one) or EXHAUSTED.
    """
    end = stack.scalars[EXECUTIONS] + most
    while stack.scalars[EXECUTIONS] < end:
        if stack.scalars[DEPTH] == EMPTY:
            return EXHAUSTED
        if not choose_next(instructions, partial, stack):
            stack.scalars[DEPTH] -= 1
            continue
        depth = stack.scalars[DEPTH]
        restore(stack, cases, registers, state)
        stack.scalars[EXECUTIONS] += 1
        kind, choice = stack.kind[depth], stack.choice[depth]
        if is_short_of_lines(instructions, partial, cases, registers, state, kind, choice):
            continue
        status = go_on(instructions, partial, cases, registers, state)
        if status == SOLVED:
            return FOUND
        is_open = np.int64(status == LINE)
        if status != WRONG and not too_few_lines(partial, cases, registers, state, is_open):
            push(stack, partial, cases, registers, state, status)
    return GOING
