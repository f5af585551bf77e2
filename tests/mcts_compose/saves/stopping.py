"""A saver that saves once, after so many steps, and then ends the search as a kill would."""

from mcts_compose.saves.save_file import write_save
from mcts_compose.saves.saver import Saver


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
            write_save(self._file, self._identity, state())
            raise Stopped


def in_two_parts(file, run, steps):
    """What `run(saver)` returns when it is stopped after so many steps, and gone on with."""
    try:
        run(StopsAfter(file, steps))
    except Stopped:
        pass
    else:
        raise AssertionError("the search ended before it was stopped")
    saver = StopsAfter(file)
    outcome = run(saver)
    assert saver.told == []
    return outcome
