"""Decides what a task file may say, and makes tasks of it or one sentence on why not.

A task that is well formed but beyond this version (tuples, truth tables, fixed memory) is *unsupported*:
alone it is an error; in a suite it is handed on with its reason, and the run goes on.
"""

from __future__ import annotations

import hashlib
import keyword
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from mcts_compose.budget import Budget
from mcts_compose.documents import Document, read_documents
from mcts_compose.errors import InputError, UnsupportedError, nearest, printable, short_path, shown
from mcts_compose.task import Task, UnsupportedTask, default_names
from vm.values import BadValueError, Elem, HostValue, ValueType, decode, encode, parse_type

MAX_EXAMPLES = 100_000
MAX_ARGUMENTS = 8
MAX_CONSTANTS = 1_000
MAX_TEXT = 100_000
LONGEST_TYPE = 200
TYPE_NAMES = (
    "int", "float", "bool", "char", "str", "grid", "matrix",
    "list[int]", "list[float]", "list[bool]", "list[str]",
    "list[list[int]]", "list[list[float]]", "list[list[bool]]",
)  # fmt: skip
_UNSUPPORTED_TYPE = re.compile(
    r"(bv32|bv64|tuple\[.*\]|list\[.*(bv32|bv64|tuple\[).*\]|(list\[){3,}.*\]+|list\[list\[str\]\])"
)


class TypesDocument(msgspec.Struct, forbid_unknown_fields=True):
    """The `types` field."""

    inputs: list[str]
    output: str


class TaskDocument(msgspec.Struct, forbid_unknown_fields=True):
    """Every field that a task may have; those after `budget` say where it comes from and are not used."""

    id: str
    types: TypesDocument
    inputs: list[list[Any]] | None
    outputs: list[Any] | None
    name: str | None = None
    description: str | None = None
    test_inputs: list[list[Any]] = []
    test_outputs: list[Any] = []
    group: str | None = None
    arg_names: list[str] | None = None
    constants: list[Any] = []
    skills: list[str] | None = None
    solution: str | None = None
    memory: Any = "growing"
    encoding: Literal["truth_table", "sygus-if"] | None = None
    budget: dict[str, int | float] | None = None

    source: str | None = None
    reference: str | None = None
    origin: str | None = None
    derived: str | None = None
    family: str | None = None
    subset: str | None = None
    category: str | None = None
    aliases: list[str] = []
    tags: list[str] = []
    declared_types: dict[str, Any] | None = None
    edge_cases: int | None = None
    input_names: list[str] | None = None
    n_inputs: int | None = None
    n_outputs: int | None = None
    truth_tables: list[str] | None = None
    has_dont_cares: bool | None = None
    pla_type: str | None = None
    source_cubes: int | None = None
    best_aig_and_nodes: int | None = None
    best_lut6_count: int | None = None
    depth_limit: int | None = None
    sl: str | None = None
    logic: str | None = None
    n_synth_fun: int | None = None


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
    fields = _convert(document)
    _check_text(document, fields)
    if fields.encoding is not None:
        raise UnsupportedError(f"tasks encoded as {fields.encoding} are not supported yet")
    _check_memory(document, fields.memory)
    input_types, output_type = _types(document, fields)
    if fields.inputs is None or fields.outputs is None:
        raise document.error(
            "it is null, but should be a list of examples", "inputs" if fields.inputs is None else "outputs"
        )
    inputs, outputs = _examples(document, "", fields.inputs, fields.outputs, input_types, output_type)
    test_inputs, test_outputs = _examples(
        document, "test_", fields.test_inputs, fields.test_outputs, input_types, output_type
    )
    if not inputs:
        raise document.error("there is no example, but there should be at least one", "inputs")
    return Task(
        id=fields.id,
        name=fields.name or fields.id,
        description=fields.description,
        input_types=input_types,
        output_type=output_type,
        inputs=inputs,
        outputs=outputs,
        test_inputs=test_inputs,
        test_outputs=test_outputs,
        arg_names=_arg_names(document, fields),
        group=fields.group or fields.id,
        constants=_constants(document, fields.constants),
        skills=None if fields.skills is None else tuple(fields.skills),
        budget=_budget(document, fields.budget),
        solution=fields.solution,
    )


def _convert(document: Document) -> TaskDocument:
    """Returns the document's fields with their outer types checked."""
    known = TaskDocument.__struct_fields__
    for key in document.value:
        if key not in known:
            raise document.error(
                f"a task has no field of this name{nearest(key, known)}", printable(key[:80])
            )
    try:
        return msgspec.convert(document.value, TaskDocument)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        missing = re.fullmatch(r"Object missing required field `(\w+)`", problem)
        unknown = re.fullmatch(r"Object contains unknown field `(.*)`", problem)
        field = place.rstrip("`").lstrip(".")
        if missing:
            parent = f"{field}." if field else ""
            raise document.error("it is missing, but a task needs it", parent + missing.group(1)) from None
        if unknown:
            raise document.error(
                f"it has no field {shown(unknown.group(1))}; it has inputs and output", field
            ) from None
        found = re.fullmatch(r"Expected `(.*)`, got `(.*)`", problem)
        text = f"it is of kind {found.group(2)}, but should be {found.group(1)}" if found else problem.lower()
        raise document.error(text, field) from None


def _check_text(document: Document, fields: TaskDocument) -> None:
    if not fields.id or fields.id != printable(fields.id) or len(fields.id) > 200:
        raise document.error(
            f"the id is {shown(fields.id)}, but should be 1 to 200 printable characters", "id"
        )
    for field in ("name", "description", "group", "solution"):
        text = getattr(fields, field)
        if text is not None and len(text) > MAX_TEXT:
            raise document.error(f"{len(text):,} characters are more than the limit of {MAX_TEXT:,}", field)
        if text is not None and _has_surrogate(text):
            raise document.error("the text holds half of a surrogate pair, but should be Unicode", field)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= mark <= "\udfff" for mark in text)


def _check_memory(document: Document, memory: Any) -> None:
    kind = memory.get("kind", memory) if isinstance(memory, dict) else memory
    if kind == "growing":
        return
    if kind == "fixed" or isinstance(memory, dict):
        raise UnsupportedError("tasks with fixed memory are not supported yet")
    raise document.error(f"it is {shown(memory)}, but should be growing or fixed", "memory")


def _types(document: Document, fields: TaskDocument) -> tuple[tuple[ValueType, ...], ValueType]:
    names = fields.types.inputs
    if not 1 <= len(names) <= MAX_ARGUMENTS:
        problem = f"there are {len(names)} arguments, but there should be 1 to {MAX_ARGUMENTS}"
        raise document.error(problem, "types.inputs")
    found = [_type(document, name, f"types.inputs[{index}]") for index, name in enumerate(names)]
    return tuple(found), _type(document, fields.types.output, "types.output")


def _type(document: Document, name: str, field: str) -> ValueType:
    try:
        return parse_type(name)
    except ValueError:
        compact = name.replace(" ", "")
        if len(compact) <= LONGEST_TYPE and _UNSUPPORTED_TYPE.fullmatch(compact):
            raise UnsupportedError(f"the type {shown(compact)} in {field} is not supported yet") from None
        hint = nearest(compact, TYPE_NAMES) or f"; known types are {', '.join(TYPE_NAMES)}"
        raise document.error(f"there is no type {shown(name)}{hint}", field) from None


def _examples(
    document: Document,
    prefix: str,
    inputs: list[list[Any]],
    outputs: list[Any],
    input_types: tuple[ValueType, ...],
    output_type: ValueType,
) -> tuple[tuple[tuple[HostValue, ...], ...], tuple[HostValue, ...]]:
    """Returns the examples with every value checked and in its canonical host form."""
    if len(inputs) != len(outputs):
        problem = (
            f"there are {len(outputs)} outputs for {len(inputs)} inputs, but there should be one for each"
        )
        raise document.error(problem, f"{prefix}outputs")
    if len(inputs) > MAX_EXAMPLES:
        problem = f"{len(inputs):,} examples are more than the limit of {MAX_EXAMPLES:,}"
        raise document.error(problem, f"{prefix}inputs")
    for example, arguments in enumerate(inputs):
        if len(arguments) != len(input_types):
            problem = f"there are {len(arguments)} arguments, but types.inputs has {len(input_types)}"
            raise document.error(problem, f"{prefix}inputs[{example}]")
    named = document.value["types"]
    rectangles = [name in ("grid", "matrix") for name in (*named["inputs"], named["output"])]
    rows = tuple(
        tuple(
            _value(document, value, type_, f"{prefix}inputs[{example}][{index}]", rectangles[index])
            for index, (value, type_) in enumerate(zip(arguments, input_types, strict=True))
        )
        for example, arguments in enumerate(inputs)
    )
    results = tuple(
        _value(document, value, output_type, f"{prefix}outputs[{example}]", rectangles[-1])
        for example, value in enumerate(outputs)
    )
    _check_contradiction(document, prefix, rows, results)
    return rows, results


def _value(
    document: Document, value: Any, type_: ValueType, field: str, is_rectangle: bool = False
) -> HostValue:
    """Returns a value in its canonical host form; `is_rectangle`: its type's name promises equal rows."""
    try:
        encoded = encode([value], type_)
    except BadValueError as error:
        problem = str(error).removeprefix("example 0: ")
        if "rows of equal length" in problem and not is_rectangle:
            raise UnsupportedError(
                f"{field} is a list of lists of unequal length, which is not supported yet"
            ) from None
        raise document.error(printable(problem)[:200], field) from None
    if type_.elem is Elem.CHAR and any(0xD800 <= word <= 0xDFFF for word in encoded.words.tolist()):
        raise document.error("the text holds half of a surrogate pair, but should be Unicode", field)
    decoded = decode(encoded)[0]
    if type_.elem is Elem.FLOAT and not _is_finite(decoded):
        raise document.error("the value is not finite, but should be", field)
    return decoded


def _is_finite(value: HostValue) -> bool:
    if isinstance(value, list):
        return all(_is_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)


def _check_contradiction(
    document: Document, prefix: str, inputs: tuple[tuple[HostValue, ...], ...], outputs: tuple[HostValue, ...]
) -> None:
    first: dict[str, int] = {}
    for example, arguments in enumerate(inputs):
        before = first.setdefault(repr(arguments), example)
        if outputs[before] != outputs[example]:
            problem = (
                f"example {example} has the inputs of example {before} and another output, "
                "but one input should have one output"
            )
            raise document.error(problem, f"{prefix}outputs[{example}]")


def _arg_names(document: Document, fields: TaskDocument) -> tuple[str, ...]:
    names = fields.arg_names
    if names is None:
        return default_names(len(fields.types.inputs))
    if len(names) != len(fields.types.inputs):
        problem = f"there are {len(names)} names, but there should be one for each input"
        raise document.error(problem, "arg_names")
    for index, name in enumerate(names):
        field = f"arg_names[{index}]"
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,40}", name) or keyword.iskeyword(name):
            raise document.error(f"the name is {shown(name)}, but should be an identifier", field)
        if re.fullmatch(r"v\d+", name) or name in ("true", "false", "_", "empty"):
            raise document.error(f"the name {name!r} is kept for the lines of programs; take another", field)
        if name in names[:index]:
            raise document.error(f"the name {name!r} is given twice, but should be given once", field)
    return tuple(names)


def _constants(document: Document, values: list[Any]) -> tuple[HostValue, ...]:
    if len(values) > MAX_CONSTANTS:
        raise document.error(
            f"{len(values):,} constants are more than the limit of {MAX_CONSTANTS:,}", "constants"
        )
    constants = []
    for index, value in enumerate(values):
        field = f"constants[{index}]"
        type_ = type_of_value(value)
        if type_ is None:
            problem = (
                f"the constant is {shown(value)}, but should be a number, a bool, a text or a list of them"
            )
            raise document.error(problem, field)
        constants.append(_value(document, value, type_, field))
    return tuple(constants)


def type_of_value(value: object) -> ValueType | None:
    """Returns the type of a host value, or None when it has none; an empty list counts as a list of ints."""
    if isinstance(value, list):
        kinds = {type_of_value(item) for item in value} or {ValueType(Elem.INT, 0)}
        if kinds == {ValueType(Elem.INT, 0), ValueType(Elem.FLOAT, 0)}:
            kinds = {ValueType(Elem.FLOAT, 0)}
        inner = kinds.pop()
        return None if kinds or inner is None or inner.rank == 2 else ValueType(inner.elem, inner.rank + 1)
    for kind, elem in ((bool, Elem.BOOL), (int, Elem.INT), (float, Elem.FLOAT)):
        if isinstance(value, kind):
            return ValueType(elem, 0)
    return ValueType(Elem.CHAR, 1) if isinstance(value, str) else None


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
