"""Decides how many tasks a run has solved within each budget: curves over candidates and over wall time."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.comparison.pairs import Amount, candidates_of, seconds_of

if TYPE_CHECKING:
    from mcts_compose.results.record import Result


class Curve(NamedTuple):
    """Results solved over what they took, as a staircase.

    Attributes:
      budgets: rising, one for each step.
      solved: how many results are solved within each; of a task with several seeds each counts.
      total: results in all.
    """

    budgets: tuple[float, ...]
    solved: tuple[int, ...]
    total: int

    def at(self, budget: float) -> int:
        """Returns how many results are solved within a budget."""
        step = bisect.bisect_right(self.budgets, budget)
        return self.solved[step - 1] if step else 0


def curve_of(amount: Amount, results: Sequence[Result], *, is_right: bool = False) -> Curve:
    """Returns the curve of a run.

    Args:
      amount: what a result took.
      results: of the run.
      is_right: count only what is right on held-out examples too.
    """
    took = sorted(
        value
        for result in results
        if (result.is_right if is_right else result.solved) and (value := amount(result)) is not None
    )
    steps = {value: number for number, value in enumerate(took, start=1)}
    return Curve(tuple(steps), tuple(steps.values()), len(results))


def over_candidates(results: Sequence[Result]) -> Curve:
    """Returns the solved results over the candidates run up to the first program that fits."""
    return curve_of(candidates_of, results)


def over_seconds(results: Sequence[Result]) -> Curve:
    """Returns the solved results over the wall time until their answer was given."""
    return curve_of(seconds_of, results)


def decades(curves: Sequence[Curve]) -> list[float]:
    """Returns the powers of ten around the steps of all curves."""
    steps = [end for curve in curves if curve.budgets for end in (curve.budgets[0], curve.budgets[-1])]
    if not steps:
        return []
    first, last = math.floor(math.log10(min(steps))), math.ceil(math.log10(max(steps)))
    return [10.0**power for power in range(first, last + 1)]
