"""Measures what the parts of one search tell each other: bytes, messages and time of a round."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from benchmarks.cluster_costs.figures import Figure, figure
from mcts_compose.budget import Budget
from mcts_compose.cluster.session import RaySession
from mcts_compose.search.fixed.local_crew import LocalCrew
from mcts_compose.settings import Settings
from mcts_compose.solving import solve
from mcts_compose.task_sources import find_task

if TYPE_CHECKING:
    from mcts_compose.search.fixed.crew import Order, Report, Stage
    from mcts_compose.search.fixed.table_building import Built

TASK: Final = "sort-kernels-v1#sort5-cmov"
NUM_PARTS: Final = 2
EMPTY_ROUNDS: Final = 200


class CountedCrew(LocalCrew):
    """Notes what is said in each round, and how long the parts worked.

    Attributes:
      orders: bytes to each part in each round.
      reports: bytes from each.
      seconds: of each part in each round.
      built: bytes that each part is given at its beginning.
    """

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[int] = []
        self.reports: list[int] = []
        self.seconds: list[float] = []
        self.built = 0

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher."""
        self.built = len(pickle.dumps((stage, built), protocol=5))
        super().begin(stage, built)

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of one part after the other."""
        began = time.perf_counter()
        reports = super().work(orders)
        self.seconds.append((time.perf_counter() - began) / max(1, sum(one is not None for one in orders)))
        self.orders += [len(pickle.dumps(one, protocol=5)) for one in orders if one is not None]
        self.reports += [len(pickle.dumps(one, protocol=5)) for one in reports if one is not None]
        return reports


def exchange(repeat: int) -> list[Figure]:
    """Returns what rounds of a search in parts take."""
    figures = []
    for search in ("mcts", "best-first"):
        crew = CountedCrew()
        options = Settings(parts=NUM_PARTS).options()
        solve(
            find_task(TASK).task, search=search, prior="frequency", budget=Budget(seconds=10.0),
            options=options, crew=crew,
        )  # fmt: skip
        # The first rounds are small; later ones are what a long search consists of.
        late = slice(len(crew.orders) // 2, None)
        figures += [
            figure(f"{search}: what a part is told in a round", "bytes", crew.orders[late]),
            figure(f"{search}: what a part says in a round", "bytes", crew.reports[late]),
            figure(f"{search}: work of a part in a round", "s", crew.seconds[len(crew.seconds) // 2 :]),
            figure(f"{search}: what a part is given at its beginning", "bytes", [crew.built]),
        ]
    return [*figures, *_empty_rounds(repeat)]


def _empty_rounds(repeat: int) -> list[Figure]:
    """Returns what a round of parts with nothing to do takes, on ray."""
    from mcts_compose.cluster.part_actor import new_part_actor
    from mcts_compose.cluster.part_crew import PartCrew

    with RaySession(Settings(workers=NUM_PARTS)) as session:
        session.start()
        crew = PartCrew(new_part_actor, NUM_PARTS)
        solve(
            find_task(TASK).task, search="best-first", prior="frequency", budget=Budget(executions=10_000),
            options=Settings(parts=NUM_PARTS).options(), crew=crew,
        )  # fmt: skip
        walls, cpus = [], []
        for _ in range(repeat):
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(EMPTY_ROUNDS):
                crew.work([None] * NUM_PARTS)
            walls.append((time.perf_counter() - wall) / EMPTY_ROUNDS * 1e3)
            cpus.append((time.process_time() - cpu) / EMPTY_ROUNDS / NUM_PARTS * 1e3)
    return [
        figure(f"a round of {NUM_PARTS} parts without work, on ray", "ms", walls),
        figure("the same, CPU of the driver for each part", "ms", cpus),
    ]
