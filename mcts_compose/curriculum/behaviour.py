"""Decides when two programs count as doing the same: they agree on a task's examples and on made-up ones.

Held-out examples are among them: both programs have been found already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from mcts_compose.results.verdicts import AnyProgram, columns, is_right_on
from mcts_compose.search.probes import probes
from mcts_compose.task import Task
from vm.assembly.program import AssemblyProgram
from vm.functions.function import PythonFunction
from vm.isa import Status
from vm.limits import Limits
from vm.program import Apply, Program
from vm.values import Batch, HostValue, decode, equal

MADE_UP: Final = 32
LIMITS: Final = Limits(fuel=3_000_000)
"""Of one run on a made-up row."""
_OfArrays: TypeAlias = Program | PythonFunction


class Behaviour:
    """The rows on which programs that solve a task are compared.

    Args:
      task: an array task.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        shown = columns(task.inputs, task.input_types)
        made_up = probes(shown, MADE_UP) if shown else []
        self._made_up = [columns([row], task.input_types) for row in _rows_of(made_up)]

    def is_of(self, program: AnyProgram) -> bool:
        """Says whether a program has the task's types."""
        types = self._task.input_types, self._task.output_type
        return (program.input_types, program.output_type) == types

    def same(self, program: AnyProgram, right: AnyProgram) -> bool:
        """Says whether a program of the task's types does what one does that is right.

        It is right on all of the task's examples too, and on made-up rows both give the same or both fault.
        """
        if isinstance(program, AssemblyProgram) or isinstance(right, AssemblyProgram):
            return program == right
        task = self._task
        return (
            is_right_on(program, task.inputs, task.outputs)
            and all(_agree(program, right, row) for row in self._made_up)
            and is_right_on(program, task.test_inputs, task.test_outputs)
        )


def _rows_of(batches: Sequence[Batch]) -> list[tuple[HostValue, ...]]:
    return list(zip(*map(decode, batches), strict=True)) if batches else []


def _agree(one: _OfArrays, other: _OfArrays, row: tuple[Batch, ...]) -> bool:
    first, second = one.run(row, LIMITS), other.run(row, LIMITS)
    if first.status is not Status.OK or second.status is not Status.OK:
        return first.status is not Status.OK and second.status is not Status.OK
    return equal(first.outputs()[0], second.outputs()[0])


def sole_call(program: AnyProgram) -> str | None:
    """Returns the name of the skill that a program does nothing but call, its inputs in order; or None."""
    if not isinstance(program, Program) or len(program.lines) != 1:
        return None
    (line,) = program.lines
    if not isinstance(line, Apply) or line.args != tuple(range(program.num_inputs)):
        return None
    return line.skill if program.output == program.num_inputs else None
