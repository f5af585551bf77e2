"""`sort-kernels-v1`: sorting a few registers without memory, as merges, parts of sorts and whole sorts.

Shown are all orders of different values; tuples with equal values are held out. Changing any task means
`sort-kernels-v2`.
"""

from __future__ import annotations

from typing import Any

from benchmarks.suites.from_documents import tasks_of
from benchmarks.suites.sort_kernels import variable
from benchmarks.suites.sort_kernels.definition import SETS, document_of
from benchmarks.suites.sort_kernels.kernels import KERNELS
from mcts_compose.task import Task, UnsupportedTask


def documents() -> list[dict[str, Any]]:
    """Returns the task documents, machine by machine."""
    return [
        *(
            document_of(kernel, machine)
            for machine in SETS
            for kernel in KERNELS
            if machine in kernel.machines
        ),
        *variable.documents(),
    ]


def load() -> list[Task | UnsupportedTask]:
    """Returns the tasks, machine by machine."""
    return tasks_of("sort-kernels-v1", documents())
