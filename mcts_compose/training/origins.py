"""Decides how a training run says what it is trained on: by content, never by the path where it was found.

The recipe of a run, `training.json` and the model's card are handed on with the model, and a directory that
has changed since must not pass for the one with which a run was begun. Task ids and texts of programs are
hashed, not written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from mcts_compose.errors import InputError, located
from mcts_compose.results.run_directory import results_file
from mcts_compose.task import Task
from mcts_compose.task_sources import find_suite
from priors.training.shards import shard_paths


def hash_of_files(paths: Iterable[Path]) -> str:
    """Returns the sha256 of files: of the name, the size and the sha256 of each, in their order.

    Raises:
      InputError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except OSError as error:
            raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
        digest.update(f"{path.name} {size} {content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def shards_text(directory: Path) -> str:
    """Returns how many shards of samples a directory holds, and their hash.

    Raises:
      InputError: one cannot be read.
    """
    paths = shard_paths(directory)
    return f"{_count(len(paths), 'shard')} of samples, sha256 {hash_of_files(paths)}"


def runs_text(runs: Sequence[Path]) -> str:
    """Returns how many runs there are, and the hash of their results.

    Raises:
      InputError: a directory is none of a run, or its results cannot be read.
    """
    return f"{_count(len(runs), 'run')}, sha256 {hash_of_files(map(results_file, runs))}"


def tasks_text(sources: Sequence[str], *, with_solutions: bool) -> str:
    """Returns the names of suites and task files, each with how many tasks it has and their hash.

    Args:
      sources: as on the command line; a file goes by its name alone.
      with_solutions: whether the known solutions are hashed as well.

    Raises:
      InputError: a source is malformed.
    """
    parts = []
    for source in sources:
        name, tasks = find_suite(source)
        digest = hashlib.sha256()
        for task in tasks:
            solution = task.solution if with_solutions and isinstance(task, Task) else None
            digest.update(f"{task.id!r} {task.hash} {solution!r}\n".encode())
        parts.append(f"{name} ({_count(len(tasks), 'task')}, sha256 {digest.hexdigest()})")
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
