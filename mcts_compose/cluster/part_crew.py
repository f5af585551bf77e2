"""Decides who searches which part of one task: parts are dealt out to workers, and again when one is lost.

A round of a part follows from what the part was told in this and all rounds before. So a lost worker costs
time only: another is told the same once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcts_compose.search.fixed.crew import Order, Report, Stage
    from mcts_compose.search.fixed.table_building import Built

MOST_LOSSES: Final = 5
"""How many workers one search may lose (untuned)."""


class PartCrew:
    """Workers of a ray session that do the parts of one search after another.

    Parts go to workers in turn: where there are more than workers, each has several.
    """

    def __init__(self, new_actor: Callable[[], Any], num_workers: int) -> None:
        """Starts the workers, and waits until they are ready.

        Args:
          new_actor: starts a worker and returns its handle; `part_actor.new_part_actor` does.
          num_workers: how many are started.
        """
        import ray

        self._ray = ray
        self._new_actor = new_actor
        self._actors = [new_actor() for _ in range(num_workers)]
        self._parts_of: list[range] = []
        self._log: list[Sequence[Order | None]] = []
        self._stage: tuple[Stage, Any] | None = None
        self._num_losses = 0
        ray.get([actor.prepare.remote() for actor in self._actors])

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher."""
        self._log, self._stage, self._num_losses = [], (stage, self._ray.put(built)), 0
        num_workers = min(len(self._actors), stage.num_parts)
        self._parts_of = [range(first, stage.num_parts, num_workers) for first in range(num_workers)]
        for worker in range(num_workers):
            self._begin(worker)

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of all parts; returns what each reports.

        Raises:
          RuntimeError: too many workers were lost.
        """
        self._log.append(orders)
        pending = [self._send(worker, orders) for worker in range(len(self._parts_of))]
        return self._sorted([self._answer(worker, reference) for worker, reference in enumerate(pending)])

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        actors = self._actors[: len(self._parts_of)]
        return self._sorted(self._ray.get([actor.hashes.remote() for actor in actors]))

    def _sorted(self, answers: Sequence[Sequence[Any]]) -> list[Any]:
        """Returns what the workers say of their parts in the order of the parts."""
        of_part: dict[int, Any] = {}
        for parts, of_worker in zip(self._parts_of, answers, strict=True):
            of_part.update(zip(parts, of_worker, strict=True))
        return [of_part[part] for part in sorted(of_part)]

    def _begin(self, worker: int) -> None:
        assert self._stage is not None  # `begin` comes first
        self._actors[worker].begin.remote(list(self._parts_of[worker]), *self._stage)

    def _send(self, worker: int, orders: Sequence[Order | None]) -> Any:
        return self._actors[worker].work.remote([orders[part] for part in self._parts_of[worker]])

    def _answer(self, worker: int, reference: Any) -> list[Report | None]:
        """Returns a worker's reports of the last round; where it is lost, those of the next one."""
        while True:
            try:
                reports: list[Report | None] = self._ray.get(reference)
                return reports
            except self._ray.exceptions.RayActorError as error:
                self._num_losses += 1
                if self._num_losses > MOST_LOSSES:
                    raise RuntimeError(
                        f"{self._num_losses} workers of one search were lost: {error}"
                    ) from None
                self._actors[worker] = self._new_actor()
                self._begin(worker)
                for orders in self._log:
                    reference = self._send(worker, orders)
