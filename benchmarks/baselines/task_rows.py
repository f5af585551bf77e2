"""Reads from task files what no task keeps: families and known sizes, each a field of some suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from mcts_compose.errors import InputError, located

Row = TypeVar("Row", bound=msgspec.Struct)


def read_rows(path: Path, row: type[Row]) -> Iterator[Row]:
    """Yields of each task of a file the fields that `row` names.

    Raises:
      InputError: a line is no task, or the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line, type=row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            problem = f"should be a task ({str(error)[:100]})"
            raise InputError(located(problem, path, number)) from None
