"""Decides how the tables of a page are kept: a line of JSON for each head, and one for each row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from benchmarks.json_lines import read_json_lines
from benchmarks.tables.cells import Cell, written
from mcts_compose.errors import InputError, located

RECORDS: Final = Path(__file__).with_name("records.jsonl")
"""The tables of all pages whose text is written by hand."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line: the head of a table or a row of it.

    Attributes:
      table: name of the table; a head begins it, and its rows follow.
      head: what the columns are called; None of a row.
      row: one cell for each column; None of a head.
    """

    table: str
    head: list[str] | None = None
    row: list[Cell] | None = None


class Table(NamedTuple):
    """One table.

    Attributes:
      head: what its columns are called.
      rows: each with a cell for each column.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def text(self) -> str:
        """The table as it stands in a page, each line ended."""
        lines = [self.head, ["---"] * len(self.head), *([written(cell) for cell in row] for row in self.rows)]
        return "".join(_line(cells) for cells in lines)


def _line(cells: Sequence[str]) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|\n"


def read_tables(path: Path = RECORDS) -> dict[str, Table]:
    """Returns by name the tables of a file.

    Raises:
      InputError: the file cannot be read, or a line is none or does not fit to those before it.
    """
    tables: dict[str, tuple[list[str], list[list[Cell]]]] = {}
    for number, line in read_json_lines(path, Line, "the head or a row of a table"):
        if problem := _problem(line, tables):
            raise InputError(located(problem, path, number))
        if line.head is not None:
            tables[line.table] = line.head, []
        elif line.row is not None:
            tables[line.table][1].append(line.row)
    return {name: Table(head, rows) for name, (head, rows) in tables.items()}


def _problem(line: Line, tables: dict[str, tuple[list[str], list[list[Cell]]]]) -> str:
    """Returns what is wrong with a line, given the tables before it; empty if nothing is."""
    if (line.head is None) == (line.row is None):
        return "should have either a head or a row"
    if line.head is not None:
        return f"there are two tables {line.table}" if line.table in tables else ""
    if line.table not in tables:
        return f"the head of the table {line.table} should come before its rows"
    columns, cells = len(tables[line.table][0]), len(line.row or ())
    return "" if cells == columns else f"has {cells} cells, but the table {line.table} has {columns} columns"
