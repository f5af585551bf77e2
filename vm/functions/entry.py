"""Makes machine code of a Python function, with an entry that takes and gives words of the machine.

An entry is called as `entry(memory, record, out, room)` and returns how many words it has written from `out`
on, or a fault as a negative status; an exception goes on to the caller. Its record, at `record`:

    0, 1                         rows and cols of the result, written by the entry
    2 + 3 * i ..                 address, rows and cols of input i

Numba is imported with this module.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import numba.types as types

from vm.functions.complaints import complaint
from vm.functions.copies import checked_function
from vm.functions.errors import FunctionError
from vm.functions.function import PythonFunction
from vm.functions.operands import WORDS, numba_type, operands_of
from vm.functions.outcomes import checked_for, giving, is_outcome
from vm.jit import of_user

ENTRY_TYPES: Final = (WORDS, types.int64, types.int64, types.int64)

function: Any = None
operands: Any = None
checked: Any = None
give: Any = None


def _entry(words: Any, record: Any, out: Any, room: Any) -> Any:
    """Runs a function; copies of this have the four names above as globals of their own.

    Not as outer variables: for numba those that are functions are others in each process, so that it would
    never find what it has kept.
    """
    result = function(*operands(words, record))
    checked(result)
    return give(result, words, record, out, room)


def entry_address(body: PythonFunction, directory: Path) -> tuple[int, Any]:
    """Returns the address of a function's entry, and what keeps its machine code alive.

    Args:
      body: the function.
      directory: where its machine code is kept, for this body alone.

    Raises:
      FunctionError: it cannot be compiled; the message is one sentence.
    """
    if sys.byteorder != "little":
        raise FunctionError("Python functions as skills need a processor that has low bytes first")
    inputs, found = tuple(map(numba_type, body.input_types)), list[Any]()
    user = checked_function(body.function)
    names = {
        "function": user,
        "operands": operands_of(inputs),
        "checked": checked_for(body.output_type, found),
        "give": of_user(giving(body.output_type), None),
    }
    entry = FunctionType(_entry.__code__, {**globals(), **names}, _entry.__name__)
    compiled = of_user(entry, directory)
    try:
        with warnings.catch_warnings():
            # Of what cannot be kept: each process then compiles it again.
            warnings.simplefilter("ignore")
            compiled.compile(types.int64(*ENTRY_TYPES))
    except Exception as error:
        if found and not is_outcome(found[-1], body.output_type):
            problem = f"returns {types.unliteral(found[-1])}, but its signature says {body.output_type}"
        else:
            problem = complaint(user, inputs, error)
        raise FunctionError(f"the function {body.name} {problem}") from None
    made = compiled.overloads[ENTRY_TYPES]
    return made.library.get_pointer_to_function(made.fndesc.llvm_func_name), compiled
