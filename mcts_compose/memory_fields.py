"""Decides what the field `memory` of a task file may say, and what it means when it is left out.

    "memory": {"kind": "fixed", "set": "x86", "instructions": ["mov", "cmp", "cmovl"], "scratch": 1,
               "outputs": ["a", "b"], "constants": [0, 1], "max_length": 11, "domain": "examples"}
    "memory": {"kind": "growing", "set": "bv32", "instructions": ["and", "sub"], "constants": [1]}

A task of words without it may use the whole table of its set; a truth table without it becomes an
and-inverter graph.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec

from mcts_compose.documents import Document
from mcts_compose.errors import UnsupportedError, nearest, printable, shown
from mcts_compose.task_memory import FixedMemory, WordMemory
from mcts_compose.task_values import MAX_CONSTANTS, TaskTypes, word
from vm.assembly.sets import SETS
from vm.values import INT_MAX, INT_MIN

AND_INVERTER = ("not", "and", "or", "nand", "nor", "andn", "orn")
"""One node of an and-inverter graph each, inverters being free."""
MAX_SCRATCH = 16
MAX_LENGTH = 10_000

_Document = TypeVar("_Document")


class FixedDocument(msgspec.Struct, forbid_unknown_fields=True):
    """The `memory` of a task with fixed cells."""

    kind: Literal["fixed"]
    set: str
    instructions: list[str]
    scratch: int = 0
    max_length: int | None = None
    outputs: list[str] | None = None
    constants: list[Any] = []
    domain: Literal["examples"] | None = None


class GrowingDocument(msgspec.Struct, forbid_unknown_fields=True):
    """The `memory` of a task of words, every instruction of which writes a new one."""

    kind: Literal["growing"]
    set: str
    instructions: list[str] | None = None
    max_length: int | None = None
    constants: list[Any] | None = None
    domain: Literal["examples"] | None = None


def is_fixed(memory: object) -> bool:
    """Says whether the field asks for fixed cells, before it has been checked."""
    return isinstance(memory, dict) and memory.get("kind") == "fixed"


def memory_of(
    document: Document, memory: Any, types: TaskTypes, arg_names: tuple[str, ...], constants: list[Any]
) -> FixedMemory | WordMemory | None:
    """Returns the memory that a task's programs run on; None for the growing pointers of array tasks.

    Args:
      document: the task, for messages.
      memory: the field as it was read; None when it was left out.
      types: of the task.
      arg_names: of the task.
      constants: the task's own, which a program may use besides those of its memory.

    Raises:
      InputError: the field is malformed, or does not go with the task's types.
      UnsupportedError: it is well formed but beyond this version.
    """
    if memory is None or memory == "growing" or memory == {"kind": "growing"}:
        return None if types.width is None else _grown(document, None, types, constants)
    if not isinstance(memory, dict) or memory.get("kind") not in ("growing", "fixed"):
        problem = (
            f'it is {shown(memory)}, but should be growing, or a mapping whose kind is "growing" or "fixed"'
        )
        raise document.error(problem, "memory")
    if memory["kind"] == "growing":
        return _grown(document, _convert(document, memory, GrowingDocument), types, constants)
    return _fixed(document, _convert(document, memory, FixedDocument), types, arg_names, constants)


def and_inverter() -> WordMemory:
    """Returns the memory of a truth table that names none."""
    return WordMemory("gates", AND_INVERTER)


def _convert(document: Document, memory: dict[str, Any], kind: type[_Document]) -> _Document:
    known = kind.__struct_fields__  # type: ignore[attr-defined]  # both kinds are structs
    for key in memory:
        if key not in known:
            problem = f"memory has no field of this name{nearest(str(key), known)}"
            raise document.error(problem, f"memory.{printable(str(key)[:80])}")
    try:
        return msgspec.convert(memory, kind)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        field = f"memory{place.rstrip('`')}"
        raise document.error(problem[:1].lower() + problem[1:].replace("`", "'"), field) from None


def _grown(
    document: Document, given: GrowingDocument | None, types: TaskTypes, constants: list[Any]
) -> WordMemory:
    set_ = given.set if given is not None else f"bv{types.width}"
    _check_set(document, set_)
    if SETS[set_].addresses != 3:
        growing = ", ".join(name for name, row in SETS.items() if row.addresses == 3)
        problem = f"programs of {set_} write fixed cells, but a memory that grows needs one of {growing}"
        raise document.error(problem, "memory.set")
    _check_types(document, set_, types)
    width = SETS[set_].width
    default = [] if width == 1 else list(dict.fromkeys([0, 1, width - 1, 2**width - 1]))
    own = default if given is None or given.constants is None else given.constants
    return WordMemory(
        set=set_,
        instructions=_instructions(document, set_, None if given is None else given.instructions),
        constants=_words(document, own, width, "memory.constants")
        + _words(document, constants, width, "constants", own),
        max_length=None if given is None else _max_length(document, given.max_length),
        is_complete=given is not None and given.domain is not None,
    )


def _fixed(
    document: Document,
    given: FixedDocument,
    types: TaskTypes,
    arg_names: tuple[str, ...],
    constants: list[Any],
) -> FixedMemory:
    _check_set(document, given.set)
    _check_types(document, given.set, types)
    if not 0 <= given.scratch <= MAX_SCRATCH:
        problem = f"it is {shown(given.scratch)}, but should be a whole number from 0 to {MAX_SCRATCH}"
        raise document.error(problem, "memory.scratch")
    scratch = tuple(f"s{index + 1}" for index in range(given.scratch))
    for index, name in enumerate(arg_names):
        if name in scratch:
            problem = f"the name {name!r} is that of a scratch register; take another"
            raise document.error(problem, f"arg_names[{index}]")
    width = None if SETS[given.set].addresses == 2 else SETS[given.set].width
    return FixedMemory(
        set=given.set,
        instructions=_instructions(document, given.set, given.instructions),
        scratch=scratch,
        outputs=_outputs(document, given.outputs, types, (*arg_names, *scratch), arg_names),
        constants=_words(document, given.constants, width, "memory.constants")
        + _words(document, constants, width, "constants", given.constants),
        max_length=_max_length(document, given.max_length),
        is_complete=given.domain is not None,
    )


def _check_set(document: Document, name: str) -> None:
    if name not in SETS:
        hint = nearest(name, SETS) or f"; known ones are {', '.join(SETS)}"
        raise document.error(f"there is no instruction set {shown(name)}{hint}", "memory.set")


def _check_types(document: Document, set_: str, types: TaskTypes) -> None:
    """Checks that every argument is a word of the set, and the result one or a list of them."""
    word_set = SETS[set_]
    wanted = word_set.word
    width = word_set.width if wanted.startswith("bv") else None
    every = (*types.inputs, types.output)
    if any(type_.elem is not word_set.word_type.elem for type_ in every) or types.width != width:
        raise document.error(f"the types should all be {wanted}, the words of {set_}", "types")
    if any(type_.rank for type_ in types.inputs):
        raise UnsupportedError(f"arguments in memory (list[{wanted}]) are not supported yet for {set_}")
    if types.output.rank > 1:
        raise document.error(f"the result should be {wanted} or list[{wanted}]", "types.output")


def _instructions(document: Document, set_: str, names: list[str] | None) -> tuple[str, ...]:
    known = SETS[set_].mnemonics
    if names is None:
        return tuple(name for name in known if name != "mov")  # words that grow need no copies
    if not names:
        problem = "there is no instruction, but there should be at least one"
        raise document.error(problem, "memory.instructions")
    for index, name in enumerate(names):
        field = f"memory.instructions[{index}]"
        if name not in known:
            hint = nearest(name, known) or f"; it has {', '.join(known)}"
            raise document.error(f"{set_} has no instruction {shown(name)}{hint}", field)
        if name in names[:index]:
            raise document.error(f"the instruction {name!r} is given twice, but should be given once", field)
    return tuple(names)


def _outputs(
    document: Document,
    names: list[str] | None,
    types: TaskTypes,
    registers: tuple[str, ...],
    arg_names: tuple[str, ...],
) -> tuple[str, ...]:
    outputs = list(arg_names) if names is None else names
    for index, name in enumerate(outputs):
        if name not in registers:
            hint = nearest(name, registers) or f"; there are {', '.join(registers)}"
            raise document.error(f"there is no register {shown(name)}{hint}", f"memory.outputs[{index}]")
    if types.output.rank == 0 and len(outputs) != 1:
        problem = f"there are {len(outputs)} outputs, but a result that is no list should have one"
        raise document.error(problem, "memory.outputs")
    if not outputs:
        raise document.error("there is no output, but there should be at least one", "memory.outputs")
    return tuple(outputs)


def _words(
    document: Document, values: list[Any], width: int | None, field: str, before: list[Any] | None = None
) -> tuple[int, ...]:
    """Returns constants as words, without those that `before` holds already."""
    if len(values) > MAX_CONSTANTS:
        raise document.error(f"{len(values):,} constants are more than the limit of {MAX_CONSTANTS:,}", field)
    words: dict[int, None] = {}
    for index, value in enumerate(values):
        place = f"{field}[{index}]"
        if width is not None:
            words[word(document, value, place, width)] = None
        elif isinstance(value, int) and not isinstance(value, bool) and INT_MIN <= value <= INT_MAX:
            words[value] = None
        else:
            problem = f"the constant is {shown(value)}, but should be a whole number of 64 bits"
            raise document.error(problem, place)
    return tuple(value for value in words if value not in (before or ()))


def _max_length(document: Document, length: int | None) -> int | None:
    if length is not None and not 1 <= length <= MAX_LENGTH:
        problem = f"it is {shown(length)}, but should be a whole number from 1 to {MAX_LENGTH:,}"
        raise document.error(problem, "memory.max_length")
    return length
