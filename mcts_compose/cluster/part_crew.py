"""Decides who searches which part of one task: parts are dealt out to workers, and again when one is lost.

A round of a part follows from what the part was told in this and all rounds before. So a lost worker costs
time only: another is told the same once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from mcts_compose.cluster.faults import cause_of
from mcts_compose.errors import InputError

if TYPE_CHECKING:
    from mcts_compose.search.fixed.crew import Order, Report, Stage
    from mcts_compose.search.fixed.table_building import Built

MOST_LOSSES: Final = 5
"""How many workers one search may lose (untuned)."""
LONGEST_ROUND_S: Final = 120.0
"""Seconds after which a worker counts as hung; a round takes a tenth of one (untuned)."""


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
          InputError: too many workers were lost.
        """
        reports: list[Report | None] = self._of_all(lambda worker: self._send(worker, orders))
        self._log.append(orders)
        return reports

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        return self._of_all(lambda worker: self._actors[worker].hashes.remote())

    def _of_all(self, ask: Callable[[int], Any]) -> list[Any]:
        """Asks all workers at once; returns what they say of their parts, in the order of the parts."""
        pending = [ask(worker) for worker in range(len(self._parts_of))]
        of_part: dict[int, Any] = {}
        for worker, reference in enumerate(pending):
            of_part.update(zip(self._parts_of[worker], self._answer(worker, reference, ask), strict=True))
        return [of_part[part] for part in sorted(of_part)]

    def _begin(self, worker: int) -> None:
        assert self._stage is not None  # `begin` comes first
        self._actors[worker].begin.remote(list(self._parts_of[worker]), *self._stage)

    def _send(self, worker: int, orders: Sequence[Order | None]) -> Any:
        return self._actors[worker].work.remote([orders[part] for part in self._parts_of[worker]])

    def _answer(self, worker: int, reference: Any, ask: Callable[[int], Any]) -> Sequence[Any]:
        """Returns a worker's answer; where it is lost, that of another, which is told the same."""
        errors = self._ray.exceptions
        seconds = LONGEST_ROUND_S
        while True:
            try:
                answer: Sequence[Any] = self._ray.get(reference, timeout=seconds)
                return answer
            except (errors.RayActorError, errors.GetTimeoutError) as error:
                self._replace(worker, error)
                seconds = LONGEST_ROUND_S * (2 + len(self._log))
                for orders in self._log:
                    self._send(worker, orders)
                reference = ask(worker)

    def _replace(self, worker: int, error: BaseException) -> None:
        """Puts another worker in the place of a lost one, and gives it its parts.

        Raises:
          InputError: too many were lost.
        """
        self._num_losses += 1
        is_hung = isinstance(error, self._ray.exceptions.GetTimeoutError)
        if self._num_losses > MOST_LOSSES:
            cause = "it did not answer" if is_hung else cause_of(error)
            raise InputError(
                f"{self._num_losses} workers of one search were lost, the last because {cause}; leave out "
                "--workers to search in one process"
            ) from None
        if is_hung:
            self._ray.kill(self._actors[worker])
        self._actors[worker] = self._new_actor()
        self._begin(worker)
