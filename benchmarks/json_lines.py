"""Reads files that have one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from mcts_compose.documents import MAX_FILE_BYTES, read_bounded
from mcts_compose.errors import InputError, located

Row = TypeVar("Row")


def read_json_lines(path: Path, row: type[Row], what: str) -> Iterator[tuple[int, Row]]:
    """Yields the number and the content of each line, blank ones left out.

    Args:
      path: the file.
      row: type of a line's content.
      what: what a line should be, for messages.

    Raises:
      InputError: the file cannot be read, or a line is something else.
    """
    for number, line in enumerate(read_bounded(path, MAX_FILE_BYTES).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, msgspec.json.decode(line, type=row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InputError(located(f"should be {what} ({str(error)[:100]})", path, number)) from None
