import os
import pickle
import time
from pathlib import Path

import pytest

from mcts_compose import __version__
from mcts_compose.errors import InputError
from mcts_compose.library.entry import Provenance
from mcts_compose.library.library import Library
from mcts_compose.library.names import MAX_NAME, check_name, doc_of, free_name, name_of_task
from mcts_compose.library.shelf import NameTakenError
from tests.mcts_compose.library.shelf_of_three import DOUBLE, files, make_three, names
from vm.program import Program
from vm.program_text import parse_program


def test_skills_are_read_back_in_order_and_run(tmp_path: Path) -> None:
    written = make_three(tmp_path / "lib")
    library = Library.open(tmp_path / "lib")
    assert names(library) == ["double", "double_all", "flip"] and library.damaged == ()
    assert library.entries == written.entries and library.id == written.id
    assert [skill.name for skill in library.table.learnt] == names(library)
    assert library.table.hash == written.table.hash
    program = Program.parse("(xs: list[int]) -> list[int]; return double_all(double_all(xs))", library.table)
    assert program([1, 2]) == [4, 8]
    assert Program.parse("(x: int, y: int) -> list[int]; return flip(x, y)", library.table)(1, 2) == [2, 1]


def test_equal_content_has_an_equal_address_wherever_it_comes_from(tmp_path: Path) -> None:
    one, other = make_three(tmp_path / "one"), make_three(tmp_path / "other")
    assert [entry.hash for entry in one.entries] == [entry.hash for entry in other.entries]
    again = other.new_entry("double", "Another doc.", DOUBLE, cost=2, provenance=Provenance(task="x"))
    assert again.hash == one.entries[0].hash
    assert other.new_entry("twice", "Doubles a number.", DOUBLE).hash != again.hash


def test_an_address_covers_what_the_body_calls(tmp_path: Path) -> None:
    one, other = make_three(tmp_path / "one"), Library.open(tmp_path / "other", create=True)
    other.add([other.new_entry("double", "Doubles a number.", "(x: int) -> int; return mul(x, 2)")])
    body = one.entries[1].body
    assert other.new_entry("double_all", "Doubles each.", body).hash != one.entries[1].hash


def test_the_same_content_is_added_once(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    again = library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")
    assert library.add([library.entries[0], again, again]) == (again,)
    assert library.add(library.entries) == ()
    assert len(files(tmp_path / "lib")) == 4 and len(Library.open(tmp_path / "lib").entries) == 4


def test_a_name_in_use_is_refused_and_has_a_next_version(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    body = "(x: int) -> int; return mul(x, 2)"
    with pytest.raises(NameTakenError, match="another skill with the name double"):
        library.add([library.new_entry("double", "Doubles.", body)])
    assert free_name("double", library.trial().__contains__) == "double_v2"
    library.add([library.new_entry("double_v2", "Doubles.", body)])
    for name in ("double", "double_v2"):
        assert free_name(name, library.trial().__contains__) == "double_v3"


def test_a_version_of_a_long_name_is_not_too_long() -> None:
    long = "a" * MAX_NAME
    found = free_name(long, {long, "a" * (MAX_NAME - 3) + "_v2"}.__contains__)
    assert found == "a" * (MAX_NAME - 3) + "_v3"


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("carry-step", "carry_step"),
        ("Rule 110", "rule_110"),
        ("110", "skill_110"),
        ("add", "skill_add"),
        ("return", "skill_return"),
        ("", "skill"),
        ("…", "skill"),
        ("x" * 200, "x" * MAX_NAME),
        ("été", "t"),
    ],
)
def test_a_task_gives_its_skill_a_name(task: str, name: str) -> None:
    assert name_of_task(task) == name
    check_name(name)


def test_texts_of_anyone_become_printable_lines(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    hostile = "one\ntwo\x1b[31m\u202ethree\ud800" + "x" * 9000
    provenance = Provenance(task=hostile, description=hostile)
    entry = library.new_entry("inc", doc_of(hostile, "Adds."), "() -> int; return 1", provenance=provenance)
    library.add([entry])
    (kept,) = Library.open(tmp_path / "lib").entries[3:]
    assert kept == entry and kept.doc.startswith("one two[31mthreexxx") and len(kept.doc) == 300
    assert kept.provenance.description.startswith("one two[31mthreexxx")
    assert kept.provenance.date.endswith("+00:00") and kept.provenance.version == __version__
    assert doc_of(None, "Adds.") == doc_of(" \n", "Adds.") == "Adds."


def test_a_subset_holds_what_it_calls(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    assert [skill.name for skill in library.subset(["double_all"]).learnt] == ["double", "double_all"]
    assert library.subset([]).learnt == ()
    with pytest.raises(InputError, match="no skill 'triple'"):
        library.subset(["triple"])


def test_what_another_process_adds_is_seen(tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    other = Library.open(tmp_path / "lib")
    inc = other.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")
    other.add([inc])
    dec = library.new_entry("dec", "Takes one away.", "(x: int) -> int; return sub(x, 1)")
    library.add([dec])
    assert names(library) == ["double", "double_all", "flip", "inc", "dec"]
    other.refresh()
    assert other.entries == library.entries == Library.open(tmp_path / "lib").entries


def test_a_directory_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("x")
    for create in (False, True):
        with pytest.raises(InputError, match=r"holds 'thesis.txt' but no library.json"):
            Library.open(tmp_path / "other", create=create)
        with pytest.raises(InputError, match="it is a file"):
            Library.open(tmp_path / "other" / "thesis.txt", create=create)
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thesis.txt"]
    with pytest.raises(InputError, match="no such directory"):
        Library.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="is empty"):
        Library.open(tmp_path / "empty")


def test_a_table_is_pickled_however_deep_its_calls_go(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    library.add([library.new_entry("s0", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    for number in range(1, 64):
        body = f"(x: int) -> int; return s{number - 1}(x)"
        library.add([library.new_entry(f"s{number}", "Adds one.", body)])
    assert pickle.loads(pickle.dumps(library.table)) == library.table
    program = parse_program("(x: int) -> int; return s63(x)", library.table)
    assert pickle.loads(pickle.dumps(program))(4) == 5


def test_two_thousand_skills_open_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # it is reading that is timed
    library = Library.open(tmp_path / "lib", create=True)
    library.add([library.new_entry("s0", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    text = "(x: int, xs: list[int]) -> list[int]; v1 = s0(x); v2 = map(&max(_, {}), xs); return add(v1, v2)"
    library.add([library.new_entry(f"s{n}", "Adds.", text.format(n)) for n in range(1, 2000)])
    began = time.process_time()
    library = Library.open(tmp_path / "lib")
    assert len(library.table.learnt) == 2000
    assert time.process_time() - began < 3.0  # measured: 0.5 s on an idle core
