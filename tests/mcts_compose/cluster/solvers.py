"""Solvers that misbehave on some tasks; workers import them from here."""

import os
import resource
import signal
import time
from pathlib import Path

import numpy as np

from tests.mcts_compose.make_result import StubSolver


class Solver:
    """Solves as the stub does after a moment, but for tasks named in `trouble`.

    `trouble` maps ids to what happens; `once` is a directory in which a trouble leaves a mark, so that the
    next try goes well; without it the trouble comes back. `room` is how many bytes a process may take from
    its first task on, as a system may bound it.
    """

    def __init__(self, trouble=None, once=None, delay=0.01, room=None):
        self.trouble = trouble or {}
        self.once = once
        self.room = room
        self.stub = StubSolver(delay)

    def __call__(self, task, *, seed, suite):
        if self.room is not None:
            self.bound_memory()
        what = self.trouble.get(task.id)
        if what is not None and self.is_due(task.id):
            getattr(self, what)()
        return self.stub(task, seed=seed, suite=suite)

    def is_due(self, name):
        if self.once is None:
            return True
        mark = Path(self.once) / name
        if mark.exists():
            return False
        mark.touch()
        return True

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def freeze(self):
        os.kill(os.getpid(), signal.SIGSTOP)

    def run_for_ever(self):
        while True:
            time.sleep(0.05)

    def pause(self):
        time.sleep(1.0)

    def bound_memory(self):
        bound, most = resource.getrlimit(resource.RLIMIT_AS)
        if bound == resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            bound = pages * os.sysconf("SC_PAGE_SIZE") + self.room
            resource.setrlimit(resource.RLIMIT_AS, (bound, most))

    def swell(self, megabytes=4_000):
        """Takes memory, and writes to it, until there is no more or it has all this."""
        taken = []
        while len(taken) * 100 < megabytes:
            taken.append(np.ones(100 * 2**20 // 8))
            time.sleep(0.02)
        return taken

    def swell_and_die(self):
        taken = self.swell(1_200)
        time.sleep(2.5)
        self.die()
        return taken

    def fail(self):
        raise ZeroDivisionError("by zero")


class Unpicklable(Solver):
    """Cannot be sent anywhere."""

    def __reduce__(self):
        raise TypeError("mine alone")
