"""`arithmetic-v1`: from carrying a digit to the arithmetic of long numbers, and the first algorithms on ints.

Long numbers are lists of digits with the lowest first, so the place of a digit is its position. Every step is
what a textbook of arithmetic would teach, in its order. Changing any step means `arithmetic-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.arithmetic import algorithms, bases, long_numbers, numbers
from benchmarks.suites.curricula.definition import Step, make_tasks
from mcts_compose.task import Task

STEPS: Final[tuple[Step, ...]] = (*long_numbers.STEPS, *bases.STEPS, *numbers.STEPS, *algorithms.STEPS)


def load() -> list[Task]:
    """Returns the tasks in the order in which they are taught."""
    return make_tasks(STEPS, "arithmetic-v1")
