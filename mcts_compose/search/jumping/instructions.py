"""Decides what a line of a program with jumps may be: every instruction with every choice of operands.

Where a line goes on is chosen apart, and later, when the program gets there (see `partial`). Left out are
lines that change nothing (`mov a, a`), comparisons of constants, and all but one of the comparisons of a
register with itself, which do the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError
from mcts_compose.search.fixed.problem import FixedProblem, check_num_lines
from vm.assembly.isa import (
    ASSEMBLY_ROWS,
    CODE_WIDTH,
    COMPARE,
    CONDITIONAL_MOVE,
    IS_WRITTEN,
    JUMP,
    JUMP_ALWAYS,
    LAST_STRAIGHT,
    MAX,
    MIN,
    MOV,
    OPCODE,
    SUBLEQ,
    TARGET,
    AsmRow,
    OperandKind,
    X,
)
from vm.assembly.sets import SETS

DEAD_WRITES = "dead-writes"
COMMUTATION = "commutation"
MAX_OPERANDS = 3
NOT_SCRATCH = -1
NO_TARGET = -1
FLAGS = -2
"""The flags among the cells that an instruction reads and writes; registers have numbers from 0."""
# Bits of `Instructions.follows`.
KILLS, OUT_OF_ORDER = 1, 2


@dataclass(frozen=True)
class Instruction:
    """One instruction with its operands, but for the label.

    Attributes:
      row: the instruction.
      kinds: what the set says of each operand.
      operands: for each but the label, a register, or `registers + i` for constant i.
    """

    row: AsmRow
    kinds: tuple[OperandKind, ...]
    operands: tuple[int, ...]

    @property
    def target(self) -> int:
        """The register that is written, or NO_TARGET."""
        written = [cell for kind, cell in zip(self.kinds, self.operands, strict=False) if kind in IS_WRITTEN]
        return written[0] if written else NO_TARGET

    @property
    def is_straight(self) -> bool:
        """Whether the program always goes on with the line behind it."""
        return self.row.is_straight

    @property
    def written(self) -> int:
        """The cell that is written: a register, or FLAGS."""
        return FLAGS if self.row.writes_flags else self.target

    @property
    def reads(self) -> frozenset[int]:
        """The cells that are read; a conditional move reads what it may leave as it is."""
        cells = {
            cell
            for kind, cell in zip(self.kinds, self.operands, strict=False)
            if kind is not OperandKind.WRITE
        }
        return frozenset(cells | {FLAGS}) if self.row.reads_flags else frozenset(cells)

    def kills(self, before: Instruction) -> bool:
        """Says whether this makes `before`, which always goes right before it, useless."""
        both = self.is_straight and before.is_straight
        return both and self.written == before.written and before.written not in self.reads

    def commutes_with(self, other: Instruction) -> bool:
        """Says whether both orders of the two do the same, if nothing jumps between them."""
        return (
            self.is_straight
            and other.is_straight
            and self.written != other.written
            and self.written not in other.reads
            and other.written not in self.reads
        )

    @property
    def code(self) -> list[int]:
        """The row of the machine's code; `subleq` has the cell that is taken as X."""
        updates = self.row.is_operator
        sources = [
            cell
            for kind, cell in zip(self.kinds, self.operands, strict=False)
            if kind is OperandKind.READ or (kind is OperandKind.UPDATE and updates)
        ]
        code = [0] * CODE_WIDTH
        code[OPCODE], code[TARGET] = self.row.opcode, max(self.target, 0)
        code[X : X + len(sources)] = sources
        return code


class Instructions(NamedTuple):
    """Tables of the instructions for kernels.

    Shapes: `A` instructions.

    Attributes:
      code: `[A * CODE_WIDTH]` int64 rows of the machine's code.
      target: `[A]` int64 the register that is written, or NO_TARGET.
      scratch: `[A * MAX_OPERANDS]` int64 operands that are interchangeable scratch registers, by their number
        among these; NOT_SCRATCH for others.
      follows: `[A * A]` uint8 what the second says of the first, which stands right before it: KILLS it, or
        commutes with it and has the lower number; see `prunes` in `partial`.
      sizes: `[1]` int64 `A`.
    """

    code: NDArray[np.int64]
    target: NDArray[np.int64]
    scratch: NDArray[np.int64]
    follows: NDArray[np.uint8]
    sizes: NDArray[np.int64]


def list_instructions(problem: FixedProblem) -> list[Instruction]:
    """Returns every line of a problem but for its label.

    Raises:
      InputError: an instruction touches memory or stack, or there are more lines than a search holds.
    """
    set_ = SETS[problem.set]
    num_registers = len(problem.registers)
    readable = range(num_registers + len(problem.constants))
    found = []
    num_lines = 0
    for name in problem.instructions:
        row = ASSEMBLY_ROWS[name]
        if not (row.is_straight or JUMP <= row.opcode <= JUMP_ALWAYS or row.opcode == SUBLEQ):
            raise InputError(f"instruction {name} touches memory or stack, but should touch registers alone")
        kinds = set_.operand_kinds(row)
        choices = [
            range(num_registers) if kind in IS_WRITTEN else readable
            for kind in kinds
            if kind not in (OperandKind.LABEL, OperandKind.NEXT_LABEL)
        ]
        num_lines = check_num_lines(choices, num_registers, num_lines)
        found += [
            Instruction(row, kinds, operands)
            for operands in itertools.product(*choices)
            if not _is_useless(row, kinds, operands, num_registers)
        ]
    return found


def _is_useless(
    row: AsmRow, kinds: Sequence[OperandKind], operands: tuple[int, ...], num_registers: int
) -> bool:
    """Says whether a line changes nothing, or another one does the same."""
    read = [cell for kind, cell in zip(kinds, operands, strict=False) if kind is OperandKind.READ]
    if len(read) > 1 and all(cell >= num_registers for cell in read):
        return True
    is_same = len(operands) == 2 and operands[0] == operands[1]
    if row.opcode == COMPARE:
        return is_same and operands[0] != 0
    is_conditional = CONDITIONAL_MOVE <= row.opcode <= LAST_STRAIGHT
    if is_same and (row.opcode in (MOV, MIN, MAX) or is_conditional):
        return True
    return row.commutative and len(kinds) == 3 and operands[1] > operands[2]


def tables_of(
    instructions: Sequence[Instruction], problem: FixedProblem, prunes: frozenset[str]
) -> Instructions:
    """Returns the tables for kernels; of `prunes` DEAD_WRITES and COMMUTATION are heeded.

    Scratch registers that are no outputs are interchangeable: all hold 0 at the start. So a program names
    them in the order of their numbers, and no program is tried under two names.
    """
    number_of: dict[int, int] = {}
    for register in range(problem.num_inputs, len(problem.registers)):
        if register not in problem.outputs:
            number_of[register] = len(number_of)
    scratch = np.full((len(instructions), MAX_OPERANDS), NOT_SCRATCH, np.int64)
    for index, instruction in enumerate(instructions):
        for place, cell in enumerate(instruction.operands):
            scratch[index, place] = number_of.get(cell, NOT_SCRATCH)
    return Instructions(
        code=np.array([instruction.code for instruction in instructions], np.int64).reshape(-1),
        target=np.array([instruction.target for instruction in instructions], np.int64),
        scratch=scratch.reshape(-1),
        follows=_follows(instructions, prunes),
        sizes=np.array([len(instructions)], np.int64),
    )


def _follows(instructions: Sequence[Instruction], prunes: frozenset[str]) -> NDArray[np.uint8]:
    """Returns `Instructions.follows`."""
    found = np.zeros((len(instructions), len(instructions)), np.uint8)
    for first, before in enumerate(instructions):
        for second, after in enumerate(instructions):
            if DEAD_WRITES in prunes and after.kills(before):
                found[first, second] |= KILLS
            if COMMUTATION in prunes and second < first and after.commutes_with(before):
                found[first, second] |= OUT_OF_ORDER
    return found.reshape(-1)
