"""Decides when a search is saved, and what saving may cost.

A thread writes what grows while the search goes on, and between two steps the search copies the rest for it
(save_writer.py). What saving may cost is a share of the search's time: as long as more is expected, a save
waits. Counted are the time in which the search stood still and the writing thread's own time, all of it where
no core is idle, and else the part of it by which the search is slower.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcts_compose.errors import located, printable
from mcts_compose.saves.save_file import Save, SavedState, SaveError, remove_leftovers
from mcts_compose.saves.save_writer import SaveWriter

SHARE = 0.015
"""Most of a search's time that saving may cost: a little less than the 0.02 that it must stay below."""
SHARE_OF_LOG = 2 / 3
"""Most of that for what is written between saves, which would else use up what the saves need (untuned)."""
BESIDE = 0.3
"""Part of the writing thread's time that a search loses which has a core of its own: both use one memory
(measured: 0 to 0.3)."""
LOOK_EVERY_S = 0.25
"""Seconds between two looks at what is new (untuned)."""
FIRST_RATE = 1e-9
"""Seconds a byte for which the first save is expected to hold up the search (measured: 0.5 to 1.5)."""
WRITE_RATE = 0.3e-9
"""Seconds a byte of the writing thread's own time (measured: 0.23 to 0.34)."""
MOST_COPIED = 64 << 20
"""Bytes of what grew that a save copies itself (untuned): more than two looks of a fast search bring."""
MOST_OF_DISK = 0.8
"""What would take more than this of what is free is not written, since results need room as well."""


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
      size: bytes of what the last one holds.
    """

    def __init__(
        self, file: Path, every: float, identity: Mapping[str, Any], tell: Callable[[str], None]
    ) -> None:
        self.num_saves, self.cost, self.size = 0, 0.0, 0
        self._file, self._every, self._identity, self._tell = file, every, dict(identity), tell
        self._resumed: Save | None = None
        self._writer: SaveWriter | None = None
        self._base: float | None = None
        self._next, self._look = 0.0, 0.0
        self._seconds_counted = 0.0
        self._rate = FIRST_RATE
        self._has_failed = False

    @property
    def num_bytes(self) -> int:
        """Bytes that were written, or are about to be."""
        return self._writer.num_bytes if self._writer else 0

    @property
    def writer_seconds(self) -> float:
        """CPU time of the thread that writes."""
        return self._writer.seconds if self._writer else 0.0

    def load(self) -> Save | None:
        """Returns the last save of this search; None, after saying why, if there is none that can be used."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if not self._file.exists():
            remove_leftovers(self._file, None)
            return None
        try:
            self._resumed = Save(self._file, self._identity)
        except SaveError as error:
            self.refuse(error)
            return None
        remove_leftovers(self._file, self._resumed.log.name if self._resumed.log else None)
        return self._resumed

    def refuse(self, error: SaveError) -> None:
        """Says that a save cannot be used, and that the search begins anew."""
        self._resumed = None
        self._tell(f"{error}; the search begins anew")

    def keep(self, seconds: float, state: Callable[[], SavedState]) -> None:
        """Saves the search if it is time for that; called between two steps, as often as one likes.

        Args:
          seconds: of the search so far, those before a resume included.
          state: returns its state, as views where it is large.
        """
        if self._base is None:
            self._base, self._next = seconds, seconds + self._every
            self._look = seconds + min(self._every, LOOK_EVERY_S)
        if seconds < self._look:
            return
        self._look = seconds + min(self._every, LOOK_EVERY_S)
        began = time.perf_counter()
        if self._writer is None:
            self._writer = SaveWriter(self._file, self._identity, self._resumed)
        try:
            self._save_or_grow(self._writer, seconds, state())
        except OSError as error:
            self._fail(error, seconds)
        self.cost += time.perf_counter() - began
        self._count_writing()

    def _save_or_grow(self, writer: SaveWriter, seconds: float, state: SavedState) -> None:
        outcome = writer.outcome()
        if isinstance(outcome, OSError):
            raise outcome
        self.num_saves += outcome is True
        assert self._base is not None
        grown, num_bytes = writer.num_new_bytes(state)
        may_cost = SHARE * (seconds - self._base)
        expected = (self._rate + WRITE_RATE * counted_of_writing()) * num_bytes
        # What grew is better written before, without a pause; but a slow device must not put it off for ever.
        is_ready = grown <= MOST_COPIED and not writer.is_growing
        is_due = seconds >= self._next and (is_ready or seconds >= self._next + self._every)
        if is_due and not writer.is_saving and self.cost + expected <= may_cost:
            self._check_disk(num_bytes)
            self.size, self._next = state.size, seconds + self._every
            began = time.perf_counter()
            writer.save(state)
            self._rate = (time.perf_counter() - began) / max(1, num_bytes)
            return
        # A search that ends soon need not have been written at all.
        has_begun = seconds >= self._base + self._every / 2
        is_left = self.cost <= SHARE_OF_LOG * may_cost
        if is_left and has_begun and (seconds < self._next or grown > MOST_COPIED):
            self._check_disk(num_bytes)
            writer.grow(state)

    def _check_disk(self, num_bytes: int) -> None:
        free = os.statvfs(self._file.parent)
        if num_bytes > MOST_OF_DISK * free.f_bavail * free.f_frsize:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _count_writing(self) -> None:
        """Adds to the cost what the search lost by the writing thread's work."""
        seconds = self.writer_seconds
        self.cost += counted_of_writing() * (seconds - self._seconds_counted)
        self._seconds_counted = seconds

    def _fail(self, error: OSError, seconds: float) -> None:
        """Lets some time go by before the next save; says once that one could not be written."""
        self._next = seconds + self._every
        if self._has_failed:
            return
        self._has_failed = True
        problem = f"a save cannot be written ({error.strerror}); the search goes on, its last save is kept"
        self._tell(located(problem, self._file))

    def close(self) -> None:
        """Ends a save that is under way; the one before stays."""
        if self._writer is not None:
            self._writer.close()


def counted_of_writing() -> float:
    """Returns the part of the writing thread's time that the search loses."""
    return 1.0 if is_crowded() else BESIDE


def is_crowded() -> bool:
    """Says whether there is no idle core on which a thread could write; this search has one itself."""
    return os.getloadavg()[0] > len(os.sched_getaffinity(0)) - 0.5
