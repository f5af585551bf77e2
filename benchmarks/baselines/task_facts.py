"""Reads from the file of a suite what no task keeps: families and known sizes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.baselines.families import family_by_task
from benchmarks.baselines.known_sizes import NO_SIZES, KnownSizes, known_sizes


class TaskFacts(NamedTuple):
    """What the file of a suite says of its tasks.

    Attributes:
      families: by id of a task, the family that it is counted in.
      known: the sizes that are known.
    """

    families: Mapping[str, str]
    known: KnownSizes


NO_FACTS: Final = TaskFacts({}, NO_SIZES)


def task_facts(path: Path) -> TaskFacts:
    """Returns what the file of a suite says of its tasks.

    Raises:
      InputError: a line is no task, or the file cannot be read.
    """
    return TaskFacts(family_by_task(path), known_sizes(path))
