"""Three nodes of ray on this machine, a run of suites on them, and what can be done to both.

Everything is real but the machines: a node is a group of processes with a ray of its own.
"""

import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from mcts_compose.cluster.leftovers import descendants
from mcts_compose.cluster.search_actor import ONE_THREAD
from mcts_compose.cluster.session import QUIET
from mcts_compose.results.record import TIMES, WORK_OF_SERVERS

ROOT = Path(__file__).parents[3]
NUM_NODES = 3
STORE_BYTES = 80 * 2**20
START_TRIES = 3
"""Ray gives up on a node whose processes take more than 15 s to start, as on a busy machine."""
SAID = "@"
WORKER, SERVER = b"ray::RaySearchActor", b"ray::RayPriorServer"


class ThreeNodes:
    """A cluster of nodes with one CPU each, in a process of its own that ends it.

    Attributes:
      environment: with its token, for whoever joins it.
      address: of its first node.
    """

    def __init__(self):
        self.environment = {
            **os.environ, **QUIET, **ONE_THREAD, "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
        }  # fmt: skip
        self._directory = tempfile.mkdtemp(dir="/tmp")  # short enough for sockets
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mcts_compose.cluster.chaos", self._directory],
            cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.address = self._answer()

    def remove(self, number):
        """Removes a node without grace; the first, 0, would take the cluster with it."""
        print(number, file=self._process.stdin, flush=True)
        self._answer()

    def close(self):
        self._process.stdin.close()
        self._process.wait(120)
        self._process.stdout.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _answer(self):
        for line in self._process.stdout:
            if line.startswith(SAID):
                return line.removeprefix(SAID).strip()
        raise AssertionError("the cluster has ended")


def hold_nodes(directory):
    """Has the nodes of a cluster, and removes those whose numbers are read; ends it when nothing is left."""
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    try:
        nodes = [_add_node(cluster, directory) for _ in range(NUM_NODES)]
        print(SAID, cluster.address, flush=True)
        for line in sys.stdin:
            cluster.remove_node(nodes[int(line)], allow_graceful=False)
            print(SAID, flush=True)
    finally:
        cluster.shutdown()


def _add_node(cluster, directory):
    more = {} if cluster.head_node else {"include_dashboard": False}
    for _ in range(START_TRIES - 1):
        with contextlib.suppress(Exception):
            return cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES, temp_dir=directory, **more)
    return cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES, temp_dir=directory, **more)


class SuiteRun:
    """The command `bench run`, in a process of its own; it can be killed and given again.

    Attributes:
      log: what it has said.
      process: the newest process.
    """

    def __init__(self, directory, *arguments, environment=None):
        self.log = directory.with_suffix(".log")
        self._file = directory / "results.jsonl"
        self._environment = environment
        self._command = [
            sys.executable,
            "-m",
            "mcts_compose",
            "bench",
            "run",
            *arguments,
            "--out",
            str(directory),
        ]
        self.start()

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    def num_results(self):
        return self._file.read_bytes().count(b"\n") if self._file.exists() else 0

    def is_over(self):
        if self.process.poll() is None:
            return False
        assert self.process.returncode == 0, self.log.read_text()[-3000:]
        return True

    def end(self):
        """Kills it, if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def results(self):
        """The results but times."""
        lines = [json.loads(line) for line in self._file.read_text().splitlines()]
        left_out = TIMES | WORK_OF_SERVERS
        return [{name: value for name, value in line.items() if name not in left_out} for line in lines]


class Fault(NamedTuple):
    what: str
    at: float


class Watch:
    """Knows when results came and when something was done to the run.

    Attributes:
      faults: what was done.
    """

    def __init__(self, run):
        self.faults = []
        self._run = run
        self._arrivals = []
        self._number = 0

    def look(self):
        number = self._run.num_results()
        if number > self._number:
            self._number = number
            self._arrivals.append(time.monotonic())
        return number

    def note(self, what):
        self.look()  # what had come before is no recovery
        self.faults.append(Fault(what, time.monotonic()))

    def recoveries(self):
        """By what was done: the seconds until the next result, of each that was followed by one."""
        found = {}
        for what, at in self.faults:
            later = [arrival for arrival in self._arrivals if arrival > at]
            if later:
                found.setdefault(what, []).append(later[0] - at)
        return found


def processes(title):
    """The processes of the simulated cluster whose title begins so."""
    found = []
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(title):
                found.append(pid)
    return sorted(found)


def signal_one(title, rng, number=signal.SIGKILL):
    """Sends a signal to one of these processes; returns its number, None if there is none."""
    pids = processes(title)
    if not pids:
        return None
    pid = rng.choice(pids)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return pid
    return None


def disturb(run, cluster, *, seconds, every_s, num_results, seed=0):
    """Kills workers for so long, and at parts of the results the prior server, a node and the driver.

    Args:
      run: what is disturbed; it has its first result.
      cluster: where it is.
      seconds: how long workers are killed.
      every_s: time between two kills.
      num_results: how many there will be.
      seed: of the choice of what is killed.

    Returns:
      The watch, once the run is over.
    """
    rng, watch = random.Random(seed), Watch(run)
    plan = [(0.15, "prior server"), (0.3, "node"), (0.5, "driver")]
    begun = time.monotonic()
    next_kill = begun + every_s
    while not run.is_over():
        time.sleep(0.05)
        share = watch.look() / num_results
        now = time.monotonic()
        if now >= next_kill and now - begun < seconds:
            next_kill = now + every_s
            if signal_one(WORKER, rng):
                watch.note("worker")
        if plan and share >= plan[0][0]:
            what = plan[0][1]
            if what == "prior server" and not signal_one(SERVER, rng):
                continue
            if what == "driver":
                run.end()
            watch.note(what)
            if what == "node":
                cluster.remove(NUM_NODES - 1)
            elif what == "driver":
                run.start()
            del plan[0]
    watch.look()
    return watch


if __name__ == "__main__":
    hold_nodes(sys.argv[1])
