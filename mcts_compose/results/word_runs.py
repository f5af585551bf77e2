"""Decides how an assembly program is run on a task's examples, and how its words are said there.

In examples a word of a bit-vector type is unsigned; the machine holds one of 64 bits as a signed number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vm.assembly.sets import SETS, InstructionSet
from vm.isa import Status
from vm.values import Batch, HostValue, ValueType, encode

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram

WORDS_A_RUN = 2**17
LINES_A_RUN = 2**22
"""Words and executed lines that one run of the machine holds and pays for, well below its default limits."""


def word_columns(
    inputs: Sequence[Sequence[HostValue]], types: Sequence[ValueType], set_name: str
) -> tuple[Batch, ...]:
    """Returns one batch per argument, each over all examples, with words as the machine holds them."""
    word_set = SETS[set_name]
    return tuple(
        _column([arguments[index] for arguments in inputs], type_, word_set)
        for index, type_ in enumerate(types)
    )


def _column(values: Sequence[HostValue], type_: ValueType, word_set: InstructionSet) -> Batch:
    if type_.rank:
        return encode(values, type_)
    words = np.array([word_set.normal(int(value)) for value in values], np.int64)  # type: ignore[arg-type]
    ones = np.ones(len(values), np.int64)
    return Batch(type_, words, ones, ones)


def host_form(value: HostValue, word_set: InstructionSet) -> HostValue:
    """Returns what the machine gave as examples say it."""
    if isinstance(value, list):
        return [host_form(item, word_set) for item in value]
    is_word = isinstance(value, int) and not isinstance(value, bool) and word_set.word.startswith("bv")
    return value % 2**word_set.width if is_word else value


def machine_form(value: HostValue, set_name: str) -> HostValue:
    """Returns a value of an example as the machine holds it."""
    if isinstance(value, list):
        return [machine_form(item, set_name) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return SETS[set_name].normal(value)
    return value


def outputs_on(program: AssemblyProgram, inputs: Sequence[Sequence[HostValue]]) -> list[HostValue | None]:
    """Returns what a program gives on every input; None where it ends with a fault.

    Inputs are run many at a time; only when that ends with a fault, each alone.
    """
    words = program.num_inputs + len(program.outputs)
    size = max(1, min(WORDS_A_RUN // words, LINES_A_RUN // max(1, program.length)))
    parts = (inputs[start : start + size] for start in range(0, len(inputs), size))
    return [value for part in parts for value in _outputs_together(program, part)]


def _outputs_together(
    program: AssemblyProgram, inputs: Sequence[Sequence[HostValue]]
) -> list[HostValue | None]:
    run = program.run(word_columns(inputs, program.input_types, program.set))
    if run.status is Status.OK:
        return [host_form(value, program.instruction_set) for value in run.outputs()]
    if len(inputs) == 1:
        return [None]
    return [_outputs_together(program, [arguments])[0] for arguments in inputs]
