"""Decides which inputs a formula over integers may care about: those that are drawn to look for examples."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from mcts_compose.verification.formulas import literals_of
from mcts_compose.verification.s_expressions import Node
from vm.values import INT_MAX, INT_MIN, Elem, HostValue

BOUND: Final = 100
"""The largest size of numbers that are drawn, but for those near numbers of the formula; untuned."""


class NumberDraws:
    """Small inputs, those near numbers of a formula, equal and sorted ones; all are words of the machine.

    Args:
      seed: equal seeds, kinds and formulas give equal draws.
      kinds: of the inputs.
      formula: checked.
    """

    def __init__(self, seed: str, kinds: Sequence[Elem], formula: Node) -> None:
        self.rng = random.Random(seed)
        self.kinds = tuple(kinds)
        near = {number + step for number in literals_of(formula) for step in (-1, 0, 1)}
        self.numbers = sorted(number for number in near if INT_MIN <= number <= INT_MAX) or [0]

    def draw(self) -> tuple[HostValue, ...]:
        """Returns one input."""
        rng = self.rng
        values = [self._number() for _ in self.kinds]
        if rng.random() < 0.3 and len(values) > 1:
            one, other = rng.sample(range(len(values)), 2)
            values[one] = min(max(values[other] + rng.choice((-1, 0, 0, 1)), INT_MIN), INT_MAX)
        if rng.random() < 0.5:
            # Arrays to search in are sorted, but for what is looked for, which comes last.
            count = len(values) - rng.randint(0, 1)
            values[:count] = sorted(values[:count])
        return tuple(
            bool(value % 2) if kind is Elem.BOOL else value
            for value, kind in zip(values, self.kinds, strict=True)
        )

    def _number(self) -> int:
        kind = self.rng.randrange(3)
        if kind == 0:
            return self.rng.choice(self.numbers)
        return self.rng.randint(-5, 5) if kind == 1 else self.rng.randint(-BOUND, BOUND)
