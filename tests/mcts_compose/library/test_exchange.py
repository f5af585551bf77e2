import errno
import json
import os
from pathlib import Path

import pytest

from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.exchange import export_skills, import_skills
from mcts_compose.library.library import Library
from tests.mcts_compose.library.shelf_of_three import make_three, names


def test_skills_come_out_and_in_again_as_they_were(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    assert export_skills(library, tmp_path / "skills.jsonl") == 3
    added = import_skills(tmp_path / "other", tmp_path / "skills.jsonl")
    other = Library.open(tmp_path / "other")
    assert added == other.entries == library.entries
    assert other.table == library.table and other.id != library.id
    assert import_skills(tmp_path / "other", tmp_path / "skills.jsonl") == ()


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    (tmp_path / "skills.jsonl").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        export_skills(library, tmp_path / "skills.jsonl")
    assert (tmp_path / "skills.jsonl").read_text() == "mine"


def test_a_full_disk_while_exporting_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = make_three(tmp_path / "lib")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        export_skills(library, tmp_path / "skills.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["lib"]


def test_lines_written_by_hand_may_call_those_before_them(tmp_path: Path) -> None:
    lines = [
        {"name": "inc", "doc": "Adds one.", "body": "(x: int) -> int\n# said plainly\nreturn add(x, 1)"},
        {
            "name": "inc_all",
            "doc": "Adds one to each.",
            "body": "(xs: list[int]) -> list[int]; return map(&inc, xs)",
        },
        {
            "name": "first",
            "doc": "Takes the first.",
            "body": "x86 (a: int, b: int) -> a\nmov c, b",
            "cost": 3,
        },
    ]
    (tmp_path / "skills.jsonl").write_text("\n".join(map(json.dumps, lines)))
    import_skills(tmp_path / "lib", tmp_path / "skills.jsonl")
    inc, inc_all, first = Library.open(tmp_path / "lib").entries
    assert inc.body == "(x: int) -> int; v1 = add(x, 1); return v1"
    assert inc_all.calls == {"inc": inc.hash} and first.cost == 3
    assert {inc.provenance.origin, first.provenance.origin} == {"imported"}


def test_one_bad_line_keeps_all_out(tmp_path: Path) -> None:
    make_three(tmp_path / "lib")
    good = {"name": "inc", "doc": "Adds one.", "body": "(x: int) -> int; return add(x, 1)"}
    later = {"name": "inc_all", "doc": "Adds.", "body": "(xs: list[int]) -> list[int]; return map(&incs, xs)"}
    (tmp_path / "skills.jsonl").write_text(f"{json.dumps(good)}\n\n{json.dumps(later)}\n")
    with pytest.raises(InputError, match=r"skills.jsonl, line 3: line 1, column 43: unknown skill 'incs'"):
        import_skills(tmp_path / "lib", tmp_path / "skills.jsonl")
    assert names(Library.open(tmp_path / "lib")) == ["double", "double_all", "flip"]
