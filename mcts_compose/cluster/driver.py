"""Decides how jobs are handed to workers: one at a time each, again when a worker is lost, but not for ever.

A lost worker is replaced. Its job is tried again by another, so often and not more, and is then recorded as
failed; a job that is not done by its deadline is so at once. What a job's result is depends on the job alone,
so that neither who searched it nor how often it was tried can be seen in the results.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final

from mcts_compose.budget import DEFAULT_MEMORY_MB, Budget
from mcts_compose.cluster.faults import cause_of, is_of_the_worker, last_line
from mcts_compose.cluster.jobs import AnyTask, Event, Finished, Job, JobSolver, News
from mcts_compose.cluster.payload import Payload, pack
from mcts_compose.cluster.watched_worker import Assignment, Patience, WatchedWorker
from mcts_compose.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcts_compose.cluster.session import RaySession
    from mcts_compose.results.record import Result
    from priors.base import Prior

DEADLINE_SLACK: Final = 60.0
"""Seconds that a task may take beside twice its budget, for tables and checks."""
MOST_FAILED_STARTS: Final = 3
"""How many workers in a row may end before they are ready by an error in them, while no other is; untuned."""
LONGEST_LOSS_S: Final = 120.0
"""How long no worker may be ready where they are lost for other reasons: some seconds pass until ray knows
that a machine has gone, and until then it starts workers there; untuned."""
REST_S: Final = 1.0
"""Pause before a worker is replaced that was lost before it was ready; untuned."""


class RayRunner:
    """Runs jobs on the workers of a ray session.

    Attributes:
      session: where; it is started when the first job is to run, and belongs to the caller.
    """

    def __init__(
        self,
        solver: JobSolver,
        session: RaySession,
        *,
        priors_for: Callable[[int], Mapping[str, Prior]] = lambda number: {},
        notices: Callable[[], Sequence[str]] = lambda: (),
        patience: Patience | None = None,
    ) -> None:
        """Makes a runner.

        Args:
          solver: what every worker gets a copy of.
          session: where the workers are.
          priors_for: the priors that take the place of the solver's own in the worker of a number.
          notices: asked now and then for sentences to tell.
          patience: how long to wait for workers.
        """
        self.session = session
        self._solver = solver
        self._priors_for = priors_for
        self._notices = notices
        self._patience = patience or Patience()

    def run(self, jobs: Sequence[Job]) -> Generator[Event, None, None]:
        """Yields every job's result as it comes, and news in between.

        Raises:
          InputError: ray cannot be started, no worker can, or what they need cannot be sent to them.
        """
        if not jobs:
            return
        self.session.start()
        payload = pack(self._solver, jobs)
        drive = _Drive(self._solver, self.session, payload, jobs, self._priors_for, self._patience)
        try:
            for event in drive.events():
                yield event
                if isinstance(event, News):
                    yield from (News(event.workers, notice) for notice in self._notices())
        finally:
            drive.stop()


class _Drive:
    """One run: who has what, and what is left."""

    def __init__(
        self,
        solver: JobSolver,
        session: RaySession,
        payload: Payload,
        jobs: Sequence[Job],
        priors_for: Callable[[int], Mapping[str, Prior]],
        patience: Patience,
    ) -> None:
        import ray

        from mcts_compose.cluster.search_actor import actor_class

        self._ray = ray
        self._actor_class = actor_class(session.worker_environment)
        self._solver = solver
        self._session = session
        self._payload = payload
        self._solver_reference = ray.put(payload.solver)
        self._tasks_reference = ray.put(payload.tasks)
        self._jobs = jobs
        self._priors_for = priors_for
        self._patience = patience
        self._left = deque(range(len(jobs)))
        self._tries = [0] * len(jobs)
        self._num_done = 0
        self._failed_starts = 0
        self._last_ready = time.monotonic()
        self._workers: list[WatchedWorker] = []
        self._events: list[Event] = []

    def events(self) -> Generator[Event, None, None]:
        """Runs all jobs."""
        count = min(self._session.num_workers, len(self._jobs))
        self._workers = [self._new_worker(number) for number in range(1, count + 1)]
        budgets = [self._budget(job.task) for job in self._jobs]
        for warning in self._session.warnings(
            count,
            is_timed=any(budget.seconds is not None for budget in budgets),
            memory_mb=max(budget.memory_mb or DEFAULT_MEMORY_MB for budget in budgets),
        ):
            self._tell(warning)
        told = 0.0
        while self._num_done < len(self._jobs):
            self._wait()
            self._watch()
            self._hand_out()
            if time.monotonic() - told >= self._patience.tick:
                told = time.monotonic()
                self._tell(None)
            events, self._events = self._events, []
            yield from events

    def stop(self) -> None:
        """Ends all workers."""
        self._session.kill((worker.actor, worker.place) for worker in self._workers)

    def _budget(self, task: AnyTask) -> Budget:
        return self._solver.settings.budget_for(getattr(task, "budget", None))

    def _tell(self, notice: str | None) -> None:
        self._events.append(News(tuple(worker.state() for worker in self._workers), notice))

    def _new_worker(self, number: int) -> WatchedWorker:
        actor = self._actor_class.remote()
        started = actor.start.remote(self._solver_reference, self._tasks_reference, self._priors_for(number))
        worker = WatchedWorker(number, actor, started)
        worker.ping_if_due(self._patience)
        return worker

    def _hand_out(self) -> None:
        """Gives every idle worker a job."""
        for worker in self._workers:
            if not self._left:
                return
            if worker.is_idle():
                self._assign(worker, self._left.popleft())

    def _assign(self, worker: WatchedWorker, index: int) -> None:
        job = self._jobs[index]
        now = time.monotonic()
        worker.assign(
            Assignment(
                job=index,
                reference=worker.actor.solve.remote(job.suite, self._payload.numbers[index], job.seed),
                since=now,
                deadline=now + self._deadline(job),
                name=job.name,
            )
        )

    def _deadline(self, job: Job) -> float:
        """Returns how long a job may take, in seconds."""
        named = self._solver.settings.deadline
        if named is not None:
            return named
        seconds = self._budget(job.task).seconds
        return math.inf if seconds is None else 2 * seconds + DEADLINE_SLACK

    def _wait(self) -> None:
        """Takes what has come, after waiting for something to come."""
        owners = {reference: worker for worker in self._workers for reference in worker.references()}
        pending = list(owners)
        if not pending:  # all rest
            time.sleep(self._patience.tick)
            return
        ready, _ = self._ray.wait(pending, num_returns=1, timeout=self._patience.tick)
        if ready:
            ready, _ = self._ray.wait(pending, num_returns=len(pending), timeout=0)
        # Pings last: what a worker has done before it was lost counts.
        for reference in sorted(ready, key=lambda each: each == owners[each].ping):
            worker = owners[reference]
            if self._workers[worker.number - 1] is worker:  # it may have been lost a moment ago
                self._take(worker, reference)

    def _take(self, worker: WatchedWorker, reference: Any) -> None:
        try:
            value = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            # The worker lives, but what it was asked for has failed where that should be impossible.
            self._lose(worker, f"of an error in it: {last_line(str(error))}")
        except self._ray.exceptions.RayError as error:
            self._lose(worker, worker.with_memory(cause_of(error)))
        else:
            if reference == worker.ping:
                worker.heard(value)
            elif reference == worker.started:
                self._take_start(worker, value)
            else:
                self._take_result(worker, value)

    def _take_start(self, worker: WatchedWorker, problem: str | None) -> None:
        if problem is not None:
            raise InputError(f"a worker cannot search: {problem}")
        self._failed_starts = 0
        self._last_ready = time.monotonic()
        worker.free()

    def _take_result(self, worker: WatchedWorker, result: Result) -> None:
        assignment = worker.assignment
        assert assignment is not None  # its result is what came
        worker.free()
        if self._left:
            self._assign(worker, self._left.popleft())
        self._finish(assignment.job, result)

    def _finish(self, index: int, result: Result) -> None:
        self._num_done += 1
        self._events.append(Finished(self._jobs[index], result))

    def _watch(self) -> None:
        """Pings workers and gives up those that are hung."""
        for worker in self._workers:
            if worker.is_rested():
                self._workers[worker.number - 1] = self._new_worker(worker.number)
            elif worker.is_overdue():
                self._give_up_job(worker)
            elif (fault := worker.fault(self._patience)) is not None:
                self._lose(worker, fault)
            else:
                worker.ping_if_due(self._patience)

    def _give_up_job(self, worker: WatchedWorker) -> None:
        """Records a job as failed that has passed its deadline, and ends its worker."""
        assignment = worker.assignment
        assert assignment is not None  # only a job can be overdue
        job = self._jobs[assignment.job]
        passed = f"it was not done after {self._deadline(job):g} s and was stopped"
        self._finish(assignment.job, self._solver.failed(job, passed))
        self._replace(worker)
        self._tell(f"{job.name}: {passed}")

    def _lose(self, worker: WatchedWorker, cause: str) -> None:
        """Takes a worker's job back, and puts another worker in its place."""
        assignment = worker.assignment
        if assignment is not None:
            self._take_back(worker, assignment.job, cause)
        elif worker.started is not None:
            self._fail_to_start(worker, cause)
            return
        else:
            self._tell(f"{worker.name} was lost because {cause}; another takes its place")
        self._replace(worker)

    def _fail_to_start(self, worker: WatchedWorker, cause: str) -> None:
        """Has another worker started soon.

        Raises:
          InputError: none has been ready for too long.
        """
        self._failed_starts += 1
        if any(other.is_ready() for other in self._workers):
            self._last_ready = time.monotonic()
        longest = 0.0 if is_of_the_worker(cause) else LONGEST_LOSS_S
        if self._failed_starts >= MOST_FAILED_STARTS and time.monotonic() - self._last_ready > longest:
            raise InputError(
                f"no worker can be started: {self._failed_starts} in a row ended before they were ready, "
                f"the last because {cause}"
            )
        self._tell(f"{worker.name} ended before it was ready because {cause}; another takes its place")
        self._session.kill([(worker.actor, worker.place)])
        worker.rest(REST_S)

    def _take_back(self, worker: WatchedWorker, index: int, cause: str) -> None:
        job = self._jobs[index]
        self._tries[index] += 1
        tries, retries = self._tries[index], self._solver.settings.retries
        if tries <= retries:
            self._left.append(index)
            self._tell(
                f"{worker.name} was lost because {cause}; {job.name} is tried again ({tries} of {retries})"
            )
            return
        times = "once" if tries == 1 else f"{tries} times"
        lost = f"its worker was lost {times}, the last time because {cause}"
        self._finish(index, self._solver.failed(job, lost))
        self._tell(f"{job.name}: {lost}")

    def _replace(self, worker: WatchedWorker) -> None:
        self._session.kill([(worker.actor, worker.place)])
        self._workers[worker.number - 1] = self._new_worker(worker.number)
