"""Decides how commands open a library: what is damaged is said, and they go on with the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError, located

if TYPE_CHECKING:
    from mcts_compose.library.library import Library
    from mcts_compose.task import Task

LibraryFlag: TypeAlias = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="Programs may also call the skills of this library."),
]


def open_library(directory: Path) -> Library:
    """Returns a library, after saying in one note that a part of it is damaged or needs a package.

    Raises:
      InputError: there is none.
    """
    from mcts_compose.library.library import Library

    library = Library.open(directory)
    num_unavailable = sum(damage.is_unavailable for damage in library.damaged)
    num_new = sum(not damage.is_known for damage in library.damaged) - num_unavailable
    counts = [f"{num_new} damaged"] if num_new else []
    counts += [f"{num_unavailable} not available here"] if num_unavailable else []
    if counts:
        note(f"{', '.join(counts)}; mcts-compose library verify {directory} names them")
    return library


def task_with_library(task: Task, directory: Path | None) -> Task:
    """Returns an array task whose programs may call skills of a library, if one was named.

    Raises:
      InputError: there is no library, or it is an assembly task.
    """
    if directory is None:
        return task
    if task.memory is not None:
        problem = f"task {task.id} is an assembly task, whose programs call no skill; leave out --library"
        raise InputError(located(problem, directory))
    from mcts_compose.library.attach import with_library

    return with_library(task, open_library(directory))
