"""Decides which of several processes on one machine compiles kernels: the first, while the others wait.

Once a process has made all kernels of some kind of search ready, a marker in their cache says so, and later
processes load them side by side. The marker lies where the kernels do, so a change of their sources, which
moves the cache, drops it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SEARCH_DIRECTORY = Path(__file__).parent.parent / "search"
LOCK = "warm-up.lock"


@contextmanager
def warming_up_alone(room: str, kind: str) -> Iterator[None]:
    """Holds the lock for what is done inside, unless the kernels of this kind are known to be there.

    A cache that cannot be written is no reason to fail: then everyone compiles for itself.

    Args:
      room: the folder of the kernels below `search`; empty for the search over arrays.
      kind: what is made ready.
    """
    from vm.compiler import machine_name
    from vm.jit import cache_directory, cache_root, compiles

    if not compiles():
        yield
        return
    marker = cache_directory(SEARCH_DIRECTORY / room) / f"ready-{machine_name()}-{kind.replace(' ', '-')}"
    if marker.exists():
        yield
        return
    try:
        lock = (cache_root() / LOCK).open("a")
    except OSError:
        yield
        return
    with lock:
        with suppress(OSError):  # a file system without locks: everyone compiles
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists():
            yield
            with suppress(OSError):
                marker.touch()
            return
    yield
