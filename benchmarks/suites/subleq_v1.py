"""`subleq-v1`: short programs of the one-instruction set that are to be found, and ones that are to be run.

Changing any task means `subleq-v2`.
"""

from __future__ import annotations

from typing import Any

from benchmarks.suites.from_documents import tasks_of
from benchmarks.suites.subleq import finding, running
from mcts_compose.task import Task, UnsupportedTask


def documents() -> list[dict[str, Any]]:
    """Returns the task documents."""
    return [
        *(finding.document_of(task) for task in finding.FINDINGS),
        *(running.document_of(task) for task in running.RUNNINGS),
    ]


def load() -> list[Task | UnsupportedTask]:
    """Returns the tasks."""
    return tasks_of("subleq-v1", documents())
