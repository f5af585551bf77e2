"""The format of the list functions of BIG-bench: JSON with `examples`, each a list and a list as text.

    {"name": ..., "description": ..., "examples": [{"input": "[1, 2, 3]", "target": "[3]"}, ...]}

All examples are shown: `bench run --show-examples N` holds some out.

Source: Srivastava et al., Beyond the Imitation Game, 2022, the JSON tasks; Rule, The Child as Hacker, 2020.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from benchmarks.formats.format import Format, TaskFields, without_repeats
from mcts_compose.documents import MAX_INT_DIGITS, Document, read_documents
from mcts_compose.errors import shown

_LIST: Final = re.compile(r"\s*\[\s*(-?\d+(?:\s*,\s*-?\d+)*)?\s*,?\s*\]\s*")


class ListFunctionsFormat(Format):
    """Reads one function per file; of a directory of functions each file lies in its own folder."""

    name = "list-functions"
    suffixes = (".json",)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the task of a file; a file called `task.json` is named after its folder."""
        (document,) = read_documents(file)
        examples = document.value.get("examples")
        if not isinstance(examples, list) or not examples:
            given = shown(examples) if "examples" in document.value else "missing"
            raise document.error(f"it is {given}, but should be a list of examples", "examples")
        rows = []
        for index, example in enumerate(examples):
            place = f"examples[{index}]"
            if not isinstance(example, dict):
                raise document.error(f"it is {shown(example)}, but should have an input and a target", place)
            rows.append([_list(document, example, key, f"{place}.{key}") for key in ("input", "target")])
        inputs, outputs = without_repeats([[given] for given, _ in rows], [wanted for _, wanted in rows])
        return [
            {
                "id": task_id,
                "name": file.stem if file.stem != "task" else task_id,
                "types": {"inputs": ["list[int]"], "output": "list[int]"},
                "inputs": inputs,
                "outputs": outputs,
            }
        ]


def _list(document: Document, example: dict[str, Any], key: str, place: str) -> list[int]:
    """Returns the list that a text says; a target may stand in a list of its own, as the only right one."""
    value = example.get(key)
    if key == "target" and isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = _LIST.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        given = shown(value) if key in example else "missing"
        raise document.error(f"it is {given}, but should be a text such as '[1, 2, 3]'", place)
    numbers = found[1].split(",") if found[1] else []
    for number in numbers:
        if len(number.strip()) > MAX_INT_DIGITS:
            problem = f"an integer of {len(number.strip()):,} digits does not fit in 64 bits"
            raise document.error(problem, place)
    return [int(number) for number in numbers]
