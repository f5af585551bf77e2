"""Decides what a task or a suite is called on the command line: a file, a suite, or one task of either.

FILE  FILE#ID  SUITE#ID          one task
FILE  SUITE                      a suite
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.documents import FORMATS
from mcts_compose.errors import InputError
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_files import load_tasks, pick_task
from priors.registry import BrokenEntryError, DuplicateNameError, UnknownNameError

if TYPE_CHECKING:
    from priors.registry import Registry

SUITES_AT = "benchmarks.suites.registry:SUITES"


class Suite(NamedTuple):
    """Tasks with the name under which their results are recorded."""

    name: str
    tasks: tuple[Task | UnsupportedTask, ...]


class NamedTask(NamedTuple):
    """One task with the name of the suite or file that it comes from."""

    suite: str
    task: Task


def suites() -> Registry:
    """Returns the registry of suites, which lives a room higher and is therefore found by name."""
    module, _, attribute = SUITES_AT.partition(":")
    found: Registry = getattr(importlib.import_module(module), attribute)
    return found


def find_suite(source: str) -> Suite:
    """Returns the tasks of a file or of a registered suite.

    Raises:
      InputError: there is neither, or the file is malformed.
    """
    if Path(source).suffix.lower() in FORMATS or os.path.exists(source):
        return Suite(Path(source).stem, tuple(load_tasks(source)))
    try:
        return Suite(source, tuple(suites().load(source)()))
    except UnknownNameError as error:
        formats = ", ".join(FORMATS)
        raise InputError(f"{error}; the name of a task file ends in {formats}") from None
    except (DuplicateNameError, BrokenEntryError) as error:
        raise InputError(str(error)) from None


def find_task(source: str) -> NamedTask:
    """Returns the one task that `source` names.

    Raises:
      InputError: there is none, there are several, or it is unsupported.
    """
    origin, mark, task_id = source.rpartition("#")
    if not mark or os.path.exists(source):
        origin, task_id = source, ""
    suite = find_suite(origin)
    return NamedTask(suite.name, pick_task(suite.tasks, origin, task_id or None))
