"""Decides who searches which part of one task: parts are dealt out to workers, and again when one is lost.

A round of a part follows from what the part was told in this and all rounds before. So a lost worker costs
time only: another is told the same once more. Parts report what they and their model have done since they
began, so nothing is counted twice; the model has it to do again, though.

Where a model answers at its own time, who is told the same may do another thing. Positions that the lost
worker would only have handed over later are then with nobody, so all that the other hands over while it
catches up is handed on: what is there already is not searched twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mcts_compose.cluster.faults import cause_of
from mcts_compose.cluster.payload import pickled_prior
from mcts_compose.errors import InputError
from mcts_compose.search.asking import LONGEST_WAIT_S
from mcts_compose.search.fixed.crew import Report
from mcts_compose.search.fixed.post import joined

if TYPE_CHECKING:
    from mcts_compose.cluster.served_prior import ServedPrior
    from mcts_compose.search.fixed.crew import Order, Stage
    from mcts_compose.search.fixed.model_work import ModelWork
    from mcts_compose.search.fixed.table_building import Built
    from priors.base import Prior

MOST_LOSSES: Final = 5
"""How many workers one search may lose (untuned)."""
LONGEST_ROUND_S: Final = 120.0
"""Seconds after which a worker counts as hung; a round takes a tenth of one (untuned). Where parts wait
for a model, each may take as long as that besides."""


class _Lent(NamedTuple):
    """The model that all workers have.

    Attributes:
      prior: of this process.
      waits: whether searches wait for its answers.
      sent: what each worker was sent.
    """

    prior: Prior
    waits: bool
    sent: list[Any]


class PartCrew:
    """Workers of a ray session that do the parts of one search after another.

    Parts go to workers in turn: where there are more than workers, each has several.
    """

    def __init__(
        self,
        new_actor: Callable[[], Any],
        num_workers: int,
        prior_for: Callable[[int], ServedPrior] | None = None,
    ) -> None:
        """Starts the workers, and waits until they are ready.

        Args:
          new_actor: starts a worker and returns its handle; `part_actor.new_part_actor` does so for tasks
            with fixed memory, `array_part_actor.new_array_part_actor` for array tasks.
          num_workers: how many are started.
          prior_for: returns the prior by which a worker asks a server; None: each has a copy of the model.
        """
        import ray

        self._ray = ray
        self._new_actor = new_actor
        self._actors = [new_actor() for _ in range(num_workers)]
        self._parts_of: list[range] = []
        self._log: list[Sequence[Order | None]] = []
        self._stage: tuple[Stage, Any] | None = None
        self._num_losses = 0
        self._prior_for = prior_for
        self._lent: _Lent | None = None
        ray.get([actor.prepare.remote() for actor in self._actors])

    def lend(self, prior: Prior, *, waits: bool) -> None:
        """Gives every worker the model, or what asks its server; returns when all can be asked.

        Raises:
          InputError: it cannot be sent to a worker, or not be made ready there.
        """
        if self._lent is not None and self._lent.prior is prior and self._lent.waits == waits:
            return
        sent: list[Any] = []
        for worker in range(len(self._actors)):
            if self._prior_for is None:
                sent.append(sent[0] if sent else pickled_prior(prior))
            else:
                sent.append(self._prior_for(worker))
                sent[-1].merges = not waits
        self._lent = None  # if it fails, some workers have this one and some another
        pending = [actor.lend.remote(one) for actor, one in zip(self._actors, sent, strict=True)]
        for worker, reference in enumerate(pending):
            refused = self._what_hinders(worker, sent[worker], reference)
            if refused is not None:
                raise InputError(refused)
        self._lent = _Lent(prior, waits, sent)

    def _what_hinders(self, worker: int, sent: Any, reference: Any) -> str | None:
        """Returns why a worker cannot have the model, else None; one that was lost before is replaced."""
        lost = self._ray.exceptions.RayActorError
        try:
            refused: str | None = self._ray.get(reference)
        except lost:
            self._actors[worker] = self._new_actor()
            try:
                refused = self._ray.get(self._actors[worker].lend.remote(sent))
            except lost as error:
                refused = f"a worker was lost while it made a prior ready: {cause_of(error)}"
        return refused

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

    def offers(self) -> list[Any]:
        """Returns what each part has to choose from; a search over arrays asks for it in the end."""
        return self._of_all(lambda worker: self._actors[worker].offers.remote())

    def leave_model(self) -> list[ModelWork]:
        """Ends what is under way with the model; returns what it has done for each part."""
        return self._of_all(lambda worker: self._actors[worker].leave_model.remote())

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
        assert self._stage is not None
        errors, is_repeatable = self._ray.exceptions, self._stage[0].is_repeatable
        replayed: list[Any] = []
        seconds = self._patience_s(worker)
        while True:
            try:
                answer: Sequence[Any] = self._ray.get(reference, timeout=seconds)
                return answer if is_repeatable else with_all_parcels(answer, self._ray.get(replayed))
            except (errors.RayActorError, errors.GetTimeoutError) as error:
                self._replace(worker, error)
                seconds = self._patience_s(worker) * (2 + len(self._log))
                replayed = [self._send(worker, orders) for orders in self._log]
                reference = ask(worker)

    def _patience_s(self, worker: int) -> float:
        """Returns after how many seconds a round of a worker takes too long."""
        assert self._stage is not None
        stage = self._stage[0]
        num_waiting = len(self._parts_of[worker]) if stage.subject and stage.options.deterministic else 0
        return LONGEST_ROUND_S + num_waiting * LONGEST_WAIT_S

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
        if self._lent is not None:
            self._actors[worker].lend.remote(self._lent.sent[worker])
        self._begin(worker)


def with_all_parcels(answer: Sequence[Any], replayed: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Returns a worker's reports of a round, with all that its parts handed over in rounds before.

    Args:
      answer: one for each of its parts, None where it had nothing to do; or no reports at all.
      replayed: the same of every round before that it was told once more.
    """
    caught_up = []
    for part, last in enumerate(answer):
        reports = [round_[part] for round_ in (*replayed, answer) if round_[part] is not None]
        if len(replayed) and isinstance(last, Report | None) and reports:
            by_owner = zip(*(report.parcels for report in reports), strict=True)
            last = reports[-1]._replace(parcels=[joined(parcels) for parcels in by_owner])
        caught_up.append(last)
    return caught_up
