"""Decides how machine code is made and cached: the decorators `kernel` and `native`.

Nobody else calls numba, but vm/compiler.py for this file. Numba is imported when the first kernel is called,
because `--help`, `skills` and `show` need the instruction table but run nothing. The cache directory is named
after a hash of every file a kernel can depend on, because numba's own check misses edits to a callee in
another file and would run the old code.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import Any

import numpy as np

VM_DIRECTORY = Path(__file__).parent
CACHE_VARIABLE = "MCTS_COMPOSE_CACHE"
DIGEST_BYTES = 16
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
    return (
        re.search(r"^from (vm\.jit import .*\b(inlined|kernel|native)\b|numba)", text, re.MULTILINE)
        is not None
    )


@cache
def _source_hash(directory: Path) -> str:
    """Returns a hash of the machine's kernels, of `directory`'s sources and of the compiler's version."""
    import numba

    digest = hashlib.blake2b(digest_size=12)
    versions = f"{numba.__version__} {np.__version__} {sys.version_info[:2]} {numba.config.BOUNDSCHECK}"
    digest.update(versions.encode())
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
    "nogil": True,
    "error_model": "numpy",
    # No reference counting: kernels neither make nor keep arrays. Counting was two thirds of a search (perf).
    "_nrt": False,
}


class Kernel:
    """A function that numba compiles when it is first called, from Python or from another kernel."""

    def __init__(self, function: Callable[..., Any], *, inlined: bool = False) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self._options = {**_OPTIONS, "forceinline": inlined}

    @property
    def directory(self) -> Path:
        """Where the machine code is cached."""
        return cache_directory(Path(self.py_func.__code__.co_filename).parent)

    @cached_property
    def _numba_type_(self) -> Any:
        """What numba asks any global for that a kernel names: so kernels can call kernels."""
        from vm.compiler import part_type

        return part_type(self.py_func, self._options)

    @cached_property
    def _dispatcher(self) -> Any:
        """What Python calls: numba's own object, with the project's options and its cache.

        No `fastmath`: sentinels and NaN checks must survive.
        """
        import numba

        _load_natives()
        numba.config.CACHE_DIR = str(self.directory)
        return numba.njit(cache=True, no_cfunc_wrapper=True, **self._options)(self.py_func)

    def __call__(self, *args: Any) -> Any:
        """Calls the compiled function."""
        return self._dispatcher(*args)


class WordTable:
    """Words of this process that kernels read: they are in no code, no cache and no save.

    Args:
      symbol: the name by which compiled code finds them.
      size: how many.
    """

    def __init__(self, symbol: str, size: int) -> None:
        self.symbol = symbol
        self.words = np.zeros(size, np.int64)
        _tables.append(self)

    @cached_property
    def _numba_type_(self) -> Any:
        from vm.compiler import table_type

        return table_type(self.symbol)

    def __call__(self, place: int) -> int:
        """Returns the word at a place. Not checked."""
        return int(self.words[place])


_tables: list[WordTable] = []


class View:
    """A function that gives part of an array, or its rows, as a view that compiled code makes without checks.

    Numba's own slices and `reshape` look at signs, sizes and strides: eight slices and four tables took a
    third of the call of a small learnt skill (benchmarked: benchmarks/speed/skill_calls.py).
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function

    @cached_property
    def _numba_type_(self) -> Any:
        """What numba asks any global for that a kernel names."""
        from vm.compiler import view_type

        return view_type(self.py_func)

    def __call__(self, words: np.ndarray, *sizes: int) -> np.ndarray:
        """Returns the view, as numpy makes it."""
        view: np.ndarray = self.py_func(words, *sizes)
        return view


@View
def window(words: np.ndarray, first: int, size: int) -> np.ndarray:
    """Returns `size` words from `first` on; not checked: the caller guarantees that they are there."""
    return words[first : first + size]


@View
def table(words: np.ndarray, width: int) -> np.ndarray:
    """Returns words as rows of `width`; not checked: the caller guarantees that they come out even."""
    return words.reshape(-1, width)


_loading = threading.RLock()
_natives: list[NativeFunction] = []
"""In the order of their definition: what a function calls stands before it."""


class NativeFunction(Kernel):
    """A kernel that others call by its symbol, so that no caller links and optimises it again."""

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        super().__init__(function)
        self.symbol = f"{function.__module__}.{function.__name__}".replace(".", "_")
        self._signature = signature
        self._is_loaded = False
        _natives.append(self)

    @cached_property
    def _types(self) -> tuple[tuple[Any, ...], Any]:
        from vm.compiler import parse_signature

        return parse_signature(self._signature)

    @cached_property
    def _numba_type_(self) -> Any:
        from vm.compiler import native_type

        return native_type(self.symbol, self.py_func, self._types)

    @cached_property
    def _from_python(self) -> Callable[..., Any]:
        from vm.compiler import python_call

        _load_natives()
        return python_call(self.symbol, self._types)

    def __call__(self, *args: Any) -> Any:
        """Calls the machine code."""
        return self._from_python(*args)

    @property
    def _file(self) -> Path:
        from vm.compiler import machine_name

        return self.directory / f"{self.symbol}-{machine_name()}.o"

    def is_compiled(self) -> bool:
        """Says whether the cache has the machine code."""
        return self._file.exists()

    def compile(self) -> bytes:
        """Returns the machine code, from the cache if it is there."""
        from vm.compiler import machine_code

        with _loading:
            code = read_checked(self._file)
            if code is None:
                code = machine_code(self.symbol, self.py_func, self._types, _OPTIONS)
                write_checked(self._file, code)
            return code

    def load(self) -> None:
        """Makes the function's symbol known to compiled code."""
        with _loading:
            if not self._is_loaded:
                from vm.compiler import load

                load(self.symbol, self.compile())
                self._is_loaded = True


def read_checked(file: Path) -> bytes | None:
    """Returns what `write_checked` wrote; None if there is nothing, or it is damaged."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    code = content[DIGEST_BYTES:]
    return code if content[:DIGEST_BYTES] == _digest(code) else None


def write_checked(file: Path, code: bytes) -> None:
    """Writes machine code and its digest; other processes see all of it or nothing."""
    temporary = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        temporary.write_bytes(_digest(code) + code)
        temporary.replace(file)
    except OSError:
        # A read-only home is no reason to fail: the next process compiles again.
        with suppress(OSError):
            temporary.unlink()


def _digest(code: bytes) -> bytes:
    return hashlib.blake2b(code, digest_size=DIGEST_BYTES).digest()


def native(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Makes a function native: a kernel compiled once, that others call by its symbol.

    It is worth it for a large function that several others call. Arrays must be of one dimension and
    contiguous.

    Args:
      signature: types of result and parameters, in numba's notation.
    """

    def make(function: Callable[..., Any]) -> Any:
        return NativeFunction(function, signature) if compiles() else function

    return make


def _load_natives() -> None:
    """Makes all tables and native functions known: compiled code that is loaded later may use any."""
    for known in _tables:
        from vm.compiler import know_words

        know_words(known.symbol, known.words)
    for function in _natives:
        function.load()


def natives() -> list[NativeFunction]:
    """Returns the native functions of the modules imported so far; what one calls stands before it."""
    return list(_natives)


def of_user(function: Callable[..., Any], directory: Path | None) -> Any:
    """Returns a function of a user as numba compiles it: with exceptions, arrays and checked indices.

    Args:
      function: what is compiled.
      directory: where machine code is kept; None for what is compiled into others alone.
    """
    import numba

    if directory is not None:
        numba.config.CACHE_DIR = str(directory)
    return numba.njit(cache=directory is not None, nogil=True, error_model="numpy", boundscheck=True)(
        function
    )


def compiles() -> bool:
    """Says whether kernels are compiled at all: not under `NUMBA_DISABLE_JIT=1`."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes `function` a kernel: compiled on its first call; left alone under `NUMBA_DISABLE_JIT=1`."""
    if not compiles():
        return function
    return Kernel(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes `function` a kernel whose code LLVM puts into its callers.

    For a function with many arrays and one hot caller: numba passes each array as seven words on the stack,
    so that a call with eight arrays costs as much as a look-up.
    """
    return Kernel(function, inlined=True) if compiles() else function
