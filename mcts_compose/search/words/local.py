"""The rows of one focus: what its neighbourhood is made of, before anything of it enters the bank.

They lie behind the bank's other rows and are thrown away with the next focus:

    base      what operands are taken from: inputs, constants, the focus and what it is made of
    firsts    what one operation with the focus gives; all of them are contents of the bank
    seconds   what one operation on a first and one of the base gives

A second enters the bank only when it is near a goal or is part of a program.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.intern import (
    HOW,
    find_row,
    hash_block,
    met_goal,
    put_row,
    record_hit,
    write_row,
)
from vm.jit import inlined, kernel


@inlined
def local_index(bank, row):
    """Returns the place of a row of the focus in the arrays beside the words."""
    return np.uint64(row - bank.state[at.NUM_ROWS])


@kernel
def add_local(bank, start, code, origin, opcode, x, y, z):
    """Adds the candidate at `block[start]` to the rows of the focus.

    Returns:
      Its row, or `ABSENT` if the focus has it or there is no room.
    """
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    row = state[at.LOCAL_COUNT]
    index = local_index(bank, row)
    if index >= np.uint64(bank.origins.size):
        return np.int64(at.ABSENT)
    if find_row(bank.local_slots, code, bank.words, bank.block, start, size) != at.ABSENT:
        return np.int64(at.ABSENT)
    to = np.uint64(row) * size
    for i in range(size):
        bank.words[to + i] = bank.block[start + i]
    bank.origins[index] = origin
    how = index * HOW
    bank.local_how[how] = opcode
    bank.local_how[how + np.uint64(1)] = x
    bank.local_how[how + np.uint64(2)] = y
    bank.local_how[how + np.uint64(3)] = z
    put_row(bank.local_slots, code, row)
    state[at.LOCAL_COUNT] += 1
    return row


@inlined
def origin_of(bank, row):
    """Returns the bank's row of a row of the focus, `ABSENT` if it has none yet."""
    return np.int64(bank.origins[local_index(bank, row)])


@kernel
def known_or_new(bank, start, code, opcode, x, y, z, cost, goal):
    """Returns the bank's row of the candidate at `block[start]`, which is stored if it is new.

    Args:
      bank: modified in place.
      start: of the candidate.
      code: its hash.
      opcode: what it comes from.
      x: row of the focus that has one of the bank, as the next two.
      y: row of the focus.
      z: row of the focus.
      cost: its cost if it is new.
      goal: the goal it equals; a hit is recorded if it is new.

    Returns:
      The row, or `ABSENT` if there is no room.
    """
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    row = find_row(bank.slots, code, bank.words, bank.block, start, size)
    if row != at.ABSENT:
        return row
    spare = 2 * bank.hits.size if goal == at.ABSENT else 2
    if state[at.INNER_COUNT] >= state[at.INNER_END] - spare:
        state[at.IS_FULL] |= 2
        return np.int64(at.ABSENT)
    row = state[at.INNER_COUNT]
    state[at.INNER_COUNT] += 1
    write_row(bank, row, start, opcode, origin_of(bank, x), origin_of(bank, y), origin_of(bank, z), cost)
    put_row(bank.slots, code, row)
    if goal != at.ABSENT:
        record_hit(bank, goal, row)
    return row


@kernel
def lay_base(bank, rows):
    """Drops the rows of the last focus and makes contents of the bank, int64 rows, the base of the next."""
    size = np.uint64(bank.state[at.SIZE])
    bank.state[at.LOCAL_COUNT] = bank.state[at.NUM_ROWS]
    for slot in range(bank.local_slots.size):
        bank.local_slots[slot] = 0
    for row in rows:
        for i in range(size):
            bank.block[i] = bank.words[np.uint64(row) * size + i]
        hash_block(bank, 1)
        add_local(bank, np.uint64(0), bank.hashes[0], row, 0, 0, 0, 0)


@kernel
def keep_firsts(bank, count, opcode, x, x_step, y, y_step, z, z_step, cost):
    """Takes the first `count` candidates of the block into the bank and as rows of the focus.

    Args:
      bank: modified in place.
      count: candidates; candidate `i` is `opcode` of the rows `x + i * x_step` and so on, of the focus.
      opcode: of the machine's table.
      x: row.
      x_step: 0 or 1.
      y: row.
      y_step: 0 or 1.
      z: row.
      z_step: 0 or 1.
      cost: of the candidates.
    """
    size = np.uint64(bank.state[at.SIZE])
    hash_block(bank, count)
    bank.state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        step, start, code = np.int64(each), each * size, bank.hashes[each]
        first, second, third = x + step * x_step, y + step * y_step, z + step * z_step
        goal = met_goal(bank, code, start)
        origin = known_or_new(bank, start, code, opcode, first, second, third, cost, goal)
        if origin != at.ABSENT:
            add_local(bank, start, code, origin, opcode, first, second, third)
