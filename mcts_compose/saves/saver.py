"""Decides when a search is saved, and how without stopping it.

A child process writes: it begins with an image of the search as it was between two steps, which the system
copies page by page where the search goes on writing, so the search loses a few milliseconds and what those
pages cost. The child ends when its parent does. One save is written at a time.

What saving costs may be a hundredth of the search's time: as long as more is expected, a save waits. Counted
are the time in which the search stood still, the pages that were copied for it, and, where no core is idle,
the child's own time.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcts_compose.errors import located, printable
from mcts_compose.saves.save_file import Save, SavedState, SaveError, remove_parts, temporary_of, write_save

SHARE = 0.01
"""Most of a search's time that saving may cost."""
LOOK_EVERY_S = 0.05
PAGE_S = 3e-6
"""What a page costs that is copied (measured on a virtual machine, where it is several times dearer than on
others)."""
FIRST_RATE = 0.2e-9
FIRST_RATE_IN_A_CROWD = 1.0e-9
"""Seconds a byte that a save is expected to cost before one was made (measured: 0.1 to 0.3 and 0.8 ns)."""
MOST_OF_DISK = 0.8
"""A save that would take more than this of what is free is not begun, since results need room as well."""


def tell_user(sentence: str) -> None:
    """Prints one sentence on standard error."""
    print(printable(sentence), file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Saves:
    """Where one task's search is saved, which may be several searches one after the other.

    Attributes:
      directory: of this task and seed alone; made when it is needed.
      every: seconds between two saves, at least.
      tell: is given sentences about what went wrong.
    """

    directory: Path
    every: float
    tell: Callable[[str], None] = tell_user

    def saver(self, name: str, identity: Mapping[str, Any]) -> Saver:
        """Returns what saves one of these searches; see `Saver`."""
        return Saver(self.directory / f"{name}.save", self.every, identity, self.tell)


class Saver:
    """Saves one search again and again, and finds the last save of an earlier process.

    Args:
      file: where the save is; its directory is made.
      every: seconds between two saves, at least.
      identity: what must be equal for a save to be used, as JSON has it.
      tell: is given sentences about what went wrong.

    Attributes:
      num_saves: how many were written whole.
      cost: seconds that saving has cost.
      child_seconds: CPU time of the processes that wrote.
      size: bytes of the last one.
    """

    def __init__(
        self, file: Path, every: float, identity: Mapping[str, Any], tell: Callable[[str], None]
    ) -> None:
        self.num_saves, self.cost, self.child_seconds, self.size = 0, 0.0, 0.0, 0
        self._file, self._every, self._identity, self._tell = file, every, dict(identity), tell
        self._rate = FIRST_RATE_IN_A_CROWD if _is_crowded() else FIRST_RATE
        self._base: float | None = None
        self._next = 0.0
        self._child = 0
        self._faults = 0
        self._cost_before = 0.0
        self._has_failed = False

    def load(self) -> Save | None:
        """Returns the last save of this search; None, after saying why, if there is none that can be used."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        remove_parts(self._file)
        if not self._file.exists():
            return None
        try:
            return Save(self._file, self._identity)
        except SaveError as error:
            self.refuse(error)
            return None

    def refuse(self, error: SaveError) -> None:
        """Says that a save cannot be used, and that the search begins anew."""
        self._tell(f"{error}; the search begins anew")

    def keep(self, seconds: float, state: Callable[[], SavedState]) -> None:
        """Saves the search if it is time for that; called between two steps, as often as one likes.

        Args:
          seconds: of the search so far, those before a resume included.
          state: returns its state, as views where it is large.
        """
        if self._base is None:
            self._base, self._next = seconds, seconds + self._every
        if seconds < self._next:
            return
        if self._child:
            self._next = seconds + LOOK_EVERY_S
            self._look(seconds)
            return
        began = time.perf_counter()
        wanted = state()
        expected = self._rate * wanted.size
        due = self._base + (self.cost + expected) / SHARE
        if seconds < due:
            self._next = min(due, seconds + self._every)
            self.cost += time.perf_counter() - began
            return
        self._begin(wanted, began)
        self._next = seconds + LOOK_EVERY_S

    def _begin(self, state: SavedState, began: float) -> None:
        self._cost_before = self.cost
        self.size = state.size
        try:
            free = os.statvfs(self._file.parent)
            if state.size > MOST_OF_DISK * free.f_bavail * free.f_frsize:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            with warnings.catch_warnings():
                # Other threads do not go on in the child, which calls nothing that waits for them.
                warnings.simplefilter("ignore", DeprecationWarning)
                parent, self._child = os.getpid(), os.fork()
        except OSError as error:
            self._fail(error.errno)
            return
        if self._child == 0:
            _be_the_child(self._file, self._identity, state, parent)
        self._faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        self.cost += time.perf_counter() - began

    def _look(self, seconds: float) -> None:
        """Counts what a save has cost, if its child has ended, and decides when the next may begin."""
        try:
            child, status, used = os.wait4(self._child, os.WNOHANG)
        except ChildProcessError:  # somebody else waited for it: what became of it is not known
            child, status, used = self._child, 0, resource.getrusage(resource.RUSAGE_CHILDREN)
        if child == 0:
            return
        self._child = 0
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - self._faults
        self.cost += PAGE_S * faults
        self.child_seconds += used.ru_utime + used.ru_stime
        if _is_crowded():
            self.cost += used.ru_utime + used.ru_stime
        self._rate = (self.cost - self._cost_before) / max(1, self.size)
        if status == 0:
            self.num_saves += 1
        else:
            self._fail(os.waitstatus_to_exitcode(status))
        self._next = seconds + self._every

    def _fail(self, code: int | None) -> None:
        """Says once that a save could not be written."""
        if self._has_failed:
            return
        self._has_failed = True
        why = os.strerror(code) if code is not None and code > 0 else "its process was ended"
        problem = f"a save cannot be written ({why}); the search goes on, its last save is kept"
        self._tell(located(problem, self._file))

    def close(self) -> None:
        """Ends a save that is under way; the one before stays."""
        if self._child:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._child, signal.SIGKILL)
                os.waitpid(self._child, 0)
            temporary_of(self._file, self._child).unlink(missing_ok=True)
            self._child = 0


def _is_crowded() -> bool:
    """Says whether there is no idle core on which a child could write; this search has one itself."""
    return os.getloadavg()[0] > len(os.sched_getaffinity(0)) - 0.5


def _be_the_child(file: Path, identity: Mapping[str, Any], state: SavedState, parent: int) -> None:
    """Writes a save and ends the process, whatever happens, with a system's error number as its status."""
    status = errno.EIO
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Locks, pipes and sockets are the parent's: who waits for their end must not wait for the child.
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        write_save(file, identity, state, lambda: os.getppid() == parent)
        status = 0
    except OSError as error:
        status = error.errno or errno.EIO
    finally:
        os._exit(status)
