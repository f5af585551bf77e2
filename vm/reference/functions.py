"""The plain twin of a call of a Python function: the function itself, run by Python on numpy's values.

Where a compiled function divides by zero numpy's scalars do the same. Ints beyond 64 bits are another matter:
numpy's wrap, those that the function makes itself are Python's and grow, and what numba's give is its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vm.isa import Status
from vm.reference.forms import Form, ReferenceFault, form_words, wrap
from vm.values import Elem, ValueType

if TYPE_CHECKING:
    from vm.functions.function import PythonFunction

_DTYPES = {Elem.INT: np.int64, Elem.FLOAT: np.float64, Elem.BOOL: np.bool_, Elem.CHAR: np.int64}
LAST_CHAR = 0x10FFFF


def argument(form: Form, type_: ValueType) -> Any:
    """Returns what the function is given for a form."""
    if type_.elem is Elem.CHAR:
        form = _codes(form)
    if type_ == ValueType(Elem.BOOL, 0):
        return bool(form)
    value: Any = np.array(form, _DTYPES[type_.elem])
    if type_.rank == 0:
        return value[()]
    if type_.rank == 2:
        value = value.reshape(len(form), len(form[0]) if form else 0)
    value.flags.writeable = False
    return value


def _codes(form: Form) -> Any:
    return [_codes(item) for item in form] if isinstance(form, list) else ord(form)


def result_form(value: Any, type_: ValueType, room: int) -> Form:
    """Returns the form of what the function gave.

    Raises:
      ReferenceFault: it is too large, or no value of the type.
    """
    if type_.rank == 0:
        form = _scalar(value, type_.elem)
    elif type_.rank == 1:
        form = [_scalar(item, type_.elem) for item in value]
    else:
        height, width = value.shape
        form = [[_scalar(item, type_.elem) for item in row] for row in value] if height * width else []
    if form_words(form) > room:
        raise ReferenceFault(Status.OUT_OF_MEMORY)
    return _characters(form) if type_.elem is Elem.CHAR else form


def _scalar(value: Any, elem: Elem) -> Any:
    if elem is Elem.FLOAT:
        return float(value)
    return bool(value) if elem is Elem.BOOL else wrap(int(value))


def _characters(form: Form) -> Form:
    if isinstance(form, list):
        return [_characters(item) for item in form]
    if not 0 <= form <= LAST_CHAR:
        raise ReferenceFault(Status.BAD_VALUE)
    return chr(form)


def run_plain(function: Callable[..., Any], body: PythonFunction, forms: Sequence[Form], room: int) -> Form:
    """Runs a function on one lane.

    Args:
      function: what `vm.functions.copies.plain_function` gives of the body's.
      body: says the types.
      forms: the inputs.
      room: most words of the result.

    Raises:
      ReferenceFault: it gave no value of its type.
    """
    given = [argument(form, type_) for form, type_ in zip(forms, body.input_types, strict=True)]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return result_form(function(*given), body.output_type, room)
        except ReferenceFault:
            raise
        except Exception as error:
            raise ReferenceFault(Status.RAISED) from error
