"""`cellular-v1`: a curriculum of cellular automata, among it one step of each elementary rule and of Life.

Cells stand on rings, on grids whose opposite edges are neighbours, or on grids with dead borders. Held-out
rings and grids have at least ten times the cells of shown ones, or are run for ten times the steps. Changing
any task means `cellular-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.cellular import bounded, elementary, every_rule, grids, histories, totalistic
from benchmarks.suites.curricula.definition import Step, make_tasks
from mcts_compose.task import Task

STEPS: Final[tuple[Step, ...]] = (
    *elementary.STEPS,
    *histories.STEPS,
    *totalistic.STEPS,
    *grids.STEPS,
    *bounded.STEPS,
    *every_rule.STEPS,
)


def load() -> list[Task]:
    """Returns the tasks in the order of the steps."""
    return make_tasks(STEPS, "cellular-v1")
