"""Decides how jobs run without workers: one after another in this process, in their order."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from mcts_compose.cluster.jobs import Event, Finished, Job, JobSolver


class SerialRunner:
    """The reference that workers are compared with."""

    def __init__(self, solver: JobSolver) -> None:
        self._solver = solver

    def run(self, jobs: Sequence[Job]) -> Generator[Event, None, None]:
        """Yields every job's result in the order of the jobs."""
        for job in jobs:
            yield Finished(job, self._solver.solve(job))
