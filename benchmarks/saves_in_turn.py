"""Decides how the cost of saves is measured: by a search with saves and one without that take turns.

Two runs of one search, one after the other, differ by several per cent for reasons of their own: which pages
of memory the host has at hand (2.9 to 4.2 s of 24 s went into first uses of pages), and what else it does. So
both are alive here, and the pages of their banks are used before. While one works for some seconds the other
waits between two steps, and their times are compared over the same steps. Who works first changes with every
turn. A turn ends when nothing is being written, so that no writing falls into the other's turn; waiting is no
time of the search.

Two processes with the same search and without saves still differ by one or two per cent (`--share 0`), since
they have other pages. So what they differ by while nothing is saved or written is taken off as well.
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.saves.save_file import SavedState
from mcts_compose.saves.saver import Saver, Saves
from mcts_compose.search.layout import CANDIDATES

TURN_S = 2.0
"""Seconds of a turn: some looks of a saver, and little against what the machine changes in (untuned)."""
STEPS_A_MARK = 64
"""Steps between two notes of the time: some 50 to 150 ms."""
BLOCK_S = 10.0
"""Seconds of search that the bootstrap draws together."""
NUM_RESAMPLES = 9999
WALL, THREAD, SYSTEM, PROCESS, WRITTEN = range(5)
"""What is noted: seconds, CPU time of the search's thread, the system's part of it, and of all threads; and
what of these was not quiet, as a count that goes up when something is saved or written."""


class EndedError(Exception):
    """The search was told to end."""


class InTurn(Saver):
    """Stands between a search's steps: waits for its turn, notes times, and saves or not."""

    does_save = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._steps, self._to, self._until = 0, 0, 0.0
        self._began, self._waited = time.perf_counter(), 0.0
        self._notes: list[list[float]] = []
        self._last_save = self._longest = 0.0
        self._written, self._num_written = 0.0, 0

    def keep(self, seconds: float, state: Callable[[], SavedState]) -> None:
        """Saves as `Saver` does, in time without waiting; then waits if this turn is over."""
        self._steps += 1
        seconds -= self._waited
        if self.does_save:
            before = self.num_saves
            super().keep(seconds, state)
            self._longest = max(self._longest, seconds - self._last_save)
            if self.num_saves > before:
                self._last_save = seconds
        if self._steps % STEPS_A_MARK == 1:
            self._mark(seconds, state)

    def _mark(self, seconds: float, state: Callable[[], SavedState]) -> None:
        now = time.perf_counter()
        if self._steps == 1:
            touch_rest(state())
            self._waited += time.perf_counter() - now
            now = time.perf_counter()
        usage = resource.getrusage(resource.RUSAGE_THREAD)
        wall = now - self._began - self._waited
        used = usage.ru_utime + usage.ru_stime
        writer = self._writer
        is_busy = writer is not None and (writer.is_growing or writer.is_saving)
        written = self.num_bytes + self.writer_seconds
        self._num_written += is_busy or written != self._written
        self._written = written
        self._notes.append([wall, used, usage.ru_stime, time.process_time(), self._num_written])
        if self._steps < self._to:
            self._until = 0.0
            return
        self._until = self._until or now + self._turn
        if now < self._until or is_busy:
            return
        self._say(seconds)
        order = json.loads(sys.stdin.readline())
        if order is None:
            print(json.dumps(hash_of(state())), flush=True)
            self._is_over = True
            raise EndedError
        self._to, self._turn = order
        self._until = 0.0
        self._waited += time.perf_counter() - now

    _turn = 0.0
    _is_over = False

    def close(self) -> None:
        """Ends what is under way; says what was noted since the last turn if the search ended by itself."""
        super().close()
        if not self._is_over and self._notes:
            self._is_over = True
            self._say(self._notes[-1][WALL])

    def _say(self, seconds: float) -> None:
        said = {
            "steps": self._steps, "notes": self._notes, "seconds": seconds, "cost": self.cost,
            "writer": self.writer_seconds, "saves": self.num_saves, "written": self.num_bytes / 2**20,
            "size": self.size / 2**20, "longest": self._longest,
        }  # fmt: skip
        print(json.dumps(said), flush=True)
        self._notes = []


class OnlyInTurn(InTurn):
    """Does not save."""

    does_save = False


@dataclass(frozen=True)
class SavesInTurn(Saves):
    """Makes the savers of searches that take turns."""

    does_save: bool = True
    made: list[InTurn] = field(default_factory=list)

    def saver(self, name: str, identity: Mapping[str, Any]) -> Saver:
        """Returns what saves one of these searches, or only takes turns."""
        kind = InTurn if self.does_save else OnlyInTurn
        self.made.append(kind(self.directory / f"{name}.save", self.every, identity, self.tell))
        return self.made[-1]


def hash_of(state: SavedState) -> list[Any]:
    """Returns how many candidates a search over arrays has run, and a hash of all that it is but its time."""
    facts = {name: fact for name, fact in state.facts.items() if name != "seconds"}
    digest = hashlib.blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16)
    for name in sorted(state.arrays):
        digest.update(np.ascontiguousarray(state.arrays[name]).view(np.uint8).data)
    for name in sorted(state.news):
        for rows in state.news[name]({}):
            digest.update(rows.data)
    return [int(state.arrays["memory"][CANDIDATES]), digest.hexdigest()]


def touch_rest(state: SavedState) -> None:
    """Uses the pages of what grows that the search has not used yet; what stands there means nothing."""
    for name in state.growing:
        view = state.arrays[name]
        if view.base is not None:
            view.base[len(view) :] = 0


class Half:
    """One of the two searches, as the process that runs both sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.steps, self.said = 0, {"seconds": 0.0}
        self.notes: list[list[float]] = []
        self.end: list[Any] | None = None
        self._listen()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the search ended with status {self.process.wait()}")
        said = json.loads(line)
        if isinstance(said, list):
            self.end = said
            return
        self.steps, self.said = said["steps"], said
        self.notes += said["notes"]

    def _tell(self, order: list[float] | None) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended by itself
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        self._listen()

    def work(self, to: int, seconds: float) -> None:
        """Lets the search make so many steps, and then go on for some seconds."""
        if self.end is None:
            self._tell([to, seconds])

    def finish(self) -> None:
        """Lets the search end where it is."""
        if self.end is None:
            self._tell(None)


class Cost(NamedTuple):
    """By how much one half's time is more than the other's.

    Attributes:
      more: as a share of the other's time.
      low: lower end of the 95 % bootstrap interval over blocks of time.
      high: its upper end.
    """

    more: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.more:.2%} ({self.low:.2%} to {self.high:.2%})"


def cost_of(saved: NDArray[np.float64], plain: NDArray[np.float64], column: int, less_quiet: bool) -> Cost:
    """Returns what saves cost, by the times at the same steps of both.

    Args:
      saved: `[notes, columns]` of the search with saves.
      plain: of the other one.
      column: what is compared.
      less_quiet: whether that is set off which the two differ by while nothing is saved or written.

    Returns:
      The cost as a share of the plain wall time.
    """
    took, plain_took = np.diff(saved, axis=0), np.diff(plain, axis=0)
    wall = plain_took[:, WALL]
    more = took[:, column] - plain_took[:, column]
    # Once more for those between two notes without any writing.
    is_quiet = took[:, WRITTEN] == 0
    blocks = (np.cumsum(wall) // BLOCK_S).astype(int)
    sums = np.stack([np.bincount(blocks, each) for each in (more, wall, more * is_quiet, wall * is_quiet)])
    drawn = np.random.default_rng(0).integers(0, sums.shape[1], (NUM_RESAMPLES, sums.shape[1]))
    drawn[0] = np.arange(sums.shape[1])
    more, wall, quiet_more, quiet_wall = sums[:, drawn].sum(axis=2)
    shares = more / wall - (quiet_more / quiet_wall if less_quiet else 0.0)
    low, high = np.quantile(shares[1:], [0.025, 0.975])
    return Cost(shares[0], low, high)


def compare_in_turn(start: Callable[[bool], subprocess.Popen[str]], seconds: float) -> bool:
    """Runs both halves for so long, prints what saving cost, and says whether they ended alike.

    Args:
      start: starts the search, with saves or without; its standard input and output are pipes.
      seconds: of search, each; one whose memory is full before ends there.
    """
    processes = [start(True), start(False)]
    try:
        saved, plain = (Half(process) for process in processes)
        first, second = saved, plain
        while saved.said["seconds"] < seconds and first.end is None:
            first.work(second.steps, TURN_S)
            first, second = second, first
        saved.work(plain.steps, 0.0)
        plain.work(saved.steps, 0.0)
        if saved.end or plain.end:  # there was no more to search
            for half in (saved, plain):
                while half.end is None:
                    half.work(sys.maxsize, 0.0)
        saved.finish()
        plain.finish()
    finally:
        for process in processes:
            process.kill()
            process.wait()
    show(saved, plain)
    if saved.end != plain.end:
        print(f"DIFFERENT: {saved.end} {plain.end}")
    return saved.end == plain.end


def show(saved: Half, plain: Half) -> None:
    """Prints what saving cost."""
    count = min(len(saved.notes), len(plain.notes))
    times, others = np.array(saved.notes[:count]), np.array(plain.notes[:count])
    wall = others[-1, WALL] - others[0, WALL]
    said = saved.said
    assert saved.end is not None
    print(
        f"  {wall:.0f} s, {saved.end[0]:,} candidates; {said['saves']} saves, at most "
        f"{said['longest']:.0f} s apart; {said['written']:,.0f} MiB written, "
        f"{said['size']:,.0f} MiB in the last save"
    )
    for column, meaning in (
        (WALL, "more wall time"), (THREAD, "more CPU time of the search's thread"),
        (SYSTEM, "of which the system's"),
        (PROCESS, "more CPU time of the process, its writing thread included"),
    ):  # fmt: skip
        at_all, beyond = (cost_of(times, others, column, less_quiet) for less_quiet in (False, True))
        print(f"  {meaning}: {at_all}; beyond what they differ by without writing: {beyond}")
    own, writer = said["cost"] / wall, said["writer"] / wall
    print(f"  cost by the saver's own count: {own:.2%}; CPU time of the writing thread alone: {writer:.2%}")
