"""The format of the IWLS contests, `.truth`: a line of 0 and 1 for each output.

The last character of a line is the row in which all inputs are 0, so a line is one binary number whose least
significant bit is row 0. In a task row 0 comes first.

Source: files of the IWLS 2022 programming contest.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.formats.format import Format, TaskFields
from benchmarks.formats.table_fields import table_fields
from benchmarks.formats.text_file import read_text
from mcts_compose.errors import shown
from mcts_compose.truth_table_fields import MAX_TABLE_INPUTS


class TruthFormat(Format):
    """Reads one task per file, with as many outputs as lines."""

    name = "truth"
    suffixes = (".truth",)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the task of a file."""
        text = read_text(file)
        rows: int | None = None
        tables = []
        for number, raw in enumerate(text.text.split("\n"), 1):
            line = raw.strip()
            if not line:
                continue
            wrong = line.strip("01")
            if wrong:
                raise text.error(f"there is {shown(wrong[0])}, but a line should have only 0 and 1", number)
            if rows is None:
                rows = len(line)
                if not 2 <= rows <= 2**MAX_TABLE_INPUTS or rows & (rows - 1):
                    wanted = (
                        f"a power of two from 2 to {2**MAX_TABLE_INPUTS:,}, which is 1 to {MAX_TABLE_INPUTS}"
                    )
                    raise text.error(f"there are {rows:,} rows, but should be {wanted} inputs", number)
            if len(line) != rows:
                raise text.error(f"there are {len(line):,} rows, but the first line has {rows:,}", number)
            tables.append(line[::-1])
        if rows is None:
            raise text.error("there is no line, but should be one of 0 and 1 for each output")
        return [table_fields(task_id, file.stem, rows.bit_length() - 1, tables)]
