"""Decides which fields a task file may have, and of which kinds; what they mean is decided elsewhere."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from mcts_compose.documents import Document
from mcts_compose.errors import nearest, printable, shown

MAX_TEXT = 100_000
MISSING = "it is missing, but a task needs it"


class TypesDocument(msgspec.Struct, forbid_unknown_fields=True):
    """The `types` field."""

    inputs: list[str]
    output: str


class TaskDocument(msgspec.Struct, forbid_unknown_fields=True):
    """Every field that a task may have; those after `truth_tables` tell its origin and are not used.

    Only `unsupported` is: it says why a problem text can be no task, as its importer found.
    """

    id: str
    types: TypesDocument
    inputs: list[list[Any]] | UnsetType | None = UNSET
    outputs: list[Any] | UnsetType | None = UNSET
    name: str | None = None
    description: str | None = None
    test_inputs: list[list[Any]] = []
    test_outputs: list[Any] = []
    group: str | None = None
    arg_names: list[str] | None = None
    constants: list[Any] = []
    skills: list[str] | None = None
    subtasks: list[str] = []
    solution: str | None = None
    memory: Any = None
    encoding: Literal["truth_table", "sygus-if"] | None = None
    budget: dict[str, int | float] | None = None
    reference: str | None = None
    specification: str | None = None
    n_inputs: int | None = None
    n_outputs: int | None = None
    truth_tables: list[str] | None = None

    source: str | None = None
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
    has_dont_cares: bool | None = None
    pla_type: str | None = None
    source_cubes: int | None = None
    best_aig_and_nodes: int | None = None
    best_lut6_count: int | None = None
    depth_limit: int | None = None
    sl: str | None = None
    logic: str | None = None
    n_synth_fun: int | None = None
    unsupported: str | None = None


def fields_of(document: Document) -> TaskDocument:
    """Returns the document's fields with their outer types checked.

    Raises:
      InputError: a field is unknown, missing, or of a wrong kind; the message names file, line and field.
    """
    known = TaskDocument.__struct_fields__
    for key in document.value:
        if key not in known:
            raise document.error(
                f"a task has no field of this name{nearest(key, known)}", printable(key[:80])
            )
    try:
        fields = msgspec.convert(document.value, TaskDocument)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        missing = re.fullmatch(r"Object missing required field `(\w+)`", problem)
        unknown = re.fullmatch(r"Object contains unknown field `(.*)`", problem, re.DOTALL)
        field = place.rstrip("`").lstrip(".")
        if missing:
            parent = f"{field}." if field else ""
            raise document.error(MISSING, parent + missing.group(1)) from None
        if unknown:
            raise document.error(
                f"it has no field {shown(unknown.group(1))}; it has inputs and output", field
            ) from None
        found = re.fullmatch(r"Expected `(.*)`, got `(.*)`", problem)
        text = f"it is of kind {found.group(2)}, but should be {found.group(1)}" if found else problem.lower()
        raise document.error(printable(text), printable(field)) from None
    _check_text(document, fields)
    return fields


def _check_text(document: Document, fields: TaskDocument) -> None:
    if not fields.id or fields.id != printable(fields.id) or len(fields.id) > 200:
        raise document.error(
            f"the id is {shown(fields.id)}, but should be 1 to 200 printable characters", "id"
        )
    for field in ("name", "description", "group", "solution", "reference", "specification", "unsupported"):
        text = getattr(fields, field)
        if text is not None and len(text) > MAX_TEXT:
            raise document.error(f"{len(text):,} characters are more than the limit of {MAX_TEXT:,}", field)
        if text is not None and _has_surrogate(text):
            raise document.error("the text holds half of a surrogate pair, but should be Unicode", field)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= mark <= "\udfff" for mark in text)
