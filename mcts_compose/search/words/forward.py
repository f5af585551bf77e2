"""The enumeration by cost: leaves first, then every operator on all operands whose costs add up.

Before the contents of a cost come the goals of that cost: what must be given so that operations of that cost
lead to the task's goal. A contents that is a goal is a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from mcts_compose.search.straight_lines import WordProblem
from mcts_compose.search.words import layout as at
from mcts_compose.search.words import levels as kernels
from mcts_compose.search.words.intern import intern_block, intern_goals
from mcts_compose.search.words.operators import Inverse, Operator, inverses_of
from mcts_compose.search.words.solution import LEAF
from mcts_compose.search.words.store import Bank, pad
from vm.assembly.isa import ITE

CHUNK = 100_000
"""Candidates between two looks at the clock and at the hits."""
FORWARD_GOALS = 0.6
"""Share of the room for goals that is not the tree's (untuned)."""


class Enumeration:
    """Levels of contents and of goals, one after the other.

    Attributes:
      level: the cost that is being enumerated; all below are complete.
      is_closed: whether no operator can give anything new.
    """

    def __init__(self, problem: WordProblem, bank: Bank, operators: tuple[Operator, ...]) -> None:
        self._problem, self._bank, self._operators = problem, bank, operators
        self.inverses = inverses_of(operators)
        self._allowance = CHUNK
        self._goal_end = int(bank.state[at.INNER_END]) + int(FORWARD_GOALS * len(bank.goal_ones))
        self.level = 0
        self.is_closed = False
        self._enter_goals()
        self._enter_leaves()
        first = int(bank.state[at.INNER_END])
        self._starts = [0, int(bank.state[at.COUNT])]
        self._condition_starts = [0, int(bank.state[at.NUM_CONDITIONS])]
        self._goals = [(first, first + len(problem.goals))]

    def _enter_goals(self) -> None:
        """Makes rows of the task's goals, and of their cares where not all bits matter."""
        problem, bank = self._problem, self._bank
        state, size = bank.state, int(bank.state[at.SIZE])
        full = np.uint64((1 << problem.width) - 1)
        is_partial = bool((problem.cares != full).any())
        rows = (*problem.goals, *problem.cares) if is_partial else tuple(problem.goals)
        if is_partial:
            state[at.PARTIAL_GOALS] = len(problem.goals)
            self.inverses = ()
        for row in rows:
            # A goal that stands there twice has two rows; the table finds the first.
            goal = int(state[at.GOAL_COUNT])
            bank.block[:size] = pad(row, size)
            intern_goals(bank, 1, LEAF, 0, 0, 0, 0, 0, state[at.NUM_ROWS])
            bank.words[goal * size : (goal + 1) * size] = bank.block[:size]
            bank.how[4 * goal : 4 * goal + 4] = LEAF
            bank.costs[goal] = 0
            state[at.GOAL_COUNT] = goal + 1
        state[at.EXECUTIONS] = 0

    def _enter_leaves(self) -> None:
        """Makes rows of the inputs and the constants."""
        problem, bank = self._problem, self._bank
        size, width = int(bank.state[at.SIZE]), problem.width
        constants = [np.full(size, word % (1 << width), np.uint64) for word in problem.constants]
        for number, row in enumerate([*problem.inputs, *constants]):
            bank.block[:size] = pad(row, size)
            intern_block(bank, 1, LEAF, number, 0, 0, 0, 0, 0, 0)
        bank.state[at.EXECUTIONS] = 0

    def work(self) -> Iterator[None]:
        """Goes on with the enumeration; yields after every `CHUNK` candidates or so."""
        last_new, dearest = 0, max((each.price for each in self._operators), default=1)
        while not self.is_closed:
            self.level += 1
            if self.level >= at.NO_LIMIT:
                return
            yield from self._goal_level(self.level)
            yield from self._contents_level(self.level)
            state = self._bank.state
            self._starts.append(int(state[at.COUNT]))
            self._condition_starts.append(int(state[at.NUM_CONDITIONS]))
            if self._starts[-1] > self._starts[-2]:
                last_new = self.level
            # No operands are left whose costs could add up to a level that is still to come.
            self.is_closed = self.level > 3 * last_new + dearest and not state[at.IS_FULL] & 1

    def make_goals(
        self, each: Inverse, goals: tuple[int, int], rows: tuple[int, int], cost: int, end: int
    ) -> None:
        """Makes the goals before a range of goals, with a range of contents as the other operand."""
        kernels.run_goals(
            self._bank,
            each.opcode,
            each.inverse,
            each.is_second,
            each.is_swapped,
            *goals,
            *rows,
            cost,
            end,
        )

    def goals_of(self, cost: int) -> tuple[int, int]:
        """Returns the first goal and the row after the last of a cost that is complete."""
        return self._goals[cost]

    def rows_of(self, cost: int) -> tuple[int, int]:
        """Returns the first row and the row after the last of a cost that is complete."""
        return self._starts[cost], self._starts[cost + 1]

    def _spend(self, before: int) -> bool:
        """Counts the candidates since `before`; says whether it is time to look at the clock."""
        self._allowance -= int(self._bank.state[at.EXECUTIONS]) - before
        if self._allowance > 0:
            return False
        self._allowance = CHUNK
        return True

    def _goal_level(self, level: int) -> Iterator[None]:
        """Makes the goals of one cost."""
        bank = self._bank
        first = int(bank.state[at.GOAL_COUNT])
        for each in self.inverses:
            rest = level - each.price
            for cost in range(rest + 1) if each.reads == 2 else [0][: rest >= 0]:
                goals = self._goals[rest - cost]
                # An operator of one operand needs a contents for nothing; the first row stands for it.
                rows = self.rows_of(cost) if each.reads == 2 else (0, 1)
                before = int(bank.state[at.EXECUTIONS])
                self.make_goals(each, goals, rows, level, self._goal_end)
                if self._spend(before):
                    yield
        self._goals.append((first, int(bank.state[at.GOAL_COUNT])))

    def _contents_level(self, level: int) -> Iterator[None]:
        """Makes the contents of one cost."""
        for each in self._operators:
            rest = level - each.price
            if rest < 0:
                continue
            if each.reads == 1:
                before = int(self._bank.state[at.EXECUTIONS])
                kernels.run_single(self._bank, each.opcode, *self.rows_of(rest), level)
                if self._spend(before):
                    yield
            elif each.opcode == ITE:
                yield from self._choices(rest, level)
            else:
                yield from self._pairs(each, rest, level)

    def _pairs(self, operator: Operator, rest: int, level: int) -> Iterator[None]:
        """Runs a binary operator on all operands whose costs make `rest`."""
        cursor = np.zeros(3, np.int64)
        for cost in range(rest // 2 + 1 if operator.is_commutative else rest + 1):
            x, y = self.rows_of(cost), self.rows_of(rest - cost)
            is_triangle = operator.is_commutative and x == y
            cursor[:] = x[0], 0, 0
            done = False
            while not done:
                before = int(self._bank.state[at.EXECUTIONS])
                done = kernels.run_pairs(
                    self._bank, operator.opcode, *x, *y, is_triangle, level, cursor, self._allowance
                )
                if self._spend(before):
                    yield

    def _choices(self, rest: int, level: int) -> Iterator[None]:
        """Runs `ite` on all operands whose costs make `rest`; conditions that are zero alike count as one."""
        cursor = np.zeros(3, np.int64)
        for of_condition, of_first in product(range(rest + 1), repeat=2):
            if of_condition + of_first > rest:
                continue
            conditions = self._condition_starts[of_condition : of_condition + 2]
            x, y = self.rows_of(of_first), self.rows_of(rest - of_condition - of_first)
            cursor[:] = x[0], 0, conditions[0]
            done = False
            while not done:
                before = int(self._bank.state[at.EXECUTIONS])
                done = kernels.run_choices(self._bank, *conditions, *x, *y, level, cursor, self._allowance)
                if self._spend(before):
                    yield
