"""Decides which values a task file may hold: types, examples, constants and the names of arguments."""

from __future__ import annotations

import keyword
import math
import re
from typing import Any, NamedTuple

from mcts_compose.documents import Document
from mcts_compose.errors import UnsupportedError, nearest, printable, shown
from mcts_compose.task import default_names
from mcts_compose.task_documents import TaskDocument
from vm.values import BadValueError, Elem, HostValue, ValueType, decode, encode, parse_type

MAX_EXAMPLES = 100_000
MAX_ARGUMENTS = 8
MAX_CONSTANTS = 1_000
LONGEST_TYPE = 200
TYPE_NAMES = (
    "int", "float", "bool", "char", "str", "grid", "matrix", "bv8", "bv16", "bv32", "bv64",
    "list[int]", "list[float]", "list[bool]", "list[str]",
    "list[list[int]]", "list[list[float]]", "list[list[bool]]",
)  # fmt: skip
_UNSUPPORTED_TYPE = re.compile(
    r"(tuple\[.*\]|list\[.*(bv8|bv16|bv32|bv64|tuple\[).*\]|(list\[){3,}.*\]+|list\[list\[str\]\])"
)
_WORD = re.compile(r"bv(8|16|32|64)")
_WORDS = re.compile(r"list\[bv(8|16|32|64)\]")


class TaskTypes(NamedTuple):
    """The types of a task.

    Attributes:
      inputs: one per argument; words of bit-vector types count as ints.
      output: of the result.
      width: bits of the words when the types are bit-vector types, else None.
    """

    inputs: tuple[ValueType, ...]
    output: ValueType
    width: int | None


class Examples(NamedTuple):
    """Arguments and results, one of each per example, in their canonical host form."""

    inputs: tuple[tuple[HostValue, ...], ...]
    outputs: tuple[HostValue, ...]


def types_of(
    document: Document, fields: TaskDocument, *, max_arguments: int = MAX_ARGUMENTS, is_fixed: bool = False
) -> TaskTypes:
    """Returns the types that a task names; with fixed memory the result may be a list of words.

    Raises:
      InputError: a name is wrong, or there are too many.
      UnsupportedError: a type is well formed but beyond this version.
    """
    names = fields.types.inputs
    if not 1 <= len(names) <= max_arguments:
        problem = f"there are {len(names)} arguments, but there should be 1 to {max_arguments}"
        raise document.error(problem, "types.inputs")
    found = [_type(document, name, f"types.inputs[{index}]") for index, name in enumerate(names)]
    compact = fields.types.output.replace(" ", "")
    listed = _WORDS.fullmatch(compact) if is_fixed else None
    if listed is not None:
        output: tuple[ValueType, int | None] = ValueType(Elem.INT, 1), int(listed.group(1))
    else:
        output = _type(document, fields.types.output, "types.output")
    widths = {width for _, width in (*found, output)}
    if len(widths) > 1:
        given = ", ".join(dict.fromkeys((*names, fields.types.output)))
        raise UnsupportedError(f"types that mix words with others ({given}) are not supported yet")
    return TaskTypes(tuple(type_ for type_, _ in found), output[0], widths.pop())


def is_type_name(name: str) -> bool:
    """Whether a name, without spaces, is that of a type, this version's or one beyond it."""
    if len(name) > LONGEST_TYPE:
        return False
    if _WORD.fullmatch(name) or _UNSUPPORTED_TYPE.fullmatch(name):
        return True
    try:
        parse_type(name)
    except ValueError:
        return False
    return True


def bits_of_word(name: str) -> int | None:
    """Returns the bits of a bit-vector type; None if the name, without spaces, is that of another."""
    found = _WORD.fullmatch(name)
    return None if found is None else int(found.group(1))


def _type(document: Document, name: str, field: str) -> tuple[ValueType, int | None]:
    """Returns a type, with the bits of its words if it is a bit-vector type."""
    compact = name.replace(" ", "")
    if (bits := bits_of_word(compact)) is not None:
        return ValueType(Elem.INT, 0), bits
    try:
        return parse_type(name), None
    except ValueError:
        if len(compact) <= LONGEST_TYPE and _UNSUPPORTED_TYPE.fullmatch(compact):
            raise UnsupportedError(f"the type {shown(compact)} in {field} is not supported yet") from None
        hint = nearest(compact, TYPE_NAMES) or f"; known types are {', '.join(TYPE_NAMES)}"
        raise document.error(f"there is no type {shown(name)}{hint}", field) from None


def examples_of(
    document: Document, prefix: str, inputs: list[list[Any]], outputs: list[Any], types: TaskTypes
) -> Examples:
    """Returns the examples with every value checked; `prefix` is `test_` for the held-out ones.

    Raises:
      InputError: a value has not its type, or the examples contradict each other.
      UnsupportedError: a value is well formed but beyond this version.
    """
    if len(inputs) != len(outputs):
        problem = (
            f"there are {len(outputs)} outputs for {len(inputs)} inputs, but there should be one for each"
        )
        raise document.error(problem, f"{prefix}outputs")
    if len(inputs) > MAX_EXAMPLES:
        problem = f"{len(inputs):,} examples are more than the limit of {MAX_EXAMPLES:,}"
        raise document.error(problem, f"{prefix}inputs")
    for example, arguments in enumerate(inputs):
        if len(arguments) != len(types.inputs):
            problem = f"there are {len(arguments)} arguments, but types.inputs has {len(types.inputs)}"
            raise document.error(problem, f"{prefix}inputs[{example}]")
    named = document.value["types"]
    rectangles = [name in ("grid", "matrix") for name in (*named["inputs"], named["output"])]
    rows = tuple(
        tuple(
            _value(
                document,
                value,
                type_,
                f"{prefix}inputs[{example}][{index}]",
                width=types.width,
                is_rectangle=rectangles[index],
            )
            for index, (value, type_) in enumerate(zip(arguments, types.inputs, strict=True))
        )
        for example, arguments in enumerate(inputs)
    )
    results = tuple(
        _value(
            document,
            value,
            types.output,
            f"{prefix}outputs[{example}]",
            width=types.width,
            is_rectangle=rectangles[-1],
        )
        for example, value in enumerate(outputs)
    )
    _check_contradiction(document, prefix, rows, results)
    return Examples(rows, results)


def _value(
    document: Document,
    value: Any,
    type_: ValueType,
    field: str,
    *,
    width: int | None = None,
    is_rectangle: bool = False,
) -> HostValue:
    """Returns a value in its canonical host form.

    Args:
      document: where it was read.
      value: what was read.
      type_: the type that it should have.
      field: where it stands.
      width: bits of the words when the type is a bit-vector type.
      is_rectangle: whether the type's name promises rows of equal length.
    """
    if width is not None:
        return _word_or_words(document, value, type_, field, width)
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


def _word_or_words(document: Document, value: Any, type_: ValueType, field: str, width: int) -> HostValue:
    if type_.rank == 0:
        return word(document, value, field, width)
    if not isinstance(value, list):
        raise document.error(f"expected a list of words, got {shown(value)}", field)
    return [word(document, item, f"{field}[{index}]", width) for index, item in enumerate(value)]


def word(document: Document, value: Any, field: str, width: int) -> int:
    """Returns a word of `width` bits.

    Raises:
      InputError: it is no whole number from 0 to 2**width - 1.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**width:
        problem = f"the word is {shown(value)}, but should be a whole number from 0 to {2**width - 1}"
        raise document.error(problem, field)
    return value


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


def arg_names_of(document: Document, fields: TaskDocument) -> tuple[str, ...]:
    """Returns one name per argument.

    Raises:
      InputError: a name is no identifier, is kept for something else, or is given twice.
    """
    names = fields.arg_names
    if names is None:
        return default_names(len(fields.types.inputs))
    if len(names) != len(fields.types.inputs):
        problem = f"there are {len(names)} names, but there should be one for each input"
        raise document.error(problem, "arg_names")
    for index, name in enumerate(names):
        field = f"arg_names[{index}]"
        fault = name_fault(name)
        if fault is not None:
            raise document.error(fault, field)
        if name in names[:index]:
            raise document.error(f"the name {name!r} is given twice, but should be given once", field)
    return tuple(names)


def name_fault(name: str) -> str | None:
    """Returns why an argument cannot be called so, or None if it can."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,40}", name) or keyword.iskeyword(name):
        return f"the name is {shown(name)}, but should be an identifier"
    if re.fullmatch(r"v\d+", name) or name in ("true", "false", "_", "empty"):
        return f"the name {name!r} is kept for the lines of programs; take another"
    return None


def constants_of(document: Document, values: list[Any]) -> tuple[HostValue, ...]:
    """Returns the constants of an array task.

    Raises:
      InputError: there are too many, or one has no type.
    """
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
