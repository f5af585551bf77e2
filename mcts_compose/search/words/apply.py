"""Applies one operator to whole rows of words: one dispatch for many candidates.

A row holds the values of one contents on all examples. Every branch below names its opcode, so that
the compiler folds the machine's `alu` to that one operator and the loop over the words becomes vector code.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
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
from vm.jit import inlined, kernel, native


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


@inlined
def _apply(opcode, words, x, x_step, y, y_step, count, size, width, out):
    """Applies an operator of at most two operands to `count` pairs of rows of one dtype."""
    if opcode <= ORN:
        _apply_gates(opcode, words, x, x_step, y, y_step, count, size, width, out)
    elif opcode < ULT:
        _apply_arithmetic(opcode, words, x, x_step, y, y_step, count, size, width, out)
    else:
        _apply_predicate(opcode, words, x, x_step, y, y_step, count, size, width, out)


@native("void(i8, i8, u4[::1], u8[::1], i8, i8, i8, i8, i8, i8, i8, u4[::1], u8[::1])")
def apply_native(
    opcode, is_wide, narrow, wide, x, x_step, y, y_step, count, size, width, narrow_out, wide_out
):
    """Applies an operator to pairs of rows; `narrow` and `wide` are the same memory, as are the outputs.

    It is native because it is large and many kernels call it: compiled in each of them it took most of the
    time that compiling the search takes (measured: 15 of 24 s).
    """
    if is_wide != 0:
        _apply(opcode, wide, x, x_step, y, y_step, count, size, width, wide_out)
    else:
        _apply(opcode, narrow, x, x_step, y, y_step, count, size, width, narrow_out)


@inlined
def apply_rows(bank, opcode, x, x_step, y, y_step, count):
    """Writes what an operator of at most two operands gives on `count` pairs of rows into the block.

    Args:
      bank: its block is modified.
      opcode: of the machine's table.
      x: row of the first operand of the first pair.
      x_step: 1 if the first operand is another row in every pair, 0 if it stays.
      y: row of the second operand.
      y_step: as `x_step`.
      count: pairs, at most a block.
    """
    state = bank.state
    apply_native(
        np.int64(opcode),
        state[at.IS_WIDE],
        bank.narrow,
        bank.wide,
        np.int64(x),
        np.int64(x_step),
        np.int64(y),
        np.int64(y_step),
        np.int64(count),
        state[at.SIZE],
        state[at.WIDTH],
        bank.narrow_block,
        bank.wide_block,
    )


@kernel
def choose_rows(bank, condition, x, y, count):
    """Writes what `ite` gives on one condition, one first row and `count` second rows into the block.

    Args:
      bank: its block is modified.
      condition: row; where it is not 0, `x` is taken.
      x: row.
      y: first of the second rows, which follow each other.
      count: second rows, at most a block.
    """
    size, width = np.uint64(bank.state[at.SIZE]), bank.state[at.WIDTH]
    words = bank.words
    c, a = np.uint64(condition) * size, np.uint64(x) * size
    for row in range(np.uint64(count)):
        b, to = (np.uint64(y) + row) * size, row * size
        for i in range(size):
            bank.block[to + i] = alu(ITE, words[c + i], words[a + i], words[b + i], width)
