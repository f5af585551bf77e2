"""Decides how the trace of a program on one example of a task is told, whichever machine runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mcts_compose.commands.array_trace import LONGEST_VALUE, array_trace_lines
from mcts_compose.commands.assembly_trace import assembly_trace_lines

if TYPE_CHECKING:
    from mcts_compose.task import Task
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program
    from vm.values import HostValue


def trace_lines(
    program: Program | AssemblyProgram,
    arguments: tuple[HostValue, ...],
    wanted: HostValue | None = None,
    cares: tuple[bool, ...] | None = None,
    longest: int = LONGEST_VALUE,
) -> Iterator[str]:
    """Yields every step of a program on one example, then the output beside the wanted one, if any.

    Args:
      program: what is traced.
      arguments: its inputs, as its machine takes them.
      wanted: what the task wants; None without a task.
      cares: which outputs of a truth table matter; None if all do.
      longest: characters of an array value that are shown.
    """
    from vm.program import Program

    if isinstance(program, Program):
        return array_trace_lines(program, arguments, wanted, longest)
    return assembly_trace_lines(program, arguments, wanted, cares)


def example_trace_lines(
    program: Program | AssemblyProgram,
    task: Task,
    example: int,
    *,
    held_out: bool = False,
    longest: int = LONGEST_VALUE,
) -> Iterator[str]:
    """Yields every step of a program on one example of a task.

    Args:
      program: takes the task's types; not checked.
      task: whose example it is.
      example: its index; not checked.
      held_out: count the held-out examples instead of the shown ones.
      longest: characters of an array value that are shown.
    """
    from mcts_compose.results.word_runs import machine_form

    inputs, outputs = (task.test_inputs, task.test_outputs) if held_out else (task.inputs, task.outputs)
    arguments, wanted = inputs[example], outputs[example]
    if task.memory is not None:
        arguments = tuple(machine_form(value, task.memory.set) for value in arguments)
        wanted = machine_form(wanted, task.memory.set)
    cares = None if task.table is None else task.table.cares[example]
    return trace_lines(program, arguments, wanted, cares, longest)
