"""Makes copies of a function in which all that it calls is copied too: to run in Python, or to be compiled.

Compiled helpers have options of their own, such as indices that nobody checks. Copies have the options of
`vm.jit.of_user`, however deep they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

from vm.functions.source import helper, used_values
from vm.jit import of_user


def plain_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that does in Python what the given one does compiled: so do all that it calls."""
    return _copy(function, lambda copy: copy)


def checked_function(function: Callable[..., Any]) -> Any:
    """Returns a function compiled with checked indices, as are all that it calls."""
    return of_user(_copy(function, lambda copy: of_user(copy, None)), None)


def _copy(function: Callable[..., Any], finish: Callable[[FunctionType], Any]) -> FunctionType:
    """Returns a copy of a function; what it calls is copied and then finished, each once.

    Args:
      function: calls itself neither directly nor through others.
      finish: makes what a caller calls of a copy.
    """
    finished: dict[Callable[..., Any], Any] = {}

    def copy(one: Callable[..., Any]) -> FunctionType:
        names, code = dict(one.__globals__), one.__code__
        cells = [CellType() for _ in code.co_freevars]
        for name, value in used_values(one.__name__, one):
            new = called(value)
            if name in code.co_freevars:
                cells[code.co_freevars.index(name)].cell_contents = new
            else:
                names[name] = new
        return FunctionType(code, names, one.__name__, None, tuple(cells))

    def called(value: Any) -> Any:
        if isinstance(value, tuple):
            items = tuple(map(called, value))
            return value if all(map(_is_same, items, value)) else items
        one = helper(value)
        if one is None:
            return value
        if one not in finished:
            finished[one] = finish(copy(one))
        return finished[one]

    return copy(function)


def _is_same(one: Any, other: Any) -> bool:
    return one is other
