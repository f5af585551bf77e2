"""Decides what a worker does that searches parts of one task: what it is told in each round, and no more.

The class is plain Python, so that it can be tested without ray; `new_part_actor` makes it a ray actor.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mcts_compose.budget import Budget
from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.search.fixed.crew import Order, Report, Stage, searcher_of, work
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.fixed.tables import RowTables

if TYPE_CHECKING:
    from mcts_compose.search.fixed.searchers import Searcher
    from mcts_compose.search.fixed.table_building import Built

TINY: Final = Budget(executions=10_000)


class PartActor:
    """One worker, with some of the parts of a search."""

    def __init__(self) -> None:
        self._searchers: list[Searcher] = []

    def prepare(self) -> int:
        """Loads kernels by tiny searches, so that nobody waits for them later; returns the process.

        Of several workers on one machine one compiles, and the others load what it has compiled.
        """
        rows, goals = np.array([(1, 2, 0), (2, 1, 0)]), np.array([(1, 2), (1, 2)])
        tiny = FixedProblem(
            "x86", ("mov", "cmp", "cmovg"), ("x", "y", "s1"), 2, rows, goals, (0, 1), max_length=4
        )
        options = FixedOptions(optimise="length")
        with warming_up_alone("fixed", "parts"):
            for searcher in ("mcts", "best-first", "enumerate"):
                run_fixed(tiny, searcher=searcher, budget=TINY, options=options, parts=2)
        return os.getpid()

    def begin(self, parts: Sequence[int], stage: Stage, built: Built) -> None:
        """Gives parts new searchers; arrays that ray has sent cannot be written to, so they are copied."""
        tables = RowTables._make(array.copy() for array in built.tables)
        own = built._replace(tables=tables, start=built.start.copy())
        self._searchers = [searcher_of(stage, own, part) for part in parts]

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of its parts, one after the other."""
        pairs = zip(self._searchers, orders, strict=True)
        return [None if order is None else work(searcher, order) for searcher, order in pairs]

    def hashes(self) -> list[str]:
        """Returns a hash of what each of its parts has done."""
        return [searcher.hash() for searcher in self._searchers]


def new_part_actor() -> Any:
    """Starts a ray actor and returns its handle; ray does not restart it, since it must be told all again."""
    import ray

    class RayPartActor(PartActor):
        def __init__(self) -> None:
            lift_to_parent()
            super().__init__()

    return ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayPartActor).remote()
