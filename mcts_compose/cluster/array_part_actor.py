"""Decides what a worker does that searches parts of one array task: it goes as far as it is told.

The class is plain Python, so that it can be tested without ray; `new_array_part_actor` makes it a ray actor.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.search.crew import Order, Report, Stage, offers, part_of, work
from mcts_compose.search.warm_up import warm_up

if TYPE_CHECKING:
    from mcts_compose.search.choosing import Offers
    from mcts_compose.search.under_way import Search


class ArrayPartActor:
    """One worker, with some of the parts of a search."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._searches: list[Search] = []

    def prepare(self) -> int:
        """Loads kernels, so that nobody waits for them later; returns the process."""
        with warming_up_alone("", "parts"):
            warm_up(in_parts=True)
        return os.getpid()

    def begin(self, parts: Sequence[int], stage: Stage, built: None) -> None:
        """Makes parts anew."""
        warm_up(stage.searcher, in_parts=True)
        self._stage = stage
        self._searches = [part_of(stage, part) for part in parts]

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of its parts, one after the other."""
        pairs = zip(self._searches, orders, strict=True)
        return [None if order is None else work(search, order) for search, order in pairs]

    def hashes(self) -> list[str]:
        """Returns a hash of what each of its parts has done."""
        return [search.tree_hash() for search in self._searches]

    def offers(self) -> list[Offers | None]:
        """Returns what each of its parts has to choose from."""
        assert self._stage is not None  # `begin` comes first
        return [offers(search, self._stage.weights) for search in self._searches]


def new_array_part_actor() -> Any:
    """Starts a ray actor and returns its handle; ray does not restart it, since it must be told all again."""
    import ray

    class RayArrayPartActor(ArrayPartActor):
        def __init__(self) -> None:
            lift_to_parent()
            super().__init__()

    return ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayArrayPartActor).remote()
