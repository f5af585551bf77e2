"""What may not be in a library is refused with one sentence, and nothing is added."""

import itertools
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mcts_compose.errors import InputError
from mcts_compose.library import shelf
from mcts_compose.library.entry import MAX_BODY, Entry, Provenance, entry_line
from mcts_compose.library.library import Library
from mcts_compose.library.skill_files import file_name
from tests.mcts_compose.library.shelf_of_three import make_three, names
from tests.mcts_compose.refusals import refused

GOOD: dict[str, Any] = {"name": "inc", "doc": "Adds one.", "body": "(x: int) -> int; return add(x, 1)"}

BAD_LINES = {
    "upper case": ({"name": "Inc"}, "should be a small letter"),
    "empty": ({"name": ""}, "should be a small letter"),
    "dots": ({"name": "../../etc/passwd"}, "should be a small letter"),
    "control": ({"name": "inc\x1b[31m"}, "should be a small letter"),
    "line end": ({"name": "inc\n"}, "should be a small letter"),
    "digits of another script": ({"name": "inc\u0661"}, "should be a small letter"),
    "long": ({"name": "a" * 10_000}, "should be a small letter"),
    "instruction": ({"name": "add"}, "is an instruction"),
    "word of programs": ({"name": "return"}, "means something else"),
    "word of Python": ({"name": "lambda"}, "means something else"),
    "taken": ({"name": "double"}, "another skill with the name double"),
    "no doc": ({"doc": " "}, "it is empty"),
    "doc of two lines": ({"doc": "Adds\none."}, "one line of printable"),
    "doc that turns": ({"doc": "Adds \u202eeno."}, "one line of printable"),
    "long doc": ({"doc": "a" * 301}, "at most 300"),
    "calls itself": ({"body": "(x: int) -> int; return inc(x)"}, "inc calls itself"),
    "binds itself": ({"body": "(x: list[int]) -> list[int]; return map(&inc, x)"}, "inc calls itself"),
    "unknown": ({"body": "(x: int) -> int; return dubble(x)"}, "unknown skill 'dubble'"),
    "unknown and long": ({"body": f"(x: int) -> int; return {'a' * 60_000}(x)"}, "unknown skill 'aaa"),
    "no program": ({"body": "import os"}, "line 1"),
    "empty body": ({"body": ""}, "expected '('"),
    "wrong type": ({"body": "(x: int) -> str; return add(x, 1)"}, "the output is int"),
    "long body": ({"body": "(x: int) -> int; return x" + " " * MAX_BODY}, "at most 65,536 characters"),
    "nested calls": (
        {"body": "(x: int) -> int; return " + "neg(" * 5000 + "x" + ")" * 5000},
        "nested deeper",
    ),
    "cost of nothing": ({"cost": 0}, ">= 1"),
    "large cost": ({"cost": 65}, "<= 64"),
    "cost beyond 64 bits": ({"cost": 2**70}, "int"),
    "cost in words": ({"cost": "six"}, "Expected `int`"),
    "unknown field": ({"danger": 1}, "danger"),
    "list as name": ({"name": ["inc"]}, "Expected `str`"),
    "other calls": ({"calls": {"double": "0" * 32}}, "calls other skills"),
    "seed beyond 64 bits": ({"provenance": {"seed": 2**64}}, "provenance.seed"),
    "unknown origin": ({"provenance": {"origin": "stolen"}}, "Invalid enum value"),
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_skill_is_refused_with_its_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_three(tmp_path / "lib")
    changes, said = BAD_LINES[kind]
    file = tmp_path / "skills.jsonl"
    fine = GOOD | {"name": "dec", "body": "(x: int) -> int; return sub(x, 1)"}
    file.write_text(f"{json.dumps(fine)}\n{json.dumps(GOOD | changes)}\n")
    sentence = refused(capsys, "library", "import", tmp_path / "lib", file)
    assert said in sentence and "skills.jsonl, line 2: " in sentence
    assert names(Library.open(tmp_path / "lib")) == ["double", "double_all", "flip"]


BAD_FILES = {
    "no JSON": (b"{", "not JSON"),
    "list": (b"[]", "a skill should be a mapping"),
    "deep": (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
    "surrogate": (json.dumps(GOOD | {"doc": "\ud800"}).encode(), "a surrogate"),
    "surrogate in a body": (json.dumps(GOOD | {"body": "() -> \ud800"}).encode(), "unexpected"),
    "key twice": (b'{"name": "inc", "name": "inc"}', "given twice"),
    "no text": (b"\xff\xfe", "not UTF-8"),
    "no doc": (b'{"name": "inc", "body": "() -> int; return 1"}', "missing required field `doc`"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, said = BAD_FILES[kind]
    (tmp_path / "skills.jsonl").write_bytes(content)
    sentence = refused(capsys, "library", "import", tmp_path / "lib", tmp_path / "skills.jsonl")
    assert said in sentence
    assert not (tmp_path / "lib").exists()


def entry(**changes: Any) -> Entry:
    fields = {"calls": {}, "cost": 6, "provenance": Provenance()}
    return Entry(**(GOOD | fields | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calls": {"double": "0" * 32}}, "calls 'double', but another one than is there"),
        ({"calls": {"triple": "0" * 32}}, "calls 'triple', which is not there"),
        ({"calls": {"inc": "0" * 32}}, "inc calls itself"),
        ({"body": "(x: int) -> int; return double(x)"}, "does not call what the entry says"),
        ({"calls": {"x": "short"}}, "cannot be kept"),
        ({"calls": {f"x{n}": "0" * 32 for n in range(300)}}, "cannot be kept"),
        ({"cost": 2**80}, "cannot be kept"),
        ({"cost": "six"}, "cannot be kept"),
        ({"doc": "\ud800"}, "a surrogate"),
        ({"body": '() -> str; return "\ud800"'}, "a surrogate"),
        ({"body": None}, "cannot be kept"),
        ({"provenance": Provenance(task="a\nb")}, "task of inc should be one line"),
        ({"provenance": Provenance(description="a" * 3000)}, "cannot be kept"),
        ({"provenance": Provenance(origin="stolen")}, "cannot be kept"),
    ],
)
def test_a_bad_entry_is_refused(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    library = make_three(tmp_path / "lib")
    with pytest.raises(InputError, match=said) as refusal:
        library.add([entry(**changes)])
    assert str(refusal.value).isprintable() and len(str(refusal.value)) < 300
    assert names(library) == names(Library.open(tmp_path / "lib")) == ["double", "double_all", "flip"]


def test_a_bad_entry_that_is_on_disk_with_a_right_checksum_is_named(tmp_path: Path) -> None:
    make_three(tmp_path / "lib")
    for number, bad in enumerate([entry(name="add"), entry(doc="a\nb"), entry(body="x")], start=4):
        (tmp_path / "lib" / "skills" / str(file_name(number, bad))).write_bytes(entry_line(number, bad))
    library = Library.open(tmp_path / "lib")
    assert names(library) == ["double", "double_all", "flip"] and len(library.damaged) == 3


def test_skills_that_call_each_other_cannot_be_written(tmp_path: Path) -> None:
    """An address covers those of what is called, so each of two would have to be known before the other."""
    library = make_three(tmp_path / "lib")
    bodies = {"ping": "(x: int) -> int; return pong(x)", "pong": "(x: int) -> int; return ping(x)"}
    addresses = {"ping": "0" * 32, "pong": "0" * 32}
    for number, name in zip(range(4, 40), itertools.cycle(bodies), strict=False):
        (other,) = bodies.keys() - {name}
        made = entry(name=name, body=bodies[name], calls={other: addresses[other]})
        addresses[name] = made.hash
        (tmp_path / "lib" / "skills" / str(file_name(number, made))).write_bytes(entry_line(number, made))
        with pytest.raises(InputError):
            library.add([made])
    opened = Library.open(tmp_path / "lib")
    assert names(opened) == ["double", "double_all", "flip"]
    assert len(opened.damaged) == 36 and not any(damage.is_own for damage in opened.damaged)


def chain(library: Library, num: int, body: str) -> None:
    library.add([library.new_entry("s0", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    for number in range(1, num):
        text = body.replace("below", f"s{number - 1}")
        library.add([library.new_entry(f"s{number}", "Calls another.", text)])


def test_calls_that_go_too_deep_are_refused(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    with pytest.raises(InputError, match="65 deep, more than 64"):
        chain(library, 200, "(x: int) -> int; return below(x)")
    assert len(library.entries) == shelf.MAX_DEPTH


def test_skills_that_call_the_one_before_twice_take_no_more_room_than_their_lines(tmp_path: Path) -> None:
    from vm.lowering import lower
    from vm.program import Fault, Program

    library = Library.open(tmp_path / "lib", create=True)
    chain(library, 64, "(x: int) -> int; return add(below(x), below(x))")
    program = Program.parse("(x: int) -> int; return s63(x)", library.table)
    assert len(lower(program).ops) < 64 * 6
    assert Program.parse("(x: int) -> int; return s10(x)", library.table)(1) == 2**11
    with pytest.raises(Fault, match="FUEL"):
        program(1)


def test_bodies_of_too_many_lines_are_refused(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    lines = "; ".join(f"a{number} = neg(x)" for number in range(shelf.MAX_LINES + 1))
    with pytest.raises(InputError, match="at most 1024 lines, not 1,025"):
        library.add([library.new_entry("s", "Does much.", f"(x: int) -> int; {lines}; return x")])


def test_what_a_body_reaches_is_bounded(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    lines = "; ".join(f"a{number} = neg(x)" for number in range(1000))
    for number in range(10):
        library.add([library.new_entry(f"s{number}", "Does much.", f"(x: int) -> int; {lines}; return x")])
    calls = "; ".join(f"b{number} = s{number}(x)" for number in range(9))
    with pytest.raises(InputError, match="all it calls have 9,009 lines, more than 8,192"):
        library.add([library.new_entry("lots", "Does more.", f"(x: int) -> int; {calls}; return x")])


def test_one_skill_may_not_call_hundreds(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    library.add(
        [library.new_entry(f"s{n}", "Adds.", f"(x: int) -> int; return add(x, {n})") for n in range(300)]
    )
    calls = "; ".join(f"b{number} = s{number}(x)" for number in range(300))
    with pytest.raises(InputError, match="at most 256 learnt skills, not 300"):
        library.new_entry("hundreds", "Calls all.", f"(x: int) -> int; {calls}; return x")


def test_any_change_of_a_good_line_is_taken_or_refused_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Characters of a good line are replaced one at a time; whatever comes of it, there is no traceback."""
    from mcts_compose.commands.main import main

    line = msgspec.json.encode(GOOD).decode()
    file = tmp_path / "skills.jsonl"
    for place in range(len(line)):
        for mark in ('"', "\\", "é"):
            file.write_text(line[:place] + mark + line[place + 1 :])
            status = main(["library", "import", str(tmp_path / f"lib{place}"), str(file)])
            said = capsys.readouterr().err
            assert status in (0, 2) and said.count("\n") == 1, said
