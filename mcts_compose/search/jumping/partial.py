"""Decides what is chosen of a program that is only partly known, and which choices are allowed.

Lines have numbers in the order in which they were first reached, and places only at the end. Of a line three
things are chosen, each when the program first needs it:

    LINE    the instruction, when the line is first reached
    NEXT    what stands behind it, when the program first falls through it
    JUMP    where its label is, when it first jumps

What stands behind what makes *chains*. The program can be laid out if every line has at most one line before
it, no chain bites its tail, the chain of line 0 comes first, and the chain that falls off the end comes last.
So a program is made in one way only, whatever the order of its parts, and lines that never run do not exist.
A label on the next line and no label mean the same; only the latter is chosen.

Two lossless prunes look at a line and the one before it, if that always goes on with it:

dead-writes   The line overwrites what the one before has written, without reading it. That one is useless,
              and the program without it is in the space and shorter.
commutation   The two commute, and the line has the lower number. If no label is on the line, the program
              with the two exchanged does the same. So a label is *owed*; where more are owed than lines are
              left that could have them, nothing is lost. Not used when programs are counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.jumping.instructions import (
    KILLS,
    MAX_OPERANDS,
    NO_TARGET,
    NOT_SCRATCH,
    OUT_OF_ORDER,
)
from vm.assembly.isa import CODE_WIDTH, LAST_STRAIGHT, SUBLEQ
from vm.jit import kernel

UNCHOSEN, END, NO_LABEL, NOBODY = -1, -2, -3, -1

# What is to be chosen.
LINE, NEXT, JUMP_TO = 0, 1, 2

# Choices of NEXT and JUMP_TO: no label, which NEXT has not, a new line, the end; from LINES on, the line of
# that number less LINES.
TO_BEHIND, TO_FRESH, TO_END, LINES = 0, 1, 2, 3

# Places in `Partial.scalars`.
COUNT, LAST, SCRATCH_USED, BOUND, NUM_OWED = 0, 1, 2, 3, 4
NUM_SCALARS = 5


class Partial(NamedTuple):
    """What is chosen so far.

    Shapes: `L` most lines, `R` registers.

    Attributes:
      instruction: `[L]` int64 instruction, or UNCHOSEN.
      behind: `[L]` int64 the line that stands behind, END, or UNCHOSEN.
      label: `[L]` int64 the line that it jumps to, END, NO_LABEL, or UNCHOSEN.
      before: `[L]` int64 the line that it stands behind, or NOBODY.
      num_labels: `[L]` int64 lines that have their label there.
      is_owed: `[L]` int64 whether a label is owed to it.
      num_writes: `[R]` int64 lines that write a register.
      scalars: `[NUM_SCALARS]` int64 lines there are, the line that falls off the end or NOBODY, scratch
        registers that are named, lines that there may be, and lines that a label is owed to.
    """

    instruction: NDArray[np.int64]
    behind: NDArray[np.int64]
    label: NDArray[np.int64]
    before: NDArray[np.int64]
    num_labels: NDArray[np.int64]
    is_owed: NDArray[np.int64]
    num_writes: NDArray[np.int64]
    scalars: NDArray[np.int64]


def make_partial(most: int, num_registers: int) -> Partial:
    """Returns a program of which only line 0 is there, with room for `most` lines."""
    partial = Partial(
        instruction=np.full(most, UNCHOSEN, np.int64),
        behind=np.full(most, UNCHOSEN, np.int64),
        label=np.full(most, UNCHOSEN, np.int64),
        before=np.full(most, NOBODY, np.int64),
        num_labels=np.zeros(most, np.int64),
        is_owed=np.zeros(most, np.int64),
        num_writes=np.zeros(num_registers, np.int64),
        scalars=np.zeros(NUM_SCALARS, np.int64),
    )
    partial.scalars[COUNT], partial.scalars[LAST], partial.scalars[BOUND] = 1, NOBODY, most
    return partial


@kernel
def head_of(partial, line):
    """Returns the first line of a line's chain."""
    while partial.before[line] != NOBODY:
        line = partial.before[line]
    return line


@kernel
def can_be_laid_out(partial):
    """Says whether the chain of line 0 can come first and the one that falls off the end last."""
    last = partial.scalars[LAST]
    if last == NOBODY or head_of(partial, last) != 0:
        return True
    for line in range(partial.scalars[COUNT]):
        if head_of(partial, line) != 0:
            return False
    return True


@kernel
def scratch_after(instructions, instruction, used):
    """Returns how many scratch registers are named after an instruction; -1 if it skips one."""
    for place in range(MAX_OPERANDS):
        number = instructions.scratch[instruction * MAX_OPERANDS + place]
        if number != NOT_SCRATCH and number >= used:
            if number > used:
                return -1
            used += 1
    return used


@kernel
def num_choices(instructions, partial, kind):
    """Returns how many choices there are of a kind, allowed or not."""
    return instructions.sizes[0] if kind == LINE else LINES + partial.scalars[COUNT]


@kernel
def choose_instruction(instructions, partial, line, choice):
    """Makes a line's instruction this one; returns whether that is allowed, else changes nothing."""
    used = scratch_after(instructions, choice, partial.scalars[SCRATCH_USED])
    before = partial.before[line]
    follows = np.uint8(0)
    if before != NOBODY:
        follows = instructions.follows[partial.instruction[before] * instructions.sizes[0] + choice]
    if used < 0 or follows & KILLS:
        return False
    if follows & OUT_OF_ORDER and partial.num_labels[line] == 0:
        partial.is_owed[line] = 1
        partial.scalars[NUM_OWED] += 1
    partial.scalars[SCRATCH_USED] = used
    partial.instruction[line] = choice
    if instructions.target[choice] != NO_TARGET:
        partial.num_writes[instructions.target[choice]] += 1
    return True


@kernel
def owes_too_many(instructions, partial, open_lines):
    """Says whether labels are owed to more lines than there are lines left that could have them.

    Args:
      instructions: tables.
      partial: the program.
      open_lines: lines that are there and have no instruction yet.
    """
    if partial.scalars[NUM_OWED] == 0:
        return False
    count = partial.scalars[COUNT]
    left = partial.scalars[BOUND] - count + open_lines
    for line in range(count):
        left -= partial.is_owed[line] and partial.num_labels[line] == 0
        number = partial.instruction[line]
        if number != UNCHOSEN and partial.label[line] == UNCHOSEN:
            left += instructions.code[number * CODE_WIDTH] > LAST_STRAIGHT
    return left < 0


@kernel
def is_killed(instructions, partial, line, other):
    """Says whether the line that shall stand behind makes a line useless."""
    first, second = partial.instruction[line], partial.instruction[other]
    if second == UNCHOSEN:
        return False
    return instructions.follows[first * instructions.sizes[0] + second] & KILLS != 0


@kernel
def choose_behind(instructions, partial, line, choice):
    """Puts something behind a line; returns whether that is allowed, else changes nothing."""
    scalars = partial.scalars
    if choice == TO_BEHIND or (choice == TO_FRESH and scalars[COUNT] == scalars[BOUND]):
        return False
    if choice == TO_END:
        if scalars[LAST] != NOBODY or partial.label[line] == END:
            return False
        partial.behind[line] = END
        scalars[LAST] = line
    else:
        other = scalars[COUNT] if choice == TO_FRESH else choice - LINES
        is_free = other != 0 and partial.before[other] == NOBODY and partial.label[line] != other
        if not is_free or head_of(partial, line) == other or is_killed(instructions, partial, line, other):
            return False
        partial.behind[line] = other
        partial.before[other] = line
        scalars[COUNT] += choice == TO_FRESH
    if can_be_laid_out(partial):
        return True
    undo_behind(partial, line, choice)
    return False


@kernel
def undo_behind(partial, line, choice):
    """Takes back what `choose_behind` did."""
    other = partial.behind[line]
    partial.behind[line] = UNCHOSEN
    if choice == TO_END:
        partial.scalars[LAST] = NOBODY
        return
    partial.before[other] = NOBODY
    partial.scalars[COUNT] -= choice == TO_FRESH


@kernel
def choose_label(instructions, partial, line, choice):
    """Gives a line its label; returns whether that is allowed, else changes nothing."""
    scalars = partial.scalars
    if choice == TO_BEHIND:
        if instructions.code[partial.instruction[line] * CODE_WIDTH] != SUBLEQ:
            return False
        partial.label[line] = NO_LABEL
        return True
    if choice == TO_FRESH:
        if scalars[COUNT] == scalars[BOUND]:
            return False
        partial.label[line] = scalars[COUNT]
        partial.num_labels[scalars[COUNT]] = 1
        scalars[COUNT] += 1
        if can_be_laid_out(partial):
            return True
        undo_label(partial, line, choice)
        return False
    other = END if choice == TO_END else choice - LINES
    if partial.behind[line] == other:
        return False
    partial.label[line] = other
    if other != END:
        partial.num_labels[other] += 1
    return True


@kernel
def undo_label(partial, line, choice):
    """Takes back what `choose_label` did."""
    if partial.label[line] >= 0:
        partial.num_labels[partial.label[line]] -= 1
    partial.label[line] = UNCHOSEN
    partial.scalars[COUNT] -= choice == TO_FRESH


@kernel
def choose(instructions, partial, kind, line, choice):
    """Makes a choice; returns whether it is allowed, else changes nothing."""
    if kind == LINE:
        return choose_instruction(instructions, partial, line, choice)
    if kind == NEXT:
        return choose_behind(instructions, partial, line, choice)
    return choose_label(instructions, partial, line, choice)


@kernel
def undo(instructions, partial, kind, line, choice, used):
    """Takes back a choice.

    Args:
      instructions: tables.
      partial: modified in place.
      kind: LINE, NEXT or JUMP_TO.
      line: of which it was.
      choice: which.
      used: scratch registers that were named before it.
    """
    if kind == NEXT:
        undo_behind(partial, line, choice)
    elif kind == JUMP_TO:
        undo_label(partial, line, choice)
    else:
        partial.instruction[line] = UNCHOSEN
        partial.scalars[SCRATCH_USED] = used
        partial.scalars[NUM_OWED] -= partial.is_owed[line]
        partial.is_owed[line] = 0
        if instructions.target[choice] != NO_TARGET:
            partial.num_writes[instructions.target[choice]] -= 1
