"""The servers of one run: how many there are, where, and when they are restarted.

Ray restarts a server whose process or node has died. One that is there but keeps silent, or whose model does
not come back, is ended here, so that ray restarts it. Ray itself is imported when it is used.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mcts_compose.cluster.prior_server import PriorServer, ServedName, ServerStatus
from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.served_prior import ServedPrior, served_prior
from mcts_compose.cluster.server_line import ServerLostError
from mcts_compose.errors import InputError, printable
from mcts_compose.search.asking import LONGEST_WAIT_S

if TYPE_CHECKING:
    from mcts_compose.cluster.questions import Question

MOST_RESTARTS: Final = 5
"""After so many a server stays dead: what kills it does not go away (untuned)."""
WATCH_EVERY_S: Final = 5.0
HUNG_S: Final = 60.0
"""How often a server is looked at, and how long it may keep silent before it is restarted (untuned)."""
_LOADING_EVERY_S: Final = 0.1
CLOSING_S: Final = 5.0
"""How long servers may take to end; they do within tenths of a second (untuned)."""
_CLOSING_EVERY_S: Final = 0.02
QUESTIONS_AT_ONCE: Final = 10_000
"""Questions that may wait in one server; every search has at most one there."""


class ServerCounts(NamedTuple):
    """What is told of the servers while a run goes on.

    Attributes:
      alive: servers that answered when last looked at.
      total: servers.
      restarts: how often one was restarted.
      statuses: of each server the newest status that is known.
    """

    alive: int
    total: int
    restarts: int
    statuses: tuple[ServerStatus | None, ...]


class RayChannel:
    """The way to a server that is a ray actor; workers get it with the prior that uses it."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    def ask(self, question: Question) -> RayPending:
        """Sends a question, whose `Reply` will come back."""
        return RayPending(self.handle.ask.remote(question))

    def look(self) -> RayPending:
        """Asks for the `ServerStatus`."""
        return RayPending(self.handle.status.remote())


class RayPending:
    """What an actor will give."""

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def wait(self, seconds: float) -> object | None:
        """Returns what came back, None if nothing has within so many seconds.

        Raises:
          ServerLostError: nothing will.
        """
        import ray
        from ray.exceptions import ActorDiedError, RayError

        try:
            ready, _ = ray.wait([self._reference], timeout=seconds)
            found: object | None = ray.get(ready[0]) if ready else None
        except RayError as error:
            said = printable(str(error).strip().partition("\n")[0])[:200]
            raise ServerLostError(
                f"{type(error).__name__}: {said}", is_final=isinstance(error, ActorDiedError)
            ) from None
        return found


class PriorServers:
    """Servers that all have the same prior.

    Args:
      handles: the actors.
      served: what they have.
    """

    def __init__(self, handles: list[Any], served: ServedName) -> None:
        self.served = served
        self._channels = [RayChannel(handle) for handle in handles]
        self._statuses: list[ServerStatus | None] = [None] * len(handles)
        self._alive = [True] * len(handles)
        # When it was last heard of; None: it has not been ready since it was lost.
        self._heard: list[float | None] = [None] * len(handles)
        self._restarts = 0
        self._is_closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="mcts-compose-servers", daemon=True)
        self._watcher.start()

    def prior_for(self, worker: int) -> ServedPrior:
        """Returns the prior of a search worker; the workers share out the servers."""
        return served_prior(self._channels[worker % len(self._channels)], self.served)

    def counts(self) -> ServerCounts:
        """Returns how the servers were when they were last looked at, some seconds ago."""
        return ServerCounts(sum(self._alive), len(self._alive), self._restarts, tuple(self._statuses))

    def look(self) -> ServerCounts:
        """Looks at every server now, and restarts those that hang."""
        looks = [channel.look() for channel in self._channels]
        until = time.monotonic() + WATCH_EVERY_S
        for number, pending in enumerate(looks):
            try:
                found = pending.wait(max(0.0, until - time.monotonic()))
            except ServerLostError:
                self._alive[number], self._heard[number] = False, None
                continue
            self._note(number, found if isinstance(found, ServerStatus) else None)
        return self.counts()

    def close(self) -> None:
        """Ends all servers, and waits for that a little; workers that ask them then find them lost."""
        import ray

        self._is_closed.set()
        self._watcher.join()
        for channel in self._channels:
            ray.kill(channel.handle)
        until = time.monotonic() + CLOSING_S
        for channel in self._channels:  # ray only sends word to them
            with suppress(ServerLostError):
                while (left := until - time.monotonic()) > 0:
                    channel.look().wait(left)
                    time.sleep(_CLOSING_EVERY_S)

    def _watch(self) -> None:
        while not self._is_closed.wait(WATCH_EVERY_S):
            try:
                self.look()
            except Exception:  # of ray, whose session has ended without `close`
                return

    def _note(self, number: int, status: ServerStatus | None) -> None:
        now, heard = time.monotonic(), self._heard[number]
        if status is None:
            self._alive[number] = False
            if heard is not None and now - heard >= HUNG_S:
                self._restart(number)
            return
        before = self._statuses[number]
        self._restarts += before is not None and before.started != status.started
        self._statuses[number] = status
        self._alive[number] = status.served is not None
        self._heard[number] = now if self._alive[number] else None
        if status.busy_s >= LONGEST_WAIT_S:
            self._restart(number)

    def _restart(self, number: int) -> None:
        import ray

        ray.kill(self._channels[number].handle, no_restart=False)
        self._heard[number] = None  # it has time to load, however long that takes


def start_servers(name: str, arguments: Mapping[str, str], num: int | None = None) -> PriorServers:
    """Starts servers of a prior in the ray session of this process, and waits until they have loaded it.

    Args:
      name: of the prior.
      arguments: of the prior; relative paths are those of this process.
      num: how many; None takes one for each GPU of the cluster, or one where there is none.

    Raises:
      InputError: the prior cannot be loaded there; one sentence.
    """
    import ray

    resources: Mapping[str, float] = ray.cluster_resources()
    num_gpus = 0.0 if arguments.get("device") == "cpu" else resources.get("GPU", 0.0)
    num = num or max(1, int(num_gpus))

    class RayPriorServer(PriorServer):
        def __init__(self, name: str, arguments: Mapping[str, str]) -> None:
            lift_to_parent()
            super().__init__(name, arguments)

    actor = ray.remote(RayPriorServer).options(
        num_cpus=0,  # a machine's cores are counted for its searches
        num_gpus=min(1.0, num_gpus / num),
        max_restarts=MOST_RESTARTS,
        max_concurrency=QUESTIONS_AT_ONCE,
    )
    handles: list[Any] = [actor.remote(name, dict(arguments)) for _ in range(num)]
    try:
        served = [_when_loaded(RayChannel(handle)) for handle in handles]
        if len(set(served)) > 1:
            raise InputError(f"prior {name!r} is not the same on every node of the cluster")
    except BaseException:
        for handle in handles:
            ray.kill(handle)
        raise
    return PriorServers(handles, served[0])


def _when_loaded(channel: RayChannel) -> ServedName:
    """Waits until a server has loaded its prior.

    Raises:
      InputError: it cannot.
    """
    while True:
        try:
            status = channel.look().wait(HUNG_S)
        except ServerLostError as error:
            if error.is_final:
                raise InputError(f"the prior server ended while it loaded the prior: {error}") from None
            status = None
        if isinstance(status, ServerStatus):
            if status.error is not None:
                raise InputError(status.error)
            if status.served is not None:
                return status.served
        time.sleep(_LOADING_EVERY_S)
