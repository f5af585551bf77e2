"""Decides which tasks of a suite can teach a library: the array tasks that this version supports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcts_compose.errors import InputError, located
from mcts_compose.task import Task, UnsupportedTask


class Learnable(NamedTuple):
    """The tasks of a suite that programs made of skills can solve, and what is left out.

    Attributes:
      tasks: in the suite's order.
      left_out: one sentence for each task that this version does not support.
    """

    tasks: list[Task]
    left_out: list[str]


def learnable(suite: str, tasks: Sequence[Task | UnsupportedTask]) -> Learnable:
    """Returns the tasks of a suite that can teach a library.

    Args:
      suite: the name that sentences begin with.
      tasks: of the suite.

    Raises:
      InputError: one is an assembly task.
    """
    found = Learnable([], [])
    for task in tasks:
        if isinstance(task, UnsupportedTask):
            found.left_out.append(located(f"task {task.id} is left out: {task.reason}", suite))
        elif task.memory is not None:
            raise InputError(
                located(f"task {task.id} is an assembly task, but skills are learnt from array tasks", suite)
            )
        else:
            found.tasks.append(task)
    return found
