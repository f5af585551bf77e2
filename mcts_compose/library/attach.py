"""Decides what a search gets of a library: the skills that are offered to its task, with all they call."""

from __future__ import annotations

from dataclasses import replace

from mcts_compose.library.expected import expected_names
from mcts_compose.library.library import Library
from mcts_compose.library.offer import offered
from mcts_compose.task import Task


def with_library(task: Task, library: Library) -> Task:
    """Returns a task whose programs may call skills of a library; an assembly task stays as it is."""
    if task.memory is not None:
        return task
    names = offered(task, expected_names(task), library.entries)
    return replace(task, library=library.subset(names))
