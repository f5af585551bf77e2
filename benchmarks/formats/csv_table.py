"""Tables with a header, `.csv` and `.tsv`: every row is an example, some columns are inputs, others results.

The last column is the result unless others are named; each result is a task of its own. The type of a column
is what all its cells can be read as: int, float, bool (`true`, `false`), lists in JSON (`[1, 2]`), else str.

Source: RFC 4180; tabs instead of commas in `.tsv`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.formats.format import Format, TaskFields, without_repeats
from benchmarks.formats.text_file import TextFile, read_text
from mcts_compose.errors import InputError, nearest, printable, shown
from mcts_compose.task_values import (
    MAX_ARGUMENTS,
    MAX_EXAMPLES,
    TYPE_NAMES,
    bits_of_word,
    is_type_name,
    name_fault,
)

_INT: Final = re.compile(r"\s*[+-]?\d{1,40}\s*")
_FLOAT: Final = re.compile(r"\s*[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][+-]?\d{1,4})?\s*")
_BOOLS: Final = {"true": True, "false": False}
_INFERRED: Final = ("int", "float", "bool", "list[int]", "list[float]", "list[bool]", "list[str]")
"""In this order: the first that reads all cells of a column is its type."""


class CsvFormat(Format):
    """Reads one task per result column.

    Args:
      outputs: names of the result columns; none for the last column.
      types: of columns by their names; those of others are inferred.
    """

    name = "csv"
    suffixes = (".csv", ".tsv")

    def __init__(self, outputs: Sequence[str] = (), types: Mapping[str, str] | None = None) -> None:
        self.outputs = tuple(outputs)
        self.types = dict(types or {})

    def with_columns(self, outputs: Sequence[str], types: Mapping[str, str]) -> Format:
        """Returns the format for tables whose columns are told apart so.

        Raises:
          InputError: a result is named twice, and two tasks would have one id.
        """
        for name in outputs:
            if outputs.count(name) > 1:
                raise InputError(f"--output gives column {shown(name)} twice, but should give it once")
        return CsvFormat(outputs, types)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the tasks of a file: one called `task_id`, or one for each result, `task_id/COLUMN`."""
        text = read_text(file)
        header, rows = _rows(text)
        for name in (*self.outputs, *self.types):
            if name not in header:
                hint = nearest(name, header) or f"; there are {', '.join(map(printable, header))[:200]}"
                raise text.error(f"there is no column {shown(name)}{hint}", 1)
        outputs = self.outputs or header[-1:]
        arguments = [name for name in header if name not in outputs]
        if not 1 <= len(arguments) <= MAX_ARGUMENTS:
            problem = (
                f"{len(arguments)} columns are no results, but there should be 1 to {MAX_ARGUMENTS} inputs"
            )
            raise text.error(problem, 1)
        columns = {name: self._column(text, name, index, rows) for index, name in enumerate(header)}
        return [
            _task(
                task_id if len(outputs) == 1 else f"{task_id}/{output}", file.stem, columns, arguments, output
            )
            for output in outputs
        ]

    def _column(self, text: TextFile, name: str, index: int, rows: list[_Row]) -> _Column:
        given = self.types.get(name)
        cells = [row.cells[index] for row in rows]
        for type_ in _INFERRED if given is None else (given,):
            values = []
            for row, cell in zip(rows, cells, strict=True):
                try:
                    values.append(_value(cell, type_))
                except ValueError:
                    if given is None:
                        break
                    problem = (
                        f"column {shown(name)} has {shown(cell)}, but should have values of type {type_}"
                    )
                    raise text.error(problem, row.line) from None
            else:
                return _Column(type_, values)
        return _Column("str", list(cells))


class _Row(NamedTuple):
    """The cells of a row, and the line on which it ends."""

    cells: list[str]
    line: int


class _Column(NamedTuple):
    """The type of a column and its values."""

    type: str
    values: list[Any]


def _rows(text: TextFile) -> tuple[list[str], list[_Row]]:
    """Returns the names of the columns, and the rows below."""
    delimiter = "\t" if text.path.suffix.lower() == ".tsv" else ","
    reader = csv.reader(io.StringIO(text.text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[_Row] = []
    try:
        for cells in reader:
            if not cells:
                continue
            if not header:
                header = [name.strip() for name in cells]
                _check_header(text, header)
            elif len(cells) != len(header):
                problem = f"the row has {len(cells)} cells, but the header has {len(header)} columns"
                raise text.error(problem, reader.line_num)
            else:
                rows.append(_Row(cells, reader.line_num))
                if len(rows) > MAX_EXAMPLES:
                    problem = f"there are more rows than the limit of {MAX_EXAMPLES:,} examples"
                    raise text.error(problem, reader.line_num)
    except csv.Error as error:
        raise text.error(f"not CSV: {printable(str(error))}", reader.line_num) from None
    if not rows:
        raise text.error("there is no row below a header, but there should be at least one example")
    return header, rows


def _check_header(text: TextFile, header: list[str]) -> None:
    for name in header:
        if not name:
            raise text.error("a column has no name, but every column should have one", 1)
        if header.count(name) > 1:
            raise text.error(f"two columns are called {shown(name)}, but names should differ", 1)


def _value(cell: str, type_: str) -> Any:
    """Returns what a cell says.

    Raises:
      ValueError: it is no value of this type; that of nested ones is looked at when the task is checked.
    """
    bits = bits_of_word(type_)
    if (type_ == "int" or bits is not None) and _INT.fullmatch(cell):
        value = int(cell)
        if bits is not None and not 0 <= value < 2**bits:
            raise ValueError
        return value
    if type_ == "float" and _FLOAT.fullmatch(cell) and math.isfinite(float(cell)):
        return float(cell)
    if type_ == "bool":
        return _BOOLS[_known(cell.strip().lower())]
    if type_ in ("str", "char"):
        return cell
    if type_ in ("int", "float") or bits is not None or not cell.lstrip().startswith("["):
        raise ValueError
    try:
        value = json.loads(cell, parse_int=_short_int)
    except RecursionError:
        raise ValueError from None
    inner = _INNER.get(type_)
    if inner is not None and not all(inner(item) for item in value):
        raise ValueError
    return value


def _known(word: str) -> str:
    if word not in _BOOLS:
        raise ValueError
    return word


def _short_int(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError
    return int(digits)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_INNER: Final[dict[str, Callable[[object], bool]]] = {
    "list[int]": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "list[float]": _is_number,
    "list[bool]": lambda value: isinstance(value, bool),
    "list[str]": lambda value: isinstance(value, str),
}


def _task(
    task_id: str, name: str, columns: Mapping[str, _Column], arguments: Sequence[str], output: str
) -> TaskFields:
    inputs = [list(row) for row in zip(*(columns[name].values for name in arguments), strict=True)]
    inputs, outputs = without_repeats(inputs, columns[output].values)
    fields: TaskFields = {
        "id": task_id,
        "name": name,
        "types": {
            "inputs": [columns[argument].type for argument in arguments],
            "output": columns[output].type,
        },
        "inputs": inputs,
        "outputs": outputs,
    }
    if all(name_fault(argument) is None for argument in arguments):
        fields["arg_names"] = list(arguments)
    return fields


def parse_types(texts: Sequence[str]) -> dict[str, str]:
    """Returns the types that `--type COLUMN=TYPE` gives.

    Raises:
      InputError: one is not of this form, names no type, or a column is given twice.
    """
    types: dict[str, str] = {}
    known = ", ".join(TYPE_NAMES)
    for text in texts:
        column, mark, type_ = text.rpartition("=")
        type_ = type_.replace(" ", "")
        if not mark or not column or not type_:
            raise InputError(f"--type is {shown(text)}, but should be COLUMN=TYPE, with a type of {known}")
        if column in types:
            raise InputError(f"--type gives column {shown(column)} twice, but should give it once")
        if not is_type_name(type_):
            hint = nearest(type_, TYPE_NAMES) or f"; types are {known}"
            raise InputError(
                f"--type gives column {shown(column)} the type {shown(type_)}, which is none{hint}"
            )
        types[column] = type_
    return types
