"""Decides what a session of ray leaves behind: no process, no shared memory and no temporary directory.

Only what this process started is ended, by its id. A session that was killed cannot clean up: its processes
end themselves within a minute, and its directory is removed by the next session, which knows it by its lock
being free.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "mcts-ray-"
LOCK: Final = ".lock"
LONGEST_ROOT: Final = 30
"""Bytes of the directory that temporary ones are made in: paths of sockets have no more than 107."""
POLL_S: Final = 0.05


class SessionDirectory:
    """A temporary directory that is locked while its process lives.

    Attributes:
      path: where it is.
    """

    def __init__(self) -> None:
        root = Path(tempfile.gettempdir())
        if len(os.fsencode(root)) > LONGEST_ROOT:
            root = Path("/tmp")
        remove_abandoned(root)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        self._lock = (self.path / LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Removes it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def remove_abandoned(root: Path) -> None:
    """Removes the directories of sessions whose process has gone."""
    for path in root.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, or gone already
            if path.stat().st_uid != os.getuid():
                continue
            with (path / LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)


class Processes:
    """The processes that this one has started, directly or not."""

    def __init__(self) -> None:
        self._before = {identity for pid in descendants(os.getpid()) if (identity := _identity(pid))}
        self._found: set[tuple[int, int]] = set()

    def add_descendants(self) -> None:
        """Notes those that live now and did not when the session began."""
        now = {identity for pid in descendants(os.getpid()) if (identity := _identity(pid))}
        self._found |= now - self._before

    def kill(self, script: str) -> None:
        """Kills those that were noted and run a script of this name."""
        for pid, _ in self._living():
            with suppress(OSError):  # it has just ended
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if any(Path(os.fsdecode(argument)).name == script for argument in arguments):
                    os.kill(pid, signal.SIGKILL)

    def end(self, patience_s: float) -> None:
        """Waits until all that were noted have ended; asks those that do not, and at last kills them."""
        for number in (0, signal.SIGTERM, signal.SIGKILL):
            for pid, _ in self._living():
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            deadline = time.monotonic() + patience_s / 3
            while self._living() and time.monotonic() < deadline:
                time.sleep(POLL_S)
        self._found.clear()

    def _living(self) -> list[tuple[int, int]]:
        return [(pid, begun) for pid, begun in self._found if _identity(pid) == (pid, begun)]


def descendants(pid: int) -> set[int]:
    """Returns the processes that a process has started, and those that these have started, and so on."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields is not None:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in parents.get(waiting.pop(), ()):
            found.add(child)
            waiting.append(child)
    return found


def end_processes(pids: Iterable[int], patience_s: float) -> None:
    """Waits until processes have ended, and kills those that have not; only ones of this process."""
    ours = descendants(os.getpid())
    left = {identity for pid in pids if pid in ours and (identity := _identity(pid))}
    deadline = time.monotonic() + patience_s
    while left := {identity for identity in left if _identity(identity[0]) == identity}:
        if time.monotonic() > deadline:
            for pid, _ in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return
        time.sleep(POLL_S)


def _stat(pid: int) -> list[str] | None:
    """Returns what the system says of a process, after its name: state, parent ...; None if it has gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _identity(pid: int) -> tuple[int, int] | None:
    """Returns a process with the time of its start, since numbers are used again; None if it has ended."""
    fields = _stat(pid)
    return None if fields is None or fields[0] == "Z" else (pid, int(fields[19]))
