"""Decides what a compiled Python function may return, and how that becomes words of the machine.

Lists may also be returned as Python's, numba's or as tuples. Floats may be returned as ints, but not ints as
floats or bools. Numba is imported with this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numba.extending
import numba.types as types

from vm.functions.operands import target_of
from vm.isa import Status
from vm.values import Elem, ValueType

LAST_CHAR: Final = 0x10FFFF
OUT_OF_MEMORY: Final = int(Status.OUT_OF_MEMORY)
BAD_VALUE: Final = int(Status.BAD_VALUE)


def is_outcome(found: Any, type_: ValueType) -> bool:
    """Says whether a type of numba's holds values of a type of the machine."""
    if type_.rank > 0:
        if isinstance(found, types.Array):
            return found.ndim == type_.rank and is_outcome(found.dtype, ValueType(type_.elem, 0))
        is_list = isinstance(found, types.List | types.ListType | types.UniTuple)
        return type_.rank == 1 and is_list and is_outcome(found.dtype, ValueType(type_.elem, 0))
    found = found.type if isinstance(found, types.Optional) else types.unliteral(found)
    if type_.elem is Elem.BOOL:
        return isinstance(found, types.Boolean)
    is_int = isinstance(found, types.Integer)
    return is_int or (type_.elem is Elem.FLOAT and isinstance(found, types.Float))


def checked_for(type_: ValueType, found: list[Any]) -> Any:
    """Returns `checked(result)`, which compiles where a result holds values of a type, and does nothing.

    Args:
      type_: what is wanted.
      found: is given the type that a result has.
    """

    def checked(context: Any, result: Any) -> Any:
        found.append(result)
        if not is_outcome(result, type_):
            return None
        return types.void(result), lambda context, *_: context.get_dummy_value()

    return numba.extending.intrinsic(checked)


def giving(type_: ValueType) -> Callable[..., Any]:
    """Returns `give(result, words, record, out, room)`, to be compiled: it writes a result.

    It returns how many words that is, or a fault as a negative status.
    """
    target, is_char = target_of(type_.elem), type_.elem is Elem.CHAR

    def give_scalar(result: Any, words: Any, record: Any, out: Any, room: Any) -> Any:
        if room < 1:
            return -OUT_OF_MEMORY
        if is_char and not 0 <= result <= LAST_CHAR:
            return -BAD_VALUE
        target(words, out, 1)[0] = result
        words[record] = words[record + 1] = 1
        return 1

    def give_list(result: Any, words: Any, record: Any, out: Any, room: Any) -> Any:
        size = len(result)
        if size > room:
            return -OUT_OF_MEMORY
        given = target(words, out, size)
        for i in range(size):
            if is_char and not 0 <= result[i] <= LAST_CHAR:
                return -BAD_VALUE
            given[i] = result[i]
        words[record], words[record + 1] = size, 1
        return size

    def give_grid(result: Any, words: Any, record: Any, out: Any, room: Any) -> Any:
        rows, cols = result.shape
        if rows * cols > room:
            return -OUT_OF_MEMORY
        given = target(words, out, rows * cols)
        for i in range(rows):
            for j in range(cols):
                if is_char and not 0 <= result[i, j] <= LAST_CHAR:
                    return -BAD_VALUE
                given[i * cols + j] = result[i, j]
        words[record], words[record + 1] = rows, cols
        return rows * cols

    return (give_scalar, give_list, give_grid)[type_.rank]
