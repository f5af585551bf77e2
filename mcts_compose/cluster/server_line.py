"""Decides how long a search waits for its prior server, and when it asks a lost one again.

A server that is there is waited for as long as it says so: every second it is asked for its status, which it
gives whatever its model does. It is lost when its process or node has died, when it keeps silent, when it is
still loading, and when an answer takes too long. A lost server is knocked at from time to time, each time for
a fraction of a second; in between nothing is waited for.

Searches that must give the same as a serial one wait for a lost server, once for each loss: it is restarted,
and the question is asked again. All others go on without.
"""

from __future__ import annotations

import time
from typing import Final, Protocol

from mcts_compose.cluster.prior_server import ServerStatus
from mcts_compose.cluster.questions import Question, Reply
from mcts_compose.search.asking import LONGEST_WAIT_S
from priors.base import PriorError

LOOK_EVERY_S: Final = 1.0
"""How often a server that is at work is asked for its status (untuned)."""
SILENT_S: Final = 10.0
"""After this a server that does not say how it is counts as lost (untuned: loading a model can keep a process
from answering for some seconds)."""
KNOCK_S: Final = 0.25
"""How long a knock at a lost server lasts (untuned)."""
KNOCK_EVERY_S: Final = 1.0
LONGEST_PAUSE_S: Final = 8.0
"""Time between two knocks, which doubles from the one to the other (untuned)."""
RECOVERY_S: Final = 60.0
"""How long a search that must be repeatable waits for a lost server (untuned)."""
MOST_TRIES: Final = 3
"""How often a question is asked: one that kills its server is not to use up all restarts (untuned)."""


class ServerLostError(Exception):
    """The server cannot be reached; the message says what was seen.

    Attributes:
      is_final: whether it will not be restarted, as far as is known.
    """

    def __init__(self, said: str, *, is_final: bool = False) -> None:
        super().__init__(said)
        self.is_final = is_final


class Pending(Protocol):
    """Something that was asked of a server."""

    def wait(self, seconds: float) -> object | None:
        """Returns what came back, None if nothing has within so many seconds.

        Raises:
          ServerLostError: nothing will.
        """
        ...


class Channel(Protocol):
    """A way to a server; it can be pickled."""

    def ask(self, question: Question) -> Pending:
        """Sends a question, whose `Reply` will come back."""
        ...

    def look(self) -> Pending:
        """Asks for the `ServerStatus`."""
        ...


class ServerLine:
    """One search worker's line to its server.

    Attributes:
      losses: how often the server was lost.
    """

    def __init__(self, channel: Channel) -> None:
        self.losses = 0
        self._channel = channel
        self._lost: str | None = None
        self._waited_until = 0.0
        self._next_knock = 0.0
        self._pause = KNOCK_EVERY_S

    def ask(self, question: Question, *, waits: bool) -> Reply:
        """Returns the reply to a question.

        Args:
          question: it may be asked more than once.
          waits: whether a lost server is waited for.

        Raises:
          PriorError: the server is lost.
        """
        tries = 0
        while True:
            if self._is_there():
                tries += 1
                try:
                    return self._exchange(question)
                except ServerLostError as error:
                    self._lose(error)
            left = self._waited_until - time.monotonic()
            if not waits or left <= 0 or tries >= MOST_TRIES:
                raise PriorError(f"the prior server is lost: {self._lost}")
            time.sleep(max(0.0, min(left, self._next_knock - time.monotonic())))

    def _exchange(self, question: Question) -> Reply:
        pending = self._channel.ask(question)
        began = time.monotonic()
        reply = pending.wait(LOOK_EVERY_S)
        while reply is None:
            if time.monotonic() - began > LONGEST_WAIT_S:
                raise ServerLostError(f"no answer after {LONGEST_WAIT_S:.0f} s")
            is_there = self._channel.look().wait(SILENT_S) is not None
            reply = pending.wait(LOOK_EVERY_S if is_there else 0.0)
            if reply is None and not is_there:
                raise ServerLostError(f"it kept silent for {SILENT_S:.0f} s")
        assert isinstance(reply, Reply)
        if not reply.is_ready:
            raise ServerLostError(reply.error or "it is not ready")
        return reply

    def _lose(self, error: ServerLostError) -> None:
        now = time.monotonic()
        self.losses += 1
        self._lost = str(error)
        self._waited_until = now if error.is_final else now + RECOVERY_S
        self._pause = KNOCK_EVERY_S
        self._next_knock = now + self._pause

    def _is_there(self) -> bool:
        """Says whether the server can be asked, knocking at a lost one if it is time to."""
        if self._lost is None:
            return True
        if time.monotonic() < self._next_knock:
            return False
        try:
            status = self._channel.look().wait(KNOCK_S)
        except ServerLostError as error:
            status, self._lost = None, str(error)
            if error.is_final:
                self._waited_until = min(self._waited_until, time.monotonic())
        if isinstance(status, ServerStatus) and status.served is not None:
            self._lost = None
            return True
        self._pause = min(2 * self._pause, LONGEST_PAUSE_S)
        self._next_knock = time.monotonic() + self._pause
        return False
