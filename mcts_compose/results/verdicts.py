"""Decides whether a program is right: it is run again by the machine, and every value compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mcts_compose.task import Task
from vm.isa import Status
from vm.values import Batch, HostValue, ValueType, encode, equal

if TYPE_CHECKING:
    from vm.program import Program


def columns(inputs: Sequence[Sequence[HostValue]], types: Sequence[ValueType]) -> tuple[Batch, ...]:
    """Returns one batch per argument, each over all examples."""
    return tuple(
        encode([arguments[index] for arguments in inputs], type_) for index, type_ in enumerate(types)
    )


def num_right(program: Program, inputs: Sequence[Sequence[HostValue]], outputs: Sequence[HostValue]) -> int:
    """Returns on how many examples a program gives the wanted output; a fault is not right.

    Each example is run alone, so that a fault on one says nothing of the others.
    """
    right = 0
    for arguments, wanted in zip(inputs, outputs, strict=True):
        run = program.run(columns([arguments], program.input_types))
        right += run.status is Status.OK and equal(run.outputs()[0], wanted)
    return right


def is_solved(program: Program, task: Task) -> bool:
    """Says whether a program fits every shown example."""
    return program.output_type == task.output_type and num_right(program, task.inputs, task.outputs) == len(
        task.outputs
    )


def does_generalise(program: Program, task: Task) -> bool | None:
    """Says whether a program fits every held-out example; None when there is none."""
    if not task.test_outputs:
        return None
    return num_right(program, task.test_inputs, task.test_outputs) == len(task.test_outputs)
