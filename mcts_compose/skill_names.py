"""Decides what the skill of a solved task is called, and which skills a task's sub-tasks mean.

A better solution is a new version beside the old one: `sum_of_digits`, then `sum_of_digits_v2`.
"""

from __future__ import annotations

import re

from mcts_compose.task import Task

MAX_NAME = 60


def skill_name(task_id: str) -> str:
    """Returns the name of the skill that a task with this id gives."""
    words = re.findall(r"[a-z0-9]+", task_id.lower())
    name = "_".join(words) or "skill"
    return (name if name[0].isalpha() else f"skill_{name}")[:MAX_NAME].rstrip("_")


def versioned(name: str, version: int) -> str:
    """Returns the name of a version, counted from 1."""
    if version == 1:
        return name
    mark = f"_v{version}"
    return name[: MAX_NAME - len(mark)] + mark


def unversioned(name: str) -> str:
    """Returns the name of the first version of a skill."""
    return re.sub(r"_v[1-9][0-9]*$", "", name)


def hinted_names(task: Task) -> frozenset[str]:
    """Returns the names of the library's skills that a task's sub-tasks mean, in all versions."""
    wanted = {skill_name(subtask) for subtask in task.subtasks}
    return frozenset(skill.name for skill in task.library.learnt if unversioned(skill.name) in wanted)
