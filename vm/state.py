"""Decides what the machine is made of: code, which a run only reads, and state, which it changes.

Memory is one array of words:

    0 .. heap                    values and frames of the run, allocated upwards, dropped when a call ends
    heap .. heap + 4 * C + 1     room for one result that turns out not to fit (C: capacity of one value)
    .. + 3 * C                   aligned copies of the operands of an elementwise call
    .. + cells                   the scalar machine's; see vm/assembly/state.py

A *register* holds where a value's words and its shape record stand. No skill reaches itself, so each block
of code owns its registers and its frame: the deepest nesting is known before the run, and frames need no
stack of their own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vm.assembly.state import DATA, data_words
from vm.values import IntArray

IntTable = NDArray[np.int64]

# What an operation does: column KIND of `Code.ops`. From CALL on, a block of code is entered.
CONSTANT, BIND, ELEMENTWISE, STRUCTURAL, ASSEMBLY, FUNCTION = 0, 1, 2, 3, 4, 5
CALL, MAP, FILTER, SORT_BY, FOLD, SCAN, ITERATE, UNTIL = 6, 7, 8, 9, 10, 11, 12, 13

# Columns of `Code.ops`.
KIND, OPCODE, ARITY, NUM_SKILLS, WORK = 0, 1, 2, 3, 4
X, Y, Z, OUT = 5, 6, 7, 8  # registers; missing operands repeat X, with rank 0
X_RANK, Y_RANK, Z_RANK, OUT_RANK = 9, 10, 11, 12
CONSTANT_RANK = -1  # stands for rank 0 where the operand is a constant: the same on all lanes
F_BLOCK, F_CAPTURES, F_NUM_CAPTURES = 13, 14, 15
P_BLOCK, P_CAPTURES, P_NUM_CAPTURES = 16, 17, 18
POOL, POOL_ROWS, POOL_COLS = X, Y, Z  # of a constant: where it stands in `Code.pool`, and its shape
RECORD = X  # of an assembly body: where its record begins in `Code.pool`; it reads the F captures
KEY = X  # of a Python function: by what vm/functions/table.py knows it; it reads the F captures
OP_WIDTH = 19

# Columns of `Code.blocks`.
FIRST_OP, END_OP, FIRST_REGISTER, RESULT = 0, 1, 2, 3
BLOCK_WIDTH = 4

# Columns of `MachineState.frames`; those from BASE on belong to the call of a block that is in progress.
PC, CALLER, LANES, SCALAR_SHAPE = 0, 1, 2, 3
BASE, LANE_LIST, NUM_ACTIVE, VALUE, VALUE_SHAPE, ROUND, TESTING = 4, 5, 6, 7, 8, 9, 10
FRAME_WIDTH = 11

# Columns of `MachineState.registers`.
ADDRESS, SHAPE = 0, 1
REGISTER_WIDTH = 2

# Places in `MachineState.counters`.
TOP, FUEL_USED, FUEL_LIMIT, HEAP, CAPACITY, BLOCK, CELLS = 0, 1, 2, 3, 4, 5, 6
NUM_COUNTERS = 7

NO_CALLER = -1


class Code(NamedTuple):
    """A program made ready to run; block 0 is the program itself, one operation for each of its lines.

    Attributes:
      ops: `[num_ops, OP_WIDTH]` operations, block after block.
      blocks: `[num_blocks, BLOCK_WIDTH]`; a block's inputs are its first registers.
      ranks: `[num_registers]` rank of the value that each register holds.
      captures: registers of the calling block whose values a bound skill takes along.
      pool: words of all constants, and the records of assembly bodies.
    """

    ops: IntTable
    blocks: IntTable
    ranks: IntArray
    captures: IntArray
    pool: IntArray


class MachineState(NamedTuple):
    """What a run changes.

    Attributes:
      memory: words; see the module docstring.
      registers: `[num_registers, 2]` addresses of words and shape records.
      frames: `[num_blocks, FRAME_WIDTH]`.
      counters: fuel, heap, the block that is running, and where the scalar machine's cells begin.
    """

    memory: IntArray
    registers: IntTable
    frames: IntTable
    counters: IntArray


def cells_address(heap: int, capacity: int) -> int:
    """Returns where the scalar machine's cells begin in memory."""
    return heap + 7 * capacity + 1


def memory_size(heap: int, capacity: int) -> int:
    """Returns how many words the memory of a machine has."""
    return cells_address(heap, capacity) + DATA + data_words(capacity)
