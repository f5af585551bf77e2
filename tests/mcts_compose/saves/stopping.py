"""Savers that save after so many steps, and then end the search as a kill would."""

import time

from mcts_compose.saves.save_file import write_save
from mcts_compose.saves.save_writer import SaveWriter
from mcts_compose.saves.saver import Saver

PATIENCE_S = 120.0


class Stopped(BaseException):
    """The search was ended."""


class StopsAfter(Saver):
    """Saves after `steps` steps and stops there; `steps` None never saves.

    Attributes:
      told: what was said.
      steps: steps made, those of another process not counted.
    """

    def __init__(self, file, steps=None, identity=None):
        self.told = []
        super().__init__(file, 1e9, identity or {"task": "one"}, self.told.append)
        self.steps, self._stop = 0, steps

    def keep(self, seconds, state):
        self.steps += 1
        if self.steps == self._stop:
            self.save_and_wait(state())
            raise Stopped

    def save_and_wait(self, state):
        write_save(self._file, self._identity, state)


class GrowsAndStops(StopsAfter):
    """Saves after every `every` steps, and lets the log grow between, as `Saver` does by time.

    After some saves they become ten times as rare, as has the log growing: a search of many steps would
    otherwise do little else.
    """

    every = 5
    often = 6

    def keep(self, seconds, state):
        if self._writer is None:
            self._writer = SaveWriter(self._file, self._identity, self._resumed)
        every = self.every if self.steps < self.often * self.every else 10 * self.every
        if (self.steps + 1) % every == 0 and self.steps + 1 != self._stop:
            self.save_and_wait(state())
        elif self.steps % max(1, every // 5) == 0:
            self._writer.grow(state())
        super().keep(seconds, state)

    def save_and_wait(self, state):
        self._writer.save(state)
        begun, outcome = time.monotonic(), None
        while outcome is None and time.monotonic() < begun + PATIENCE_S:
            time.sleep(0.001)
            outcome = self._writer.outcome()
        assert outcome is True, outcome


def in_two_parts(file, run, steps, saver_class=StopsAfter):
    """What `run(saver)` returns when it is stopped after so many steps, and gone on with."""
    try:
        run(saver_class(file, steps))
    except Stopped:
        pass
    else:
        raise AssertionError("the search ended before it was stopped")
    saver = saver_class(file)
    outcome = run(saver)
    assert saver.told == []
    return outcome
