"""Decides whether a program is right: it is run again by the machine, and every value compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from mcts_compose.results.word_runs import outputs_on
from mcts_compose.task import Task
from mcts_compose.task_memory import TruthTable
from vm.assembly.program import AssemblyProgram
from vm.isa import Status
from vm.limits import Limits
from vm.values import Batch, HostValue, ValueType, encode, equal

if TYPE_CHECKING:
    from vm.functions.function import PythonFunction
    from vm.program import Program

LIMITS: Final = Limits(fuel=300_000_000, capacity=1 << 20, heap=1 << 23)
"""Of a run on one example: held-out ones may be a hundred times longer than those that were searched on."""
AnyProgram: TypeAlias = "Program | AssemblyProgram | PythonFunction"


def columns(inputs: Sequence[Sequence[HostValue]], types: Sequence[ValueType]) -> tuple[Batch, ...]:
    """Returns one batch per argument, each over all examples."""
    return tuple(
        encode([arguments[index] for arguments in inputs], type_) for index, type_ in enumerate(types)
    )


def is_right_on(
    program: AnyProgram, inputs: Sequence[Sequence[HostValue]], outputs: Sequence[HostValue]
) -> bool:
    """Says whether a program gives the wanted output on all examples; a fault is not right."""
    if isinstance(program, AssemblyProgram):
        given = outputs_on(program, inputs)
        return all(one is not None and one == wanted for one, wanted in zip(given, outputs, strict=True))
    return all(
        _is_right(program, arguments, wanted) for arguments, wanted in zip(inputs, outputs, strict=True)
    )


def _is_right(program: Program | PythonFunction, arguments: Sequence[HostValue], wanted: HostValue) -> bool:
    run = program.run(columns([arguments], program.input_types), LIMITS)
    return run.status is Status.OK and equal(run.outputs()[0], wanted)


def is_solved(program: AnyProgram, task: Task) -> bool:
    """Says whether a program fits every shown example; of a truth table, where it says something."""
    if program.output_type != task.output_type:
        return False
    if task.table is not None and isinstance(program, AssemblyProgram):
        return fits_table(program, task.table)
    return is_right_on(program, task.inputs, task.outputs)


def fits_table(program: AssemblyProgram, table: TruthTable) -> bool:
    """Says whether a circuit gives every value of a table that is not left open."""
    for given, wanted, cares in zip(
        outputs_on(program, table.inputs), table.values, table.cares, strict=True
    ):
        values = given if isinstance(given, list) else [given]
        if len(values) != len(wanted):
            return False
        both = zip(values, wanted, cares, strict=True)
        if any(matters and value != want for value, want, matters in both):
            return False
    return True


def does_generalise(program: AnyProgram, task: Task) -> bool | None:
    """Says whether a program fits every held-out example; None when there is none."""
    if not task.test_outputs:
        return None
    return is_right_on(program, task.test_inputs, task.test_outputs)
