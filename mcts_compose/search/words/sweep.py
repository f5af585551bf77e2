"""Finds shared terms: contents e such that a goal is an operation on e and on an operation on e.

If a goal is `e op f(e, leaf)`, the goal without e, `inverse(goal, e)`, is one of the contents `f(e, leaf)`.
The hashes of the former are put into a small table, those of the latter are looked up there; so a contents
costs some microseconds, a thousandth of its expansion as a focus, and the whole bank can be swept. What is
found is only proposed: hashes filter, the expansion decides.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.apply import apply_rows
from mcts_compose.search.words.intern import ONE, hash_row
from mcts_compose.search.words.neighbourhood import (
    INVERSE,
    IS_COMMUTATIVE,
    IS_SWAPPED,
    OPCODE,
    READS,
    note_near,
)
from vm.jit import inlined, kernel


@inlined
def _want(bank, wanted, inverses, row, goal_first, goal_last):
    """Puts the hashes of the goals without a contents into the table of what is wanted."""
    size, _width = bank.state[at.SIZE], bank.state[at.WIDTH]
    mask = np.uint64(wanted.size) - ONE
    for each in range(inverses.shape[0]):
        inverse, goal = inverses[each, INVERSE], goal_first
        while goal < goal_last:
            count = min(goal_last - goal, bank.hashes.size)
            if inverses[each, IS_SWAPPED] != 0:
                apply_rows(bank, inverse, row, 0, goal, 1, count)
            else:
                apply_rows(bank, inverse, goal, 1, row, 0, count)
            for candidate in range(np.uint64(count)):
                code = hash_row(bank.block, candidate * np.uint64(size), size, bank.factors) | ONE
                slot = code & mask
                while wanted[slot] != 0 and wanted[slot] != code:
                    slot = (slot + ONE) & mask
                wanted[slot] = code
            goal += count


@inlined
def _is_wanted(bank, wanted, count):
    """Says whether one of the first `count` candidates of the block is wanted."""
    size = np.uint64(bank.state[at.SIZE])
    mask = np.uint64(wanted.size) - ONE
    bank.state[at.EXECUTIONS] += count
    is_found = False
    for candidate in range(np.uint64(count)):
        code = hash_row(bank.block, candidate * size, size, bank.factors) | ONE
        slot = code & mask
        while wanted[slot] != 0 and wanted[slot] != code:
            slot = (slot + ONE) & mask
        is_found = is_found or wanted[slot] == code
    return is_found


@inlined
def _meets_itself(bank, wanted, operators, row, leaves):
    """Says whether an operation on a contents and a leaf is wanted."""
    _size, _width = bank.state[at.SIZE], bank.state[at.WIDTH]
    for each in range(operators.shape[0]):
        opcode = operators[each, OPCODE]
        count = 1 if operators[each, READS] == 1 else leaves
        apply_rows(bank, opcode, row, 0, 0, 1, count)
        if _is_wanted(bank, wanted, count):
            return True
        if operators[each, READS] == 2 and operators[each, IS_COMMUTATIVE] == 0:
            apply_rows(bank, opcode, 0, 1, row, 0, count)
            if _is_wanted(bank, wanted, count):
                return True
    return False


@kernel
def sweep(bank, wanted, operators, inverses, leaves, rows, goal_first, goal_last):
    """Notes those contents of some rows that a goal shares, as near ones.

    Args:
      bank: its `near` and counters are modified in place.
      wanted: uint64, a power of two larger than twice the number of goals times inverses; overwritten.
      operators: `[num_operators, 3]` int64 with one or two operands.
      inverses: `[num_inverses, 5]` int64 of operators with two operands.
      leaves: rows `0 .. leaves` are inputs and constants, at most a block of them.
      rows: int64 rows to look at.
      goal_first: first goal.
      goal_last: row after the last.
    """
    for row in rows:
        for slot in range(wanted.size):
            wanted[slot] = 0
        _want(bank, wanted, inverses, row, goal_first, goal_last)
        bank.state[at.EXECUTIONS] += (goal_last - goal_first) * inverses.shape[0]
        if _meets_itself(bank, wanted, operators, row, leaves):
            note_near(bank, row, 2.0)
