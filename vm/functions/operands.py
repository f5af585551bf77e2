"""Decides how compiled Python functions get their inputs: what type each has, and how it is made of words.

Ints, floats and bools come as such, characters as their codes; lists and grids as arrays of one and two
dimensions that look into the machine's memory, so they are read-only: writing to one does not compile. Arrays
of bools look at the lowest byte of each word. Numba is imported with this module.
"""

from __future__ import annotations

from typing import Any, Final

import numba.extending
import numba.np.arrayobj
import numba.types as types
from llvmlite import ir

from vm.values import Elem, ValueType

WORD_BYTES: Final = 8
WORDS: Final = types.CPointer(types.int64)
"""The machine's memory."""
_SCALARS: Final = {
    Elem.INT: types.int64,
    Elem.FLOAT: types.float64,
    Elem.BOOL: types.boolean,
    Elem.CHAR: types.int64,
}


def numba_type(type_: ValueType) -> Any:
    """Returns the type that an input has in compiled code."""
    scalar = _SCALARS[type_.elem]
    if type_.rank == 0:
        return scalar
    # A byte of each word is no contiguous array.
    layout = "A" if type_.elem is Elem.BOOL else "C"
    return types.Array(scalar, type_.rank, layout, readonly=True)


def operands_of(inputs: tuple[Any, ...]) -> Any:
    """Returns `operands(words, record)`, which gives compiled code all inputs as a tuple.

    Args:
      inputs: their types, as `numba_type` says; where they stand, vm/functions/entry.py says.
    """
    result = types.Tuple(inputs)

    def operands(context: Any, words: Any, record: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            at, place = given
            values = [_operand(context, builder, at, place, i, type_) for i, type_ in enumerate(inputs)]
            return context.make_tuple(builder, result, values)

        return result(WORDS, types.int64), lower

    return numba.extending.intrinsic(operands)


def target_of(elem: Elem) -> Any:
    """Returns `target(words, out, size)`, which gives compiled code an array that looks at so many words."""
    item = types.float64 if elem is Elem.FLOAT else types.int64
    array_type = types.Array(item, 1, "C")

    def target(context: Any, words: Any, out: Any, size: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            words, out, size = given
            return _array(context, builder, array_type, builder.gep(words, [out]), size, None)

        return array_type(WORDS, types.int64, types.int64), lower

    return numba.extending.intrinsic(target)


def _word(builder: Any, words: Any, place: Any, offset: int) -> Any:
    at = builder.add(place, ir.Constant(place.type, offset))
    return builder.load(builder.gep(words, [at]))


def _operand(context: Any, builder: Any, words: Any, record: Any, number: int, type_: Any) -> Any:
    """Emits what makes one input of its address and dimensions."""
    place = 2 + 3 * number
    pointer = builder.gep(words, [_word(builder, words, record, place)])
    if isinstance(type_, types.Array):
        rows, cols = _word(builder, words, record, place + 1), _word(builder, words, record, place + 2)
        return _array(context, builder, type_, pointer, rows, cols if type_.ndim == 2 else None)
    if type_ is types.boolean:
        return builder.trunc(builder.load(pointer), context.get_value_type(type_))
    return builder.load(builder.bitcast(pointer, context.get_data_type(type_).as_pointer()))


def _array(context: Any, builder: Any, type_: Any, pointer: Any, rows: Any, cols: Any) -> Any:
    """Emits what makes an array of words, one for each item; `cols` is None for one dimension."""
    item, step = context.get_data_type(type_.dtype), context.get_constant(types.intp, WORD_BYTES)
    shape, strides = ([rows], [step]) if cols is None else ([rows, cols], [builder.mul(cols, step), step])
    array = context.make_array(type_)(context, builder)
    size = context.get_constant(types.intp, context.get_abi_sizeof(item))
    data = builder.bitcast(pointer, item.as_pointer())
    numba.np.arrayobj.populate_array(array, data, shape, strides, size, meminfo=None)
    return array._getvalue()
