"""Decides how machine code is made and cached: the one `kernel` decorator.

Nobody else calls `numba.njit`. Numba is imported when the first kernel is called, because `--help`, `skills` and
`show` need the instruction table but run nothing. The cache directory is named after a hash of every file a kernel can
depend on, because numba's own check misses edits to a callee in another file and would run the old code.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

VM_DIRECTORY = Path(__file__).parent
CACHE_VARIABLE = "MCTS_COMPOSE_CACHE"


def cache_root() -> Path:
    """Returns the user's private cache directory; `$MCTS_COMPOSE_CACHE` overrides the default."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mcts-compose"


@cache
def _source_hash(directory: Path) -> str:
    """Returns a hash of the machine's sources, of `directory`'s sources and of the compiler's version."""
    import numba

    digest = hashlib.blake2b(digest_size=12)
    digest.update(f"{numba.__version__} {np.__version__} {sys.version_info[:2]}".encode())
    files = set(VM_DIRECTORY.rglob("*.py")) | set(directory.glob("*.py"))
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def cache_directory(directory: Path) -> Path:
    """Returns (and makes, private to the user) the cache directory for kernels whose file is in `directory`.

    Cached code is a pickle, so the directory must not be writable by others.
    """
    path = cache_root() / "kernels" / _source_hash(directory)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        # A read-only home is no reason to fail: numba then compiles in memory.
        pass
    return path


class Kernel:
    """A function that numba compiles when it is first called, from Python or from another kernel."""

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function

    @cached_property
    def dispatcher(self) -> Any:
        """Numba's own object, with the project's fixed options: cached, without the GIL, numpy division rules.

        No `fastmath`: sentinels and NaN checks must survive.
        """
        import numba

        numba.config.CACHE_DIR = str(cache_directory(Path(self.py_func.__code__.co_filename).parent))
        return numba.njit(cache=True, nogil=True, error_model="numpy")(self.py_func)

    @property
    def _numba_type_(self) -> Any:
        """What numba asks any global for that a kernel names: so kernels can call kernels."""
        return self.dispatcher._numba_type_

    @property
    def signatures(self) -> list[Any]:
        """The argument types compiled so far."""
        return cast("list[Any]", self.dispatcher.signatures)

    def __call__(self, *args: Any) -> Any:
        return self.dispatcher(*args)


def kernel(function: F) -> F:
    """Makes `function` a kernel: compiled on its first call; left alone under `NUMBA_DISABLE_JIT=1`."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return function
    return cast("F", Kernel(function))
