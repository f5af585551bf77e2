"""Decides which instruction sets there are: their width, how they write operators, and what they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vm.assembly.isa import ASSEMBLY_ROWS, AsmRow, OperandKind
from vm.values import Elem, ValueType


@dataclass(frozen=True)
class InstructionSet:
    """One way of writing programs for the scalar machine.

    Attributes:
      name: the first word of a program's text.
      width: bits of a word, 1 .. 64.
      addresses: 2 if operators overwrite what they read first, 3 if they name where the result goes.
      word: how a header names the type of a word.
      mnemonics: the rows it has, in order.
      doc: what it is for, one line.
    """

    name: str
    width: int
    addresses: int
    word: str
    mnemonics: tuple[str, ...]
    doc: str

    @property
    def word_type(self) -> ValueType:
        """What a word is outside: a bool for gates, else an int."""
        return ValueType(Elem.BOOL if self.width == 1 else Elem.INT, 0)

    @property
    def has_memory(self) -> bool:
        """Whether programs can reach memory, so that lists can come in and go out."""
        return "load" in self.mnemonics

    def rows(self) -> tuple[AsmRow, ...]:
        """Returns the rows of its mnemonics."""
        return tuple(ASSEMBLY_ROWS[name] for name in self.mnemonics)

    def operand_kinds(self, row: AsmRow) -> tuple[OperandKind, ...]:
        """Returns what stands at each place of a row's instruction in this set."""
        kinds = row.three if self.addresses == 3 else row.two
        assert kinds is not None, f"{self.name} has no form of {row.name}"
        return kinds

    def normal(self, word: int) -> int:
        """Returns an int as a word of this set: modulo 2**width, signed only at 64 bits."""
        low = word & ((1 << self.width) - 1)
        return low - (1 << 64) if self.width == 64 and low >> 63 else low


_X86 = (
    "mov load store push pop call ret jmp je jne jl jle jg jge "
    "cmp cmove cmovne cmovl cmovle cmovg cmovge add sub imul neg and or xor not shl shr sar"
)
_BIT_VECTOR = "mov neg not add sub mul udiv urem sdiv srem and or xor shl lshr ashr ult ule slt sle eq ne ite"
_GATES = "mov not and or xor nand nor xnor andn orn"

SETS: Final[dict[str, InstructionSet]] = {
    set_.name: set_
    for set_ in (
        InstructionSet("x86", 64, 2, "int", tuple(_X86.split()), "Words, flags, memory, stack and jumps."),
        InstructionSet("minmax", 64, 2, "int", ("mov", "min", "max"), "Sorting by minimum and maximum."),
        *(
            InstructionSet(
                f"bv{width}", width, 3, f"bv{width}", tuple(_BIT_VECTOR.split()), f"Words of {width} bits."
            )
            for width in (8, 16, 32, 64)
        ),
        InstructionSet("gates", 1, 3, "bool", tuple(_GATES.split()), "Circuits of logic gates."),
        InstructionSet("subleq", 64, 2, "int", ("subleq",), "The one-instruction set."),
    )
}
