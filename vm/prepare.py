"""Compiles the machine's kernels ahead of their first use, on two cores where there are two.

Numba compiles in one thread of a process. On the first run ever the machine's two dispatch functions and its
interpreter take most of the time, and they do not need each other: other processes compile some of them into
the shared cache while this one compiles the rest. With a warm cache nothing is started.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from vm.jit import cache_directory, compiles


def _elementwise() -> None:
    from vm.dispatch import elementwise

    elementwise.load()


def _structural() -> None:
    from vm.dispatch import structural

    structural.load()


def _interpreter() -> None:
    from vm.program import Program

    Program.parse("(x: list[int]) -> int; v1 = scan(&gcd, x); return sum(v1)")([4, 6])


PARTS: dict[str, Callable[[], None]] = {
    "elementwise": _elementwise,
    "structural": _structural,
    "interpreter": _interpreter,
}


def is_cold() -> bool:
    """Says whether the dispatch functions have never been compiled into the cache by these sources."""
    from vm.jit import VM_DIRECTORY

    directory = cache_directory(VM_DIRECTORY)
    return not any(directory.rglob("dispatch.structural*.nbi"))


def _elsewhere(part: str) -> subprocess.Popen[bytes] | None:
    """Starts another process that compiles a part into the cache; None if that is not possible."""
    command = [sys.executable, "-c", f"from vm.prepare import PARTS; PARTS[{part!r}]()"]
    try:
        none = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=none, stdout=none, stderr=none)
    except OSError:
        return None


def prepare(meanwhile: Callable[[], None]) -> None:
    """Compiles or loads all that the machine needs; runs `meanwhile`, which may use it, beside the end."""
    if not compiles() or not is_cold():
        meanwhile()
        return
    helper = _elsewhere("elementwise")
    _structural()
    if helper is not None:
        helper.wait()
    helper = _elsewhere("interpreter")
    meanwhile()
    if helper is not None:
        helper.wait()
