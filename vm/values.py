"""Decides what a value is, and how host values become machine words and come back.

A value is a dense array of rank 0, 1 or 2 with one element type. The machine holds a pointer's values on all
examples at once, as a `Batch`:

    words  [total]       int64, example after example, row-major; floats by their bits
    rows   [examples]    int64, 1 for rank 0, the length for rank 1, the height for rank 2
    cols   [examples]    int64, 1 for rank 0 and 1, the width for rank 2

A rank-2 value without elements has no rows and no columns: `[[], []]` becomes `[]`.

This file must not know of instructions, programs or execution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]
HostValue: TypeAlias = "int | float | bool | str | list[HostValue]"

INT_MIN, INT_MAX = -(2**63), 2**63 - 1


class Elem(IntEnum):
    """Element types; SKILL words are handles of skills as values, and never leave the machine."""

    INT = 0
    FLOAT = 1
    BOOL = 2
    CHAR = 3
    SKILL = 4


NUM_RANKS = 3
NUM_KINDS = 4 * NUM_RANKS + 1


class ValueType(NamedTuple):
    """An element type with a rank; `kind` is its dense number, used by kernels."""

    elem: Elem
    rank: int

    @property
    def kind(self) -> int:
        """The dense number in `range(NUM_KINDS)`."""
        return int(self.elem) * NUM_RANKS + self.rank

    def __str__(self) -> str:
        return _TYPE_NAMES[self]


def has_texts(types: Iterable[ValueType]) -> bool:
    """Says whether one of some types, as of a task, is made of characters."""
    return any(type_.elem is Elem.CHAR for type_ in types)


_TYPE_NAMES: dict[ValueType, str] = {
    ValueType(Elem.INT, 0): "int",
    ValueType(Elem.INT, 1): "list[int]",
    ValueType(Elem.INT, 2): "grid",
    ValueType(Elem.FLOAT, 0): "float",
    ValueType(Elem.FLOAT, 1): "list[float]",
    ValueType(Elem.FLOAT, 2): "matrix",
    ValueType(Elem.BOOL, 0): "bool",
    ValueType(Elem.BOOL, 1): "list[bool]",
    ValueType(Elem.BOOL, 2): "list[list[bool]]",
    ValueType(Elem.CHAR, 0): "char",
    ValueType(Elem.CHAR, 1): "str",
    ValueType(Elem.CHAR, 2): "list[str]",
    ValueType(Elem.SKILL, 0): "skill",
}
_TYPES_BY_NAME = {name: type_ for type_, name in _TYPE_NAMES.items()} | {
    "list[list[int]]": ValueType(Elem.INT, 2),
    "list[list[float]]": ValueType(Elem.FLOAT, 2),
    "list[char]": ValueType(Elem.CHAR, 1),
}
KIND_TYPES: tuple[ValueType, ...] = tuple(sorted(_TYPE_NAMES, key=lambda type_: type_.kind))


class BadValueError(ValueError):
    """A host value does not have the type it was declared with; the message says where."""


def parse_type(text: str) -> ValueType:
    """Returns the type that `text` names.

    Raises:
      ValueError: the name is unknown; the message lists the known ones.
    """
    found = _TYPES_BY_NAME.get(text.replace(" ", ""))
    if found is None or found.elem is Elem.SKILL:
        known = ", ".join(name for name in _TYPES_BY_NAME if name != "skill")
        raise ValueError(f"unknown type {text!r}; known types are {known}")
    return found


class Batch(NamedTuple):
    """One pointer's values on all examples; see the module docstring for the layout."""

    type: ValueType
    words: IntArray
    rows: IntArray
    cols: IntArray

    @property
    def num_examples(self) -> int:
        """How many examples the batch holds."""
        return len(self.rows)


def _scalar_word(value: object, elem: Elem) -> int:
    """Returns the word of one scalar, refusing a value of another type."""
    if elem is Elem.BOOL:
        if isinstance(value, bool | np.bool_):
            return int(value)
        raise BadValueError(f"expected a bool, got {value!r}")
    if elem is Elem.CHAR:
        if isinstance(value, str) and len(value) == 1:
            return ord(value)
        raise BadValueError(f"expected one character, got {value!r}")
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise BadValueError(f"expected {'an int' if elem is Elem.INT else 'a float'}, got {value!r}")
    if elem is Elem.FLOAT:
        try:
            return int(np.float64(value).view(np.int64))
        except OverflowError:
            raise BadValueError("the integer does not fit in a float of 64 bits") from None
    if isinstance(value, float | np.floating):
        raise BadValueError(f"expected an int, got {value!r}")
    if not INT_MIN <= int(value) <= INT_MAX:
        raise BadValueError(f"{value!r} does not fit in 64 bits")
    return int(value)


def _items(value: object, what: str) -> Sequence[object]:
    if isinstance(value, np.ndarray):
        return value.tolist()  # type: ignore[no-any-return]
    if not isinstance(value, list | tuple):
        raise BadValueError(f"expected {what}, got {value!r}")
    return value


def _flatten(value: object, type_: ValueType) -> tuple[list[int], int, int]:
    """Returns the words, rows and cols of one host value."""
    elem, rank = type_
    if rank == 0:
        return [_scalar_word(value, elem)], 1, 1
    if rank == 1:
        if elem is Elem.CHAR and isinstance(value, str):
            return [ord(character) for character in value], len(value), 1
        words = [_scalar_word(item, elem) for item in _items(value, f"a {type_}")]
        return words, len(words), 1
    lines = [_flatten(line, ValueType(elem, 1))[0] for line in _items(value, f"a {type_} (a list of lists)")]
    widths = {len(line) for line in lines}
    if len(widths) > 1:
        raise BadValueError(f"expected rows of equal length, got lengths {sorted(widths)}")
    words = [word for line in lines for word in line]
    return words, len(lines) if words else 0, widths.pop() if words else 0


def encode(values: Sequence[object], type_: ValueType) -> Batch:
    """Returns the batch that holds `values`, one per example.

    Raises:
      BadValueError: a value does not have `type_`; the message names the example.
    """
    words: list[int] = []
    rows = np.zeros(len(values), np.int64)
    cols = np.zeros(len(values), np.int64)
    for example, value in enumerate(values):
        try:
            flat, rows[example], cols[example] = _flatten(value, type_)
        except BadValueError as error:
            raise BadValueError(f"example {example}: {error}") from None
        words.extend(flat)
    return Batch(type_, np.array(words, np.int64), rows, cols)


def _host_scalar(word: int, elem: Elem) -> HostValue:
    if elem is Elem.BOOL:
        return bool(word)
    if elem is Elem.CHAR:
        return chr(word) if 0 <= word < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    if elem is Elem.FLOAT:
        return float(np.int64(word).view(np.float64))
    return int(word)


def decode(batch: Batch) -> list[HostValue]:
    """Returns the host values of a batch, one per example."""
    elem, rank = batch.type
    values: list[HostValue] = []
    start = 0
    for rows, cols in zip(batch.rows.tolist(), batch.cols.tolist(), strict=True):
        flat = [_host_scalar(int(word), elem) for word in batch.words[start : start + rows * cols]]
        start += rows * cols
        if rank == 0:
            values.append(flat[0])
        elif rank == 1:
            values.append("".join(map(str, flat)) if elem is Elem.CHAR else flat)
        else:
            lines = [flat[row * cols : (row + 1) * cols] for row in range(rows)]
            values.append(["".join(map(str, line)) for line in lines] if elem is Elem.CHAR else list(lines))
    return values


def equal(left: HostValue, right: HostValue, tolerance: float = 1e-6) -> bool:
    """Says whether two host values are equal; floats within `tolerance`, relative and absolute.

    An int is equal to a float of the same value; a bool is equal to bools only.
    """
    if isinstance(left, list) or isinstance(right, list):
        if not (isinstance(left, list) and isinstance(right, list)) or len(left) != len(right):
            return False
        return all(equal(one, other, tolerance) for one, other in zip(left, right, strict=True))
    if isinstance(left, bool) != isinstance(right, bool) or isinstance(left, str) != isinstance(right, str):
        return False
    if isinstance(left, float) or isinstance(right, float):
        if isinstance(left, str) or isinstance(right, str):
            return False
        both_nan = math.isnan(left) and math.isnan(right)
        return both_nan or left == right or math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
    return left == right
