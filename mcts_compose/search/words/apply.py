"""Applies one operator to whole rows of words: one dispatch for many candidates.

A row holds the values of one contents on all examples. Every branch of `apply_rows` names its opcode, so that
the compiler folds the machine's `alu` to that one operator and the loop over the words becomes vector code.
"""

from __future__ import annotations

import numpy as np

from vm.assembly.alu import alu
from vm.assembly.isa import (
    ADD,
    AND,
    ANDN,
    ASHR,
    EQ,
    ITE,
    LSHR,
    MUL,
    NAND,
    NE,
    NEG,
    NOR,
    NOT,
    OR,
    ORN,
    SDIV,
    SHL,
    SLE,
    SLT,
    SREM,
    SUB,
    UDIV,
    ULE,
    ULT,
    UREM,
    XNOR,
    XOR,
)
from vm.jit import inlined, kernel


@inlined
def _fill(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies an operator of at most two operands to `count` pairs of rows."""
    for row in range(np.uint64(count)):
        a = (np.uint64(x) + row * np.uint64(x_step)) * np.uint64(size)
        b = (np.uint64(y) + row * np.uint64(y_step)) * np.uint64(size)
        to = row * np.uint64(size)
        for i in range(np.uint64(size)):
            out[to + i] = alu(opcode, words[a + i], words[b + i], 0, width)


@inlined
def _apply_gates(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies a bitwise operator, as `apply_rows`."""
    if opcode == NOT:
        _fill(NOT, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == AND:
        _fill(AND, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == OR:
        _fill(OR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == XOR:
        _fill(XOR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == NAND:
        _fill(NAND, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == NOR:
        _fill(NOR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == XNOR:
        _fill(XNOR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == ANDN:
        _fill(ANDN, words, x, x_step, y, y_step, count, size, width, out)
    else:
        _fill(ORN, words, x, x_step, y, y_step, count, size, width, out)


@inlined
def _apply_arithmetic(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies a sum, product, quotient or shift, as `apply_rows`."""
    if opcode == ADD:
        _fill(ADD, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == SUB:
        _fill(SUB, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == NEG:
        _fill(NEG, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == MUL:
        _fill(MUL, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == SHL:
        _fill(SHL, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == LSHR:
        _fill(LSHR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == ASHR:
        _fill(ASHR, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == UDIV:
        _fill(UDIV, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == UREM:
        _fill(UREM, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == SDIV:
        _fill(SDIV, words, x, x_step, y, y_step, count, size, width, out)
    else:
        _fill(SREM, words, x, x_step, y, y_step, count, size, width, out)


@inlined
def _apply_predicate(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies a predicate, as `apply_rows`."""
    if opcode == ULT:
        _fill(ULT, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == ULE:
        _fill(ULE, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == SLT:
        _fill(SLT, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == SLE:
        _fill(SLE, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode == EQ:
        _fill(EQ, words, x, x_step, y, y_step, count, size, width, out)
    else:
        _fill(NE, words, x, x_step, y, y_step, count, size, width, out)


@kernel
def apply_rows(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies an operator of at most two operands to `count` pairs of rows.

    Args:
      opcode: of the machine's table.
      words: `[rows * size]` uint32 or uint64; row `r` is `words[r * size : (r + 1) * size]`.
      x: row of the first operand of the first pair.
      x_step: 1 if the first operand is another row in every pair, 0 if it stays.
      y: row of the second operand.
      y_step: as `x_step`.
      count: pairs.
      size: words of a row.
      width: bits of a word.
      out: `[>= count * size]`, of the dtype of `words`.
    """
    if opcode <= ORN:
        _apply_gates(opcode, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode < ULT:
        _apply_arithmetic(opcode, words, x, x_step, y, y_step, count, size, width, out)
    else:
        _apply_predicate(opcode, words, x, x_step, y, y_step, count, size, width, out)


@kernel
def choose_rows(words, condition, x, y, count, size, width, out):
    """Applies `ite` to one row of conditions, one first row and `count` consecutive second rows.

    Args:
      words: as in `apply_rows`.
      condition: row; where it is not 0, `x` is taken.
      x: row.
      y: first of the second rows.
      count: second rows.
      size: words of a row.
      width: bits of a word.
      out: `[>= count * size]`, of the dtype of `words`.
    """
    size = np.uint64(size)
    c, a = np.uint64(condition) * size, np.uint64(x) * size
    for row in range(np.uint64(count)):
        b, to = (np.uint64(y) + row) * size, row * size
        for i in range(size):
            out[to + i] = alu(ITE, words[c + i], words[a + i], words[b + i], width)
