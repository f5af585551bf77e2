"""Decides what a task with `encoding: truth_table` may say."""

from __future__ import annotations

from mcts_compose.documents import Document
from mcts_compose.errors import shown
from mcts_compose.task_documents import TaskDocument
from mcts_compose.task_memory import TruthTable
from mcts_compose.task_values import Examples, TaskTypes, types_of
from vm.values import Elem, ValueType

MAX_TABLE_INPUTS = 13
MAX_TABLE_OUTPUTS = 1_000
BOOL, BOOLS = ValueType(Elem.BOOL, 0), ValueType(Elem.BOOL, 1)


def table_of(document: Document, fields: TaskDocument) -> tuple[TaskTypes, TruthTable]:
    """Returns the types and the table of a task that is written as one.

    Raises:
      InputError: the table is malformed, or does not go with the types and numbers beside it.
    """
    types = types_of(document, fields, max_arguments=MAX_TABLE_INPUTS)
    if any(type_ != BOOL for type_ in types.inputs) or types.output not in (BOOL, BOOLS):
        raise document.error("a truth table should take bool, and give bool or list[bool]", "types")
    for field in ("inputs", "outputs"):
        if getattr(fields, field):
            raise document.error("it should be null, since the truth table holds the examples", field)
    for field in ("test_inputs", "test_outputs"):
        if getattr(fields, field):
            raise document.error("it should be empty, since a truth table leaves nothing to hold out", field)
    if fields.truth_tables is None:
        raise document.error("it is missing, but a task encoded as truth_table needs it", "truth_tables")
    _check_number(document, fields.n_inputs, len(types.inputs), "n_inputs", "types.inputs")
    _check_number(document, fields.n_outputs, len(fields.truth_tables), "n_outputs", "truth_tables")
    return types, TruthTable(len(types.inputs), _outputs(document, fields.truth_tables, types))


def examples_of_table(table: TruthTable, types: TaskTypes) -> Examples:
    """Returns the rows of a table in which something has a value, as examples."""
    if types.output == BOOL:
        return Examples(table.inputs, tuple(first for first, *_ in table.values))
    return Examples(table.inputs, table.values)


def _check_number(document: Document, given: int | None, found: int, field: str, other: str) -> None:
    if given is not None and given != found:
        raise document.error(f"it is {shown(given)}, but {other} has {found}", field)


def _outputs(document: Document, tables: list[str], types: TaskTypes) -> tuple[str, ...]:
    if not 1 <= len(tables) <= MAX_TABLE_OUTPUTS or (types.output == BOOL and len(tables) != 1):
        wanted = "1" if types.output == BOOL else f"1 to {MAX_TABLE_OUTPUTS:,}"
        raise document.error(f"there are {len(tables)} tables, but there should be {wanted}", "truth_tables")
    rows = 2 ** len(types.inputs)
    for index, text in enumerate(tables):
        field = f"truth_tables[{index}]"
        if len(text) != rows:
            problem = f"there are {len(text):,} characters, but {len(types.inputs)} inputs make {rows:,} rows"
            raise document.error(problem, field)
        wrong = text.strip("01-")
        if wrong.translate({ord(mark): None for mark in "01-"}):
            mark = next(mark for mark in wrong if mark not in "01-")
            problem = f"character {text.index(mark)} is {shown(mark)}, but should be 0, 1 or -"
            raise document.error(problem, field)
    if not any(text.strip("-") for text in tables):
        raise document.error("every row is -, but there should be at least one value", "truth_tables")
    return tuple(tables)
