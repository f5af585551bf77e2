"""Decides which tasks of a suite or file a run takes, and how many of their examples are shown.

    SUITE               all tasks
    SUITE:PREFIX        those whose id begins so, as deepcoder-v1:t5
    SUITE:STEM3-5       if no id begins so: STEM3, STEM4 and STEM5, as deepcoder-v1:t5-8
    SUITE:PATTERN       with an asterisk, which stands for anything: the ids that match as a whole, as
                        bit-tricks-v1:*-w32-full

A file stands in the place of a suite as well.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

from mcts_compose.documents import FORMATS
from mcts_compose.errors import InputError, shown
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_sources import Suite, find_suite


def select_suite(source: str) -> Suite:
    """Returns the tasks that `source` names; a selection is part of the name under which they are recorded.

    Raises:
      InputError: there is no such suite or file, or the selection matches no task.
    """
    origin, mark, selection = source.rpartition(":")
    if not mark or Path(source).suffix.lower() in FORMATS:
        return find_suite(source)
    suite = find_suite(origin)
    chosen = _matching(suite.tasks, selection)
    if not chosen:
        relation = "matches" if "*" in selection else "begins with"
        ids = f"ids are such as {suite.tasks[0].id}"
        raise InputError(f"{shown(source)}: no task's id {relation} {shown(selection)}; {ids}")
    return Suite(f"{suite.name}:{selection}", chosen)


def _matching(tasks: Sequence[Task | UnsupportedTask], selection: str) -> tuple[Task | UnsupportedTask, ...]:
    """Returns the tasks whose id is as the selection says."""
    if "*" in selection:
        pattern = re.compile(".*".join(map(re.escape, selection.split("*"))))
        return tuple(task for task in tasks if pattern.fullmatch(task.id))
    return tuple(task for task in tasks if task.id.startswith(selection)) or _in_range(tasks, selection)


def _in_range(tasks: Sequence[Task | UnsupportedTask], selection: str) -> tuple[Task | UnsupportedTask, ...]:
    """Returns the tasks whose id begins with the stem and a number of the range that `selection` says."""
    found = re.fullmatch(r"(.*?)(\d{1,9})-(\d{1,9})", selection)
    if found is None:
        return ()
    stem, low, high = found.group(1), int(found.group(2)), int(found.group(3))
    numbers = [(task, re.match(re.escape(stem) + r"(\d+)", task.id)) for task in tasks]
    return tuple(task for task, number in numbers if number and low <= int(number.group(1)) <= high)


def show_first(suite: Suite, num_shown: int) -> tuple[Suite, int]:
    """Returns the suite with all but the first examples held out, and the number of tasks left out.

    A task is left out when that leaves nothing to hold out, as of a truth table. Examples taken from the
    shown ones stand before the held-out ones that a task has.
    """
    chosen: list[Task | UnsupportedTask] = []
    for task in suite.tasks:
        if isinstance(task, UnsupportedTask):
            chosen.append(task)
        elif task.table is None and (len(task.outputs) > num_shown or task.test_outputs):
            chosen.append(
                dataclasses.replace(
                    task,
                    inputs=task.inputs[:num_shown],
                    outputs=task.outputs[:num_shown],
                    test_inputs=task.inputs[num_shown:] + task.test_inputs,
                    test_outputs=task.outputs[num_shown:] + task.test_outputs,
                )
            )
    return Suite(suite.name, tuple(chosen)), len(suite.tasks) - len(chosen)
