"""Decides what the driver knows of one worker: what it does, since when, and whether it still answers."""

from __future__ import annotations

import time
from typing import Any, Final, NamedTuple

from mcts_compose.cluster.faults import may_be_memory
from mcts_compose.cluster.jobs import WorkerState
from mcts_compose.cluster.search_actor import Place

NOTED_BYTES: Final = 10**9
"""From so much on the memory of a worker is told when it is lost; most have a fifth of it (untuned)."""
STARTING: Final = "starting"
WAITING: Final = "waiting"
SEARCHING: Final = "searching"


class Patience(NamedTuple):
    """How long the driver waits before it gives a worker up; all in seconds, untuned.

    Attributes:
      silent: a worker that was heard before and does not answer a ping for so long is hung.
      ping: how often it is pinged.
      start: a worker that is not ready after so long is given up; on a cluster it may wait for a machine.
      tick: how often the driver looks, if nothing happens.
    """

    silent: float = 60.0
    ping: float = 5.0
    start: float = 900.0
    tick: float = 0.5


class Assignment(NamedTuple):
    """A job that a worker has.

    Attributes:
      job: index of the job.
      reference: what ray gives the result for.
      since: when it was handed out.
      deadline: when it counts as hung; infinity without one.
      name: what the job is called.
    """

    job: int
    reference: Any
    since: float
    deadline: float
    name: str


class WatchedWorker:
    """One worker as the driver sees it.

    Attributes:
      number: from 1; a worker that takes the place of a lost one has the same.
      actor: its handle.
      started: what ray gives for its start; None once it is ready.
      ping: what ray gives for the ping that is under way; None without one.
      assignment: the job that it has, or None.
      place: where it runs; None until it has answered a ping.
    """

    def __init__(self, number: int, actor: Any, started: Any) -> None:
        now = time.monotonic()
        self.number = number
        self.actor = actor
        self.started = started
        self.ping: Any = None
        self.assignment: Assignment | None = None
        self.place: Place | None = None
        self._since = now
        self._rests_until = 0.0
        self._heard = 0.0
        self._pinged = 0.0

    @property
    def name(self) -> str:
        """What the worker is called in messages."""
        return f"worker {self.number}"

    def with_memory(self, cause: str) -> str:
        """Adds to a clause that says why it was lost what it had in memory, if that may have been why."""
        used = 0 if self.place is None else self.place.memory
        if used < NOTED_BYTES or not may_be_memory(cause):
            return cause
        return f"{cause}, having had {used / 1e9:.1f} GB in memory when it was last heard of"

    def references(self) -> list[Any]:
        """Returns what ray may give something for."""
        of_job = None if self.assignment is None else self.assignment.reference
        return [each for each in (self.started, of_job, self.ping) if each is not None]

    def state(self) -> WorkerState:
        """Returns what the worker does."""
        now = time.monotonic()
        if not self.is_ready():
            return WorkerState(self.name, STARTING, "", now - self._since)
        if self.assignment is None:
            return WorkerState(self.name, WAITING, "", now - self._since)
        return WorkerState(self.name, SEARCHING, self.assignment.name, now - self.assignment.since)

    def is_ready(self) -> bool:
        """Says whether it can search, or does."""
        return self.started is None and not self._rests_until

    def is_idle(self) -> bool:
        """Says whether it could take a job."""
        return self.is_ready() and self.assignment is None

    def rest(self, seconds: float) -> None:
        """Notes that it has gone, and that another is to take its place after so long."""
        self.started = self.assignment = self.ping = None
        self._rests_until = time.monotonic() + seconds

    def is_rested(self) -> bool:
        """Says whether another is to take its place now."""
        return 0.0 < self._rests_until <= time.monotonic()

    def assign(self, assignment: Assignment) -> None:
        """Notes the job that it has been given."""
        self.assignment = assignment

    def free(self) -> None:
        """Notes that its job is done, or its start."""
        self.started = None
        self.assignment = None
        self._since = time.monotonic()

    def heard(self, place: Place) -> None:
        """Notes that it has answered a ping."""
        self.place = place
        self.ping = None
        self._heard = time.monotonic()

    def ping_if_due(self, patience: Patience) -> None:
        """Pings it now and then, unless a ping is under way or there is nobody to answer."""
        now = time.monotonic()
        if not self._rests_until and self.ping is None and now - self._pinged >= patience.ping:
            self.ping = self.actor.ping.remote()
            self._pinged = now

    def fault(self, patience: Patience) -> str | None:
        """Returns why the worker is to be given up, as a clause; None if all is well."""
        now = time.monotonic()
        if self._heard and self.ping is not None and now - max(self._heard, self._pinged) > patience.silent:
            return f"it did not answer for {patience.silent:g} s"
        if self.started is not None and now - self._since > patience.start:
            return f"it was not ready after {patience.start:g} s"
        return None

    def is_overdue(self) -> bool:
        """Says whether its job has taken longer than it may."""
        return self.assignment is not None and time.monotonic() > self.assignment.deadline
