"""An entry (vm/functions/entry.py) that Python runs, for where kernels are not compiled either."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vm.functions.copies import plain_function
from vm.functions.function import PythonFunction
from vm.reference.forms import Form, ReferenceFault, from_form, to_form
from vm.reference.functions import run_plain
from vm.values import Batch, IntArray, ValueType, decode, encode


def interpreted_entry(body: PythonFunction) -> Callable[[IntArray, int, int, int], int]:
    """Returns the entry of a function."""
    function = plain_function(body.function)

    def entry(memory: IntArray, record: int, out: int, room: int) -> int:
        forms = [
            _form(memory, record + 2 + 3 * number, type_) for number, type_ in enumerate(body.input_types)
        ]
        try:
            form = run_plain(function, body, forms, room)
        except ReferenceFault as fault:
            return -int(fault.status)
        given = encode([from_form(form, body.output_type)], body.output_type)
        memory[out : out + len(given.words)] = given.words
        memory[record], memory[record + 1] = given.rows[0], given.cols[0]
        return len(given.words)

    return entry


def _form(memory: IntArray, place: int, type_: ValueType) -> Form:
    address, rows, cols = map(int, memory[place : place + 3])
    words = memory[address : address + rows * cols]
    (value,) = decode(Batch(type_, words, np.array([rows]), np.array([cols])))
    return to_form(value, type_)
