"""Interns rows: equal contents are one row, and a contents that equals a goal is a hit.

Hashes filter, stored words decide. A block of candidates is hashed at once and the slots of the tables are
fetched before they are read, because most look-ups miss the processor's caches.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.prefetch import prefetch_word
from mcts_compose.search.words import layout as at
from vm.jit import inlined, kernel

FIRST_FACTOR = np.uint64(0xFF51AFD7ED558CCD)
SECOND_FACTOR = np.uint64(0xC4CEB9FE1A85EC53)
SHIFT = np.uint64(33)
TAG_SHIFT = np.uint64(32)
ROW_MASK = np.uint64(0xFFFFFFFF)
ONE = np.uint64(1)
HOW = np.uint64(4)


@inlined
def mixed(word):
    """Returns a word whose every bit depends on every bit of `word`.

    Source: the finalizer of MurmurHash3, Austin Appleby (public domain).
    """
    word = (word ^ (word >> SHIFT)) * FIRST_FACTOR
    word = (word ^ (word >> SHIFT)) * SECOND_FACTOR
    return word ^ (word >> SHIFT)


@inlined
def hash_row(words, start, size, factors):
    """Returns the hash of `words[start : start + size]`."""
    total = np.uint64(0)
    for i in range(np.uint64(size)):
        total += np.uint64(words[np.uint64(start) + i]) * np.uint64(factors[i])
    return mixed(total)


@inlined
def hash_zeros(words, start, size, factors):
    """Returns a hash of where a row is zero; 0 if it is zero everywhere or nowhere."""
    total, nonzero = np.uint64(0), np.uint64(0)
    for i in range(np.uint64(size)):
        bit = np.uint64(words[np.uint64(start) + i] != 0)
        total += bit * np.uint64(factors[i])
        nonzero += bit
    return np.uint64(0) if nonzero == 0 or nonzero == np.uint64(size) else mixed(total)


@inlined
def equal_rows(words, start, others, other_start, size):
    """Says whether two rows hold the same words."""
    for i in range(np.uint64(size)):
        if words[np.uint64(start) + i] != others[np.uint64(other_start) + i]:
            return False
    return True


@inlined
def equal_zeros(words, start, others, other_start, size):
    """Says whether two rows are zero in the same places."""
    for i in range(np.uint64(size)):
        if (words[np.uint64(start) + i] != 0) != (others[np.uint64(other_start) + i] != 0):
            return False
    return True


@inlined
def find_row(slots, code, words, row_words, start, size):
    """Returns the row of a table that holds `row_words[start : start + size]`, or `ABSENT`."""
    mask = np.uint64(slots.size) - ONE
    slot = code & mask
    while slots[slot] != 0:
        entry = slots[slot]
        if (entry ^ code) >> TAG_SHIFT == 0:
            row = (entry & ROW_MASK) - ONE
            if equal_rows(words, row * np.uint64(size), row_words, start, size):
                return np.int64(row)
        slot = (slot + ONE) & mask
    return np.int64(at.ABSENT)


@inlined
def put_row(slots, code, row):
    """Enters a row that the table does not have. The table must have an empty slot; not checked."""
    mask = np.uint64(slots.size) - ONE
    slot = code & mask
    while slots[slot] != 0:
        slot = (slot + ONE) & mask
    slots[slot] = ((code >> TAG_SHIFT) << TAG_SHIFT) | (np.uint64(row) + ONE)


@inlined
def replace_row(slots, code, row, new_row):
    """Makes the entry of a row that the table has name another row with the same words."""
    mask = np.uint64(slots.size) - ONE
    slot = code & mask
    while (slots[slot] & ROW_MASK) != np.uint64(row) + ONE:
        slot = (slot + ONE) & mask
    slots[slot] = ((code >> TAG_SHIFT) << TAG_SHIFT) | (np.uint64(new_row) + ONE)


@inlined
def write_row(bank, row, start, opcode, x, y, z, cost):
    """Stores the candidate at `block[start]` as a row."""
    size = np.uint64(bank.state[at.SIZE])
    to, how = np.uint64(row) * size, np.uint64(row) * HOW
    for i in range(size):
        bank.words[to + i] = bank.block[start + i]
    bank.how[how] = opcode
    bank.how[how + np.uint64(1)] = x
    bank.how[how + np.uint64(2)] = y
    bank.how[how + np.uint64(3)] = z
    bank.costs[np.uint64(row)] = cost


@inlined
def record_hit(bank, goal, row):
    """Notes that a contents equals a goal, if the program is not dearer than the limit."""
    state = bank.state
    cost = np.int64(bank.costs[np.uint64(goal)]) + np.int64(bank.costs[np.uint64(row)])
    hit = 2 * state[at.NUM_HITS]
    if cost <= state[at.LIMIT] and hit < bank.hits.size:
        bank.hits[np.uint64(hit)] = goal
        bank.hits[np.uint64(hit + 1)] = row
        state[at.NUM_HITS] += 1


@inlined
def meets(bank, goal, start):
    """Says whether the candidate at `block[start]` agrees with a goal in all bits that matter."""
    size = np.uint64(bank.state[at.SIZE])
    wanted = np.uint64(goal) * size
    care = (np.uint64(goal) + np.uint64(bank.state[at.PARTIAL_GOALS])) * size
    for i in range(size):
        if (bank.block[start + i] ^ bank.words[wanted + i]) & bank.words[care + i] != 0:
            return False
    return True


@inlined
def met_goal(bank, code, start):
    """Returns the goal that the candidate at `block[start]` meets, or `ABSENT`."""
    state = bank.state
    for goal in range(state[at.INNER_END], state[at.INNER_END] + state[at.PARTIAL_GOALS]):
        if meets(bank, goal, start):
            return goal
    return find_row(bank.goal_slots, code, bank.words, bank.block, start, np.uint64(state[at.SIZE]))


@kernel
def note_condition(bank, row):
    """Keeps a contents as a condition if no earlier one is zero in the same places."""
    state, slots, size = bank.state, bank.condition_slots, np.uint64(bank.state[at.SIZE])
    start = np.uint64(row) * size
    code = hash_zeros(bank.words, start, size, bank.factors)
    if code == 0 or state[at.NUM_CONDITIONS] >= state[at.MAX_CONDITIONS]:
        return
    mask = np.uint64(slots.size) - ONE
    slot = code & mask
    while slots[slot] != 0:
        entry = slots[slot]
        other = ((entry & ROW_MASK) - ONE) * size
        same_tag = (entry ^ code) >> TAG_SHIFT == 0
        if same_tag and equal_zeros(bank.words, other, bank.words, start, size):
            return
        slot = (slot + ONE) & mask
    slots[slot] = ((code >> TAG_SHIFT) << TAG_SHIFT) | (np.uint64(row) + ONE)
    bank.conditions[np.uint64(state[at.NUM_CONDITIONS])] = row
    state[at.NUM_CONDITIONS] += 1


@inlined
def next_row(bank, is_inner, is_wanted):
    """Returns where a new contents is stored, or `ABSENT`; a few rows are kept for contents that hit."""
    state = bank.state
    count, end = (at.INNER_COUNT, at.INNER_END) if is_inner else (at.COUNT, at.FORWARD_END)
    spare = 0 if is_wanted else bank.hits.size
    if state[count] >= state[end] - spare:
        state[at.IS_FULL] |= 2 if is_inner else 1
        return np.int64(at.ABSENT)
    state[count] += 1
    return state[count] - 1


@kernel
def hash_block(bank, count):
    """Hashes the first `count` candidates of the block and fetches their slots."""
    size = np.uint64(bank.state[at.SIZE])
    mask = np.uint64(bank.slots.size) - ONE
    for each in range(np.uint64(count)):
        code = hash_row(bank.block, each * size, size, bank.factors)
        bank.hashes[each] = code
        prefetch_word(bank.slots, code & mask)


@kernel
def intern_block(bank, count, opcode, x, x_step, y, y_step, z, z_step, cost):
    """Stores those of the first `count` candidates of the block that are new, and records hits.

    What the tree found before is new to the enumeration: its levels must have all contents of their cost.

    Args:
      bank: modified in place.
      count: candidates; candidate `i` is `opcode` of the rows `x + i * x_step` and so on.
      opcode: of the machine's table.
      x: row.
      x_step: 0 or 1.
      y: row.
      y_step: 0 or 1.
      z: row; any number where the operator has fewer operands.
      z_step: 0 or 1.
      cost: of the candidates.
    """
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    hash_block(bank, count)
    state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        code, start = bank.hashes[each], each * size
        known = find_row(bank.slots, code, bank.words, bank.block, start, size)
        if known != at.ABSENT and known < state[at.FORWARD_END]:
            continue
        goal = met_goal(bank, code, start)
        row = next_row(bank, False, goal != at.ABSENT)
        if row == at.ABSENT:
            continue
        step = np.int64(each)
        write_row(bank, row, start, opcode, x + step * x_step, y + step * y_step, z + step * z_step, cost)
        if known == at.ABSENT:
            put_row(bank.slots, code, row)
        else:
            replace_row(bank.slots, code, known, row)
        if goal != at.ABSENT:
            record_hit(bank, goal, row)
        note_condition(bank, row)


@kernel
def intern_goals(bank, count, opcode, is_second, parent, operand, operand_step, cost, end):
    """Stores those of the first `count` candidates of the block that are new goals, and records hits.

    Args:
      bank: modified in place.
      count: candidates.
      opcode: what gives the parent goal from the new one and the operand.
      is_second: whether the new goal is the second operand.
      parent: row of a goal.
      operand: row of a contents.
      operand_step: 0 or 1.
      cost: of the operations between the new goals and the task's.
      end: row before which the new goals must lie.
    """
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    hash_block(bank, count)
    state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        code, start, step = bank.hashes[each], each * size, np.int64(each)
        if state[at.GOAL_COUNT] >= end:
            return
        if find_row(bank.goal_slots, code, bank.words, bank.block, start, size) != at.ABSENT:
            continue
        goal = state[at.GOAL_COUNT]
        state[at.GOAL_COUNT] += 1
        write_row(bank, goal, start, opcode, is_second, parent, operand + step * operand_step, cost)
        put_row(bank.goal_slots, code, goal)
        found = find_row(bank.slots, code, bank.words, bank.block, start, size)
        if found != at.ABSENT:
            record_hit(bank, goal, found)
