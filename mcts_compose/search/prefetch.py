"""Asks the processor to fetch a word of an array before it is needed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from vm.jit import compiles


def _emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Writes LLVM's `prefetch`: for reading, to be kept in all caches, of data."""
    import llvmlite.ir as ll

    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    pointer = builder.gep(array.data, [arguments[1]])
    pointer = builder.bitcast(pointer, ll.IntType(8).as_pointer())
    kind = ll.FunctionType(ll.VoidType(), [pointer.type] + 3 * [ll.IntType(32)])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(function, [pointer, *(ll.IntType(32)(number) for number in (0, 3, 1))])
    return context.get_dummy_value()


def _typed(typing: Any, array: Any, index: Any) -> Any:
    return types.void(array, types.uint64), _emit


def _nothing(array: np.ndarray, index: int) -> None:
    """Stands for `prefetch_word` where nothing is compiled."""


prefetch_word = intrinsic(_typed) if compiles() else _nothing
