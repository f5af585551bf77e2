"""`subleq-v1`: short programs of the one-instruction set that are to be found, on cells with names.

Changing any task means `subleq-v2`.
"""

from __future__ import annotations

from typing import Any

from benchmarks.suites.from_documents import tasks_of
from benchmarks.suites.subleq.finding import FINDINGS, document_of
from mcts_compose.task import Task, UnsupportedTask


def documents() -> list[dict[str, Any]]:
    """Returns the task documents."""
    return [document_of(finding) for finding in FINDINGS]


def load() -> list[Task | UnsupportedTask]:
    """Returns the tasks."""
    return tasks_of("subleq-v1", documents())
