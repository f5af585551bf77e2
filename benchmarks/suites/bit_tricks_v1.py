"""`bit-tricks-v1`: the 25 classic loop-free bit tricks on words of 8 and 32 bits.

Each is there with exactly the operators and constants of the known program, and with the full operator table
and the default constants. Changing any task means `bit-tricks-v2`.
"""

from __future__ import annotations

from typing import Any

from benchmarks.suites.bit_tricks.definition import documents_of
from benchmarks.suites.bit_tricks.tricks import TRICKS
from benchmarks.suites.from_documents import tasks_of
from mcts_compose.task import Task, UnsupportedTask


def documents() -> list[dict[str, Any]]:
    """Returns the task documents, trick by trick."""
    return [document for trick in TRICKS for document in documents_of(trick)]


def load() -> list[Task | UnsupportedTask]:
    """Returns the tasks, trick by trick."""
    return tasks_of("bit-tricks-v1", documents())
