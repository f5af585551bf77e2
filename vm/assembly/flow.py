"""Decides where control can go in an assembly program, and what that says of flags and stack at each line.

Lines are indices into `program.instructions`; the index behind the last stands for the end. What is known is
known of every run, so it errs to the safe side.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final

from vm.assembly.isa import ASSEMBLY_ROWS, CALL, JUMP_ALWAYS, POP, PUSH, RETURN, OperandKind
from vm.assembly.program import AssemblyProgram
from vm.program import ProgramError

CACHED_PROGRAMS = 64
MAIN: Final = -1
UNREACHED: Final = -2
_NEVER_GOES_ON: Final = frozenset({JUMP_ALWAYS, CALL, RETURN})


class Compared(IntEnum):
    """Whether two words were compared before a line is reached."""

    UNREACHED = 0
    """No run reaches the line."""
    NEVER = 1
    """In no run, so that no condition holds."""
    ALWAYS = 2
    """In every run, so that the flags are those of two words."""
    SOMETIMES = 3
    """It depends on the way that was taken."""


def opcode_of(program: AssemblyProgram, line: int) -> int:
    """Returns the opcode of an instruction."""
    return ASSEMBLY_ROWS[program.instructions[line].mnemonic].opcode


def is_straight(program: AssemblyProgram) -> bool:
    """Says whether every instruction goes on with the next one."""
    return all(reached == (line + 1,) for line, reached in enumerate(successors(program)))


def target_of(program: AssemblyProgram, line: int) -> int | None:
    """Returns the line whose label the instruction names, or None."""
    instruction = program.instructions[line]
    kinds = program.instruction_set.operand_kinds(ASSEMBLY_ROWS[instruction.mnemonic])
    for kind, operand in zip(kinds, instruction.operands, strict=False):
        if kind in (OperandKind.LABEL, OperandKind.NEXT_LABEL):
            return dict(program.labels)[str(operand)]
    return None


def return_lines(program: AssemblyProgram) -> tuple[int, ...]:
    """Returns the lines that a return can reach; a word that was pushed may name any of them."""
    end, opcodes = program.length, [opcode_of(program, line) for line in range(program.length)]
    if PUSH in opcodes and RETURN in opcodes:
        return tuple(range(end + 1))
    return tuple(sorted({end, *(line + 1 for line, opcode in enumerate(opcodes) if opcode == CALL)}))


@lru_cache(maxsize=CACHED_PROGRAMS)
def successors(program: AssemblyProgram) -> tuple[tuple[int, ...], ...]:
    """Returns for each instruction the lines that can be next, in order."""
    after_return, found = return_lines(program), []
    for line in range(program.length):
        opcode, target = opcode_of(program, line), target_of(program, line)
        reached = set(after_return) if opcode == RETURN else set()
        if target is not None:
            reached.add(target)
        if opcode not in _NEVER_GOES_ON:
            reached.add(line + 1)
        found.append(tuple(sorted(reached)))
    return tuple(found)


def comparisons(program: AssemblyProgram) -> tuple[Compared, ...]:
    """Returns for each instruction, and for the end, whether two words were compared before."""
    reached, known = successors(program), [Compared.UNREACHED] * (program.length + 1)
    known[0] = Compared.NEVER
    waiting = [0]
    while waiting:
        line = waiting.pop()
        if line == program.length:
            continue
        is_comparison = ASSEMBLY_ROWS[program.instructions[line].mnemonic].writes_flags
        after = Compared.ALWAYS if is_comparison else known[line]
        for following in reached[line]:
            merged = Compared(known[following] | after)
            if merged != known[following]:
                known[following] = merged
                waiting.append(following)
    return tuple(known)


def has_unsure_condition(program: AssemblyProgram) -> bool:
    """Says whether some condition is asked for with the flags set on some ways to it, and not on others."""
    known = comparisons(program)
    return any(
        ASSEMBLY_ROWS[instruction.mnemonic].reads_flags and known[line] is Compared.SOMETIMES
        for line, instruction in enumerate(program.instructions)
    )


def flags_wanted(program: AssemblyProgram) -> tuple[bool, ...]:
    """Returns for each instruction, and for the end, whether some run reads there the flags set before."""
    reached, wanted = successors(program), [False] * (program.length + 1)
    changed = True
    while changed:
        changed = False
        for line in reversed(range(program.length)):
            row = ASSEMBLY_ROWS[program.instructions[line].mnemonic]
            passed = not row.writes_flags and any(wanted[following] for following in reached[line])
            if (row.reads_flags or passed) and not wanted[line]:
                wanted[line] = changed = True
    return tuple(wanted)


class StackUse:
    """How a program uses the stack, if that is the same in every run.

    Attributes:
      depths: for each line, and for the end, how many words its procedure has pushed there.
      procedures: for each line, and for the end, the line that its procedure begins with; MAIN for the
        program itself, UNREACHED if no run reaches it.
    """

    def __init__(self, program: AssemblyProgram) -> None:
        """Follows every way through the program.

        Raises:
          ProgramError: a line is reached with different depths or from different procedures, a word is taken
            that the procedure did not push, or the program ends inside of a procedure.
        """
        self._program = program
        self.depths = [0] * (program.length + 1)
        self.procedures = [UNREACHED] * (program.length + 1)
        self._waiting: list[int] = []
        self._reach(0, 0, MAIN)
        while self._waiting:
            line = self._waiting.pop()
            if line < program.length:
                self._follow(line)

    def _reach(self, line: int, depth: int, procedure: int) -> None:
        if line == self._program.length and procedure != MAIN:
            raise ProgramError("the program ends in the middle of a procedure")
        if self.procedures[line] == UNREACHED:
            self.depths[line], self.procedures[line] = depth, procedure
            self._waiting.append(line)
        elif (self.depths[line], self.procedures[line]) != (depth, procedure):
            raise ProgramError(f"instruction {line} is reached with the stack in different states")

    def _follow(self, line: int) -> None:
        program, depth, procedure = self._program, self.depths[line], self.procedures[line]
        opcode, target = opcode_of(program, line), target_of(program, line)
        if opcode == RETURN:
            if depth:
                raise ProgramError(f"instruction {line} returns to a word that was pushed")
            if procedure == MAIN:
                self._reach(program.length, 0, MAIN)
            return
        if opcode == POP and not depth:
            raise ProgramError(f"instruction {line} takes a word that was not pushed there")
        after = depth + (opcode == PUSH) - (opcode == POP)
        if opcode == CALL:
            assert target is not None
            self._reach(target, 0, target)
            self._reach(line + 1, depth, procedure)
            return
        for following in successors(program)[line]:
            self._reach(following, after, procedure)
