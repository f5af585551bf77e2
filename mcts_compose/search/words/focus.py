"""Expands one contents, the focus: lays out what operands are taken from, and runs a stage of kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.words import layout as at
from mcts_compose.search.words import neighbourhood as kernels
from mcts_compose.search.words.forward import Enumeration
from mcts_compose.search.words.local import lay_base
from mcts_compose.search.words.nearness import count_goal_ones
from mcts_compose.search.words.operators import Operator, inverses_of
from mcts_compose.search.words.repeat import DEPTH_LIMIT, repeat_all
from mcts_compose.search.words.solution import LEAF
from mcts_compose.search.words.store import Bank
from vm.assembly.isa import ITE, ULT

STAGES = 3
MAX_BASE = 24
"""Rows that operands of an expansion are taken from: inputs, constants, then the parts of the focus."""
MADE_CONSTANTS = 3
"""Constants made of constants that operands are taken from (untuned)."""
LOOK_UP_SPEED = 5
"""A candidate that is only looked up costs so many times less than others (measured)."""
MAX_REPEATS = 8
"""Constants that a step is repeated with: the smallest (untuned)."""
DEAREST = 254


class Expansion(NamedTuple):
    """What a stage of an expansion found.

    Attributes:
      near: `[n]` int32, contents of the bank that the tree may go on with.
      nearness: `[n]` float32, of each to the nearest goal.
      price: of the lines of the focus.
      work: candidates, those that were only looked up by what they cost less.
    """

    near: NDArray[np.int32]
    nearness: NDArray[np.float32]
    price: int
    work: float


def operator_table(operators: list[Operator]) -> NDArray[np.int64]:
    """Returns operators as the kernels read them."""
    table = [[each.opcode, each.reads, each.is_commutative] for each in operators]
    return np.array(table, np.int64).reshape(-1, 3)


class Neighbourhood:
    """Expands contents of one bank.

    Attributes:
      goals: first goal and row after the last of those that nearness is measured to.
      inverses: `[num_inverses, 5]` int64, of the operators with two operands.
    """

    def __init__(self, bank: Bank, operators: tuple[Operator, ...], enumeration: Enumeration) -> None:
        self._bank, self._enumeration = bank, enumeration
        self._prices = {each.opcode: each.price for each in operators}
        self._reads = {each.opcode: each.reads for each in operators}
        self._operators = operator_table(list(operators))
        self._cheap = operator_table([each for each in operators if each.price == 1 and each.opcode < ULT])
        self._binary = [each for each in inverses_of(operators) if each.reads == 2]
        self.inverses = np.array(
            [
                [each.opcode, each.is_second, each.inverse, each.is_swapped, each.price]
                for each in self._binary
            ],
            np.int64,
        ).reshape(-1, 5)
        self.goals = enumeration.goals_of(0)[0], enumeration.goals_of(1)[1]
        count_goal_ones(bank, *self.goals)
        self._last_operators = operator_table(self._worth_a_last_stage(operators))

    def _worth_a_last_stage(self, operators: tuple[Operator, ...]) -> list[Operator]:
        """Returns the operators whose results can be a goal that is not before another goal anyway."""
        size = int(self._bank.state[at.SIZE])
        first, last = self._enumeration.goals_of(0)
        goals = self._bank.words[first * size : last * size].reshape(-1, size)
        is_predicate = bool((goals <= 1).all(axis=1).any())
        inverted = {each.opcode for each in inverses_of(operators)}
        return [
            each
            for each in operators
            if each.opcode not in inverted and each.opcode != ITE and (is_predicate or each.opcode < ULT)
        ]

    def expand(self, row: int, stage: int, threshold: float) -> Expansion:
        """Runs a stage; what earlier stages stored outside the bank is made again.

        Args:
          row: of the focus in the bank.
          stage: 1 .. `STAGES`.
          threshold: seconds must be nearer to a goal than this to enter the bank.
        """
        bank, state = self._bank, self._bank.state
        before = int(state[at.EXECUTIONS])
        state[at.NUM_NEAR] = 0
        price, base = self._lay_base(row)
        firsts = int(state[at.LOCAL_COUNT])
        if stage == 1:
            self._make_goals(row)
        kernels.expand_firsts(bank, self._operators, base, min(price + 1, DEAREST))
        seconds = int(state[at.LOCAL_COUNT])
        looked_up = 0
        if stage == 1:
            kernels.join(bank, self.inverses, firsts - 1, seconds, *self.goals, 1)
            kernels.score_firsts(bank, firsts, seconds, *self.goals)
        else:
            cost = min(price + 2, DEAREST)
            kernels.expand_seconds(bank, self._operators, base, firsts, seconds, cost, threshold, *self.goals)
            looked_up = self._look_up_seconds(base, seconds, stage == STAGES, min(cost + 1, DEAREST))
        work = int(state[at.EXECUTIONS]) - before - looked_up + looked_up / LOOK_UP_SPEED
        count = int(state[at.NUM_NEAR])
        return Expansion(bank.near[:count].copy(), bank.nearness[:count].copy(), price, work)

    def repeat(self, row: int) -> int:
        """Repeats every step of two operators from a contents on, see `repeat`; returns the work."""
        bank, state = self._bank, self._bank.state
        before = int(state[at.EXECUTIONS])
        price, base = self._lay_base(row)
        first = int(state[at.NUM_ROWS])
        size, leaves = int(state[at.SIZE]), self._enumeration.rows_of(0)[1]
        words = bank.words[first * size : (first + leaves) * size].reshape(-1, size)
        constants = np.flatnonzero((words == words[:, :1]).all(axis=1))
        rising = first + constants[np.argsort(words[constants, 0], kind="stable")][:MAX_REPEATS]
        cost = min(price + 2 * len(rising), DEAREST)
        places, step = np.zeros(DEPTH_LIMIT + 1, np.int64), np.zeros(4, np.int64)
        for order in (rising, rising[::-1].copy()):
            repeat_all(bank, self._cheap, leaves, first + base - 1, order, places, step, cost)
        return int(state[at.EXECUTIONS]) - before

    def _look_up_seconds(self, base: int, seconds: int, is_last: bool, cost: int) -> int:
        """Joins the seconds, and in the last stage operates on them; returns the number of candidates."""
        bank, first = self._bank, int(self._bank.state[at.NUM_ROWS])
        before, last = int(bank.state[at.EXECUTIONS]), int(bank.state[at.LOCAL_COUNT])
        goals = self.goals if is_last else self._enumeration.goals_of(0)
        kernels.join(bank, self.inverses, seconds, last, *goals, 2)
        if is_last:
            kernels.expand_thirds(bank, self._last_operators, first, base, seconds, last, cost)
        return int(bank.state[at.EXECUTIONS]) - before

    def _make_goals(self, row: int) -> None:
        """Makes the goals before those that nearness is measured to, with the focus as the other operand."""
        for each in self._binary:
            for cost in (0, 1):
                goals = self._enumeration.goals_of(cost)
                end = int(self._bank.state[at.NUM_ROWS])
                self._enumeration.make_goals(each, goals, (row, row + 1), cost + each.price, end)

    def _lay_base(self, row: int) -> tuple[int, int]:
        """Makes the base of a focus, which is its last row; returns the price of the focus and the length."""
        bank = self._bank
        leaves = [*range(*self._enumeration.rows_of(0)), *self._small_constants()]
        parts, price = self._parts(row)
        before = [each for each in dict.fromkeys([*leaves, *parts[1:]]) if each != row]
        lay_base(bank, np.array([*before[: MAX_BASE - 1], row], np.int64))
        return price, int(bank.state[at.LOCAL_COUNT] - bank.state[at.NUM_ROWS])

    def _parts(self, row: int) -> tuple[list[int], int]:
        """Returns the contents that a focus is made of, itself first, and the price of their lines."""
        how = self._bank.how
        found, waiting, price = [row], [row], 0
        while waiting:
            part = waiting.pop(0)
            opcode = int(how[4 * part])
            if opcode != LEAF:
                price += self._prices[opcode]
                operands = how[4 * part + 1 : 4 * part + 1 + self._reads[opcode]].tolist()
                new = [each for each in dict.fromkeys(operands) if each not in found]
                found += new
                waiting += new
        return found, price

    def _small_constants(self) -> list[int]:
        """Returns the contents of cost 1 that are the smallest constants: they cost no line."""
        bank, size = self._bank, int(self._bank.state[at.SIZE])
        first, last = self._enumeration.rows_of(1)
        words = bank.words[first * size : last * size].reshape(-1, size)
        constants = np.flatnonzero((words == words[:, :1]).all(axis=1))
        best = constants[np.argsort(words[constants, 0], kind="stable")]
        return [first + int(each) for each in best[:MADE_CONSTANTS]]
