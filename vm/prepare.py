"""Compiles the machine's kernels ahead of their first use, on two cores where there are two.

Numba compiles in one thread of a process. On the first run ever the machine's structural instructions, its
interpreter and the scalar machine take nearly half of the time, and nothing else needs them to be compiled:
another process compiles them into the shared cache while this one compiles the rest. With a warm cache
nothing is started.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vm.jit import NativeFunction, compiles, natives

POLL_S = 0.02


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spares a compiler, which makes many objects and hardly any garbage, a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _large() -> tuple[NativeFunction, ...]:
    """Returns what another process compiles: structural instructions, the scalar machine, the interpreter."""
    from vm.assembly.lanes import run_lanes
    from vm.dispatch import apply_structural
    from vm.interpreter import run_code

    return apply_structural, run_lanes, run_code


def prepare_machine() -> None:
    """Compiles the large functions, and what the host calls besides, into the cache."""
    from vm.program import Program

    with _no_collection():
        for function in _large():
            function.compile()
        Program.parse("(x: list[int]) -> int; v1 = scan(&gcd, x); return sum(v1)")([4, 6])


def _elsewhere() -> subprocess.Popen[bytes] | None:
    """Starts another process that prepares the machine; None if that is not possible."""
    command = [sys.executable, "-c", "from vm.prepare import prepare_machine; prepare_machine()"]
    try:
        none = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=none, stdout=none, stderr=none)
    except OSError:
        return None


def prepare(use: Callable[[], None]) -> None:
    """Compiles or loads all that the machine and `use` need; runs `use` to that end."""
    if not compiles():
        use()
        return
    large = _large()
    # What another process compiles reaches this one through the cache only.
    is_useful = any(
        not function.is_compiled() and os.access(function.directory, os.W_OK) for function in large
    )
    helper = _elsewhere() if is_useful else None
    try:
        with _no_collection():
            for function in natives():
                if function not in large:
                    function.compile()
            while (
                helper is not None
                and helper.poll() is None
                and not all(function.is_compiled() for function in large)
            ):
                time.sleep(POLL_S)
            use()
    except BaseException:
        # Interrupted: nobody waits for what the other process would compile.
        if helper is not None:
            helper.terminate()
        raise
    finally:
        if helper is not None:
            helper.wait()
