"""Decides what a runner of suites is given and what it tells: jobs go in, results and news come out.

There are two runners, with one interface: `cluster.serial` searches in this process and is the reference;
`cluster.driver` hands the same jobs to workers. A job's result depends on the job alone, so both give
the same results, one in the order of the jobs and the other as they finish.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from mcts_compose.errors import OutputError, printable
from mcts_compose.families.choice import default_prior
from mcts_compose.results.record import Result
from mcts_compose.settings import Settings
from mcts_compose.solving import failed
from mcts_compose.task import Task, UnsupportedTask

AnyTask: TypeAlias = Task | UnsupportedTask


class Job(NamedTuple):
    """One task to be searched once."""

    suite: str
    task: AnyTask
    seed: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What a results file holds once."""
        return self.suite, self.task.id, self.seed

    @property
    def name(self) -> str:
        """What the job is called in messages."""
        place = f"{self.suite}#{self.task.id}" if self.suite else self.task.id
        return f"{place} seed {self.seed}"


class Finished(NamedTuple):
    """A job has its result."""

    job: Job
    result: Result


class WorkerState(NamedTuple):
    """What one worker does.

    Attributes:
      name: `worker 1` and so on.
      doing: `starting`, `searching` or `waiting`.
      job: name of the job that it searches; empty otherwise.
      seconds: how long it has been doing that.
    """

    name: str
    doing: str
    job: str = ""
    seconds: float = 0.0


class News(NamedTuple):
    """Something to be told while jobs run.

    Attributes:
      workers: what every worker does.
      notice: one sentence for the user, or None.
    """

    workers: tuple[WorkerState, ...]
    notice: str | None = None


Event: TypeAlias = Finished | News


class Runner(Protocol):
    """Runs jobs."""

    def run(self, jobs: Sequence[Job]) -> Generator[Event, None, None]:
        """Yields one `Finished` for every job; closing the generator stops all searches.

        Raises:
          InputError: the jobs cannot be run here at all.
        """
        ...


class Solver(Protocol):
    """Solves one task; the default searches."""

    def __call__(self, task: Task, *, seed: int, suite: str) -> Result:
        """Returns the result, or raises whatever went wrong."""
        ...


def prior_name(task: AnyTask, settings: Settings) -> str:
    """Returns the name of the prior that is asked about a task."""
    return default_prior(task) if settings.prior is None else settings.prior


@dataclass(frozen=True)
class JobSolver:
    """Gives every job a result, which says so if the task cannot be searched or its search fails.

    Attributes:
      settings: of all jobs.
      solver: solves what can be searched.
    """

    settings: Settings
    solver: Solver

    def solve(self, job: Job) -> Result:
        """Returns the result of a job.

        Raises:
          BrokenPipeError: what the programs are handed to fails, and not the search.
          OutputError: the same.
        """
        if isinstance(job.task, UnsupportedTask):
            return self.failed(job, job.task.reason)
        try:
            return self.solver(job.task, seed=job.seed, suite=job.suite)
        except (BrokenPipeError, OutputError):
            raise
        except MemoryError as error:
            # The search keeps to its own bound; this is that of the process, or a prior that knows none.
            said = printable(str(error))
            return self.failed(job, f"its process was out of memory{said and f': {said}'}")
        except Exception as error:
            return self.failed(job, error)

    def failed(self, job: Job, error: BaseException | str) -> Result:
        """Returns the result of a job that has no other."""
        return failed(
            job.task, error, suite=job.suite, search=self.settings.search,
            prior=prior_name(job.task, self.settings), seed=job.seed,
        )  # fmt: skip
