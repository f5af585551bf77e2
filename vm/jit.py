"""Decides how machine code is made and cached: the one `kernel` decorator.

Nobody else calls `numba.njit`. Numba is imported when the first kernel is called, because `--help`, `skills`
and `show` need the instruction table but run nothing. The cache directory is named after a hash of every file
a kernel can depend on, because numba's own check misses edits to a callee in another file and would run the
old code.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import Any, cast

import numpy as np

VM_DIRECTORY = Path(__file__).parent
CACHE_VARIABLE = "MCTS_COMPOSE_CACHE"
CONSTANT_FILES = ("jit.py", "isa.py", "values.py", "state.py", "table.py")


def cache_root() -> Path:
    """Returns the user's private cache directory; `$MCTS_COMPOSE_CACHE` overrides the default."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mcts-compose"


def _decides_machine_code(file: Path) -> bool:
    """Says whether a file of the machine has kernels, or constants that kernels read; a test checks this."""
    if file.name in CONSTANT_FILES or file.parent.name == "instructions":
        return True
    text = file.read_text(encoding="utf-8")
    return re.search(r"^from (vm\.jit import .*\b(kernel|native)\b|numba)", text, re.MULTILINE) is not None


@cache
def _source_hash(directory: Path) -> str:
    """Returns a hash of the machine's kernels, of `directory`'s sources and of the compiler's version."""
    import numba

    digest = hashlib.blake2b(digest_size=12)
    digest.update(f"{numba.__version__} {np.__version__} {sys.version_info[:2]}".encode())
    files = {file for file in VM_DIRECTORY.rglob("*.py") if _decides_machine_code(file)}
    if not directory.is_relative_to(VM_DIRECTORY):
        files |= set(directory.glob("*.py"))
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


_OPTIONS = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    # No reference counting: kernels neither make nor keep arrays. Counting was two thirds of a search (perf).
    "_nrt": False,
}


class Kernel:
    """A function that numba compiles when it is first called, from Python or from another kernel."""

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function

    @cached_property
    def dispatcher(self) -> Any:
        """Numba's own object, with the project's options: cached, without the GIL, numpy's division rules.

        No `fastmath`: sentinels and NaN checks must survive.
        """
        import numba

        numba.config.CACHE_DIR = str(cache_directory(Path(self.py_func.__code__.co_filename).parent))
        dispatcher = numba.njit(**_OPTIONS)(self.py_func)
        template_for = dispatcher.get_call_template

        def template_without_literals(args: Any, kws: Any) -> Any:
            """Types constants as their base type: else each constant argument compiles one more version."""
            plain = numba.types.unliteral
            return template_for([plain(arg) for arg in args], {name: plain(arg) for name, arg in kws.items()})

        dispatcher.get_call_template = template_without_literals
        return dispatcher

    @property
    def _numba_type_(self) -> Any:
        """What numba asks any global for that a kernel names: so kernels can call kernels."""
        return self.dispatcher._numba_type_

    @property
    def signatures(self) -> list[Any]:
        """The argument types compiled so far."""
        return cast("list[Any]", self.dispatcher.signatures)

    @cached_property
    def _entry(self) -> Any:
        """The dispatcher, once every native function that compiled code may call by its symbol is there."""
        for function in _natives:
            function.load()
        return self.dispatcher

    def __call__(self, *args: Any) -> Any:
        """Calls the compiled function."""
        return self._entry(*args)


_natives: list[NativeFunction] = []


class NativeFunction:
    """A large function that kernels call by its symbol, so that no caller links and optimises it again.

    The first parameter is an opcode, the second and third are the machine's memory as pointer and size.
    Measured: it brought compiling the search's kernels from 130 s to what benchmarks/speed reports.
    """

    def __init__(self, function: Callable[..., Any], returns: str, parameters: tuple[str, ...]) -> None:
        self.py_func = function
        self.symbol = f"mcts_compose_{function.__name__}"
        self._returns = returns
        self._parameters = parameters
        _natives.append(self)

    @cached_property
    def _numba_type_(self) -> Any:
        """What numba asks any global for that a kernel names."""
        from numba import types

        return types.ExternalFunction(self.symbol, self._signature)

    @cached_property
    def _signature(self) -> Any:
        from numba import types

        named = {name: getattr(types, name) for name in ("int64", "uint64", "void")}
        arguments = [named[name] for name in self._parameters]
        return named[self._returns](types.int64, types.CPointer(types.int64), types.int64, *arguments)

    @cached_property
    def _compiled(self) -> Any:
        import numba

        numba.config.CACHE_DIR = str(cache_directory(Path(self.py_func.__code__.co_filename).parent))
        return numba.cfunc(self._signature, cache=True, error_model="numpy")(self.py_func)

    def __call__(self, opcode: int, handle: Any, size: int, *arguments: int) -> Any:
        """Runs the Python function; only reached without a compiler (`NUMBA_DISABLE_JIT=1`)."""
        pointer = handle.data_as(ctypes.POINTER(ctypes.c_int64))
        return self.py_func(opcode, pointer, size, *arguments)

    def load(self) -> None:
        """Compiles the function, or loads it from the cache, and makes its symbol known to compiled code."""
        if "_loaded" not in self.__dict__:
            import llvmlite.binding

            llvmlite.binding.add_symbol(self.symbol, self._compiled.address)
            self._loaded = True


def native(returns: str, *parameters: str) -> Callable[[Callable[..., Any]], Any]:
    """Makes a function native: called by symbol, with `(opcode, memory.ctypes, memory.size, *parameters)`.

    Args:
      returns: numba's name of the result type.
      parameters: numba's names of the parameters behind opcode, pointer and size.
    """

    def make(function: Callable[..., Any]) -> Any:
        return NativeFunction(function, returns, parameters)

    return make


def compiles() -> bool:
    """Says whether kernels are compiled at all: not under `NUMBA_DISABLE_JIT=1`."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes `function` a kernel: compiled on its first call; left alone under `NUMBA_DISABLE_JIT=1`."""
    if not compiles():
        return function
    return Kernel(function)
