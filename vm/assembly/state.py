"""Decides how the scalar machine is laid out: the record of a program, and the cells of the lane that runs.

A record stands in the constants of the array machine's code (`Code.pool`); offsets count from its start:

    0 .. RECORD_WIDTH              the columns below
    ranks_at ..                    rank of each input, 0 or 1
    outputs_at ..                  register of each output
    words_at ..                    first word of each register: 0, or an immediate
    lines_at ..                    CODE_WIDTH columns for each instruction

Cells stand behind everything else in the array machine's memory; offsets count from their start:

    0 .. INPUTS                    the columns below
    INPUTS .. REGISTERS            for each input where its words and its shape record stand in memory
    REGISTERS .. STACK             registers; immediates are registers that nothing writes
    STACK .. DATA                  the stack; it grows downwards from DATA
    DATA .. DATA + data_words      memory, from address 0; list inputs come first
"""

from __future__ import annotations

# Columns of a record.
NUM_LINES, NUM_REGISTERS, WIDTH, NUM_INPUTS, NUM_OUTPUTS, RETURNS = 0, 1, 2, 3, 4, 5
RANKS_AT, OUTPUTS_AT, WORDS_AT, LINES_AT = 6, 7, 8, 9
RECORD_WIDTH = 10

# What a program returns; see `vm.assembly.program.Returns`.
RETURNS_WORD, RETURNS_TRUTH, RETURNS_WORDS, RETURNS_MEMORY = 0, 1, 2, 3

# Columns of the cells.
LINE, FLAGS, STACK_TOP, FUEL_LEFT, DATA_WORDS, DATA_USED = 0, 1, 2, 3, 4, 5
MAX_REGISTERS = 1 << 14  # a circuit of 13 inputs can have thousands of gates; untuned
MAX_STACK = 1 << 10  # untuned
MAX_DATA = 1 << 16  # untuned; clearing it for a new lane takes some microseconds
MAX_INPUTS = 1 << 6  # untuned
INPUTS = 8
REGISTERS = INPUTS + 2 * MAX_INPUTS
STACK = REGISTERS + MAX_REGISTERS
DATA = STACK + MAX_STACK


def data_words(capacity: int) -> int:
    """Returns how many words of memory a lane has, where a value has at most `capacity` words."""
    return min(capacity, MAX_DATA)
