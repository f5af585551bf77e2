"""Decides which skills a task expects to help: those that its sub-tasks gave, in all versions.

A sub-task is named by its id, or by the name of a skill or an instruction.
"""

from __future__ import annotations

from mcts_compose.library.names import name_of_task, unversioned
from mcts_compose.task import Task


def expected_names(task: Task) -> frozenset[str]:
    """Returns the names of the skills that a task's sub-tasks mean."""
    wanted = {*task.subtasks, *map(name_of_task, task.subtasks)}
    versions = (skill.name for skill in task.library.learnt if unversioned(skill.name) in wanted)
    return frozenset({*wanted, *versions})
