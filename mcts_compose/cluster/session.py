"""Decides how ray is started, joined and left: nothing of a session of our own is there after its end.

A session of our own has a temporary directory of its own, a token of its own, no dashboard and no statistics;
one of somebody else's, in this process or on a cluster, is used and left as it was.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, Final

from mcts_compose.cluster.joining import HASTY, join
from mcts_compose.cluster.leftovers import Processes, SessionDirectory, end_processes
from mcts_compose.cluster.search_actor import ONE_THREAD, Place
from mcts_compose.errors import InputError, one_sentence
from mcts_compose.settings import Settings

MISSING: Final = "workers need ray, which is not installed; pip install 'mcts-compose[ray]' installs it"
QUIET: Final = {"RAY_USAGE_STATS_ENABLED": "0"}
OWN: Final = {
    **QUIET,
    **ONE_THREAD,
    # Workers run with the priority of this process, as a search in it would; ray would have them wait.
    "RAY_worker_niceness": "0",
    # When this process is killed, ray's go after they have looked so long for what they have lost.
    "RAY_gcs_rpc_server_reconnect_timeout_s": "20",
}
"""Variables of the environment of a session of our own; the numbers are untuned."""
STORE_BYTES: Final = 80 * 2**20
"""Size of the object store: ray takes no less than 75 MB, and little lies in it; the rest goes to disk."""
START_TRIES: Final = 2
ENDING: Final = (signal.SIGINT, signal.SIGTERM)
GUARD_EVERY_S: Final = 0.001
"""How often SIGTERM is looked after while ray ends (untuned)."""
LONGEST_REPORT: Final = 300
KILL_WAIT_S: Final = 1.0
"""How long a worker that ray is to end may take before it is killed; untuned."""
LAST_WAIT_S: Final = 10.0
"""How long ended processes may take to go before they are killed; untuned."""
MONITOR: Final = "monitor.py"
"""What of ray would add machines to a cluster; nothing depends on it here. It does not heed being asked to
end, and ray gives it a second."""

_token = secrets.token_hex(32)
"""Of all sessions of this process: ray reads it once."""


class RaySession:
    """Ray, from `start` to `close`; leaving the context closes it.

    Attributes:
      num_workers: how many search workers it should have; known after `start`.
    """

    def __init__(self, settings: Settings) -> None:
        self.num_workers = settings.workers
        self._address = settings.ray_address
        self._is_started = False
        self._beginning: Future[None] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._is_ours = self._is_joined = False
        self._directory: SessionDirectory | None = None
        self._processes = Processes()
        self._terminate: Any = None
        self._num_cpus = 0
        self._memory_mb = 0
        self._node = ""

    def __enter__(self) -> RaySession:
        """Returns itself; ray is started when it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the session."""
        try:
            self.close()
        except KeyboardInterrupt:  # it came before it could be put off
            self.close()
            raise

    def begin(self) -> None:
        """Starts a session of our own in a thread, so that this one can do something else until `start`."""
        if self._address is None and self._beginning is None and not self._is_started:
            self._terminate = _interrupt_on_termination()
            # The thread stays, since what it has started ends with it.
            self._thread = ThreadPoolExecutor(1, "mcts-compose-start")
            self._beginning = self._thread.submit(self._start_own_if_none)

    def start(self) -> None:
        """Starts or joins ray, if that has not been done.

        Raises:
          InputError: ray is not installed, cannot be started, or no cluster answers.
        """
        if self._is_started:
            return
        if self._beginning is None:
            self._terminate = _interrupt_on_termination()
        self._is_started = True
        if self._beginning is not None:
            self._beginning.result()
        elif self._address is None:
            self._start_own_if_none()
        else:
            self._join(self._address)
        import ray

        _interrupt_on_termination()  # ray may have put a handler of its own there
        resources = ray.cluster_resources()
        self._num_cpus = int(resources.get("CPU", 0))
        self._memory_mb = int(resources.get("memory", 0) / 2**20)
        self._node = ray.get_runtime_context().get_node_id()
        if self.num_workers == 0:
            self.num_workers = max(1, self._num_cpus)

    @property
    def worker_environment(self) -> Mapping[str, str]:
        """Variables that workers lack: in a session of our own they are everywhere."""
        return {} if self._is_ours else ONE_THREAD

    def warnings(self, num_workers: int, *, is_timed: bool, memory_mb: int) -> list[str]:
        """Returns what the user should know before the searches, as sentences.

        Args:
          num_workers: how many there will be.
          is_timed: whether seconds bound the searches.
          memory_mb: what one search may take at most.
        """
        warnings = []
        num_cpus = usable_cpus() if self._is_ours else self._num_cpus
        if is_timed and num_workers > num_cpus:
            warnings.append(
                f"{num_workers} workers share {num_cpus} CPUs, so that a search gets less done in its "
                f"seconds; --workers {num_cpus} would give each worker a CPU of its own"
            )
        if num_workers * memory_mb > self._memory_mb:
            warnings.append(
                f"{num_workers} searches at once may take up to {memory_mb:,} MB each, but ray counts "
                f"{self._memory_mb:,} MB in all; a worker that finds none left is lost, and its task tried "
                f"again; --memory-mb {max(1, self._memory_mb // num_workers)} stays within that"
            )
        return warnings

    def kill(self, workers: Iterable[tuple[Any, Place | None]]) -> None:
        """Ends workers, however they hang.

        Args:
          workers: the handle of each, and where it runs if that is known.
        """
        import ray

        places = []
        for actor, place in workers:
            with suppress(Exception):  # it is gone, or ray is
                ray.kill(actor, no_restart=True)
            if place is not None and place.node == self._node:
                places.append(place)
        end_processes([place.pid for place in places], KILL_WAIT_S)

    def close(self) -> None:
        """Leaves ray; a session of our own ends with all its processes and files."""
        if not self._is_started and self._beginning is None:
            return
        with _undisturbed():
            if self._beginning is not None:
                wait([self._beginning])
                self._beginning = None
            self._is_started = False
            self._close()
            if self._thread is not None:
                self._thread.shutdown()
                self._thread = None
        if self._terminate is not None:
            signal.signal(signal.SIGTERM, self._terminate)

    def _close(self) -> None:
        if self._is_ours:
            self._processes.add_descendants()
            self._processes.kill(MONITOR)
            _shut_down()
            self._processes.end(LAST_WAIT_S)
        elif self._is_joined:
            _shut_down()
        if self._directory is not None:
            self._directory.remove()
            self._directory = None
        self._is_ours = self._is_joined = False

    def _start_own_if_none(self) -> None:
        if not _is_initialized({}):
            self._start_own()
            _silence()

    def _join(self, address: str) -> None:
        hasty = {**QUIET, **HASTY}
        if not _is_initialized(hasty):
            self._is_joined = True
            try:
                with _environment(hasty):
                    join(address)
            except BaseException:
                self.close()
                raise
            _silence()

    def _start_own(self) -> None:
        import ray

        for attempt in range(1, START_TRIES + 1):
            self._is_ours = True
            self._directory = SessionDirectory()
            try:
                with _environment({**OWN, **_own_token()}):
                    ray.init(
                        address="local",
                        num_cpus=max(self.num_workers, usable_cpus()),
                        include_dashboard=False,
                        object_store_memory=STORE_BYTES,
                        _temp_dir=str(self._directory.path),
                        log_to_driver=False,
                        logging_level=logging.ERROR,
                        configure_logging=True,
                    )
                return
            except Exception as error:
                with _undisturbed():
                    self._close()
                if attempt == START_TRIES:
                    report = one_sentence(error)[:LONGEST_REPORT]
                    raise InputError(
                        f"ray cannot be started ({report}); leave out --workers to search in one process"
                    ) from None


def _is_initialized(importing: Mapping[str, str]) -> bool:
    """Says whether this process has ray already.

    Args:
      importing: variables of the environment that ray reads when it is imported.

    Raises:
      InputError: ray is not installed.
    """
    try:
        with _environment(importing):
            import ray
    except ImportError:
        raise InputError(MISSING) from None
    return bool(ray.is_initialized())


def usable_cpus() -> int:
    """Returns how many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _own_token() -> dict[str, str]:
    """Returns a token for a session of our own, so that ray writes none into the user's home."""
    return {} if "RAY_AUTH_TOKEN_PATH" in os.environ else {"RAY_AUTH_TOKEN": _token}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets variables of the environment that are not set, for as long as it takes to start processes."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _interrupt_on_termination() -> Any:
    """Makes SIGTERM do what Ctrl-C does, so that a session is closed; returns what it did before."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would cut the closing short
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGTERM, interrupt)


def _silence() -> None:
    """Keeps ray from printing what it finds wrong, on standard output: the driver says it in a sentence."""
    import ray._private.worker as internals

    if hasattr(internals, "print_to_stdstream"):  # of no public interface: it may go
        internals.print_to_stdstream = lambda *_, **__: None


def _shut_down() -> None:
    """Ends ray in a thread, since it has SIGTERM end this process at once from the middle of that on."""
    import ray

    def shut_down() -> None:
        with suppress(Exception):
            ray.shutdown()

    thread = threading.Thread(target=shut_down, name="mcts-compose-shutdown")
    thread.start()
    while thread.is_alive():
        thread.join(GUARD_EVERY_S)
        _ignore_signals()


def _ignore_signals() -> None:
    if threading.current_thread() is threading.main_thread():
        for name in ENDING:
            signal.signal(name, signal.SIG_IGN)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Puts off Ctrl-C and SIGTERM until the end, which comes within seconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {name: signal.getsignal(name) for name in ENDING}
    _ignore_signals()
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
