"""Decides when a Python function becomes machine code: before the first program of a process that calls it.

Numba keeps the machine code in the cache directory, by a hash of what decides it. A function that has become
another one since its hash was taken is refused.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any, Final

from vm.functions.check import check_function
from vm.functions.errors import FunctionError
from vm.functions.function import PythonFunction
from vm.functions.source import source_hash
from vm.functions.table import MOST_FUNCTIONS, add_entry
from vm.jit import cache_directory, compiles

ENTRY_FILES: Final = ("copies.py", "entry.py", "operands.py", "outcomes.py")
"""What decides an entry besides the function."""
_linking = threading.Lock()
_linked: dict[int, tuple[str, Any]] = {}
"""By key: the hash of the body, and what keeps its machine code alive."""


def key_of(body: PythonFunction) -> int:
    """Returns the word by which kernels know a function."""
    return int(body.hash[:15], 16)


def link(body: PythonFunction) -> int:
    """Sees to it that kernels can call a function, and returns its key.

    Raises:
      FunctionError: it cannot be compiled, or does not what it does in Python; the message is one sentence.
    """
    key = key_of(body)
    with _linking:
        known = _linked.get(key)
        if known is not None and known[0] == body.hash:
            return key
        if known is not None or len(_linked) >= MOST_FUNCTIONS:
            raise FunctionError(f"the function {body.name} is one too many for this process")
        if source_hash(body.name, body.function) != body.source:
            raise FunctionError(f"the function {body.name} uses values that have changed meanwhile")
        entry, kept = _made(body)
        check_function(body, entry)
        add_entry(key, entry)
        _linked[key] = body.hash, kept
    return key


def _made(body: PythonFunction) -> tuple[Any, Any]:
    """Returns a function's entry, an address if kernels are compiled, and what keeps it alive."""
    if not compiles():
        from vm.functions.interpreted import interpreted_entry

        return interpreted_entry(body), None
    from vm.functions.entry import entry_address

    return entry_address(body, _directory(body))


def _directory(body: PythonFunction) -> Path:
    """Returns where the machine code of this body is kept: numba's own check misses what it calls."""
    here = Path(__file__).parent
    types = ", ".join(map(str, (*body.input_types, body.output_type)))
    digest = hashlib.blake2b(f"{types}|{body.source}".encode(), digest_size=16)
    for file in ENTRY_FILES:
        digest.update((here / file).read_bytes())
    return cache_directory(here) / "functions" / digest.hexdigest()
