"""Decides what a worker does: it gets the solver and all tasks once, and then searches one job after another.

The class is plain Python, so that it can be tested without ray; `actor_class` makes it a ray actor with a
`ping` that answers while a search runs.
"""

from __future__ import annotations

import gc
import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mcts_compose.cluster.jobs import AnyTask, Job, JobSolver
from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.errors import InputError, one_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mcts_compose.results.record import Result
    from priors.base import Prior

ONE_THREAD: Final = {
    name: "1" for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}
"""Variables of a worker's environment: it has one core, so that libraries should start no further threads."""
WATCH: Final = "watch"
"""The group of calls that is answered beside the others."""


class Place(NamedTuple):
    """Where a worker runs.

    Attributes:
      pid: its process.
      node: what ray calls its machine.
      memory: bytes that it has in memory.
    """

    pid: int
    node: str
    memory: int = 0


class SearchActor:
    """One worker."""

    def __init__(self) -> None:
        self._solver: JobSolver | None = None
        self._tasks: Sequence[AnyTask] = ()

    def start(self, solver: bytes, tasks: bytes, priors: Mapping[str, Prior]) -> str | None:
        """Makes kernels and priors ready, and returns None, or one sentence if that is impossible.

        Args:
          solver: a pickled `JobSolver`.
          tasks: pickled tasks; jobs name them by number.
          priors: those that take the place of the solver's own of that name.
        """
        try:
            self._tasks = pickle.loads(tasks)
            self._solver = pickle.loads(solver)
            assert self._solver is not None
            searcher = self._solver.solver
            if isinstance(searcher, SearchSolver):
                searcher = replace(searcher, priors={**searcher.priors, **priors})
                searcher.prepare(self._tasks)
                self._solver = replace(self._solver, solver=searcher)
            gc.freeze()  # what is loaded stays, and looking through it again takes tenths of a second
        except InputError as error:
            return str(error)
        except Exception as error:
            # Whatever a third party's prior does when it is unpickled.
            return one_sentence(error)
        return None

    def solve(self, suite: str, number: int, seed: int) -> Result:
        """Returns the result of one job."""
        assert self._solver is not None  # the driver gives no job before `start` has answered
        return self._solver.solve(Job(suite, self._tasks[number], seed))


def resident_bytes() -> int:
    """Returns how much of this process is in memory; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def actor_class(environment: Mapping[str, str]) -> Any:
    """Returns the class of ray actors; none is restarted by ray, since the driver knows what it was doing.

    Args:
      environment: variables that their processes lack; with any, ray cannot use processes that wait.
    """
    import ray

    class RaySearchActor(SearchActor):
        def __init__(self) -> None:
            lift_to_parent()
            super().__init__()

        def ping(self) -> Place:
            return Place(os.getpid(), ray.get_runtime_context().get_node_id(), resident_bytes())

    RaySearchActor.ping = ray.method(concurrency_group=WATCH)(RaySearchActor.ping)  # type: ignore[method-assign]
    return ray.remote(
        num_cpus=1,
        max_restarts=0,
        max_task_retries=0,
        concurrency_groups={WATCH: 1},
        runtime_env={"env_vars": dict(environment)} if environment else None,
    )(RaySearchActor)
