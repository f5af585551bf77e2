"""Enumerates the contents of one cost: one operator on all pairs of rows from two ranges.

A job can stop after any block and go on later: `cursor` says where it is.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.apply import apply_rows, choose_rows
from mcts_compose.search.words.intern import intern_block, intern_goals
from vm.assembly.isa import ITE
from vm.jit import kernel

ROW = 0
"""Row of the outer operand."""
PARTNER = 1
"""First row of the inner operand that was not tried yet; 0 if none was."""
CONDITION = 2


@kernel
def run_pairs(bank, opcode, x_first, x_last, y_first, y_last, is_triangle, cost, cursor, allowance):
    """Runs a binary operator on all pairs of rows of two ranges.

    Args:
      bank: modified in place.
      opcode: of the machine's table.
      x_first: first row of the first operand.
      x_last: row after the last.
      y_first: first row of the second operand.
      y_last: row after the last.
      is_triangle: whether the second operand must not be before the first: for a commutative operator.
      cost: of the results.
      cursor: `[3]` int64, where the job is; modified in place.
      allowance: candidates after which it stops.

    Returns:
      Whether the job is done.
    """
    state, block = bank.state, bank.hashes.size
    _size, _width = state[at.SIZE], state[at.WIDTH]
    while cursor[ROW] < x_last:
        x = cursor[ROW]
        y = max(cursor[PARTNER], max(y_first, x) if is_triangle else y_first)
        while y < y_last:
            if allowance <= 0:
                return False
            count = min(y_last - y, block)
            apply_rows(bank, opcode, x, 0, y, 1, count)
            intern_block(bank, count, opcode, x, 0, y, 1, 0, 0, cost)
            allowance -= count
            y += count
            cursor[PARTNER] = y
        cursor[ROW] = x + 1
        cursor[PARTNER] = 0
    return True


@kernel
def run_single(bank, opcode, first, last, cost):
    """Runs an operator of one operand on a range of rows."""
    state, block = bank.state, bank.hashes.size
    _size, _width = state[at.SIZE], state[at.WIDTH]
    x = first
    while x < last:
        count = min(last - x, block)
        apply_rows(bank, opcode, x, 1, x, 1, count)
        intern_block(bank, count, opcode, x, 1, 0, 0, 0, 0, cost)
        x += count


@kernel
def run_choices(bank, c_first, c_last, x_first, x_last, y_first, y_last, cost, cursor, allowance):
    """Runs `ite` on all triples of a range of conditions and two ranges of rows; see `run_pairs`."""
    state, block = bank.state, bank.hashes.size
    _size, _width = state[at.SIZE], state[at.WIDTH]
    while cursor[CONDITION] < c_last:
        condition = np.int64(bank.conditions[cursor[CONDITION]])
        while cursor[ROW] < x_last:
            x, y = cursor[ROW], max(cursor[PARTNER], y_first)
            while y < y_last:
                if allowance <= 0:
                    return False
                count = min(y_last - y, block)
                choose_rows(bank, condition, x, y, count)
                intern_block(bank, count, ITE, condition, 0, x, 0, y, 1, cost)
                allowance -= count
                y += count
                cursor[PARTNER] = y
            cursor[ROW], cursor[PARTNER] = x + 1, 0
        cursor[CONDITION] += 1
        cursor[ROW] = x_first
    return True


@kernel
def run_goals(bank, opcode, inverse, is_second, swap, g_first, g_last, u_first, u_last, cost, end):
    """Makes new goals from all pairs of a goal and a contents.

    The new goal is `inverse(goal, contents)`, or `inverse(contents, goal)` if `swap`;
    goals from the row `end` on are not made.
    """
    state, block = bank.state, bank.hashes.size
    _size, _width = state[at.SIZE], state[at.WIDTH]
    for goal in range(g_first, g_last):
        u = u_first
        while u < u_last and state[at.GOAL_COUNT] < end:
            count = min(u_last - u, block)
            if swap:
                apply_rows(bank, inverse, u, 1, goal, 0, count)
            else:
                apply_rows(bank, inverse, goal, 0, u, 1, count)
            intern_goals(bank, count, opcode, is_second, goal, u, 1, cost, end)
            u += count
