"""Turns an assembly program into the record that the machine runs; immediates become registers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from vm.assembly import isa
from vm.assembly.isa import ASSEMBLY_ROWS, CODE_WIDTH, AsmRow
from vm.assembly.program import Address, AsmLine, AssemblyProgram, Operand
from vm.assembly.state import RECORD_WIDTH
from vm.assembly.verifier import require_verified

CACHED_RECORDS = 256


class _Registers:
    """Numbers the registers: the program's own first, then one for each immediate."""

    def __init__(self, program: AssemblyProgram) -> None:
        self.numbers: dict[str | int, int] = {name: at for at, name in enumerate(program.registers)}
        self.words = [0] * len(self.numbers)

    def of(self, operand: Operand) -> int:
        """Returns the register that holds an operand."""
        assert not isinstance(operand, Address)
        if operand not in self.numbers:
            assert isinstance(operand, int)
            self.numbers[operand] = len(self.words)
            self.words.append(operand)
        return self.numbers[operand]


def _row_columns(
    row: AsmRow, line: AsmLine, addresses: int, following: int, registers: _Registers, labels: dict[str, int]
) -> list[int]:
    """Returns the columns of one instruction."""
    at: Callable[[Operand], int] = registers.of
    operands = line.operands
    columns = [row.opcode, 0, 0, 0, 0]

    def put(column: int, value: int) -> None:
        columns[column] = value

    if row.is_operator:
        in_place = addresses == 2 and row.opcode != isa.MOV
        put(isa.TARGET, at(operands[0]))
        for place, operand in enumerate(operands if in_place else operands[1:]):
            put(isa.X + place, at(operand))
    elif isa.CONDITIONAL_MOVE <= row.opcode <= isa.LAST_STRAIGHT:
        put(isa.TARGET, at(operands[0]))
        put(isa.X, at(operands[1]))
    elif row.opcode in (isa.COMPARE, isa.PUSH):
        for place, operand in enumerate(operands):
            put(isa.X + place, at(operand))
    elif row.opcode in (isa.LOAD, isa.STORE):
        address, other = operands if row.opcode == isa.STORE else operands[::-1]
        assert isinstance(address, Address)
        put(isa.X, at(address.base if address.base is not None else 0))
        put(isa.Y, at(address.offset))
        put(isa.Z if row.opcode == isa.STORE else isa.TARGET, at(other))
    elif row.opcode == isa.POP:
        put(isa.TARGET, at(operands[0]))
    elif row.opcode == isa.SUBLEQ:
        put(isa.X, at(operands[0]))
        put(isa.TARGET, at(operands[1]))
        put(isa.Y, labels[str(operands[2])] if len(operands) > 2 else following)
    elif operands:
        put(isa.TARGET, labels[str(operands[0])])
    return columns


_HEADER_COLUMNS: Final = 6


@lru_cache(maxsize=CACHED_RECORDS)
def lower_assembly(program: AssemblyProgram) -> tuple[int, ...]:
    """Returns the record of a program; see state.py.

    Raises:
      ProgramError: the program may not run.
    """
    require_verified(program)
    registers, labels = _Registers(program), dict(program.labels)
    lines: list[int] = []
    for number, line in enumerate(program.instructions):
        row = ASSEMBLY_ROWS[line.mnemonic]
        addresses = program.instruction_set.addresses
        lines += _row_columns(row, line, addresses, number + 1, registers, labels)
    outputs = [registers.of(output) for output in program.outputs]
    ranks = [type_.rank for type_ in program.input_types]
    parts = (ranks, outputs, registers.words, lines)
    header = [len(lines) // CODE_WIDTH, len(registers.words), program.instruction_set.width,
              len(ranks), len(outputs), int(program.returns)]  # fmt: skip
    assert len(header) == _HEADER_COLUMNS
    begin = RECORD_WIDTH
    for part in parts:
        header.append(begin)
        begin += len(part)
    return (*header, *ranks, *outputs, *registers.words, *lines)
