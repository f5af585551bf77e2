"""Decides whether a function that was compiled may be a skill, by what it does on a few drawn inputs.

It must do what it does in Python, twice the same, keep no memory, and end soon: the search calls skills on
whatever is at hand, and nothing can interrupt machine code. So a function that runs for long, or fills the
memory, on a large number or an empty list is refused rather than met later.
"""

from __future__ import annotations

import ctypes
import random
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, Final

import numpy as np

from vm.functions.copies import plain_function
from vm.functions.errors import FunctionError
from vm.functions.function import PythonFunction
from vm.functions.kept import with_kept
from vm.isa import Status
from vm.jit import compiles
from vm.literals import format_value
from vm.reference.forms import Form, ReferenceFault, from_form, to_form
from vm.reference.functions import run_plain
from vm.values import Batch, Elem, HostValue, ValueType, decode, encode, equal

NUM_DRAWS: Final = 24
MOST_LINES: Final = 100_000
"""Lines of Python that one run may take (untuned)."""
ROOM: Final = 1 << 12
"""Words that a result may have here."""
SHOWN: Final = 80
"""Characters that are shown of a value."""
_INTS: Final = (0, 1, 2, -1, 3, 5, 10, -7, 100, 2**40, -(2**40))
_FLOATS: Final = (0.0, 1.0, -1.0, 0.5, 2.0, -3.25, 1e6, 1e-6)
_LENGTHS: Final = (0, 1, 2, 3, 5, 8)
_SIDES: Final = (0, 1, 2, 3)
_TOO_LARGE: Final = "let it raise an exception where its inputs are too large"
_LOOK_FIRST: Final = "let it look at its inputs before it makes arrays, and raise with fixed texts only"

Outcome = tuple[Status, HostValue]
"""A status, and a value if that is OK."""


class _TooLongError(BaseException):
    """A run has taken too many lines."""


def draws(types: Sequence[ValueType]) -> list[tuple[HostValue, ...]]:
    """Returns inputs of these types: the same each time, nothing and zero first."""
    rng = random.Random(6)
    empty = tuple(_drawn(type_, lambda options: options[0]) for type_ in types)
    return [empty, *(tuple(_drawn(type_, rng.choice) for type_ in types) for _ in range(NUM_DRAWS - 1))]


def _drawn(type_: ValueType, choose: Callable[[Sequence[Any]], Any]) -> HostValue:
    if type_.rank == 0:
        options: dict[Elem, Sequence[HostValue]] = {
            Elem.INT: _INTS, Elem.FLOAT: _FLOATS, Elem.BOOL: (False, True), Elem.CHAR: "a b,A0",
        }  # fmt: skip
        return choose(options[type_.elem])  # type: ignore[no-any-return]
    item = ValueType(type_.elem, type_.rank - 1)
    if type_.rank == 2:
        height, width = choose(_SIDES), choose(_SIDES)
        height = height if width else 0  # as values are
        rows = [[_drawn(ValueType(type_.elem, 0), choose) for _ in range(width)] for _ in range(height)]
        return ["".join(map(str, row)) for row in rows] if type_.elem is Elem.CHAR else list(rows)
    items = [_drawn(item, choose) for _ in range(choose(_LENGTHS))]
    return "".join(map(str, items)) if type_.elem is Elem.CHAR else items


def check_function(body: PythonFunction, entry: Any) -> None:
    """Checks a function that was compiled.

    Args:
      body: the function.
      entry: its address.

    Raises:
      FunctionError: it may be no skill; the message is one sentence.
    """
    if not compiles():
        return
    plain, compiled = plain_function(body.function), _Caller(body, entry)
    for values in draws(body.input_types):
        expected = _in_python(plain, body, values)
        given = compiled(values)
        again, num_kept = with_kept(compiled, values)
        if num_kept > 0 and again[0] is Status.RAISED:
            raise _error(body, values, f"keeps memory when it raises; {_LOOK_FIRST}")
        if not _agree(given, again):
            raise _error(body, values, f"gives {_said(given)}, and then {_said(again)}")
        if expected is not None and not _agree(given, expected):
            raise _error(body, values, f"gives {_said(given)} when compiled, but {_said(expected)} in Python")


def _error(body: PythonFunction, values: Sequence[HostValue], problem: str) -> FunctionError:
    shown = [format_value(value, type_) for value, type_ in zip(values, body.input_types, strict=True)]
    given = ", ".join(text if len(text) <= SHOWN else f"{text[:SHOWN]}..." for text in shown)
    return FunctionError(f"the function {body.name} can be no skill: on {given} it {problem}")


def _said(outcome: Outcome) -> str:
    status, value = outcome
    text = str(value) if status is Status.OK else f"the fault {status.name}"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _agree(one: Outcome, other: Outcome) -> bool:
    if one[0] is not Status.OK or other[0] is not Status.OK:
        return Status.OK not in (one[0], other[0])
    return equal(one[1], other[1])


def _in_python(
    plain: Callable[..., Any], body: PythonFunction, values: Sequence[HostValue]
) -> Outcome | None:
    """Returns what Python gives; None where it divides its own ints by zero, which gives 0 when compiled.

    Raises:
      FunctionError: it takes too long, or too much memory.
    """
    forms: list[Form] = [to_form(value, type_) for value, type_ in zip(values, body.input_types, strict=True)]
    try:
        return Status.OK, from_form(_bounded(plain, body, forms), body.output_type)
    except _TooLongError:
        problem = f"does not end within {MOST_LINES:,} lines; {_TOO_LARGE}"
        raise _error(body, values, problem) from None
    except ReferenceFault as fault:
        cause = fault.__cause__
        if isinstance(cause, MemoryError):
            raise _error(body, values, f"takes too much memory; {_TOO_LARGE}") from None
        return None if isinstance(cause, ArithmeticError) else (fault.status, 0)


def _bounded(plain: Callable[..., Any], body: PythonFunction, forms: Sequence[Form]) -> Form:
    """Runs a function in Python, within a bound on its lines."""
    left = MOST_LINES

    def follow(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooLongError
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        return run_plain(plain, body, forms, ROOM)
    finally:
        sys.settrace(before)


class _Caller:
    """Calls an entry from Python."""

    def __init__(self, body: PythonFunction, entry: int) -> None:
        self._body = body
        word, pointer = ctypes.c_int64, ctypes.c_void_p
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int32, ctypes.POINTER(word), ctypes.POINTER(pointer), pointer, word, word, word
        )
        self._entry = kind(entry)

    def __call__(self, values: Sequence[HostValue]) -> Outcome:
        """Returns what the entry gives on one lane."""
        types, output = self._body.input_types, self._body.output_type
        batches = [encode([value], type_) for value, type_ in zip(values, types, strict=True)]
        record, at = [0, 0], 2 + 3 * len(batches)
        for batch in batches:
            record += [at, int(batch.rows[0]), int(batch.cols[0])]
            at += len(batch.words)
        words = [np.array(record, np.int64), *(batch.words for batch in batches), np.zeros(ROOM, np.int64)]
        memory = np.concatenate(words)
        returned, error = ctypes.c_int64(), ctypes.c_void_p()
        if self._entry(ctypes.byref(returned), ctypes.byref(error), memory.ctypes.data, 0, at, ROOM) != 0:
            return Status.RAISED, 0
        size = returned.value
        if size < 0:
            return Status(-size), 0
        dims = memory[:2] if size else memory[:2] * 0
        batch = Batch(output, memory[at : at + size], dims[:1], dims[1:])
        return Status.OK, decode(batch)[0]
