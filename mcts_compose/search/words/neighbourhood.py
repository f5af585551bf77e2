"""Expands a focus: the operations around it, stage by stage.

    1. the focus with one of the base: the firsts; goals before the goals that the focus leads to
    2. a first with one of the base, or with another first: the seconds
    3. a second with one of the base: only looked up among the goals

A stage also joins: if a goal is `u op v` with u a row of the focus, v is looked up in the whole bank.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.apply import apply_rows, choose_rows
from mcts_compose.search.words.intern import (
    HOW,
    find_row,
    hash_block,
    hash_row,
    met_goal,
    put_row,
    record_hit,
    write_row,
)
from mcts_compose.search.words.local import add_local, keep_firsts, known_or_new, local_index, origin_of
from mcts_compose.search.words.nearness import nearest
from vm.assembly.isa import ITE
from vm.jit import inlined, kernel

OPCODE, READS, IS_COMMUTATIVE = 0, 1, 2
"""Columns of the table of operators."""
INVERSE_OPCODE, IS_SECOND, INVERSE, IS_SWAPPED, INVERSE_PRICE = 0, 1, 2, 3, 4
"""Columns of the table of inverses of operators with two operands."""


@kernel
def expand_firsts(bank, operators, base_count, cost):
    """Runs every operator on the focus, which is the last row of the base, and rows of the base."""
    state = bank.state
    base, _size, _width = state[at.NUM_ROWS], state[at.SIZE], state[at.WIDTH]
    focus = base + base_count - 1
    for each in range(operators.shape[0]):
        opcode = operators[each, OPCODE]
        if operators[each, READS] == 1:
            apply_rows(bank, opcode, focus, 0, focus, 0, 1)
            keep_firsts(bank, 1, opcode, focus, 0, focus, 0, focus, 0, cost)
        elif opcode == ITE:
            _first_choices(bank, base, base_count, cost)
        else:
            apply_rows(bank, opcode, focus, 0, base, 1, base_count)
            keep_firsts(bank, base_count, opcode, focus, 0, base, 1, base, 0, cost)
            if operators[each, IS_COMMUTATIVE] == 0:
                apply_rows(bank, opcode, base, 1, focus, 0, base_count)
                keep_firsts(bank, base_count, opcode, base, 1, focus, 0, base, 0, cost)


@kernel
def _first_choices(bank, base, base_count, cost):
    """Runs `ite` with the focus in each of its three places, and rows of the base in the others."""
    state = bank.state
    _size, _width = state[at.SIZE], state[at.WIDTH]
    focus = base + base_count - 1
    for other in range(base, base + base_count):
        choose_rows(bank, focus, other, base, base_count)
        keep_firsts(bank, base_count, ITE, focus, 0, other, 0, base, 1, cost)
        choose_rows(bank, other, focus, base, base_count)
        keep_firsts(bank, base_count, ITE, other, 0, focus, 0, base, 1, cost)
    for other in range(base, base + base_count):
        for condition in range(base, base + base_count):
            choose_rows(bank, condition, other, focus, 1)
            keep_firsts(bank, 1, ITE, condition, 0, other, 0, focus, 0, cost)


@kernel
def secure(bank, row, cost):
    """Gives a row of the focus a row of the bank if it has none; returns that, `ABSENT` without room."""
    origin = origin_of(bank, row)
    if origin != at.ABSENT:
        return origin
    size = np.uint64(bank.state[at.SIZE])
    start = np.uint64(bank.hashes.size) * size
    for i in range(size):
        bank.block[start + i] = bank.words[np.uint64(row) * size + i]
    code = hash_row(bank.block, start, size, bank.factors)
    index = local_index(bank, row)
    how = index * HOW
    opcode = bank.local_how[how]
    x, y, z = (
        np.int64(bank.local_how[how + np.uint64(1)]),
        np.int64(bank.local_how[how + np.uint64(2)]),
        np.int64(bank.local_how[how + np.uint64(3)]),
    )
    origin = known_or_new(bank, start, code, opcode, x, y, z, cost, np.int64(at.ABSENT))
    bank.origins[index] = origin
    return origin


@inlined
def note_near(bank, row, score):
    """Notes a contents that is near a goal."""
    count = bank.state[at.NUM_NEAR]
    if count < bank.near.size:
        bank.near[np.uint64(count)] = row
        bank.nearness[np.uint64(count)] = score
        bank.state[at.NUM_NEAR] = count + 1


@kernel
def score_firsts(bank, first, last, goal_first, goal_last):
    """Notes how near the firsts are to a goal, as far as the tree found them."""
    size = np.uint64(bank.state[at.SIZE])
    for row in range(first, last):
        if origin_of(bank, row) >= bank.state[at.FORWARD_END]:
            score = nearest(bank, bank.words, np.uint64(row) * size, goal_first, goal_last)
            note_near(bank, origin_of(bank, row), score)


@kernel
def keep_seconds(bank, count, opcode, x, x_step, y, y_step, cost, threshold, goal_first, goal_last):
    """Takes the first `count` candidates of the block as rows of the focus, near ones into the bank."""
    size = np.uint64(bank.state[at.SIZE])
    hash_block(bank, count)
    bank.state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        step, start, code = np.int64(each), each * size, bank.hashes[each]
        first, second = x + step * x_step, y + step * y_step
        goal = met_goal(bank, code, start)
        row = add_local(bank, start, code, np.int64(at.ABSENT), opcode, first, second, first)
        origin = find_row(bank.slots, code, bank.words, bank.block, start, size)
        if origin == at.ABSENT:
            score = 0.0
            if row != at.ABSENT:
                score = nearest(bank, bank.block, start, goal_first, goal_last)
            if goal != at.ABSENT or score > threshold:
                origin = known_or_new(bank, start, code, opcode, first, second, first, cost, goal)
                if origin != at.ABSENT and score > threshold:
                    note_near(bank, origin, score)
        if row != at.ABSENT:
            bank.origins[local_index(bank, row)] = origin


@kernel
def expand_seconds(bank, operators, base_count, first, last, cost, threshold, goal_first, goal_last):
    """Runs every operator of one or two operands on the firsts `first .. last` and rows of the base."""
    state = bank.state
    base, _size, _width = state[at.NUM_ROWS], state[at.SIZE], state[at.WIDTH]
    for row in range(first, last):
        for each in range(operators.shape[0]):
            opcode = operators[each, OPCODE]
            if operators[each, READS] == 1:
                apply_rows(bank, opcode, row, 0, row, 0, 1)
                keep_seconds(bank, 1, opcode, row, 0, row, 0, cost, threshold, goal_first, goal_last)
            elif opcode != ITE:
                apply_rows(bank, opcode, row, 0, base, 1, base_count)
                keep_seconds(
                    bank, base_count, opcode, row, 0, base, 1, cost, threshold, goal_first, goal_last
                )
                if operators[each, IS_COMMUTATIVE] == 0:
                    apply_rows(bank, opcode, base, 1, row, 0, base_count)
                    keep_seconds(
                        bank, base_count, opcode, base, 1, row, 0, cost, threshold, goal_first, goal_last
                    )


@kernel
def try_thirds(bank, count, opcode, x, x_step, y, y_step, cost):
    """Looks the first `count` candidates of the block up among the goals; what hits enters the bank."""
    size = np.uint64(bank.state[at.SIZE])
    bank.state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        step, start = np.int64(each), each * size
        code = hash_row(bank.block, start, size, bank.factors)
        goal = met_goal(bank, code, start)
        if goal == at.ABSENT:
            continue
        first, second = x + step * x_step, y + step * y_step
        x_origin, y_origin = secure(bank, first, cost), secure(bank, second, cost)
        if x_origin != at.ABSENT and y_origin != at.ABSENT:
            known_or_new(bank, start, code, opcode, first, second, first, cost, goal)


@kernel
def expand_thirds(bank, operators, y_first, y_count, first, last, cost):
    """Runs every operator on the rows `first .. last` of the focus and `y_count` others from `y_first` on."""
    state = bank.state
    _size, _width = state[at.SIZE], state[at.WIDTH]
    for row in range(first, last):
        for each in range(operators.shape[0]):
            opcode = operators[each, OPCODE]
            if operators[each, READS] == 1:
                apply_rows(bank, opcode, row, 0, row, 0, 1)
                try_thirds(bank, 1, opcode, row, 0, row, 0, cost)
            elif opcode != ITE:
                apply_rows(bank, opcode, row, 0, y_first, 1, y_count)
                try_thirds(bank, y_count, opcode, row, 0, y_first, 1, cost)
                if operators[each, IS_COMMUTATIVE] == 0:
                    apply_rows(bank, opcode, y_first, 1, row, 0, y_count)
                    try_thirds(bank, y_count, opcode, y_first, 1, row, 0, cost)


@kernel
def join(bank, inverses, first, last, goal_first, goal_last, cost):
    """Looks up, for goals and rows of the focus, what would give the goal together with the row.

    Args:
      bank: modified in place.
      inverses: `[num_inverses, 5]` int64, of operators with two operands.
      first: first row of the focus.
      last: row after the last.
      goal_first: first goal.
      goal_last: row after the last.
      cost: of the row, added to the cost of the goal and of the contents that is found.
    """
    state = bank.state
    _size, _width = state[at.SIZE], state[at.WIDTH]
    for each in range(inverses.shape[0]):
        inverse = inverses[each, INVERSE]
        for goal in range(goal_first, goal_last):
            row = first
            while row < last:
                count = min(last - row, bank.hashes.size)
                if inverses[each, IS_SWAPPED] != 0:
                    apply_rows(bank, inverse, row, 1, goal, 0, count)
                else:
                    apply_rows(bank, inverse, goal, 0, row, 1, count)
                _look_up(bank, count, inverses, each, goal, row, cost)
                row += count


@kernel
def _look_up(bank, count, inverses, inverse, goal, row, cost):
    """Looks the first `count` candidates up in the bank; what is found makes a goal and a hit."""
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    hash_block(bank, count)
    state[at.EXECUTIONS] += count
    for each in range(np.uint64(count)):
        start, code = each * size, bank.hashes[each]
        found = find_row(bank.slots, code, bank.words, bank.block, start, size)
        if found == at.ABSENT or state[at.GOAL_COUNT] >= state[at.NUM_ROWS]:
            continue
        if find_row(bank.goal_slots, code, bank.words, bank.block, start, size) != at.ABSENT:
            continue
        operand = secure(bank, row + np.int64(each), cost)
        if operand == at.ABSENT:
            continue
        new = state[at.GOAL_COUNT]
        state[at.GOAL_COUNT] += 1
        price = np.int64(bank.costs[np.uint64(goal)]) + inverses[inverse, INVERSE_PRICE] + cost
        opcode, is_second = inverses[inverse, INVERSE_OPCODE], inverses[inverse, IS_SECOND]
        write_row(bank, new, start, opcode, is_second, goal, operand, min(price, at.NO_LIMIT))
        put_row(bank.goal_slots, code, new)
        record_hit(bank, new, found)
