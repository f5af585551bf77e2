"""Decides what a worker does that searches parts of one array task: it goes as far as it is told.

The class is plain Python, so that it can be tested without ray; `new_array_part_actor` makes it a ray actor.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.search.crew import PartsAtWork, Stage
from mcts_compose.search.warm_up import warm_up


class ArrayPartActor(PartsAtWork):
    """One worker, with some of the parts of a search."""

    def prepare(self) -> int:
        """Loads kernels, so that nobody waits for them later; returns the process."""
        with warming_up_alone("", "parts"):
            warm_up(in_parts=True)
        return os.getpid()

    def begin(self, parts: Sequence[int], stage: Stage, built: None) -> None:
        """Makes parts anew."""
        warm_up(stage.searcher, in_parts=True)
        self.make(parts, stage)


def new_array_part_actor() -> Any:
    """Starts a ray actor and returns its handle; ray does not restart it, since it must be told all again."""
    import ray

    class RayArrayPartActor(ArrayPartActor):
        def __init__(self) -> None:
            lift_to_parent()
            super().__init__()

    return ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayArrayPartActor).remote()
