"""Repeats one step with one constant after the other: what a loop over constants would compute.

A step is `outer(v, inner(v, c))`, or with operands swapped; it is run with every rising and every falling
choice of the task's constants for c, each result being the next v. Logarithmic tricks have this form: first
`v | v >> 1`, then `v | v >> 2`, and so on. Every result is looked up among the goals, and after two steps it
is also tried whether one more operation with a leaf gives the task's goal.

The rows of the chain lie behind those of the base of the focus, two for each step: inner, then outer.
"""

from __future__ import annotations

import numpy as np

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.apply import apply_rows
from mcts_compose.search.words.intern import HOW, equal_rows, hash_row, met_goal
from mcts_compose.search.words.local import known_or_new, local_index
from mcts_compose.search.words.neighbourhood import IS_COMMUTATIVE, OPCODE, READS, secure
from vm.assembly.alu import alu
from vm.jit import inlined, kernel

CLOSE_FROM = 2
"""Steps after which a last operation is tried."""
DEPTH_LIMIT = 16
"""Steps of a chain."""


@inlined
def _compute(bank, opcode, x, y, is_swapped, row):
    """Writes what an operator gives on two rows of the focus to a third, which has no row in the bank yet."""
    _state, size = bank.state, np.uint64(bank.state[at.SIZE])
    first, second = (y, x) if is_swapped else (x, y)
    apply_rows(bank, opcode, first, 0, second, 0, 1)
    to, index = np.uint64(row) * size, local_index(bank, row)
    for i in range(size):
        bank.words[to + i] = bank.block[i]
    bank.origins[index] = at.ABSENT
    how = index * HOW
    bank.local_how[how] = opcode
    bank.local_how[how + np.uint64(1)] = first
    bank.local_how[how + np.uint64(2)] = second
    bank.local_how[how + np.uint64(3)] = first


@kernel
def _secure_chain(bank, first, last, cost):
    """Gives the rows of a chain rows of the bank; returns whether there was room."""
    for row in range(first, last):
        if secure(bank, row, cost) == at.ABSENT:
            return False
    return True


@kernel
def _try_goal(bank, opcode, x, y, chain, last, cost):
    """Stores the candidate in the block with its chain if it is a goal; x and y gave it."""
    size = np.uint64(bank.state[at.SIZE])
    start = np.uint64(0)
    code = hash_row(bank.block, start, size, bank.factors)
    goal = met_goal(bank, code, start)
    if goal != at.ABSENT and _secure_chain(bank, chain, last, cost):
        # Securing wrote over the block's spare row only.
        known_or_new(bank, start, code, opcode, x, y, x, cost, goal)


@kernel
def _close(bank, operators, leaves, row, chain, cost):
    """Tries whether one operation on the end of a chain and a leaf gives the task's goal."""
    state, size = bank.state, np.uint64(bank.state[at.SIZE])
    width, base = state[at.WIDTH], state[at.NUM_ROWS]
    word = bank.words[np.uint64(row) * size]
    wanted = bank.words[np.uint64(state[at.INNER_END]) * size]
    for each in range(operators.shape[0]):
        opcode = operators[each, OPCODE]
        if operators[each, READS] != 2:
            continue
        for leaf in range(base, base + leaves):
            other = bank.words[np.uint64(leaf) * size]
            if np.uint64(alu(opcode, word, other, 0, width)) == wanted:
                apply_rows(bank, opcode, row, 0, leaf, 0, 1)
                _try_goal(bank, opcode, row, leaf, chain, row + 1, cost)
            if np.uint64(alu(opcode, other, word, 0, width)) == wanted:
                apply_rows(bank, opcode, leaf, 0, row, 0, 1)
                _try_goal(bank, opcode, leaf, row, chain, row + 1, cost)


@inlined
def _run_step(bank, step, chain, depth, start, constant):
    """Computes one step of a chain; returns whether it changed anything."""
    size = np.uint64(bank.state[at.SIZE])
    v = start if depth == 0 else chain + 2 * depth - 1
    inner, outer = chain + 2 * depth, chain + 2 * depth + 1
    _compute(bank, step[0], v, constant, step[1] != 0, inner)
    _compute(bank, step[2], v, inner, step[3] != 0, outer)
    return not equal_rows(bank.words, np.uint64(v) * size, bank.words, np.uint64(outer) * size, size)


@kernel
def repeat_step(bank, operators, step, leaves, start, constants, places, cost):
    """Repeats one step with all choices of the constants in their order.

    Args:
      bank: modified in place.
      operators: `[num_operators, 3]` int64.
      step: `[4]` int64: inner operator, whether its operands are swapped, outer operator, the same.
      leaves: the first rows of the base, operands of the last operation.
      start: row of the focus that the chain starts from.
      constants: int64 rows of the focus, at most `DEPTH_LIMIT`.
      places: `[DEPTH_LIMIT + 1]` int64, what stands there is lost: the next constant at every depth.
      cost: of what is stored.
    """
    chain = bank.state[at.LOCAL_COUNT]
    depth = 0
    places[0] = 0
    while depth >= 0:
        if places[depth] >= constants.size:
            depth -= 1
            continue
        constant = constants[places[depth]]
        places[depth] += 1
        bank.state[at.EXECUTIONS] += 2
        if not _run_step(bank, step, chain, depth, start, constant):
            continue
        inner, outer = chain + 2 * depth, chain + 2 * depth + 1
        v = start if depth == 0 else chain + 2 * depth - 1
        # The block still holds what the outer operator gave.
        if step[3] != 0:
            _try_goal(bank, step[2], inner, v, chain, outer, cost)
        else:
            _try_goal(bank, step[2], v, inner, chain, outer, cost)
        if depth + 1 >= CLOSE_FROM:
            _close(bank, operators, leaves, outer, chain, cost)
        places[depth + 1] = places[depth]
        depth += 1


@kernel
def repeat_all(bank, operators, leaves, start, constants, places, step, cost):
    """Repeats every step of two of the operators; see `repeat_step`."""
    for inner in range(operators.shape[0]):
        for outer in range(operators.shape[0]):
            if operators[inner, READS] != 2 or operators[outer, READS] != 2:
                continue
            for swaps in range(4):
                if swaps & 1 and operators[inner, IS_COMMUTATIVE] != 0:
                    continue
                if swaps & 2 and operators[outer, IS_COMMUTATIVE] != 0:
                    continue
                step[0], step[1] = operators[inner, OPCODE], swaps & 1
                step[2], step[3] = operators[outer, OPCODE], swaps & 2
                repeat_step(bank, operators, step, leaves, start, constants, places, cost)
