"""The format of ARC-AGI, which 1D-ARC and Mini-ARC share: JSON with pairs of grids, `train` and `test`.

    {"train": [{"input": [[0, 1]], "output": [[1, 0]]}, ...], "test": [{"input": ..., "output": ...}]}

Pairs to train on are shown, pairs to test on are held out; those whose output is kept secret are left out.

Source: Chollet, On the Measure of Intelligence, 2019, and the data beside it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NoReturn

from benchmarks.formats.format import Format, TaskFields, without_repeats
from mcts_compose.documents import Document, read_documents
from mcts_compose.errors import nearest, printable, shown

COLOURS: Final = range(10)
_PARTS: Final = ("train", "test")
_FAMILY: Final = re.compile(r"(1d_\w+)_\d+")
"""A file of 1D-ARC is named after its rule and a number."""


class ArcFormat(Format):
    """Reads one task per file."""

    name = "arc"
    suffixes = (".json",)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the task of a file."""
        (document,) = read_documents(file)
        for key in document.value:
            if key not in (*_PARTS, "name"):
                problem = f"an ARC task has no field of this name, but train and test{nearest(key, _PARTS)}"
                raise document.error(problem, printable(key[:80]))
        inputs, outputs = without_repeats(*_pairs(document, "train"))
        test_inputs, test_outputs = _pairs(document, "test")
        fields: TaskFields = {
            "id": task_id,
            "name": file.stem,
            "types": {"inputs": ["grid"], "output": "grid"},
            "inputs": inputs,
            "outputs": outputs,
            "test_inputs": test_inputs,
            "test_outputs": test_outputs,
        }
        family = _FAMILY.fullmatch(file.stem)
        if family is not None:
            fields |= {"family": family[1], "group": f"1darc:{family[1]}"}
        return [fields]


def _pairs(document: Document, part: str) -> tuple[list[list[Any]], list[Any]]:
    """Returns the inputs, one argument each, and the outputs of a part."""
    pairs = document.value.get(part)
    if not isinstance(pairs, list) or not pairs:
        given = shown(pairs) if part in document.value else "missing"
        raise document.error(f"it is {given}, but should be a list of pairs of grids", part)
    inputs, outputs = [], []
    for index, pair in enumerate(pairs):
        place = f"{part}[{index}]"
        if not isinstance(pair, dict) or "input" not in pair:
            raise document.error(f"it is {shown(pair)}, but should have an input and an output", place)
        grid = _grid(document, pair["input"], f"{place}.input")
        if part == "test" and "output" not in pair:
            continue
        inputs.append([grid])
        outputs.append(_grid(document, pair.get("output"), f"{place}.output"))
    return inputs, outputs


def _grid(document: Document, value: Any, place: str) -> list[list[int]]:
    def refuse(problem: str) -> NoReturn:
        raise document.error(problem, place)

    if not isinstance(value, list) or not value or not all(isinstance(row, list) for row in value):
        refuse(f"it is {shown(value)}, but should be a grid: a list of rows")
    for number, row in enumerate(value):
        if not row or len(row) != len(value[0]):
            wanted = f"{len(value[0])} as the first row" if value[0] else "at least one"
            refuse(f"row {number} has {len(row)} cells, but should have {wanted}")
        for cell in row:
            if not isinstance(cell, int) or isinstance(cell, bool) or cell not in COLOURS:
                refuse(f"row {number} has the cell {shown(cell)}, but cells should be 0 to {COLOURS[-1]}")
    return value
