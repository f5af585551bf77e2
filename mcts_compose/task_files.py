"""Decides how task files become tasks, or one sentence on why not.

A task that is well formed but beyond this version (tuples, problem texts) is *unsupported*: alone it is an
error; in a suite it is handed on with its reason, and the run goes on. The fields are `task_documents`; what
they may hold is `task_values`, `memory_fields` and `truth_table_fields`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import UnsetType

from mcts_compose.budget import Budget
from mcts_compose.documents import Document, read_documents
from mcts_compose.errors import InputError, UnsupportedError, nearest, printable, short_path, shown
from mcts_compose.memory_fields import and_inverter, is_fixed, memory_of
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_documents import MISSING, TaskDocument, fields_of
from mcts_compose.task_memory import FixedMemory, TruthTable, WordMemory
from mcts_compose.task_values import (
    Examples,
    TaskTypes,
    arg_names_of,
    constants_of,
    examples_of,
    types_of,
)
from mcts_compose.truth_table_fields import examples_of_table, table_of


def load_tasks(path: Path | str) -> list[Task | UnsupportedTask]:
    """Returns every task of a file, in order.

    Raises:
      InputError: the file or one of its tasks is malformed, it has no task, or two tasks share an id.
    """
    path = Path(path)
    tasks: list[Task | UnsupportedTask] = []
    places: dict[str, int | None] = {}
    for document in read_documents(path):
        task = _task_or_unsupported(document)
        if task.id in places:
            raise document.error(f"the id {shown(task.id)} was given before, on line {places[task.id]}", "id")
        places[task.id] = document.line
        tasks.append(task)
    if not tasks:
        raise InputError(f"{short_path(path)}: it holds no task, but should hold at least one")
    return tasks


def load_task(path: Path | str, task_id: str | None = None) -> Task:
    """Returns the one task of a file, or the one named `task_id`.

    Raises:
      InputError: as `load_tasks`; also when the task is not there, not the only one, or unsupported.
    """
    tasks = load_tasks(path)
    return pick_task(tasks, str(path), task_id)


def pick_task(tasks: Sequence[Task | UnsupportedTask], origin: str, task_id: str | None) -> Task:
    """Returns the only task, or the one named `task_id`.

    Raises:
      InputError: it is not there, not the only one, or unsupported.
    """
    if task_id is None and len(tasks) > 1:
        raise InputError(
            f"{short_path(origin)}: it holds {len(tasks)} tasks; "
            f"name one as {short_path(origin)}#{tasks[0].id}"
        )
    found = next((task for task in tasks if task_id is None or task.id == task_id), None)
    if found is None:
        hint = nearest(str(task_id), [task.id for task in tasks])
        raise InputError(f"{short_path(origin)}: it holds no task {shown(task_id)}{hint}")
    if isinstance(found, UnsupportedTask):
        raise UnsupportedError(f"{short_path(origin)}: task {found.id}: {found.reason}")
    return found


def _task_or_unsupported(document: Document) -> Task | UnsupportedTask:
    """Returns the task, or its record with the reason; its id, name and group are text by then."""
    try:
        return task_of(document)
    except UnsupportedError as error:
        reason = str(error)
    raw = document.value
    digest = hashlib.blake2b(document.text.encode(), digest_size=8).hexdigest()
    return UnsupportedTask(
        raw["id"], raw.get("name") or raw["id"], raw.get("group") or raw["id"], reason, digest
    )


def task_of(document: Document) -> Task:
    """Returns the task that a document describes.

    Raises:
      InputError: it is malformed; the message names file, line and field.
      UnsupportedError: it is well formed, but beyond this version.
    """
    fields = fields_of(document)
    if fields.encoding not in (None, "truth_table"):
        general = f"tasks encoded as {fields.encoding} are not supported yet"
        raise UnsupportedError(printable(fields.unsupported or general))
    table: TruthTable | None = None
    if fields.encoding is None:
        types = types_of(document, fields, is_fixed=is_fixed(fields.memory))
    else:
        types, table = table_of(document, fields)
    arg_names = arg_names_of(document, fields)
    memory = memory_of(document, fields.memory, types, arg_names, fields.constants)
    if table is not None:
        memory = memory or and_inverter()
    if memory is not None and fields.skills is not None:
        problem = "an assembly task has no skills; memory.instructions should name its instructions instead"
        raise document.error(problem, "skills")
    if table is not None:
        examples, held_out = examples_of_table(table, types), Examples((), ())
    else:
        examples, held_out = _examples(document, fields, types)
    _check_results(document, memory, "", examples)
    _check_results(document, memory, "test_", held_out)
    task = Task(
        id=fields.id,
        name=fields.name or fields.id,
        description=fields.description,
        input_types=types.inputs,
        output_type=types.output,
        inputs=examples.inputs,
        outputs=examples.outputs,
        test_inputs=held_out.inputs,
        test_outputs=held_out.outputs,
        arg_names=arg_names,
        group=fields.group or fields.id,
        constants=constants_of(document, fields.constants) if memory is None else (),
        skills=None if fields.skills is None else tuple(fields.skills),
        subtasks=tuple(fields.subtasks),
        budget=_budget(document, fields.budget),
        solution=fields.solution,
        memory=memory,
        table=table,
        reference=None if memory is None else fields.reference,
        specification=fields.specification,
    )
    _check_reference(document, task)
    _check_specification(document, task)
    return task


def _check_reference(document: Document, task: Task) -> None:
    if task.reference is None:
        return
    from mcts_compose.verification.references import BadReferenceError, check_reference

    try:
        check_reference(task)
    except BadReferenceError as error:
        raise document.error(str(error), "reference") from None


def _check_specification(document: Document, task: Task) -> None:
    if task.specification is None:
        return
    if task.memory is not None:
        problem = "an assembly task has no specification; a reference should say what its program computes"
        raise document.error(problem, "specification")
    from mcts_compose.verification.specifications import BadSpecificationError, check_specification

    try:
        check_specification(task)
    except BadSpecificationError as error:
        raise document.error(str(error), "specification") from None


def _examples(document: Document, fields: TaskDocument, types: TaskTypes) -> tuple[Examples, Examples]:
    """Returns the shown and the held-out examples."""
    inputs, outputs = _list(document, fields.inputs, "inputs"), _list(document, fields.outputs, "outputs")
    shown_examples = examples_of(document, "", inputs, outputs, types)
    held_out = examples_of(document, "test_", fields.test_inputs, fields.test_outputs, types)
    if not shown_examples.inputs:
        raise document.error("there is no example, but there should be at least one", "inputs")
    return shown_examples, held_out


def _list(document: Document, given: list[Any] | UnsetType | None, field: str) -> list[Any]:
    if isinstance(given, list):
        return given
    problem = "it is null, but should be a list of examples" if given is None else MISSING
    raise document.error(problem, field)


def _check_results(
    document: Document, memory: FixedMemory | WordMemory | None, prefix: str, examples: Examples
) -> None:
    """Checks that a result that is a list has one word for each output register."""
    if not isinstance(memory, FixedMemory):
        return
    for example, value in enumerate(examples.outputs):
        if isinstance(value, list) and len(value) != len(memory.outputs):
            problem = f"there are {len(value)} words, but memory.outputs has {len(memory.outputs)} registers"
            raise document.error(problem, f"{prefix}outputs[{example}]")


def _budget(document: Document, values: dict[str, int | float] | None) -> Budget | None:
    if values is None:
        return None
    for key in values:
        if key not in Budget.__dataclass_fields__:
            known = ", ".join(Budget.__dataclass_fields__)
            raise document.error(
                f"there is no such bound; known bounds are {known}", f"budget.{printable(key[:80])}"
            )
    try:
        return Budget(**values)  # type: ignore[arg-type]  # checked by Budget itself
    except InputError as error:
        raise document.error(str(error), "budget") from None
