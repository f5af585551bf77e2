"""`lists-v1`: tasks of our own over all families of the machine, with description and known solution.

Every task is common knowledge or made up for this suite. Examples are drawn from fixed streams; held-out
arguments tend to be longer than shown ones. Changing any task means `lists-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.lists import (
    conditions,
    grids,
    loops,
    numbers,
    reals,
    several,
    summaries,
    texts,
    whole_lists,
)
from benchmarks.suites.lists.definition import Definition, make_task
from mcts_compose.task import Task

DEFINITIONS: Final[tuple[Definition, ...]] = (
    *numbers.TASKS,
    *whole_lists.TASKS,
    *summaries.TASKS,
    *conditions.TASKS,
    *several.TASKS,
    *texts.TASKS,
    *reals.TASKS,
    *grids.TASKS,
    *loops.TASKS,
)


def load() -> list[Task]:
    """Returns the tasks, family by family."""
    return [make_task(definition) for definition in DEFINITIONS]
