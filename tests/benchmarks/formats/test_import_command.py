"""The command `import`: files and directories, what it says, and what it leaves behind."""

import errno
import json
import os

import pytest

from benchmarks.formats.csv_table import parse_types
from benchmarks.formats.importing import write_task_file
from mcts_compose.commands.main import main
from mcts_compose.errors import InputError, OutputError
from mcts_compose.task_files import load_tasks
from tests.benchmarks.formats.small_files import CSV, MORE_PROBLEMS, SMALL
from tests.mcts_compose.refusals import refused


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *argv):
    status = main(["import", *map(str, argv)])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("format_name", SMALL)
def test_a_file_becomes_a_task_file_twice_with_the_same_bytes(place, capsys, format_name):
    name, text = SMALL[format_name]
    (place / name).write_text(text)
    for out in ("one.jsonl", "two.jsonl"):
        assert run(capsys, format_name, name, "--out", out) == (0, f"{out}: 1 task\n", "")
    assert (place / "one.jsonl").read_bytes() == (place / "two.jsonl").read_bytes()
    (task,) = load_tasks(place / "one.jsonl")
    assert task.id == name.partition(".")[0] and task.inputs
    assert sorted(file.name for file in place.iterdir()) == sorted([name, "one.jsonl", "two.jsonl"])


def test_a_directory_is_read_in_order_and_what_is_refused_is_named(place, capsys):
    problems = {
        **MORE_PROBLEMS,
        "b/strings.sl": SMALL["sygus"][1],
        "b/bad.sl": "(",
        "b/notes.txt": "x",
        ".h.sl": "(",
    }
    problems["several.sl"] = "(synth-fun f ((x Int)) Int)(synth-fun g ((x Int)) Int)(check-synth)"
    for name, text in problems.items():
        (place / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "in" / name).write_text(text)
    status, out, err = run(capsys, "sygus", "in", "--out", "t.jsonl")
    assert status == 1
    assert out == "t.jsonl: 5 tasks, of which 1 cannot be searched by this version; 1 file refused\n"
    assert err.splitlines() == [
        "refused: in/b/bad.sl, line 1, column 1: there is '(' without ')'",
        "cannot be searched: several: it looks for 2 functions at once, a task for one",
    ]
    assert [task.id for task in load_tasks(place / "t.jsonl")] == [
        "b/strings", "circuit", "several", "trick", "words"
    ]  # fmt: skip
    sources = [json.loads(line)["source"] for line in (place / "t.jsonl").read_text().splitlines()]
    assert sources == ["b/strings.sl", "circuit.sl", "several.sl", "trick.sl", "words.sl"]


def test_tasks_of_big_bench_are_named_after_their_folders(place, capsys):
    for name in ("c001", "c002"):
        (place / "lf" / name).mkdir(parents=True)
        (place / "lf" / name / "task.json").write_text(SMALL["list-functions"][1])
    assert run(capsys, "list-functions", "lf", "--out", "t.jsonl")[0] == 0
    assert [(task.id, task.name) for task in load_tasks(place / "t.jsonl")] == [
        ("c001", "c001"),
        ("c002", "c002"),
    ]


def test_two_files_of_one_name_are_not_two_tasks(place, capsys):
    (place / "in").mkdir()
    for name in ("a.csv", "a.tsv"):
        (place / "in" / name).write_text("x\ty\n1\t2\n" if name == "a.tsv" else "x,y\n1,2\n")
    status, _, err = run(capsys, "csv", "in", "--out", "t.jsonl")
    assert (status, err) == (1, "refused: in/a.tsv: the id 'a' is that of a.csv already\n")


def test_columns_are_named_by_flags(place, capsys):
    (place / "people.csv").write_text(CSV)
    flags = ("--output", "age", "--output", "greeting", "--type", "age=float")
    assert run(capsys, "csv", "people.csv", *flags, "--out", "t.jsonl")[0] == 0
    age, greeting = load_tasks(place / "t.jsonl")
    assert (age.id, greeting.id, age.outputs) == ("people/age", "people/greeting", (36.0, 41.0))


def test_types_of_every_form_are_known_and_others_may_be_beyond_this_version():
    given = ["a=list[char]", "b=bv16", "c= list[ int ]", "d=list[list[str]]"]
    assert parse_types(given) == {"a": "list[char]", "b": "bv16", "c": "list[int]", "d": "list[list[str]]"}


def test_a_file_that_appears_meanwhile_stays_and_a_failed_write_leaves_nothing(place, monkeypatch):
    (place / "t.jsonl").write_text("theirs")
    with pytest.raises(InputError, match="is there already"):
        write_task_file([b"{}\n"], place / "t.jsonl")
    assert (place / "t.jsonl").read_text() == "theirs"

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="cannot be written \\(No space left"):
        write_task_file([b"{}\n"], place / "z.jsonl")
    assert [file.name for file in place.iterdir()] == ["t.jsonl"]


REFUSED = {
    "an unknown format": (["sygu", "a.sl"], "unknown format 'sygu'; known ones are sygus, arc,", "'sygus'?"),
    "no such file": (["pla", "b.pla"], "b.pla: cannot be read (No such file or directory)"),
    "a bad file": (["sygus", "a.sl"], "a.sl, line 1, column 1: there is '(' without ')'"),
    "no files": (["pla", "."], "it holds no file that ends in .pla"),
    "bad files alone": (["sygus", "."], ".: no file can be imported; refused: a.sl, line 1"),
    "another suffix": (["pla", "a.pla", "--out", "t.json"], "the name of the task file should end in .jsonl"),
    "a file that is there": (["sygus", "a.sl", "--out", "old.jsonl"], "old.jsonl: is there already"),
    "a place that is not there": (["csv", "b.csv", "--out", "no/t.jsonl"], "its directory does not exist"),
    "a type without a column": (
        ["csv", "a.csv", "--type", "int"],
        "--type is 'int', but should be COLUMN=TYPE",
    ),
    "a type twice": (["csv", "a.csv", "--type", "x=int", "--type", "x=str"], "--type gives column 'x' twice"),
    "a type that is none": (
        ["csv", "a.csv", "--type", "x=flaot"],
        "--type gives column 'x' the type 'flaot', which is none; did you mean 'float'?",
    ),
    "a type like no other": (
        ["csv", "a.csv", "--type", "x=foo"],
        "which is none; types are int, float, bool",
    ),
    "a result twice": (
        ["csv", "a.csv", "--output", "y", "--output", "y"],
        "--output gives column 'y' twice, but should give it once",
    ),
    "columns of no table": (["sygus", "a.sl", "--output", "x"], "which sygus files are not"),
}


@pytest.mark.parametrize(("argv", "said"), [(argv, said) for argv, *said in REFUSED.values()], ids=REFUSED)
def test_mistakes_end_in_one_sentence_and_write_nothing(place, capsys, argv, said):
    (place / "a.sl").write_text("(")
    (place / "a.csv").write_text("x,y\n1,2\n")
    (place / "old.jsonl").write_text("old")
    before = sorted(file.name for file in place.iterdir())
    out = [] if "--out" in argv else ["--out", "t.jsonl"]
    sentence = refused(capsys, "import", *argv, *out)
    assert all(part in sentence for part in said), sentence
    assert sorted(file.name for file in place.iterdir()) == before
    assert (place / "old.jsonl").read_text() == "old"
