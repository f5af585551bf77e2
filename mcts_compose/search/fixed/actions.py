"""Decides what a search with fixed memory can do next: every instruction with every choice of operands.

Left out are actions that change nothing (`mov a, a`) and, where conditions come in pairs that mirror each
other, comparisons whose operands stand in the other order: `cmp b, a` with the mirrored conditions does the
same as `cmp a, b`. Which actions need not follow which stands in `blocked`; see `prunes`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.problem import FixedProblem, check_num_lines
from mcts_compose.search.fixed.prunes import COMMUTES, DEAD_WRITE
from vm.assembly.isa import (
    ASSEMBLY_ROWS,
    CODE_WIDTH,
    COMPARE,
    CONDITIONAL_MOVE,
    IS_WRITTEN,
    LAST_STRAIGHT,
    MAX,
    MIN,
    MOV,
    AsmRow,
    OperandKind,
)
from vm.assembly.sets import SETS

FLAGS = -1
"""The flags among the cells that an action reads and writes; registers have numbers from 0."""
MIRRORED = {"l": "g", "g": "l", "le": "ge", "ge": "le", "e": "e", "ne": "ne"}


class NotStraightError(ValueError):
    """An instruction of the task jumps, or touches memory or stack; positions then need more than cells."""


@dataclass(frozen=True)
class Action:
    """One instruction with its operands.

    Attributes:
      row: the instruction.
      kinds: what the set says of each operand.
      operands: for each, a register, or `registers + i` for constant i.
    """

    row: AsmRow
    kinds: tuple[OperandKind, ...]
    operands: tuple[int, ...]

    @cached_property
    def target(self) -> int:
        """The cell that is written."""
        if self.row.writes_flags:
            return FLAGS
        (written,) = (
            cell for kind, cell in zip(self.kinds, self.operands, strict=True) if kind in IS_WRITTEN
        )
        return written

    @cached_property
    def reads(self) -> frozenset[int]:
        """The cells that are read."""
        cells = {
            cell
            for kind, cell in zip(self.kinds, self.operands, strict=True)
            if kind is not OperandKind.WRITE
        }
        return frozenset(cells | {FLAGS}) if self.row.reads_flags else frozenset(cells)

    @property
    def code(self) -> list[int]:
        """The row of the machine's code."""
        pairs = zip(self.kinds, self.operands, strict=True)
        sources = [
            cell
            for kind, cell in pairs
            if kind is OperandKind.READ or (kind is OperandKind.UPDATE and self.row.is_operator)
        ]
        target = 0 if self.target == FLAGS else self.target
        return [self.row.opcode, target, *sources, *[0] * (CODE_WIDTH - 2 - len(sources))]

    def kills(self, before: Action) -> bool:
        """Says whether this makes `before`, which goes right before it, useless."""
        is_conditional = CONDITIONAL_MOVE <= self.row.opcode <= LAST_STRAIGHT
        return self.target == before.target and not is_conditional and before.target not in self.reads

    def commutes_with(self, other: Action) -> bool:
        """Says whether both orders of the two reach the same position."""
        return (
            self.target != other.target and self.target not in other.reads and other.target not in self.reads
        )


def _changes_nothing(row: AsmRow, operands: tuple[int, ...]) -> bool:
    is_conditional = CONDITIONAL_MOVE <= row.opcode <= LAST_STRAIGHT
    return (
        len(operands) == 2
        and operands[0] == operands[1]
        and (row.opcode in (MOV, MIN, MAX, COMPARE) or is_conditional)
    )


def conditions_are_mirrored(mnemonics: tuple[str, ...]) -> bool:
    """Says whether for each conditional move the one under the mirrored condition is there, too."""
    names = {name.removeprefix("cmov") for name in mnemonics if name.startswith("cmov")}
    return all(MIRRORED[name] in names for name in names)


def list_actions(problem: FixedProblem) -> list[Action]:
    """Returns every action of a problem, instruction by instruction.

    Raises:
      NotStraightError: an instruction jumps, or touches memory or stack.
      InputError: there are more than a search holds.
    """
    set_ = SETS[problem.set]
    num_registers = len(problem.registers)
    registers = range(num_registers)
    readable = range(num_registers + len(problem.constants))
    mirrored = conditions_are_mirrored(problem.instructions)
    actions = []
    num_lines = 0
    for name in problem.instructions:
        row = ASSEMBLY_ROWS[name]
        if not row.is_straight:
            raise NotStraightError(f"{name} does more than read and write registers")
        kinds = set_.operand_kinds(row)
        choices = [registers if kind in IS_WRITTEN else readable for kind in kinds]
        num_lines = check_num_lines(choices, num_registers, num_lines)
        for operands in itertools.product(*choices):
            sources = [cell for kind, cell in zip(kinds, operands, strict=True) if kind is OperandKind.READ]
            is_fixed = len(sources) > 1 and all(cell >= num_registers for cell in sources)
            is_mirror = row.opcode == COMPARE and mirrored and operands[0] > operands[1]
            is_swapped = row.commutative and len(kinds) == 3 and operands[1] > operands[2]
            if not (_changes_nothing(row, operands) or is_fixed or is_mirror or is_swapped):
                actions.append(Action(row, kinds, operands))
    return actions


def code_of(actions: list[Action]) -> NDArray[np.int64]:
    """Returns `[A * CODE_WIDTH]` rows of the machine's code."""
    return np.array([action.code for action in actions], np.int64).reshape(-1)


def reads_of(actions: list[Action], num_registers: int) -> NDArray[np.int64]:
    """Returns `[A]` bits of the registers that each action reads; constants and flags are not among them."""
    return np.array(
        [sum(1 << cell for cell in action.reads if 0 <= cell < num_registers) for action in actions], np.int64
    )


def blocked_successors(actions: list[Action]) -> NDArray[np.uint8]:
    """Returns `[(A + 1) * A]` bits of the rules by which one action need not follow another; last: start."""
    blocked = np.zeros((len(actions) + 1, len(actions)), np.uint8)
    for first, before in enumerate(actions):
        for second, after in enumerate(actions):
            if after.kills(before):
                blocked[first, second] |= DEAD_WRITE
            if second < first and after.commutes_with(before):
                blocked[first, second] |= COMMUTES
    return blocked.reshape(-1)
