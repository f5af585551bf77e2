"""`graphs-v1`: a curriculum of graphs as square grids, from neighbours to shortest ways and mazes.

Held-out grids have at least ten times the elements of shown ones. Changing any task means `graphs-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.definition import Step, make_tasks
from benchmarks.suites.curricula.graphs import distances, mazes, neighbours, parts, reach
from mcts_compose.task import Task

STEPS: Final[tuple[Step, ...]] = (
    *neighbours.STEPS,
    *reach.STEPS,
    *distances.STEPS,
    *parts.STEPS,
    *mazes.STEPS,
)


def load() -> list[Task]:
    """Returns the tasks in the order of the steps."""
    return make_tasks(STEPS, "graphs-v1")
