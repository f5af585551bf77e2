"""Decides how words, registers and operators of the scalar machine are written in C.

An expression may be of a wider type than the variable it is assigned to: C then takes it modulo the width.
So does every known compiler where the variable is signed. Operators that could overflow a signed type are
computed in an unsigned one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vm.assembly import isa
from vm.assembly.export_interface import C_KEYWORDS
from vm.assembly.sets import InstructionSet

INT64_MIN: Final = -(1 << 63)
_INT_BITS: Final = 31  # a plain number in C has at least so many bits beside its sign
_OWN_NAMES: Final = frozenset("values in out memory used place stack top left right compared i abort".split())
_OWN_PREFIXES: Final = ("r_", "in_", "line_")
_LOOKS_LIKE_MACRO: Final = re.compile(r"_.*|[A-Z][A-Z_0-9]+|.*_t")


def c_name(name: str) -> str:
    """Returns the name of a register's variable, or of a label; different names stay different."""
    is_taken = name in C_KEYWORDS or name in _OWN_NAMES or name.startswith(_OWN_PREFIXES)
    return f"r_{name}" if is_taken or _LOOKS_LIKE_MACRO.fullmatch(name) else name


@dataclass(frozen=True)
class Words:
    """The words of an instruction set.

    Attributes:
      type: C type of a word.
      width: bits of a word; 1 for gates, of which a C word holds many cases.
      is_signed: whether the type is signed.
    """

    type: str
    width: int
    is_signed: bool

    @classmethod
    def of(cls, set_: InstructionSet) -> Words:
        """Returns the words of a set."""
        if set_.width == 1:
            return cls("uint64_t", 1, False)
        return (
            cls("int64_t", 64, True) if set_.addresses == 2 else cls(f"uint{set_.width}_t", set_.width, False)
        )

    def literal(self, word: int) -> str:
        """Returns an immediate."""
        if self.width == 1:
            return "UINT64_MAX" if word else "UINT64_C(0)"
        if not self.is_signed:
            word %= 1 << self.width
            if word == (1 << self.width) - 1:
                return f"UINT{self.width}_MAX"
            return f"UINT64_C({word})" if self.width == 64 else f"{word}u"
        if word == INT64_MIN:
            return "INT64_MIN"
        return str(word) if -(1 << _INT_BITS) < word < 1 << _INT_BITS else f"INT64_C({word})"

    def unsigned(self, word: str) -> str:
        """Returns an expression of a type that wraps."""
        if self.is_signed:
            return f"(uint64_t){word}"
        return f"(uint32_t){word}" if self.width in (8, 16) else word

    def signed(self, word: str) -> str:
        """Returns the signed number that a word stands for."""
        return word if self.is_signed else f"(int{self.width}_t){word}"


_PLAIN: Final[dict[int, str]] = {
    isa.MOV: "{x}",
    isa.NOT: "~{x}",
    isa.AND: "{x} & {y}",
    isa.OR: "{x} | {y}",
    isa.XOR: "{x} ^ {y}",
    isa.NAND: "~({x} & {y})",
    isa.NOR: "~({x} | {y})",
    isa.XNOR: "~({x} ^ {y})",
    isa.ANDN: "~{x} & {y}",
    isa.ORN: "~{x} | {y}",
    isa.ADD: "{ux} + {y}",
    isa.SUB: "{ux} - {y}",
    isa.NEG: "0 - {ux}",
    isa.MUL: "{ux} * {y}",
    isa.MIN: "{sx} < {sy} ? {x} : {y}",
    isa.MAX: "{sx} < {sy} ? {y} : {x}",
    isa.ITE: "{x} != 0 ? {y} : {z}",
    isa.ULT: "{x} < {y}",
    isa.ULE: "{x} <= {y}",
    isa.SLT: "{sx} < {sy}",
    isa.SLE: "{sx} <= {sy}",
    isa.EQ: "{x} == {y}",
    isa.NE: "{x} != {y}",
}
_SHIFTS: Final = {isa.SHL: ("{ux} << {y}", "0"), isa.LSHR: ("{ux} >> {y}", "0"),
                  isa.ASHR: ("{sx} >> {y}", "{sx} < 0 ? -1 : 0")}  # fmt: skip
"""What a shift gives, and what it gives when it is by the width or more."""
_DIVISIONS: Final = {
    isa.UDIV: ("{x} / {y}", "{ones}"),
    isa.UREM: ("{x} % {y}", "{x}"),
    isa.SDIV: ("{sy} == -1 ? 0 - {ux} : {sx} / {sy}", "{sx} < 0 ? 1 : -1"),
    isa.SREM: ("{sy} == -1 ? 0 : {sx} % {sy}", "{x}"),
}
"""What a division gives, and what it gives by zero; the smallest word by -1 would trap."""


def operator_expression(opcode: int, operands: list[str | int], words: Words) -> str:
    """Returns the expression of an operator.

    Args:
      opcode: at most LAST_OPERATOR.
      operands: variables and immediates.
      words: what they are.
    """
    texts = [words.literal(operand) if isinstance(operand, int) else operand for operand in operands]
    x, y, z = [*texts, "", ""][:3]
    views = {"x": x, "y": y, "z": z, "ux": words.unsigned(x), "sx": words.signed(x), "sy": words.signed(y)}
    views["ones"] = words.literal(-1)
    if opcode in _PLAIN:
        return _PLAIN[opcode].format(**views)
    amount = operands[1]
    if opcode in _SHIFTS:
        usual, edge = (text.format(**views) for text in _SHIFTS[opcode])
        is_usual = f"{words.unsigned(y)} < {words.width}"
        if isinstance(amount, int):
            return usual if amount % (1 << words.width) < words.width else edge
        return f"{is_usual} ? {usual} : {_nested(edge)}"
    usual, edge = (text.format(**views) for text in _DIVISIONS[opcode])
    if isinstance(amount, int):
        return usual if amount else edge
    return f"{y} == 0 ? {_nested(edge)} : {_nested(usual)}"


def _nested(expression: str) -> str:
    return f"({expression})" if "?" in expression else expression
