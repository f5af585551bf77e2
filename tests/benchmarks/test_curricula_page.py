"""The page of the curricula says of every task what `learn --json` said."""

import json
import os
from pathlib import Path

import pytest

from benchmarks.curricula_page import curricula_page, read_lessons
from mcts_compose.errors import InputError, OutputError

LESSONS = [
    {"task": "carry", "generation": 1, "program": "(x: str) -> str; return trim(x)", "uses": []},
    {
        "task": "sums",
        "generation": 2,
        "program": '(x: str) -> str; return join(x, "|", x)',
        "uses": ["carry"],
    },
    {"task": "hopeless", "generation": None, "program": None, "uses": []},
]
WRONG_TYPE = '{"task": "a", "generation": 1, "program": 3, "uses": []}'


def written(path: Path, lessons: list[dict]) -> Path:
    path.write_text("".join(json.dumps(lesson) + "\n" for lesson in lessons))
    return path


def test_every_task_has_its_row(tmp_path: Path) -> None:
    out = tmp_path / "page.md"
    curricula_page([written(tmp_path / "small-v1.json", LESSONS)], out)
    lines = out.read_text().splitlines()
    assert "## small-v1" in lines and "2 of 3 tasks right." in lines
    assert "| carry | 1 | `(x: str) -> str; return trim(x)` |  |" in lines
    assert '| sums | 2 | `(x: str) -> str; return join(x, "\\|", x)` | carry |' in lines
    assert "| hopeless | - |  |  |" in lines


@pytest.mark.parametrize("line", ["3", "[]", '{"task": "a"}', WRONG_TYPE, "no json"])
def test_what_learn_did_not_print_is_refused_by_line(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "small-v1.json", LESSONS[:1])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match="line 2"):
        read_lessons(path)


@pytest.mark.parametrize("lines", ["", "\n"])
def test_a_file_without_lines_is_refused(tmp_path: Path, lines: str) -> None:
    (tmp_path / "small-v1.json").write_text(lines)
    with pytest.raises(InputError, match="it is empty"):
        read_lessons(tmp_path / "small-v1.json")


def test_a_page_on_a_full_disk_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "page.md"
    out.write_text("before")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        curricula_page([written(tmp_path / "small-v1.json", LESSONS)], out)
    assert out.read_text() == "before"


def test_a_page_takes_the_place_of_no_other_file(tmp_path: Path) -> None:
    told = written(tmp_path / "small-v1.json", LESSONS)
    before = told.read_text()
    with pytest.raises(InputError, match=r"should end in \.md"):
        curricula_page([told], told)
    with pytest.raises(InputError, match="directory does not exist"):
        curricula_page([told], tmp_path / "no" / "page.md")
    assert told.read_text() == before
