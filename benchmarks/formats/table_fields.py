"""Decides what a task says that is a truth table, whichever format it was read from."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.formats.format import TaskFields


def table_fields(task_id: str, name: str, num_inputs: int, tables: Sequence[str]) -> TaskFields:
    """Returns the fields of a truth table.

    Args:
      task_id: of the task.
      name: of the task.
      num_inputs: arguments; the first is the most significant bit of a row's number.
      tables: one text per output; character k is its value in row k: `0`, `1`, or `-` for any.
    """
    return {
        "id": task_id,
        "name": name,
        "encoding": "truth_table",
        "types": {"inputs": ["bool"] * num_inputs, "output": "bool" if len(tables) == 1 else "list[bool]"},
        "n_inputs": num_inputs,
        "n_outputs": len(tables),
        "truth_tables": list(tables),
    }
