"""Decides which assembly programs may run, and gives every reason why one is refused."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vm.assembly.isa import ASSEMBLY_ROWS, IS_WRITTEN, OperandKind
from vm.assembly.program import Address, AsmLine, Returns
from vm.assembly.state import MAX_INPUTS, MAX_REGISTERS
from vm.program import ProgramError
from vm.values import Elem, ValueType

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram, Operand
    from vm.assembly.sets import InstructionSet

MAX_LINES = 1 << 16  # untuned


_WANTED = {
    OperandKind.WRITE: "a register",
    OperandKind.UPDATE: "a register",
    OperandKind.READ: "a register or a number",
    OperandKind.ADDRESS: "a place in memory such as [a + 3]",
    OperandKind.LABEL: "a label",
    OperandKind.NEXT_LABEL: "a label",
}


class RefusedLineError(ValueError):
    """One line may not run; the message is the reason.

    Attributes:
      operand: index of the operand that is to blame; None for the mnemonic.
    """

    def __init__(self, reason: str, operand: int | None = None) -> None:
        super().__init__(reason)
        self.operand = operand


@dataclass(frozen=True)
class LineReason:
    """Why a program may not run; `line` is an index into its instructions, None if none is to blame."""

    line: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.line is None else f"instruction {self.line}: {self.text}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Returns the end of a sentence that says what a wrong name may have meant."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(names) or 'none'}"


def _fits(operand: Operand, kind: OperandKind) -> bool:
    if kind is OperandKind.ADDRESS:
        return isinstance(operand, Address)
    return isinstance(operand, str) or (isinstance(operand, int) and kind is OperandKind.READ)


def check_line(line: AsmLine, set_: InstructionSet, labels: Iterable[str]) -> None:
    """Checks one instruction.

    Raises:
      RefusedLineError: it may not run.
    """
    if line.mnemonic not in set_.mnemonics:
        raise RefusedLineError(
            f"{set_.name} has no {line.mnemonic!r}; {nearest(line.mnemonic, set_.mnemonics)}"
        )
    kinds = set_.operand_kinds(ASSEMBLY_ROWS[line.mnemonic])
    least = len(kinds) - (OperandKind.NEXT_LABEL in kinds)
    if not least <= len(line.operands) <= len(kinds):
        raise RefusedLineError(f"{line.mnemonic} takes {len(kinds)} operands, not {len(line.operands)}")
    for place, (operand, kind) in enumerate(zip(line.operands, kinds, strict=False)):
        if not _fits(operand, kind):
            why = ", which it writes" if kind in IS_WRITTEN else ""
            raise RefusedLineError(
                f"operand {place + 1} of {line.mnemonic} should be {_WANTED[kind]}{why}, not {operand}", place
            )
        if kind in (OperandKind.LABEL, OperandKind.NEXT_LABEL) and str(operand) not in labels:
            raise RefusedLineError(f"unknown label {str(operand)!r}; {nearest(str(operand), labels)}", place)


def check_input_type(type_: ValueType, set_: InstructionSet) -> str | None:
    """Returns why an input cannot have this type in this set; None if it can."""
    if type_ in (set_.word_type, ValueType(Elem.BOOL, 0)):
        return None
    if type_.elem is Elem.INT and type_.rank == 1 and set_.width > 1:
        return None if set_.has_memory else f"{set_.name} has no memory, so it takes no lists"
    return f"{set_.name} takes words ({set_.word}) and bool, not {type_}"


def _program_reasons(program: AssemblyProgram) -> Iterable[str]:
    set_ = program.instruction_set
    for name, type_ in zip(program.input_names, program.input_types, strict=True):
        reason = check_input_type(type_, set_)
        if reason is not None:
            yield f"input {name}: {reason}"
    made = program.input_registers
    if len(set(made)) < len(made):
        yield "two inputs make registers of one name"
    labels = [name for name, _ in program.labels]
    if len(set(labels)) < len(labels):
        yield "two labels have one name"
    if any(not 0 <= place <= program.length for _, place in program.labels):
        yield "a label stands before no line"
    reason = check_outputs(program)
    if reason is not None:
        yield reason


def check_size(program: AssemblyProgram) -> str | None:
    """Returns why a program is too large; None if it is not."""
    if program.length > MAX_LINES:
        return f"a program has at most {MAX_LINES} instructions, not {program.length}"
    if program.num_inputs > MAX_INPUTS:
        return f"a program takes at most {MAX_INPUTS} inputs, not {program.num_inputs}"
    immediates = {
        word
        for line in program.instructions
        for operand in line.operands
        for word in ([operand] if isinstance(operand, int) else [])
        + ([operand.offset] if isinstance(operand, Address) else [])
    }
    used = len(program.registers) + len(immediates) + len(program.outputs) + 1
    if used > MAX_REGISTERS:
        return f"a program has at most {MAX_REGISTERS} registers and numbers, not {used}"
    return None


def check_outputs(program: AssemblyProgram) -> str | None:
    """Returns why a program cannot give its outputs; None if it can."""
    wanted = {Returns.WORD: 1, Returns.TRUTH: 1, Returns.MEMORY: 2}.get(program.returns)
    if wanted is not None and len(program.outputs) != wanted:
        return f"{len(program.outputs)} outputs where {wanted} should be"
    if program.returns is Returns.MEMORY and not program.instruction_set.has_memory:
        return f"{program.set} has no memory to return"
    for output in program.outputs:
        if isinstance(output, str) and output not in program.registers:
            return f"unknown register {output!r} in the outputs; {nearest(output, program.registers)}"
    return None


def verify(program: AssemblyProgram) -> list[LineReason]:
    """Returns every reason why the program may not run; an empty list if it may."""
    reasons = [LineReason(None, text) for text in _program_reasons(program)]
    labels = dict(program.labels)
    for number, line in enumerate(program.instructions):
        try:
            check_line(line, program.instruction_set, labels)
        except RefusedLineError as refusal:
            reasons.append(LineReason(number, str(refusal)))
    size = check_size(program)
    return [*reasons, LineReason(None, size)] if size is not None else reasons


def require_verified(program: AssemblyProgram) -> None:
    """Does nothing if the program may run.

    Raises:
      ProgramError: it may not; all reasons are given.
    """
    reasons = verify(program)
    if reasons:
        raise ProgramError("the program may not run: " + "; ".join(map(str, reasons)))
