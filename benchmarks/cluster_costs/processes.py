"""Measures what processes of a spread run take: until they are ready, and of memory."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.cluster_costs.figures import Figure, figure
from benchmarks.cluster_costs.made_up_model import write_model
from benchmarks.cluster_costs.samples import SUITE, job_solver, some_tasks
from mcts_compose.cluster.jobs import Job
from mcts_compose.cluster.leftovers import descendants
from mcts_compose.cluster.payload import pack
from mcts_compose.cluster.search_actor import ONE_THREAD, actor_class
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings

PRIORS: Final = ("frequency", "bundled")
IDLE: Final = 16
"""Workers that only exist, from which the driver's part of one is known."""
SEARCHED: Final = 20
"""Tasks that a worker has searched when its memory is looked at again."""
START_LIMIT_S: Final = 600.0


def starts(repeat: int) -> list[Figure]:
    """Returns how long ray and workers take to be ready, where kernels have been compiled before."""
    importing, starting, closing = [], [], []
    for _ in range(repeat):
        command = [sys.executable, "-c", "import ray"]
        began = time.perf_counter()
        subprocess.run(command, check=True)
        importing.append(time.perf_counter() - began)
        with RaySession(Settings(workers=1)) as session:
            began = time.perf_counter()
            session.start()
            starting.append(time.perf_counter() - began)
            began = time.perf_counter()
        closing.append(time.perf_counter() - began)
    figures = [
        figure("import of ray, in a process of its own", "s", importing),
        figure("ray on one machine, start", "s", starting),
        figure("ray on one machine, end", "s", closing),
    ]
    with RaySession(Settings(workers=1)) as session:
        session.start()
        for kind, environment in (("own session", {}), ("joined cluster", ONE_THREAD)):
            times = [_started(environment, "frequency") for _ in range(repeat + 1)][1:]
            figures.append(figure(f"process of a worker, {kind}", "s", [each[0] for each in times]))
        for prior in PRIORS:
            times = [_started({}, prior) for _ in range(repeat + 1)][1:]
            figures.append(
                figure(f"kernels and prior of a worker, {prior}", "s", [each[1] for each in times])
            )
    return figures


def cold_start(repeat: int) -> list[Figure]:
    """Returns how long the first worker of a machine takes; once, whatever `repeat` says."""
    before = os.environ.get("MCTS_COMPOSE_CACHE")
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MCTS_COMPOSE_CACHE"] = directory
        try:
            with RaySession(Settings(workers=1)) as session:
                session.start()
                times = [_started({}, prior) for prior in PRIORS]
        finally:
            if before is None:
                del os.environ["MCTS_COMPOSE_CACHE"]
            else:
                os.environ["MCTS_COMPOSE_CACHE"] = before
    return [
        figure("kernels of the first worker of a machine, frequency", "s", [times[0][1]]),
        figure("the same, then bundled", "s", [times[1][1]]),
    ]


def _started(environment: dict[str, str], prior: str) -> tuple[float, float]:
    """Returns how long a worker's process took, and what came then, in seconds; it is ended."""
    with _worker(environment, prior) as (_, times):
        return times


@contextmanager
def _worker(environment: dict[str, str], prior: str) -> Iterator[tuple[Any, tuple[float, float]]]:
    """Gives a worker that is ready, and how long its process took and what came then."""
    import ray

    payload = pack(job_solver(prior), [Job(SUITE, task, 0) for task in some_tasks()])
    began = time.perf_counter()
    actor = actor_class(environment).remote()
    try:
        ray.get(actor.ping.remote(), timeout=START_LIMIT_S)
        is_there = time.perf_counter()
        problem = ray.get(actor.start.remote(payload.solver, payload.tasks, {}), timeout=START_LIMIT_S)
        if problem is not None:
            raise RuntimeError(problem)
        yield actor, (is_there - began, time.perf_counter() - is_there)
    finally:
        ray.kill(actor)


def memory(repeat: int) -> list[Figure]:
    """Returns what each process takes of memory that no other has."""
    import ray

    with RaySession(Settings(workers=1)) as session:
        session.start()
        gc.collect()
        own, files = _megabytes([os.getpid()]), _num_files()
        figures = [
            figure("driver, before its workers", "MB", [own]),
            figure("ray's own processes on a machine", "MB", [_megabytes(_of_ray())]),
        ]
        bare = ray.remote(num_cpus=0)(Bare)
        idle = [bare.remote() for _ in range(IDLE)]
        places = ray.get([actor.pid.remote() for actor in idle])
        figures += [
            figure("a worker's process, before it has anything", "MB", [_megabytes([pid]) for pid in places]),
            figure("driver, for each worker", "MB", [(_megabytes([os.getpid()]) - own) / IDLE]),
            figure("driver, open files for each worker", "", [(_num_files() - files) / IDLE]),
        ]
        for actor in idle:
            ray.kill(actor)
        for prior in PRIORS:
            ready, searched = [], []
            with _worker({}, prior):
                pass  # it may compile kernels, which takes memory that later ones do without
            for _ in range(repeat):
                with _worker({}, prior) as (actor, _):
                    pid = ray.get(actor.ping.remote()).pid
                    ready.append(_megabytes([pid]))
                    for number in range(SEARCHED):
                        ray.get(actor.solve.remote(SUITE, number, 0))
                    searched.append(_megabytes([pid]))
            figures += [
                figure(f"a worker that is ready, {prior}", "MB", ready),
                figure(f"a worker after {SEARCHED} short searches, {prior}", "MB", searched),
            ]
        figures.append(figure("prior server, made-up causal-lm of 10 M parameters", "MB", _of_server()))
        sizes = [each["object_store_memory"] for each in (ray.cluster_resources(), ray.available_resources())]
        figures += [
            figure("object store of a machine", "MB", [sizes[0] / 1e6]),
            figure("of which is used", "MB", [(sizes[0] - sizes[1]) / 1e6]),
        ]
    return figures


class Bare:
    """A worker's process with nothing in it."""

    def pid(self) -> int:
        """Returns its number."""
        return os.getpid()


def _of_server() -> list[float]:
    """Returns the memory of a server with a small causal language model, in megabytes."""
    from mcts_compose.cluster.prior_servers import start_servers

    with tempfile.TemporaryDirectory() as directory:
        arguments = {"pretrained": str(write_model(Path(directory))), "threads": "1", "device": "cpu"}
        servers = start_servers("causal-lm", arguments)
        try:
            statuses = servers.look().statuses
            return [_megabytes([status.pid]) for status in statuses if status is not None]
        finally:
            servers.close()


def _of_ray() -> list[int]:
    """Returns the processes of ray that are no workers."""
    return [
        pid for pid in descendants(os.getpid())
        if (words := _command(pid)) and not words.startswith(("ray::", "python -c"))
    ]  # fmt: skip


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _num_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _megabytes(pids: Sequence[int]) -> float:
    """Returns the memory that processes have for themselves, in megabytes (10**6 bytes)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue  # it has ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return total * 1024 / 1e6
