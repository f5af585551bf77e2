"""Solvers that misbehave on some tasks; workers import them from here."""

import os
import signal
import time
from pathlib import Path

from tests.mcts_compose.make_result import StubSolver


class Solver:
    """Solves as the stub does after a moment, but for tasks named in `trouble`.

    `trouble` maps ids to what happens; `once` is a directory in which a trouble leaves a mark, so that the
    next try goes well; without it the trouble comes back.
    """

    def __init__(self, trouble=None, once=None, delay=0.01):
        self.trouble = trouble or {}
        self.once = once
        self.stub = StubSolver(delay)

    def __call__(self, task, *, seed, suite):
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

    def fail(self):
        raise ZeroDivisionError("by zero")


class Unpicklable(Solver):
    """Cannot be sent anywhere."""

    def __reduce__(self):
        raise TypeError("mine alone")
