"""Decides which parts of suites are measured as suites of their own, and writes their tasks.

A selection takes the tasks of a suite that show so many examples. What the other tasks of the same function
show is held out: so a program is right or not, though the suite itself holds nothing out. Where all tasks of
the suite have one grammar in their competition, the rows, which lack it, are given what it allows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.json_lines import read_json_lines
from mcts_compose.errors import InputError, OutputError, located
from priors.whole_files import write_whole

FOLDER: Final = "tasks"
"""Where the tasks of selections stand in the folder of run directories."""


class Selection(NamedTuple):
    """Tasks of a suite, which are suites of their own.

    Attributes:
      name: the name of the selection, as of a suite.
      suite: the suite whose tasks they are; its tasks are called FUNCTION_NUMBER, the same function with
        several numbers of examples.
      num_examples: how many examples its tasks show.
      fields: what its tasks have besides, which the suite's rows lack.
    """

    name: str
    suite: str
    num_examples: int
    fields: Mapping[str, Any] = {}


CONTEST_WORDS: Final = {
    "kind": "growing",
    "set": "bv64",
    "instructions": ["not", "add", "and", "or", "xor", "shl", "lshr", "eq", "ite"],
    "constants": [0, 1, 4, 16],
}
"""What the grammar of all problems of the track PBE-BV allows, as `import sygus` reads it: 0, 1, complement,
shifts by 1 to the left and by 1, 4 and 16 to the right, and, or, xor, plus, and a choice that asks for 1.

Source: SyGuS-Org/benchmarks, PBE_BV_Track; the language is that of the ICFP Programming Contest 2013.
"""
_EXAMPLES: Final = (("inputs", "outputs"), ("test_inputs", "test_outputs"))
SELECTIONS: Final = (Selection("sygus_bv_10", "sygus_bv", 10, {"memory": CONTEST_WORDS}),)


def tasks_path(suite: str, data: Path | str, runs: Path | str) -> str:
    """Returns where the tasks of a suite or selection are.

    Args:
      suite: its name.
      data: the folder of suites.
      runs: the folder of run directories.
    """
    if any(selection.name == suite for selection in SELECTIONS):
        return f"{runs}/{FOLDER}/{suite}.jsonl"
    return f"{data}/{suite}/{suite}.jsonl"


def write_selections(data: Path, runs: Path, names: Iterable[str]) -> None:
    """Writes the tasks of all selections that are named; other names are passed over.

    Raises:
      InputError: the suite of one cannot be read, or has no such tasks.
      OutputError: the tasks cannot be written.
    """
    wanted = set(names)
    for selection in SELECTIONS:
        if selection.name in wanted:
            path = Path(tasks_path(selection.name, data, runs))
            lines = [json.dumps(row) + "\n" for row in selected(selection, data)]
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, "".join(lines).encode())
            except OSError as error:
                raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None


def selected(selection: Selection, data: Path) -> list[dict[str, Any]]:
    """Returns the tasks of a selection as rows of a task file.

    Raises:
      InputError: the suite cannot be read, or has no such tasks.
    """
    path = Path(tasks_path(selection.suite, data, ""))
    rows = _rows(path)
    by_function: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_function.setdefault(_function(row), []).append(row)
    chosen = [
        row | dict(selection.fields) | _held_out(row, by_function[_function(row)])
        for row in rows
        if len(row["inputs"]) == selection.num_examples
    ]
    if not chosen:
        raise InputError(located(f"there is no task with {selection.num_examples} examples", path))
    return chosen


def _held_out(row: dict[str, Any], others: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Returns the fields of held-out examples: those of a row and others that the row does not show."""
    seen = {json.dumps(arguments) for arguments in row["inputs"]}
    inputs, outputs = [], []
    for other in (row, *others):
        for shown, kept in _EXAMPLES:
            for arguments, output in zip(other[shown], other[kept], strict=True):
                if (text := json.dumps(arguments)) not in seen:
                    seen.add(text)
                    inputs.append(arguments)
                    outputs.append(output)
    return {"test_inputs": inputs, "test_outputs": outputs}


def _function(row: dict[str, Any]) -> str:
    """Returns what a row's name says of its function: all but the number of examples at its end, if any."""
    function, _, number = str(row["name"]).rpartition("_")
    return function if number.isdecimal() else str(row["name"])


def _rows(path: Path) -> list[dict[str, Any]]:
    what = "a task with examples"
    rows = []
    for number, row in read_json_lines(path, dict[str, Any], what):
        try:
            _ = row["name"]
            for inputs, outputs in _EXAMPLES:
                _ = list(zip(row[inputs], row[outputs], strict=True))
        except (ValueError, KeyError, TypeError):
            raise InputError(located(f"should be {what}", path, number)) from None
        rows.append(row)
    return rows
