"""Times the first search of a user, when kernels compile, and the next one, when they are loaded."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Final

from benchmarks.speed.report import Figure
from vm.jit import CACHE_VARIABLE

WANTED_COLD: Final = 45.0
WANTED_WARM: Final = 2.0
TASK: Final = "lists-v1#doubled-and-sorted"


def measure() -> list[Figure]:
    """Returns the wall seconds of one small `solve` with an empty cache of kernels, and of the same again."""
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = _solve(cache), _solve(cache)
    return [
        Figure(
            "first solve ever, kernels compile",
            cold / WANTED_COLD,
            "at most 1",
            f"{cold:.1f} s",
            f"{WANTED_COLD:g} s",
        ),
        Figure(
            "a small solve after that", warm / WANTED_WARM, "at most 1", f"{warm:.2f} s", f"{WANTED_WARM:g} s"
        ),
    ]


def _solve(cache: str) -> float:
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mcts_compose", "solve", TASK],
        env={**os.environ, CACHE_VARIABLE: cache},
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - begin
