"""Measures the driver of a suite run: what a result costs it, and how much of a core many workers take it.

One process stands for all workers: it gives each job's result after a while, and does nothing meanwhile. So
the driver that ships is measured with numbers of workers that this machine could not have search. What is not
in it: a connection for each worker, which the group `memory` measures, and the display of progress.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unittest import mock

from benchmarks.cluster_costs.figures import Figure, figure
from benchmarks.cluster_costs.samples import SUITE, job_solver, some_results, some_tasks
from mcts_compose.cluster import search_actor
from mcts_compose.cluster.driver import RayRunner
from mcts_compose.cluster.jobs import Finished, Job
from mcts_compose.cluster.search_actor import Place
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

AT_ONCE: Final = (1, 64)
"""Numbers of workers that give results at once."""
SEARCHING: Final = (1000, 4000)
"""Numbers of workers that search."""
SEARCH_S: Final = 10.0
"""What their searches take on average: the time that a task has by default."""
WINDOW_S: Final = 3.0
"""What is measured for one value."""
PINGS: Final = 1000
PINGS_AT_ONCE: Final = 50


class Standin:
    """Answers for all workers."""

    def __init__(self, result: Result, node: str, seconds: float) -> None:
        self._result, self._node, self._seconds = result, node, seconds
        self._random = random.Random(0)

    async def start(self, *arguments: object) -> None:
        """Is ready."""

    async def solve(self, suite: str, number: int, seed: int) -> Result:
        """Returns the result, after half to one and a half of the seconds."""
        if self._seconds:
            await asyncio.sleep(self._seconds * self._random.uniform(0.5, 1.5))
        return self._result

    async def ping(self) -> Place:
        """Returns where it is."""
        return Place(os.getpid(), self._node)


class _OneForAll:
    """Takes the place of the class of workers."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def remote(self) -> Any:
        return self._handle


class Spent(NamedTuple):
    """What the driver did in a window.

    Attributes:
      cpu: seconds, of all its threads.
      wall: seconds.
      results: that came.
      network: bytes that were sent on this machine's own network, of whatever runs on it.
    """

    cpu: float
    wall: float
    results: int
    network: int


def driver(repeat: int) -> list[Figure]:
    """Returns what the driver takes for results, and for workers that search."""
    (result,) = some_results(1)
    figures = []
    with RaySession(Settings(workers=1)) as session:
        session.start()
        rest = _network()
        time.sleep(WINDOW_S)
        rest = _network() - rest
        for workers in AT_ONCE:
            with _driven(session, result, workers, 0.0) as windows:
                spent = [next(windows) for _ in range(repeat)]
            name = "1 worker" if workers == 1 else f"{workers} workers"
            figures += [
                figure(f"a result, driver's CPU, {name}", "us", [s.cpu / s.results * 1e6 for s in spent]),
                figure(f"results a second, {name}", "1/s", [s.results / s.wall for s in spent]),
                figure(
                    f"a job and its result on the network, {name}", "bytes",
                    [(s.network - rest) / s.results for s in spent],
                ),
            ]  # fmt: skip
        figures.append(
            figure("a ping and its answer, driver's CPU", "us", [_pinged(result) for _ in range(repeat)])
        )
        for workers in SEARCHING:
            with _driven(session, result, workers, SEARCH_S) as windows:
                spent = [next(windows) for _ in range(repeat)]
            name = f"{workers:,} workers, searches of {SEARCH_S:g} s"
            figures += [
                figure(f"driver, {name}", "of a core", [s.cpu / s.wall for s in spent]),
                figure(f"results a second, {name}", "1/s", [s.results / s.wall for s in spent]),
                figure(f"network, {name}", "kB/s", [(s.network - rest) / s.wall / 1e3 for s in spent]),
            ]
    return figures


def _pinged(result: Result) -> float:
    """Returns the CPU time of asking whether a worker is there, in microseconds."""
    import ray

    standin = ray.remote(num_cpus=0, max_concurrency=PINGS_AT_ONCE)(Standin).remote(result, "", 0.0)
    ray.get(standin.ping.remote())
    cpu = time.process_time()
    for _ in range(PINGS // PINGS_AT_ONCE):
        ray.get([standin.ping.remote() for _ in range(PINGS_AT_ONCE)])
    spent = time.process_time() - cpu
    ray.kill(standin)
    return spent / PINGS * 1e6


@contextmanager
def _driven(session: RaySession, result: Result, workers: int, seconds: float) -> Iterator[Iterator[Spent]]:
    """Gives windows of a run of so many workers, which has been going for a while."""
    import ray

    node = ray.get_runtime_context().get_node_id()
    standin = ray.remote(num_cpus=0, max_concurrency=100_000)(Standin).remote(result, node, seconds)
    session.num_workers = workers
    tasks = some_tasks()
    jobs = [Job(SUITE, tasks[number % len(tasks)], number) for number in range(100_000)]
    with (
        mock.patch.object(search_actor, "actor_class", lambda environment: _OneForAll(standin)),
        closing(RayRunner(job_solver("frequency"), session).run(jobs)) as events,
    ):
        # The first searches have begun together; what comes after them is spread over time.
        first = sum(1 for _ in islice((one for one in events if isinstance(one, Finished)), workers))
        assert first == workers, "there are jobs for all windows"
        yield _windows(events)


def _windows(events: Iterator[Any]) -> Iterator[Spent]:
    while True:
        results, network = 0, _network()
        cpu, wall = time.process_time(), time.perf_counter()
        for event in events:
            results += isinstance(event, Finished)
            if time.perf_counter() - wall >= WINDOW_S:
                break
        yield Spent(time.process_time() - cpu, time.perf_counter() - wall, results, _network() - network)


def _network() -> int:
    """Returns how many bytes have been sent on this machine's own network."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()
    (counts,) = (line.partition(":")[2] for line in lines if line.strip().startswith("lo:"))
    return int(counts.split()[0])
