"""Which walk has the next turn: several start from different decompositions, and the worse half is dropped.

When one is left and has not won anything for some turns, a new round begins with fresh decompositions beside
it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mcts_compose.search.circuits.basis import Basis
from mcts_compose.search.circuits.build import build_circuit
from mcts_compose.search.circuits.circuit import Circuit
from mcts_compose.search.circuits.improve import Improvement
from mcts_compose.search.circuits.rows import Rows

WIDTH = 4
"""Walks of a round. Untuned."""
SLACKS = (2, 8, 4, 16)
"""How far the walks of successive turns may go above their best. On iwls22_ex00 a walk of 5 s reached 23, 22,
22, 22, 21, 22, 22 gates with slacks of 1, 2, 4, 6, 8, 12, 24; on ex19 56, 56, 53, 50, 48, 50, 52."""
PATIENCE = 8
"""Turns without a gate won after which a new round begins. Untuned."""
LARGE = 20_000
"""Rows times gates above which a round has one walk, for decompositions and turns take long. Untuned."""


class Walks:
    """Walks from several circuits, in turns.

    Attributes:
      best: the smallest circuit so far, None before `start`.
      executions: gate values made so far.
    """

    def __init__(
        self, rows: Rows, basis: Basis, parts: dict[str, Circuit], random: np.random.Generator
    ) -> None:
        self._rows = rows
        self._basis = basis
        self._parts = parts
        self._random = random
        self._walks: list[Improvement] = []
        self._waiting: list[Improvement] = []
        self._turns = 0
        self._idle = 0
        self.best: Circuit | None = None
        self.executions = 0

    def start(self) -> None:
        """Makes the first circuit."""
        self.best = build_circuit(self._rows, self._basis, self._parts)
        self._add(self.best)

    def _add(self, circuit: Circuit) -> None:
        self.executions += len(self._rows.goals) * self._rows.num_rows
        seed = int(self._random.integers(2**62))
        self._walks.append(Improvement(self._rows, self._basis, circuit, seed))

    def _next(self) -> Improvement:
        """Returns the walk that has the next turn."""
        if not self._waiting:
            self._walks.sort(key=lambda walk: walk.best.size)
            self._walks = self._walks[: max(1, len(self._walks) // 2)]
            is_new_round = self._turns == 0 or (len(self._walks) == 1 and self._idle >= PATIENCE)
            if is_new_round and self._walks[0].best.size * self._rows.num_rows <= LARGE:
                self._idle = 0
                for _ in range(WIDTH - 1):
                    self._add(build_circuit(self._rows, self._basis, self._parts, self._random))
            self._waiting = list(self._walks)
        return self._waiting.pop(0)

    def turn(self, executions: int, goes_on: Callable[[], bool], least: int) -> None:
        """Gives one walk a turn of up to `executions` gate values; a circuit of `least` gates ends it."""
        assert self.best is not None
        walk = self._next()
        before = walk.executions
        walk.run(executions, SLACKS[self._turns % len(SLACKS)], goes_on, least)
        self._turns += 1
        self.executions += walk.executions - before
        self._idle += 1
        if walk.best.size < self.best.size:
            self.best, self._idle = walk.best, 0
