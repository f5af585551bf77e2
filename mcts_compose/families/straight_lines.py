"""Decides how straight lines of words become programs, for bit tricks and for circuits."""

from __future__ import annotations

from mcts_compose.families.choice import Request
from mcts_compose.search.straight_lines import StraightLine
from mcts_compose.task import Task
from mcts_compose.task_memory import WordMemory
from vm.assembly.program import AssemblyProgram, Returns

DEFAULT_MEMORY_MB = 2000


def program_of(task: Task, line: StraightLine) -> AssemblyProgram:
    """Returns the program that a straight line says, in the instruction set of its task."""
    assert task.memory is not None
    return AssemblyProgram.from_pointers(
        task.memory.set,
        dict(zip(task.arg_names, task.input_types, strict=True)),
        line.lines,
        line.constants,
        line.outputs,
        Returns.WORDS if task.output_type.rank else Returns.WORD,
    )


def longest_of(task: Task, request: Request) -> int | None:
    """Returns the longest program in bounds: the task's own bound, narrowed by the flag."""
    assert isinstance(task.memory, WordMemory)
    bounds = (task.memory.max_length, request.options.max_length)
    return min((bound for bound in bounds if bound is not None), default=None)
