"""Finds suites by name, without importing those that are not asked for."""

from __future__ import annotations

from typing import Final

from mcts_compose.task import Task
from priors.registry import Registry

GROUP: Final = "mcts_compose.suites"

SUITES: Final = Registry(
    "suite",
    {
        "lists-v1": "benchmarks.suites.lists_v1:load",
        "deepcoder-v1": "benchmarks.suites.deepcoder_v1:load",
    },
    GROUP,
)


def load_suite(name: str) -> list[Task]:
    """Returns the tasks of a suite, in order.

    Raises:
      ValueError: no suite has this name, or it cannot be loaded.
    """
    tasks: list[Task] = SUITES.load(name)()
    return tasks
