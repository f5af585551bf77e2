"""Asks the processor how many bits of a word are 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from vm.jit import compiles


def _emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Writes LLVM's `ctpop`, which becomes one vector instruction in a loop."""
    return builder.ctpop(arguments[0])


def _typed(typing: Any, word: Any) -> Any:
    return (word(word), _emit) if word in (types.uint32, types.uint64) else None


def _counted(word: np.unsignedinteger[Any]) -> np.unsignedinteger[Any]:
    """Stands for `popcount` where nothing is compiled."""
    return type(word)(int(word).bit_count())


popcount = intrinsic(_typed) if compiles() else _counted
"""Returns how many bits of a uint32 or uint64 are 1, in the same type."""
