"""Enumerates the row states that the examples can reach, and what every action makes of each.

A row state is `width` words: the registers, the flags, the bits of those registers that hold something known,
and the number of the goal.
"""

from __future__ import annotations

import numpy as np

from vm.assembly.alu import step
from vm.assembly.isa import CODE_WIDTH, COMPARE, TARGET
from vm.jit import kernel

OK, TOO_MANY = 0, 1
LOST = -1
EXTRA = 3
"""Words of a row state behind its registers."""


@kernel
def slot_of(rows, width, slots, place):
    """Returns the slot of the row state at `place`: empty (0), or holding 1 + the equal one."""
    key = np.uint64(0)
    for cell in range(width):
        key = (key ^ np.uint64(rows[place + cell])) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    mask = np.uint64(slots.size - 1)
    slot = key & mask
    while slots[slot] != 0:
        known = (np.int64(slots[slot]) - 1) * width
        cell = 0
        while cell < width and rows[known + cell] == rows[place + cell]:
            cell += 1
        if cell == width:
            return slot
        slot = (slot + np.uint64(1)) & mask
    return slot


@kernel
def has_lost(rows, place, num_registers, registers, goals, num_outputs):
    """Says whether a value of the goal is in no register and no constant any more.

    Where instructions only move values about, it can then not come back.
    """
    goal = rows[place + num_registers + 2] * num_outputs
    for output in range(num_outputs):
        wanted = goals[goal + output]
        is_there = False
        for register in range(registers.size):
            is_there = is_there or registers[register] == wanted
        if not is_there:
            return True
    return False


@kernel
def step_row(code, reads, action, rows, row, width, registers, word_bits, place):
    """Writes what an action makes of a row state to `place`; constants stand in `registers` already.

    Says whether it may: not if it reads a register that holds nothing known.
    """
    num_registers = width - EXTRA
    at = row * width
    known = rows[at + num_registers + 1]
    if reads[action] & ~known:
        return False
    for register in range(num_registers):
        registers[register] = rows[at + register]
    first = action * CODE_WIDTH
    flags = step(code[first : first + CODE_WIDTH], registers, rows[at + num_registers], word_bits)
    for register in range(num_registers):
        rows[place + register] = registers[register]
    rows[place + num_registers] = flags
    rows[place + num_registers + 1] = known
    if code[first] != COMPARE:
        rows[place + num_registers + 1] = known | np.int64(1) << code[first + TARGET]
    rows[place + num_registers + 2] = rows[at + num_registers + 2]
    return True


@kernel
def run_actions(code, reads, actions, rows, width, registers, word_bits):
    """Runs actions, one after the other, on every row state of `rows`, in place.

    Args:
      code: `[A * CODE_WIDTH]` actions.
      reads: `[A]` int64 bits of the registers that each reads, all of which the row states know.
      actions: `[length]` int64.
      rows: `[count * width]` int64.
      width: words of a row state.
      registers: `[R + constants]` int64 scratch; the constants stand behind the registers.
      word_bits: bits of a word.
    """
    for row in range(rows.size // width):
        for at in range(actions.size):
            step_row(code, reads, actions[at], rows, row, width, registers, word_bits, row * width)


@kernel
def reach_rows(
    code,
    reads,
    rows,
    count,
    deepest,
    width,
    registers,
    word_bits,
    goals,
    num_outputs,
    only_moves,
    slots,
    moves,
):
    """Enumerates all row states from the first ones, breadth first.

    Args:
      code: `[A * CODE_WIDTH]` actions.
      reads: `[A]` int64 bits of the registers that each reads.
      rows: `[most * width]`; the first `count` row states stand there, each once.
      count: how many there are.
      deepest: actions after which nothing more needs to be known.
      width: words of a row state.
      registers: `[R + constants]` int64 scratch; the constants stand behind the registers.
      word_bits: bits of a word.
      goals: `[goals * num_outputs]` int64.
      num_outputs: outputs of the task.
      only_moves: whether actions only move values; what has lost a value of its goal is then not kept.
      slots: `[power of two]` int32 hash table, zero; more than `most` slots.
      moves: `[A * most]` int32; out: the row state after action `a` in `s` at `a * most + s`, or LOST.

    Returns:
      OK or TOO_MANY, and how many row states there are.
    """
    most = rows.size // width - 1
    num_actions = code.size // CODE_WIDTH
    for row in range(count):
        slots[slot_of(rows, width, slots, row * width)] = row + 1
    row, depth, level_end = 0, 0, count
    while row < count:
        if row == level_end:
            depth, level_end = depth + 1, count
        for action in range(num_actions):
            if depth == deepest:
                moves[action * (most + 1) + row] = LOST
                continue
            place = count * width
            after = LOST
            if step_row(code, reads, action, rows, row, width, registers, word_bits, place) and not (
                only_moves and has_lost(rows, place, width - EXTRA, registers, goals, num_outputs)
            ):
                slot = slot_of(rows, width, slots, place)
                if slots[slot] == 0:
                    if count == most:
                        return TOO_MANY, count
                    count += 1
                    slots[slot] = count
                after = slots[slot] - 1
            moves[action * (most + 1) + row] = after
        row += 1
    return OK, count
