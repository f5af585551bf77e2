"""Files of one JSON object a line are read, or the line that is wrong is named."""

from pathlib import Path

import msgspec
import pytest

from benchmarks.json_lines import read_json_lines
from mcts_compose.errors import InputError


class Row(msgspec.Struct):
    """A line of these tests."""

    name: str


def test_lines_come_with_their_numbers_and_blank_ones_are_none(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"name": "a"}\n\n  \n{"name": "b", "more": 1}\r\n')
    assert list(read_json_lines(file, Row, "a row")) == [(1, Row("a")), (4, Row("b"))]


@pytest.mark.parametrize("line", [b"{", b"[1]", b'{"name": 1}', b'{"name": "\xff"}', b"{}"])
def test_a_wrong_line_is_named(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"name": "a"}\n' + line)
    with pytest.raises(InputError, match=r"rows\.jsonl, line 2: should be a row \("):
        list(read_json_lines(file, Row, "a row"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("missing", "cannot be read"), (".", "it is a directory"), ("/dev/zero", "not a regular file")],
)
def test_a_file_that_cannot_be_read_is_named(name: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        list(read_json_lines(tmp_path / name, Row, "a row"))
