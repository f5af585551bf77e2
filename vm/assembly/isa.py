"""Decides what the scalar instructions are: one table for executor, assembler, verifier, docs and tests.

A *word* is an int64 register of `width` bits. Below 64 bits it is kept zero-extended, 0 .. 2**width - 1; of
64 bits it is a two's complement pattern. Signed operators sign-extend first. What operators give follows the
theory of fixed-size bit vectors of SMT-LIB at every edge: division by zero and shifts by more than a word
have a result.

A row is one mnemonic. The same operator can stand in sets that write it with two addresses (`add d, s`: d is
read and written) and in sets that write it with three (`add d, x, y`); both become one opcode. Opcodes are
grouped so that a comparison decides what an instruction touches:

    0 .. LAST_OPERATOR             reads up to three registers, writes one
    COMPARE                        reads two registers, writes the flags
    CONDITIONAL_MOVE + mask        reads the flags and two registers, writes one
    JUMP + mask, and from there    go elsewhere, or touch memory or stack

The flags are one cell: 0 while nothing was compared, else LESS, EQUAL or GREATER; a mask is the union of the
flags under which a condition holds, so that before the first comparison no condition holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

# Operators: what `vm.assembly.alu.alu` computes.
MOV, NOT, AND, OR, XOR, NAND, NOR, XNOR, ANDN, ORN = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
ADD, SUB, NEG, MUL, MIN, MAX, ITE = 10, 11, 12, 13, 14, 15, 16
SHL, LSHR, ASHR = 17, 18, 19
UDIV, UREM, SDIV, SREM = 20, 21, 22, 23
ULT, ULE, SLT, SLE, EQ, NE = 24, 25, 26, 27, 28, 29
LAST_BITWISE, LAST_ARITHMETIC, LAST_SHIFT, LAST_DIVISION, LAST_OPERATOR = ORN, ITE, ASHR, SREM, NE

# Flags, and the masks of conditions.
LESS, EQUAL, GREATER = 1, 2, 4
CONDITIONS: Final[dict[str, int]] = {
    "e": EQUAL,
    "ne": LESS | GREATER,
    "l": LESS,
    "le": LESS | EQUAL,
    "g": GREATER,
    "ge": GREATER | EQUAL,
}
MASK_BITS = 7

# Everything else. The conditional ones are multiples of 8, to which the mask is added.
COMPARE = 32
CONDITIONAL_MOVE = 40
LAST_STRAIGHT = CONDITIONAL_MOVE + MASK_BITS
JUMP = 48
JUMP_ALWAYS, LOAD, STORE, PUSH, POP, CALL, RETURN, SUBLEQ = 56, 57, 58, 59, 60, 61, 62, 63

# Columns of the machine's code; see `vm.assembly.lowering`.
OPCODE, TARGET, X, Y, Z = 0, 1, 2, 3, 4
CODE_WIDTH = 5


class OperandKind(IntEnum):
    """What may stand at a place of an instruction, and what becomes of it."""

    WRITE = 0
    """A register that is written."""
    UPDATE = 1
    """A register that is read and written."""
    READ = 2
    """A register or an immediate that is read."""
    ADDRESS = 3
    """A place in memory, `[a]`, `[a + 3]` or `[3]`."""
    LABEL = 4
    """A line to go on with."""
    NEXT_LABEL = 5
    """A line to go on with, or nothing: then the next line."""


WRITE, UPDATE, READ = OperandKind.WRITE, OperandKind.UPDATE, OperandKind.READ
ADDRESS, LABEL, NEXT_LABEL = OperandKind.ADDRESS, OperandKind.LABEL, OperandKind.NEXT_LABEL
IS_WRITTEN = frozenset({WRITE, UPDATE})


@dataclass(frozen=True)
class AsmRow:
    """One row of the table.

    Attributes:
      name: the mnemonic.
      opcode: what the executor does; synonyms of other sets share it.
      two: operand kinds in sets of two addresses; None if no such set has the row.
      three: operand kinds in sets of three addresses; None if no such set has the row.
      doc: what it does, one line.
      edge: what it does where the obvious meaning ends.
      example: a program, its inputs and its output, checked by a test.
      commutative: whether the last two operands read can be swapped.
    """

    name: str
    opcode: int
    two: tuple[OperandKind, ...] | None
    three: tuple[OperandKind, ...] | None
    doc: str
    edge: str
    example: str
    commutative: bool = False

    @property
    def is_operator(self) -> bool:
        """Whether it only computes a word from words."""
        return self.opcode <= LAST_OPERATOR

    @property
    def is_straight(self) -> bool:
        """Whether it touches registers and flags only, and goes on with the next line."""
        return self.opcode <= LAST_STRAIGHT

    @property
    def reads_flags(self) -> bool:
        """Whether what it does depends on the flags."""
        return CONDITIONAL_MOVE <= self.opcode < JUMP_ALWAYS

    @property
    def writes_flags(self) -> bool:
        """Whether it writes the flags."""
        return self.opcode == COMPARE


def _operator(
    name: str, opcode: int, reads: int, doc: str, edge: str, example: str, commutative: bool = False
) -> AsmRow:
    """Returns the row of an operator that reads so many words."""
    three = (WRITE, *(READ,) * reads)
    two = (WRITE, READ) if opcode == MOV else (UPDATE, *(READ,) * (reads - 1))
    return AsmRow(name, opcode, two if reads < 3 else None, three, doc, edge, example, commutative)


def _other(
    name: str, opcode: int, kinds: tuple[OperandKind, ...], doc: str, edge: str, example: str
) -> AsmRow:
    """Returns the row of an instruction that is no operator; only sets of two addresses have such."""
    return AsmRow(name, opcode, kinds, None, doc, edge, example)


def _bv8(line: str, result: str) -> str:
    """Returns an example on two words of 8 bits."""
    return f"bv8 (x: bv8, y: bv8) -> d; {line} | {result}"


def _gate(line: str, result: str) -> str:
    return f"gates (a: bool, b: bool) -> d; {line} | {result}"


def _x86(lines: str, result: str) -> str:
    return f"x86 (a: int, b: int) -> (a, b); {lines} | {result}"


_WRAPS = "Overflow wraps."
_NO_EDGE = "None: every word has a result."
_UNCOMPARED = "Before the first comparison the condition does not hold."
_WORDS = {"e": "equal", "ne": "unequal", "l": "less", "le": "less or equal", "g": "greater",
          "ge": "greater or equal"}  # fmt: skip

OPERATOR_ROWS: Final[tuple[AsmRow, ...]] = (
    _operator("mov", MOV, 1, "Copies a word.", _NO_EDGE, _bv8("mov d, x", "5, 9 = 5")),
    _operator("not", NOT, 1, "Flips every bit.", _NO_EDGE, _bv8("not d, x", "5, 9 = 250")),
    _operator("and", AND, 2, "Bits set in both words.", _NO_EDGE, _bv8("and d, x, y", "12, 10 = 8"), True),
    _operator("or", OR, 2, "Bits set in either word.", _NO_EDGE, _bv8("or d, x, y", "12, 10 = 14"), True),
    _operator("xor", XOR, 2, "Bits set in one word only.", _NO_EDGE, _bv8("xor d, x, y", "12, 10 = 6"), True),
    _operator("nand", NAND, 2, "Bits not set in both words.", _NO_EDGE,
              _gate("nand d, a, b", "true, true = false"), True),
    _operator("nor", NOR, 2, "Bits set in neither word.", _NO_EDGE,
              _gate("nor d, a, b", "false, false = true"), True),
    _operator("xnor", XNOR, 2, "Bits that are the same in both words.", _NO_EDGE,
              _gate("xnor d, a, b", "true, true = true"), True),
    _operator("andn", ANDN, 2, "Bits set in the second word and not in the first.", _NO_EDGE,
              _gate("andn d, a, b", "false, true = true")),
    _operator("orn", ORN, 2, "Bits set in the second word or not in the first.", _NO_EDGE,
              _gate("orn d, a, b", "true, false = false")),
    _operator("add", ADD, 2, "Sum.", _WRAPS, _bv8("add d, x, y", "250, 10 = 4"), True),
    _operator("sub", SUB, 2, "Difference.", _WRAPS, _bv8("sub d, x, y", "3, 5 = 254")),
    _operator("neg", NEG, 1, "The word times -1.", "The smallest signed word gives itself.",
              _bv8("neg d, x", "128, 0 = 128")),
    _operator("mul", MUL, 2, "Product.", _WRAPS, _bv8("mul d, x, y", "16, 17 = 16"), True),
    _operator("imul", MUL, 2, "Product.", _WRAPS, _x86("imul a, b", "6, -7 = [-42, -7]"), True),
    _operator("min", MIN, 2, "The smaller word, signed.", _NO_EDGE,
              "minmax (a: int, b: int) -> a; min a, b | -4, 3 = -4", True),
    _operator("max", MAX, 2, "The larger word, signed.", _NO_EDGE,
              "minmax (a: int, b: int) -> a; max a, b | -4, 3 = 3", True),
    _operator("ite", ITE, 3, "The second word if the first is not 0, else the third.",
              "Any word but 0 counts as true.", "bv8 (x: bv8, y: bv8) -> d; ite d, x, y, 7 | 2, 9 = 9"),
    _operator("shl", SHL, 2, "Shifts to the left; zeros come in.", "By the width or more gives 0.",
              _bv8("shl d, x, y", "255, 8 = 0")),
    _operator("lshr", LSHR, 2, "Shifts to the right; zeros come in.", "By the width or more gives 0.",
              _bv8("lshr d, x, y", "255, 3 = 31")),
    _operator("shr", LSHR, 2, "Shifts to the right; zeros come in.", "By 64 or more (unsigned) gives 0.",
              _x86("shr a, b", "-1, 63 = [1, 63]")),
    _operator("ashr", ASHR, 2, "Shifts to the right; the sign comes in.",
              "By the width or more gives the sign in every bit.", _bv8("ashr d, x, y", "128, 200 = 255")),
    _operator("sar", ASHR, 2, "Shifts to the right; the sign comes in.",
              "By 64 or more (unsigned) gives the sign in every bit.", _x86("sar a, b", "-8, 1 = [-4, 1]")),
    _operator("udiv", UDIV, 2, "Unsigned quotient.", "By 0 gives all ones.",
              _bv8("udiv d, x, y", "7, 0 = 255")),
    _operator("urem", UREM, 2, "Unsigned remainder.", "By 0 gives the dividend.",
              _bv8("urem d, x, y", "7, 0 = 7")),
    _operator("sdiv", SDIV, 2, "Signed quotient, rounded towards zero.",
              "By 0 gives 1 for negative words, else -1; the smallest word by -1 gives itself.",
              _bv8("sdiv d, x, y", "249, 2 = 253")),
    _operator("srem", SREM, 2, "Signed remainder, with the sign of the dividend.", "By 0 gives the dividend.",
              _bv8("srem d, x, y", "249, 2 = 255")),
    _operator("ult", ULT, 2, "1 if the first word is less, unsigned; else 0.", _NO_EDGE,
              _bv8("ult d, x, y", "1, 255 = 1")),
    _operator("ule", ULE, 2, "1 if the first word is not larger, unsigned; else 0.", _NO_EDGE,
              _bv8("ule d, x, y", "255, 1 = 0")),
    _operator("slt", SLT, 2, "1 if the first word is less, signed; else 0.", _NO_EDGE,
              _bv8("slt d, x, y", "1, 255 = 0")),
    _operator("sle", SLE, 2, "1 if the first word is not larger, signed; else 0.", _NO_EDGE,
              _bv8("sle d, x, y", "255, 1 = 1")),
    _operator("eq", EQ, 2, "1 if the words are equal, else 0.", _NO_EDGE,
              _bv8("eq d, x, y", "4, 4 = 1"), True),
    _operator("ne", NE, 2, "1 if the words differ, else 0.", _NO_EDGE, _bv8("ne d, x, y", "4, 4 = 0"), True),
)  # fmt: skip

_LIMIT_EDGE = "An address outside the memory is a fault."

OTHER_ROWS: Final[tuple[AsmRow, ...]] = (
    _other("cmp", COMPARE, (READ, READ), "Compares two words, signed, and sets the flags.", _NO_EDGE,
           _x86("cmp a, b; cmovg a, b", "5, 3 = [3, 3]")),
    *(
        _other(f"cmov{name}", CONDITIONAL_MOVE + mask, (UPDATE, READ),
               f"Copies the word if the last comparison found {_WORDS[name]}.", _UNCOMPARED,
               _x86(f"cmov{name} a, b", "1, 2 = [1, 2]"))
        for name, mask in CONDITIONS.items()
    ),
    _other("jmp", JUMP_ALWAYS, (LABEL,), "Goes on at the label.", "A jump that never ends uses up the fuel.",
           _x86("jmp end; mov a, 7; end:", "1, 2 = [1, 2]")),
    *(
        _other(f"j{name}", JUMP + mask, (LABEL,),
               f"Goes on at the label if the last comparison found {_WORDS[name]}.", _UNCOMPARED,
               _x86(f"cmp a, b; j{name} end; mov a, 7; end:", f"1, 2 = [{1 if mask & LESS else 7}, 2]"))
        for name, mask in CONDITIONS.items()
    ),
    _other("load", LOAD, (WRITE, ADDRESS), "Reads a word of memory.", _LIMIT_EDGE,
           "x86 (xs: list[int]) -> a; load a, [xs + 1] | [7, 8, 9] = 8"),
    _other("store", STORE, (ADDRESS, READ), "Writes a word of memory.", _LIMIT_EDGE,
           "x86 (xs: list[int]) -> [xs : xs_len]; store [xs + 1], 5 | [7, 8, 9] = [7, 5, 9]"),
    _other("push", PUSH, (READ,), "Puts a word on the stack.", "A full stack is a fault.",
           _x86("push a; push b; pop a; pop b", "1, 2 = [2, 1]")),
    _other("pop", POP, (WRITE,), "Takes a word from the stack.", "An empty stack is a fault.",
           _x86("push 6; pop b", "1, 2 = [1, 6]")),
    _other("call", CALL, (LABEL,), "Puts the next line on the stack and goes on at the label.",
           "A full stack is a fault.", _x86("call twice; ret; twice:; add a, a; ret", "4, 0 = [8, 0]")),
    _other("ret", RETURN, (), "Takes a line from the stack and goes on there.",
           "On an empty stack the program ends; a word that is no line is a fault.",
           _x86("ret; mov a, 7", "1, 2 = [1, 2]")),
    _other("subleq", SUBLEQ, (READ, UPDATE, NEXT_LABEL),
           "Subtracts the first cell from the second, and goes to the label if that gives 0 or less.",
           "Overflow wraps; without a label it goes on with the next line.",
           "subleq (a: int, b: int) -> b; subleq a, b | 3, 10 = 7"),
)  # fmt: skip

ASSEMBLY_ROWS: Final[dict[str, AsmRow]] = {row.name: row for row in (*OPERATOR_ROWS, *OTHER_ROWS)}
"""Every row by its mnemonic."""


def assembly_hash() -> str:
    """Returns a hash of everything that gives opcodes their meaning; stored with every program's hash."""
    digest = hashlib.blake2b(digest_size=8)
    for row in ASSEMBLY_ROWS.values():
        digest.update(f"{row.name}|{row.opcode}|{row.two}|{row.three}|{row.edge}".encode())
    return digest.hexdigest()


ASSEMBLY_HASH: Final[str] = assembly_hash()
