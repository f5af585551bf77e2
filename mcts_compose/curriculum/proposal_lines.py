"""Decides how a line that a prior wrote is read: one sub-task, or a plan of several, with examples.

A sub-task has examples of its own, in the form of a task file:

    {"name": "carried", "description": "Add the tens of a sum to the next sum.",
     "types": {"inputs": ["int", "int"], "output": "int"},
     "inputs": [[31, 4], [7, 7], [120, 1]], "outputs": [7, 7, 13]}

A plan says what its steps give for the task's own examples, in their order; not all need be there:

    {"plan": [
      {"name": "sums", "description": "Carry tens along a list.", "reads": ["x"],
       "type": "list[int]", "values": [[4, 1, 7], [30, 5], [8, 15, 27, 11, 4]]},
      {"name": "units", "description": "Keep the last digit of each number.", "reads": ["sums"]}]}

A step reads arguments of the task and earlier steps, by name; without `reads` the first reads all arguments
and the others the step before. The last step may leave out type and values: it gives what the task gives.

Text comes from a model and may be anything, so every size is bounded, and what is wrong is one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mcts_compose.documents import Document
from mcts_compose.errors import InputError, printable, shown
from mcts_compose.library.names import MAX_NAME
from mcts_compose.task import Task
from mcts_compose.task_documents import TypesDocument
from mcts_compose.task_values import MAX_ARGUMENTS, TaskTypes, examples_of
from vm.values import HostValue, ValueType, parse_type

LONGEST_LINE: Final = 20_000
"""Characters (untuned)."""
MOST_EXAMPLES: Final = 64
LEAST_EXAMPLES: Final = 3
"""Fewer different ones say next to nothing: any short program fits them (untuned)."""
MOST_STEPS: Final = 6
"""Of a plan (untuned)."""
LONGEST_DESCRIPTION: Final = 600

_Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
_Description = Annotated[str, Meta(min_length=1, max_length=LONGEST_DESCRIPTION)]
_Values = Annotated[list[Any], Meta(max_length=MOST_EXAMPLES)]
_Row = Annotated[list[Any], Meta(min_length=1, max_length=MAX_ARGUMENTS)]
_WHERE: Final = Path("proposal")


class _Subtask(msgspec.Struct, forbid_unknown_fields=True):
    """A line that proposes one sub-task."""

    name: _Name
    description: _Description
    types: TypesDocument
    inputs: Annotated[list[_Row], Meta(max_length=MOST_EXAMPLES)]
    outputs: _Values


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    """A step of a plan."""

    name: _Name
    description: _Description
    reads: Annotated[list[str], Meta(min_length=1, max_length=MAX_ARGUMENTS)] | UnsetType = UNSET
    type: str | UnsetType = UNSET
    values: _Values | UnsetType = UNSET


class _Plan(msgspec.Struct, forbid_unknown_fields=True):
    """A line that proposes several sub-tasks."""

    plan: Annotated[list[_Step], Meta(min_length=1, max_length=MOST_STEPS)]


class Subtask(NamedTuple):
    """A sub-task as it was proposed, its values checked.

    Attributes:
      name: as it was given.
      description: one printable line.
      input_types: one per argument.
      output_type: of the result.
      inputs: `inputs[k]` are the arguments of example k, all different.
      outputs: `outputs[k]` is the result of example k.
    """

    name: str
    description: str
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    inputs: tuple[tuple[HostValue, ...], ...]
    outputs: tuple[HostValue, ...]


def read_line(line: str, task: Task) -> list[Subtask | InputError]:
    """Returns the sub-tasks that a line proposes; a step of a plan that is none by itself is its error.

    Args:
      line: as a prior wrote it.
      task: that they should help; held-out examples are not looked at.

    Raises:
      InputError: the line is no proposal.
    """
    if len(line) > LONGEST_LINE:
        raise InputError(f"a line of {len(line):,} characters, more than {LONGEST_LINE:,}")
    try:
        if "plan" in msgspec.json.decode(line, type=dict[str, msgspec.Raw]):
            return _steps(msgspec.json.decode(line, type=_Plan).plan, task)
        read = msgspec.json.decode(line, type=_Subtask)
        types = [_type(name) for name in read.types.inputs], _type(read.types.output)
        return [_checked(read.name, read.description, *types, read.inputs, read.outputs)]
    except InputError:
        raise
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:  # values that nest are shown by repr
        raise InputError(f"it is not of the form of a proposal: {printable(str(error))[:200]}") from None


def _steps(plan: Sequence[_Step], task: Task) -> list[Subtask | InputError]:
    """Returns the steps of a plan as sub-tasks with examples that follow from the task's."""
    columns: dict[str, tuple[ValueType, Sequence[Any]]] = {
        name: (type_, [row[place] for row in task.inputs])
        for place, (name, type_) in enumerate(zip(task.arg_names, task.input_types, strict=True))
    }
    before = list(task.arg_names)
    steps: list[Subtask | InputError] = []
    for number, step in enumerate(plan, start=1):
        if step.name in columns:
            raise InputError(f"the name {shown(step.name)} is given twice in the plan")
        is_last = number == len(plan) and step.type is UNSET and step.values is UNSET
        if is_last:
            type_, values = task.output_type, list[Any](task.outputs)
        elif isinstance(step.type, str) and isinstance(step.values, list):
            type_, values = _type(step.type), step.values
        else:
            raise InputError(f"step {number} of the plan should have a type and values")
        reads = before if isinstance(step.reads, UnsetType) else step.reads
        for name in reads:
            if name not in columns:
                raise InputError(f"step {number} of the plan reads {shown(name)}, which is not before it")
        count = min(len(values), *(len(columns[name][1]) for name in reads))
        rows = [[columns[name][1][k] for name in reads] for k in range(count)]
        types = [columns[name][0] for name in reads], type_
        try:
            steps.append(_checked(step.name, step.description, *types, rows, values[:count]))
        except InputError as error:
            steps.append(error)
        columns[step.name] = type_, values
        before = [step.name]
    return steps


def _type(name: str) -> ValueType:
    try:
        return parse_type(name)
    except ValueError:
        raise InputError(f"there is no type {shown(name)}") from None


def _checked(
    name: str,
    description: str,
    input_types: Sequence[ValueType],
    output_type: ValueType,
    inputs: Sequence[Sequence[Any]],
    outputs: Sequence[Any],
) -> Subtask:
    """Returns a sub-task of sound parts, each example once.

    Raises:
      InputError: a part is not sound.
    """
    if not name.isprintable() or not description.isprintable():
        raise InputError(f"name and description of {shown(name)} should be printable")
    if not 1 <= len(input_types) <= MAX_ARGUMENTS:
        raise InputError(f"there are {len(input_types)} arguments, but there should be 1 to {MAX_ARGUMENTS}")
    types = {"inputs": list(map(str, input_types)), "output": str(output_type)}
    read = examples_of(
        Document({"types": types}, _WHERE, "", None), "", [list(row) for row in inputs], list(outputs),
        TaskTypes(tuple(input_types), output_type, None),
    )  # fmt: skip
    different = list({repr(row): (row, output) for row, output in zip(*read, strict=True)}.values())
    if len(different) < LEAST_EXAMPLES:
        raise InputError(f"{len(different)} different examples are fewer than {LEAST_EXAMPLES}")
    rows, results = zip(*different, strict=True)
    return Subtask(name, description.strip() or name, tuple(input_types), output_type, rows, results)
