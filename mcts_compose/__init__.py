"""Solves tasks given by examples: `mcts_compose.solve(task, ...)` gives a `Result` whose `program` runs.

Names are imported when they are first used, so that the command line answers at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.errors import InputError
    from mcts_compose.library.library import Library
    from mcts_compose.results.record import Result
    from mcts_compose.solving import solve
    from mcts_compose.task import Task
    from mcts_compose.task_files import load_task, load_tasks

__version__ = "0.1.0"
__all__ = [
    "Budget",
    "InputError",
    "Library",
    "Result",
    "Task",
    "__version__",
    "load_task",
    "load_tasks",
    "solve",
]

_HOMES = {
    "Budget": "mcts_compose.budget",
    "InputError": "mcts_compose.errors",
    "Library": "mcts_compose.library.library",
    "Result": "mcts_compose.results.record",
    "Task": "mcts_compose.task",
    "load_task": "mcts_compose.task_files",
    "load_tasks": "mcts_compose.task_files",
    "solve": "mcts_compose.solving",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
