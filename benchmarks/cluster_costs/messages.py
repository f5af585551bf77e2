"""Measures what is sent and written for one task, without ray's own part: bytes, and time on this machine."""

from __future__ import annotations

import pickle
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from benchmarks.cluster_costs.figures import Figure, figure
from benchmarks.cluster_costs.samples import SUITE, job_solver, some_results, some_tasks
from mcts_compose.cluster.jobs import Job
from mcts_compose.cluster.payload import pack
from mcts_compose.results.run_directory import open_run

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

NUM_RESULTS: Final = 40
APPENDED: Final = 100
"""Results that are appended for one value."""


def records(repeat: int) -> list[Figure]:
    """Returns sizes of jobs, results and snapshots, and what it takes to keep a result."""
    results = some_results(NUM_RESULTS)
    jobs = [Job(SUITE, task, 0) for task in some_tasks()]
    figures = [
        figure("arguments of a job, pickled", "bytes", [len(pickle.dumps((SUITE, 99, 0)))]),
        figure("a result, pickled", "bytes", [len(pickle.dumps(each, protocol=5)) for each in results]),
        figure("a result, its line", "bytes", [len(each.to_line()) for each in results]),
        figure("a result, made a line, CPU", "us", [_made_a_line(results[0]) for _ in range(repeat)]),
    ]
    with tempfile.TemporaryDirectory(dir=".") as directory:  # where runs are kept, not in memory
        values = [_appended(Path(directory) / str(number), results[0]) for number in range(repeat)]
    figures.append(figure("a result, appended and synced", "us", values))
    for prior in ("frequency", "bundled"):
        payload = pack(job_solver(prior), jobs)
        figures.append(figure(f"the solver, pickled, {prior}", "bytes", [len(payload.solver)]))
    figures.append(figure("a task in the snapshot", "bytes", [len(payload.tasks) / len(jobs)]))
    return figures


def _made_a_line(result: Result) -> float:
    """Returns the CPU time of writing a result as text, in microseconds."""
    began = time.process_time()
    for _ in range(1000):
        result.to_line()
    return (time.process_time() - began) * 1e3


def _appended(path: Path, result: Result) -> float:
    """Returns the wall time of keeping one result in a new run directory, in microseconds."""
    with open_run(path, {}) as directory:
        began = time.perf_counter()
        for seed in range(APPENDED):
            directory.append(structs.replace(result, seed=seed))
        return (time.perf_counter() - began) / APPENDED * 1e6
