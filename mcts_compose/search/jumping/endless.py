"""Decides when a program that runs will never end, from the last instructions that it ran.

Where all instructions of a loop are linear (moves, sums, differences, comparisons), the loop maps the words x
at its start to M x. If the words change by the same d in two passes, then M d = d, and they change by d in
every pass to come, as does every word on the way; so a condition that the change does not lead away from
stays as it is, and if all do, the loop never ends. The words are small enough not to overflow before the fuel
ends.

The trail is a ring of the last TRAIL instructions: line, and the word that decides (what was written; for a
comparison the difference).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vm.assembly.isa import (
    ADD,
    CODE_WIDTH,
    COMPARE,
    CONDITIONAL_MOVE,
    JUMP_ALWAYS,
    MOV,
    NEG,
    SUB,
    SUBLEQ,
)
from vm.jit import kernel

TRAIL = 64
PASSES = 3
FIRST_CHECK = 16
SMALL = 1 << 40
"""Words and changes up to this size cannot overflow in 2**20 passes."""


class Trail(NamedTuple):
    """The last instructions that ran.

    Attributes:
      lines: `[TRAIL]` int64.
      words: `[TRAIL]` int64.
    """

    lines: NDArray[np.int64]
    words: NDArray[np.int64]


def make_trail() -> Trail:
    """Returns an empty trail."""
    return Trail(np.zeros(TRAIL, np.int64), np.zeros(TRAIL, np.int64))


@kernel
def is_linear(opcode):
    """Says whether an instruction changes words in a linear way as long as conditions stay as they are."""
    if opcode == SUBLEQ or opcode == COMPARE or CONDITIONAL_MOVE <= opcode <= JUMP_ALWAYS:
        return True
    return opcode == MOV or opcode == ADD or opcode == SUB or opcode == NEG


@kernel
def keeps_condition(opcode, word, change):
    """Says whether a word that changes so leaves the condition that it decides as it is, and did before."""
    before = word - change
    if opcode == SUBLEQ:
        if word <= 0:
            return before <= 0 and change <= 0
        return before > 0 and change >= 0
    if opcode != COMPARE or change == 0:
        return True
    if word > 0:
        return before > 0 and change > 0
    return before < 0 and change < 0


@kernel
def is_steady(trail, step, period, opcode):
    """Says whether an instruction ran likewise in the last three passes, and will in those to come.

    Args:
      trail: the last instructions.
      step: number of the instruction that ran, in the last pass.
      period: instructions of a pass.
      opcode: of the instruction.
    """
    now, before = step % TRAIL, (step - period) % TRAIL
    first = (step - 2 * period) % TRAIL
    if trail.lines[now] != trail.lines[before] or trail.lines[now] != trail.lines[first]:
        return False
    word = trail.words[now]
    change = word - trail.words[before]
    if change != trail.words[before] - trail.words[first] or not is_linear(opcode):
        return False
    is_small = -SMALL < word < SMALL and -SMALL < change < SMALL
    return is_small and keeps_condition(opcode, word, change)


@kernel
def is_endless(instructions, partial, trail, end, count):
    """Says whether the program goes round for ever.

    Args:
      instructions: tables.
      partial: the program.
      trail: the last instructions.
      end: how many instructions have run.
      count: how many of these, the last ones, are in the trail; at most TRAIL.
    """
    for period in range(1, count // PASSES + 1):
        steady = 0
        for step in range(end - 1, end - 1 - period, -1):
            line = trail.lines[step % TRAIL]
            opcode = instructions.code[partial.instruction[line] * CODE_WIDTH]
            if not is_steady(trail, step, period, opcode):
                break
            steady += 1
        if steady == period:
            return True
    return False
