"""Decides what operators, comparisons and conditions compute: kernels free of machine state.

Searches call these too, one instruction at a time. Words may come as int64 or uint64; results are int64. A
width is 1 .. 64 bits. Unsigned division never traps, so signed division is done on magnitudes: the
processor's own stops the process at the smallest word by -1.
"""

import numpy as np

from vm.assembly.isa import (
    ADD,
    AND,
    ANDN,
    ASHR,
    COMPARE,
    EQ,
    EQUAL,
    GREATER,
    LAST_ARITHMETIC,
    LAST_BITWISE,
    LAST_DIVISION,
    LAST_OPERATOR,
    LAST_SHIFT,
    LESS,
    MASK_BITS,
    MAX,
    MIN,
    MOV,
    MUL,
    NAND,
    NE,
    NEG,
    NOR,
    NOT,
    OPCODE,
    OR,
    SDIV,
    SHL,
    SLT,
    SUB,
    TARGET,
    UDIV,
    ULE,
    ULT,
    UREM,
    XNOR,
    XOR,
    X,
    Y,
    Z,
)
from vm.jit import inlined, kernel

WORD_BITS = 64


@inlined
def truncate(word, width):
    """Returns the low `width` bits of a word, zero-extended."""
    unused = np.uint64(WORD_BITS - width)
    return np.int64((np.uint64(word) << unused) >> unused)


@inlined
def sign_extend(word, width):
    """Returns a word of `width` bits as the signed number it stands for."""
    unused = np.uint64(WORD_BITS - width)
    return np.int64(np.uint64(word) << unused) >> np.int64(unused)


@inlined
def add(a, b):
    """Returns the sum, wrapped. Compiled code takes it that signed words never overflow: not these."""
    return np.int64(np.uint64(a) + np.uint64(b))


@inlined
def subtract(a, b):
    """Returns the difference, wrapped; see `add`."""
    return np.int64(np.uint64(a) - np.uint64(b))


@inlined
def negate(a):
    """Returns the word times -1, wrapped; see `add`."""
    return subtract(np.int64(0), a)


@inlined
def bitwise(opcode, a, b):
    """Returns what a bitwise operator gives; bits above the width may be wrong."""
    if opcode == MOV:
        return a
    if opcode == NOT:
        return ~a
    if opcode == AND:
        return a & b
    if opcode == OR:
        return a | b
    if opcode == XOR:
        return a ^ b
    if opcode == NAND:
        return ~(a & b)
    if opcode == NOR:
        return ~(a | b)
    if opcode == XNOR:
        return ~(a ^ b)
    if opcode == ANDN:
        return ~a & b
    return ~a | b


@inlined
def arithmetic(opcode, a, b, c, width):
    """Returns what an arithmetic operator gives; bits above the width may be wrong."""
    if opcode == ADD:
        return add(a, b)
    if opcode == SUB:
        return subtract(a, b)
    if opcode == NEG:
        return negate(a)
    if opcode == MUL:
        return np.int64(np.uint64(a) * np.uint64(b))
    if opcode == MIN:
        return a if sign_extend(a, width) < sign_extend(b, width) else b
    if opcode == MAX:
        return b if sign_extend(a, width) < sign_extend(b, width) else a
    return b if a != 0 else c


@inlined
def shift(opcode, a, b, width):
    """Returns what a shift gives; bits above the width may be wrong."""
    too_far = np.uint64(b) >= np.uint64(width)
    if opcode == ASHR:
        return sign_extend(a, width) >> (np.int64(WORD_BITS - 1) if too_far else b)
    if too_far:
        return np.int64(0)
    if opcode == SHL:
        return a << b
    return np.int64(np.uint64(a) >> np.uint64(b))


@inlined
def magnitude(a):
    """Returns the word without its sign; as unsigned it is right also for the smallest one."""
    return negate(a) if a < 0 else a


@inlined
def unsigned_division(a, b, remainder):
    """Returns the unsigned quotient or remainder; by zero all ones or the dividend."""
    if b == 0:
        return a if remainder else np.int64(-1)
    if remainder:
        return np.int64(np.uint64(a) % np.uint64(b))
    return np.int64(np.uint64(a) // np.uint64(b))


@inlined
def division(opcode, a, b, width):
    """Returns what a division gives; bits above the width may be wrong."""
    if opcode == UDIV or opcode == UREM:
        return unsigned_division(a, b, opcode == UREM)
    x, y = sign_extend(a, width), sign_extend(b, width)
    number = unsigned_division(magnitude(x), magnitude(y), opcode != SDIV)
    if opcode == SDIV:
        return negate(number) if (x < 0) != (y < 0) else number
    return negate(number) if x < 0 else number


@inlined
def predicate(opcode, a, b, width):
    """Says whether a predicate holds."""
    if opcode == EQ:
        return a == b
    if opcode == NE:
        return a != b
    if opcode == ULT:
        return np.uint64(a) < np.uint64(b)
    if opcode == ULE:
        return np.uint64(a) <= np.uint64(b)
    if opcode == SLT:
        return sign_extend(a, width) < sign_extend(b, width)
    return sign_extend(a, width) <= sign_extend(b, width)


@kernel
def alu(opcode, a, b, c, width):
    """Returns what an operator gives on words of `width` bits.

    Args:
      opcode: 0 .. `LAST_OPERATOR`. Not checked.
      a: first operand.
      b: second operand; any word where the operator reads only one.
      c: third operand; any word where the operator reads fewer.
      width: bits of a word, 1 .. 64.

    Source: the SMT-LIB theory FixedSizeBitVectors and logic QF_BV (bvudiv, bvurem, bvsdiv, bvsrem, shifts).
    """
    a, b, c = np.int64(a), np.int64(b), np.int64(c)
    if opcode <= LAST_BITWISE:
        word = bitwise(opcode, a, b)
    elif opcode <= LAST_ARITHMETIC:
        word = arithmetic(opcode, a, b, c, width)
    elif opcode <= LAST_SHIFT:
        word = shift(opcode, a, b, width)
    elif opcode <= LAST_DIVISION:
        word = division(opcode, a, b, width)
    else:
        word = np.int64(predicate(opcode, a, b, width))
    return truncate(word, width)


@inlined
def compare(a, b):
    """Returns the flags after comparing two words of 64 bits, signed: LESS, EQUAL or GREATER."""
    return LESS if a < b else EQUAL if a == b else GREATER


@inlined
def holds(opcode, flags):
    """Says whether the condition of a conditional move or jump holds; never before the first comparison."""
    return (opcode & MASK_BITS & flags) != 0


@inlined
def step(row, registers, flags, width):
    """Runs one instruction that touches registers and flags only, and returns the flags after it.

    Args:
      row: `[CODE_WIDTH]` opcode, then the registers TARGET, X, Y, Z; opcode <= LAST_STRAIGHT. Not checked.
      registers: `[num_registers]` int64 words; the target is modified in place.
      flags: 0, LESS, EQUAL or GREATER.
      width: bits of a word, 1 .. 64; comparisons are of 64 bits.
    """
    opcode = row[OPCODE]
    x, y = registers[np.uint64(row[X])], registers[np.uint64(row[Y])]
    if opcode <= LAST_OPERATOR:
        registers[np.uint64(row[TARGET])] = alu(opcode, x, y, registers[np.uint64(row[Z])], width)
    elif opcode == COMPARE:
        return compare(x, y)
    elif holds(opcode, flags):
        registers[np.uint64(row[TARGET])] = x
    return flags
