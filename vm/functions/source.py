"""Decides what a hash of a Python function covers, and refuses what it cannot cover.

Covered are its source and that of all compiled functions (`numba.njit`) that it calls, without comments,
docstrings, annotations and decorators, whose options compiled copies do not have (vm/functions/copies.py);
the values of the globals and of the outer variables that these read: numbers, texts, tuples of them, and
arrays of numbers; and the names of what they take from Python, `math`, `numpy` and `numba`. Not covered are
the versions of those four. All else is refused: a list, a dict or
another module could change and nobody would notice.
"""

from __future__ import annotations

import ast
import builtins
import dis
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, ModuleType
from typing import Any, Final

import numpy as np

from vm.functions.errors import FunctionError
from vm.jit import compiles

HASH_BYTES: Final = 16
KNOWN_PACKAGES: Final = frozenset({"builtins", "math", "numba", "numpy"})
NUMBERS: Final = "biufc"
"""Kinds of numpy's dtypes that arrays may have."""


def source_hash(name: str, function: Callable[..., Any]) -> str:
    """Returns a hash of a function and of all that it uses.

    Raises:
      FunctionError: it uses what cannot be hashed; the message says what.
    """
    text = "\n".join(_Facts(name).of_function(function))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).hexdigest()


class _Facts:
    """Collects what is to be hashed, each function once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._met: set[Callable[..., Any]] = set()
        self._open: list[Callable[..., Any]] = []
        """The functions whose callees are being looked at: each calls the next."""

    def of_function(self, function: Callable[..., Any]) -> Iterator[str]:
        if function in self._open:
            raise FunctionError(
                f"the function {self._name} can be no skill: {function.__name__} calls itself, which on long "
                "inputs ends the process; use a loop"
            )
        if function in self._met:
            return
        if function.__defaults__ or function.__kwdefaults__:
            raise FunctionError(
                f"the function {self._name} uses {function.__name__}, whose parameters have default values; "
                "give it all values where it is called"
            )
        self._met.add(function)
        self._open.append(function)
        yield _definition(self._name, function)
        for name, value in used_values(self._name, function):
            yield from self._of_value(name, value)
        self._open.pop()

    def _of_value(self, name: str, value: Any) -> Iterator[str]:
        """Yields what a name means."""
        if isinstance(value, bool | int | float | complex | str | bytes | None):
            yield f"{name} = {value!r}"
        elif isinstance(value, tuple):
            yield f"{name} = tuple of {len(value)}"
            for place, item in enumerate(value):
                yield from self._of_value(f"{name}[{place}]", item)
        elif isinstance(value, np.ndarray | np.generic) and value.dtype.kind in NUMBERS:
            digest = hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=HASH_BYTES)
            yield f"{name} = {value.dtype.str} {value.shape} {digest.hexdigest()}"
        elif (called := helper(value)) is not None:
            yield f"{name} calls"
            yield from self.of_function(called)
        elif isinstance(value, ModuleType) and _is_known(value.__name__):
            yield f"{name} is {value.__name__}"
        elif callable(value) and (known := _known_name(value)) is not None:
            yield f"{name} is {known}"
        else:
            raise FunctionError(f"the function {self._name} uses {name}, {_refusal(value)}")


def helper(value: Any) -> Callable[..., Any] | None:
    """Returns the function of which `numba.njit` made a value; None if it made it of none."""
    if not compiles():  # then numba leaves functions as they are
        return value if inspect.isfunction(value) and not _is_known(_module_of(value)) else None
    return getattr(value, "py_func", None) if _is_known(type(value).__module__) else None


def _module_of(value: Any) -> str:
    return getattr(value, "__module__", None) or type(value).__module__


def _known_name(value: Any) -> str | None:
    """Returns the name by which a known package has this very object; None if none has.

    What a package only made, such as a stencil of numba's, has its class from there but not what it does.
    """
    module, name = _module_of(value), getattr(value, "__name__", None)
    if not (isinstance(module, str) and isinstance(name, str) and _is_known(module)):
        return None
    return f"{module} {name}" if getattr(sys.modules.get(module), name, None) is value else None


def _is_known(module: str) -> bool:
    return module.partition(".")[0] in KNOWN_PACKAGES


def _refusal(value: Any) -> str:
    if inspect.isfunction(value):
        return "a function that numba does not compile; put @numba.njit above it"
    if isinstance(value, ModuleType):
        return "a module whose contents may change; import what is needed of it by name"
    return (
        f"a {type(value).__name__}; from outside it may take numbers, texts, tuples, arrays of numbers, and "
        "functions compiled by numba.njit"
    )


def _definition(name: str, function: Callable[..., Any]) -> str:
    """Returns the source of a function without what says nothing of what it does."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        raise FunctionError(
            f"the function {name} has no source that can be read, so a change of it would not be noticed; "
            "define it in a file"
        ) from None
    return ast.unparse(_Plain().visit(tree))


class _Plain(ast.NodeTransformer):
    """Takes decorators, annotations of parameters and docstrings away."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list, node.returns = [], None
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node


def _global_names(code: CodeType) -> set[str]:
    """Returns the names that a function and the functions inside it take from outside."""
    names = {
        str(instruction.argval)
        for instruction in dis.get_instructions(code)
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    }
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _global_names(constant)
    return names


def used_values(skill: str, function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yields what a function takes from outside, sorted by name.

    Raises:
      FunctionError: a name means nothing.
    """
    code, outer = function.__code__, function.__closure__ or ()
    for name in sorted({*_global_names(code), *code.co_freevars}):
        try:
            if name in code.co_freevars:
                yield name, outer[code.co_freevars.index(name)].cell_contents
            elif name in function.__globals__:
                yield name, function.__globals__[name]
            else:
                yield name, getattr(builtins, name)
        except (AttributeError, ValueError):
            raise FunctionError(f"the function {skill} uses {name}, which means nothing there") from None
