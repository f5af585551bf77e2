"""Every kind of wrong task file ends in one sentence that names the file, and nothing is written."""

import json
from pathlib import Path

import pytest

from tests.mcts_compose.refusals import GOOD, refused, refused_file, task

GRID = {"inputs": ["grid"], "output": "int"}

BAD_FILES = {
    "empty": ("t.jsonl", b"", "no task"),
    "blank lines only": ("t.jsonl", b"\n\n  \n", "no task"),
    "not json": ("t.jsonl", b"{nope}\n", "line 1: not JSON"),
    "second line not json": ("t.jsonl", task() + b"[1,\n", "line 2: not JSON"),
    "torn json": ("t.json", task()[:-10], "line 1: not JSON"),
    "json lines named json": ("t.json", task() + task(id="b"), "ends in .jsonl"),
    "not utf-8": ("t.jsonl", task() + b'{"id": "\xff"}\n', "line 2: byte 8 (0xff) is not UTF-8"),
    "unknown suffix": ("t.csv", task(), "the name should end in one of .jsonl"),
    "a list": ("t.json", b"[" + task() + b"]", "should be a mapping of fields, but this is a list"),
    "a number": ("t.jsonl", b"3\n", "should be a mapping of fields, but this is 3"),
    "deep json": ("t.jsonl", b"[" * 100_000 + b"]" * 100_000 + b"\n", "nested more than 32 deep"),
    "somewhat deep json": (
        "t.jsonl",
        task(inputs=json.loads("[" * 40 + "]" * 40)),
        "nested more than 32 deep",
    ),
    "huge int": ("t.jsonl", task().replace(b"[1, 2]", b"[" + b"9" * 100_000 + b"]"), "100,000 digits"),
    "int beyond 64 bits": (
        "t.jsonl",
        task(outputs=[[2, 4], [2**63]]),
        "field outputs[1]: 9223372036854775808 does",
    ),
    "NaN": ("t.jsonl", task().replace(b"[1, 2]", b"[NaN]"), "NaN is not JSON"),
    "infinite float": (
        "t.jsonl",
        task(types={"inputs": ["list[int]"], "output": "float"}, outputs=[1.0, 2.0]).replace(
            b"1.0", b"1e999"
        ),
        "field outputs[0]: the value is not finite",
    ),
    "key given twice": ("t.jsonl", b'{"id": "a", ' + task()[1:], "the key 'id' is given twice"),
    "field missing": ("t.jsonl", task(outputs=...), "field outputs: it is missing"),
    "type missing": ("t.jsonl", task(types={"inputs": ["int"]}), "field types.output: it is missing"),
    "unknown field": (
        "t.jsonl",
        task(ouputs=[]),
        "field ouputs: a task has no field of this name; did you mean 'outputs'?",
    ),
    "unknown field of types": (
        "t.jsonl",
        task(types=GOOD["types"] | {"result": "int"}),
        "it has no field 'result'",
    ),
    "id of a wrong kind": ("t.jsonl", task(id=3), "field id: it is of kind int, but should be str"),
    "empty id": ("t.jsonl", task(id=""), "field id"),
    "id with an escape sequence": ("t.jsonl", task(id="a\x1b[2Jb"), "printable characters"),
    "id given twice": (
        "t.jsonl",
        task() + task(),
        "line 2, field id: the id 'double' was given before, on line 1",
    ),
    "unknown type": (
        "t.jsonl",
        task(types={"inputs": ["lst[int]"], "output": "int"}),
        "field types.inputs[0]: there is no type 'lst[int]'; did you mean 'list[int]'?",
    ),
    "tuple type": (
        "t.jsonl",
        task(types={"inputs": ["int"], "output": "tuple[int,int]"}),
        "'tuple[int,int]' in types.output is not supported yet",
    ),
    "list of bit vectors": (
        "t.jsonl",
        task(types={"inputs": ["list[bv32]"], "output": "bv32"}),
        "'list[bv32]' in types.inputs[0] is not supported",
    ),
    "words of two widths": (
        "t.jsonl",
        task(types={"inputs": ["bv32"], "output": "bv8"}),
        "types that mix words with others (bv32, bv8) are not supported",
    ),
    "rank three": (
        "t.jsonl",
        task(types={"inputs": ["list[list[list[int]]]"], "output": "int"}),
        "is not supported yet",
    ),
    "sygus": (
        "t.jsonl",
        task(encoding="sygus-if", inputs=None, outputs=None),
        "sygus-if are not supported yet",
    ),
    "unknown encoding": ("t.jsonl", task(encoding="morse"), "field encoding"),
    "unknown memory": (
        "t.jsonl",
        task(memory="elastic"),
        "but should be growing, or a mapping whose kind is",
    ),
    "memory of no kind": ("t.jsonl", task(memory={"set": "x86"}), "field memory: it is {'set': 'x86'}"),
    "no arguments": ("t.jsonl", task(types={"inputs": [], "output": "int"}), "there should be 1 to 8"),
    "no examples": ("t.jsonl", task(inputs=[], outputs=[]), "there should be at least one"),
    "null examples": ("t.jsonl", task(inputs=None), "field inputs: it is null"),
    "fewer outputs": ("t.jsonl", task(outputs=[[2, 4]]), "there are 1 outputs for 2 inputs"),
    "fewer held-out outputs": (
        "t.jsonl",
        task(test_inputs=[[[1]]]),
        "field test_outputs: there are 0 outputs for 1",
    ),
    "more arguments than types": (
        "t.jsonl",
        task(inputs=[[[1], [2]], [[5]]]),
        "field inputs[0]: there are 2 arguments",
    ),
    "argument list forgotten": (
        "t.jsonl",
        task(inputs=[[1, 2], [5]]),
        "field inputs[0]: there are 2 arguments",
    ),
    "text for an int": ("t.jsonl", task(outputs=[["a"], [1]]), "field outputs[0]: expected an int, got 'a'"),
    "bool for an int": (
        "t.jsonl",
        task(outputs=[[True], [1]]),
        "field outputs[0]: expected an int, got True",
    ),
    "float for an int": ("t.jsonl", task(outputs=[[1.5], [1]]), "field outputs[0]: expected an int, got 1.5"),
    "number for a list": ("t.jsonl", task(outputs=[3, [1]]), "field outputs[0]: expected a list[int], got 3"),
    "ragged grid": (
        "t.jsonl",
        task(types=GRID, inputs=[[[[1, 2], [3]]]], outputs=[1]),
        "rows of equal length",
    ),
    "ragged list of lists": (
        "t.jsonl",
        task(types={"inputs": ["list[list[int]]"], "output": "int"}, inputs=[[[[1, 2], [3]]]], outputs=[1]),
        "unequal length, which is not supported yet",
    ),
    "contradictory examples": (
        "t.jsonl",
        task(inputs=[[[1]], [[2]], [[1]]], outputs=[[1], [2], [3]]),
        "field outputs[2]: example 2 has the inputs of example 0 and another output",
    ),
    "half a surrogate pair": (
        "t.jsonl",
        task(types={"inputs": ["str"], "output": "int"}, inputs=[["\ud800"]], outputs=[1]),
        "half of a surrogate pair",
    ),
    "names for other arguments": (
        "t.jsonl",
        task(arg_names=["x", "y"]),
        "field arg_names: there are 2 names",
    ),
    "name that is no identifier": ("t.jsonl", task(arg_names=["x y"]), "should be an identifier"),
    "name kept for lines": ("t.jsonl", task(arg_names=["v1"]), "is kept for the lines of programs"),
    "constant of no type": ("t.jsonl", task(constants=[{"a": 1}]), "field constants[0]"),
    "mixed constant": ("t.jsonl", task(constants=[[1, "a"]]), "field constants[0]"),
    "unknown bound": ("t.jsonl", task(budget={"minutes": 3}), "field budget.minutes: there is no such bound"),
    "negative bound": ("t.jsonl", task(budget={"seconds": -1}), "field budget: budget seconds is -1"),
    "fraction of a simulation": ("t.jsonl", task(budget={"simulations": 1.5}), "should be a whole number"),
    "several tasks": ("t.jsonl", task() + task(id="b"), "it holds 2 tasks; name one as"),
    "yaml alias": ("t.yaml", b"a: &a [1]\nb: *a\n", "line 2: the alias *a should be written out"),
    "yaml bomb": ("t.yaml", b"a: &a [1]\n" + b"b: [*a, *a]\n" * 99, "alias"),
    "yaml object": ("t.yaml", b"id: !!python/object/apply:os.system ['true']\n", "line 1: not YAML"),
    "yaml key given twice": ("t.yaml", b"id: a\nid: b\n", "line 2: the key 'id' is given twice"),
    "yaml of two documents": ("t.yaml", b"id: a\n---\nid: b\n", "line 2: the file should hold one document"),
    "deep yaml": ("t.yaml", b"a: " + b"[" * 50 + b"]" * 50, "nested more than 32 deep"),
    "yaml syntax": ("t.yaml", b"id: [1\nb: 2\n", "not YAML"),
    "yaml control character": ("t.yaml", b"id: \x1b[2J\n", "not YAML"),
    "yaml huge int": ("t.yaml", b"id: " + b"9" * 100_000, "100,000 digits"),
    "yaml number as key": ("t.yaml", b"1: a\n", "the key 1 should be text"),
    "yaml field": (
        "t.yml",
        b"id: a\ntypes: {inputs: [int], output: int}\ninputs: [[1]]\noutputs: [x]\n",
        "line 4, field outputs[0]",
    ),
    "toml syntax": ("t.toml", b'id = "a"\ninputs = [\n', "not TOML"),
    "toml date": (
        "t.toml",
        b'id = 2020-01-01\ninputs = []\noutputs = []\n[types]\ninputs = []\noutput = "int"\n',
        "field id",
    ),
    "toml key given twice": ("t.toml", b'id = "a"\nid = "b"\n', "line 2: not TOML"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_task_file_is_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name, content, expected = BAD_FILES[kind]
    assert expected in refused_file(tmp_path, name, content, capsys)


def test_unreadable_things_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dir.json").mkdir()
    assert "is a directory" in refused(capsys, "solve", tmp_path / "dir.json")
    assert "No such file" in refused(capsys, "solve", tmp_path / "none.json")
    assert "cannot be read" in refused(capsys, "solve", f"{'x' * 5000}.json")
    (tmp_path / "loop.json").symlink_to("/dev/zero")
    assert "not a regular file" in refused(capsys, "solve", tmp_path / "loop.json")


def test_file_beyond_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(2**40)
    assert "more than the limit" in refused(capsys, "solve", tmp_path / "big.json")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("skills", ["sotr"], "did you mean 'sort'?"),
        ("budget", {"memory_mb": 63}, "budget memory_mb is 63, but a search over arrays needs 64 or more"),
    ],
)
def test_what_the_search_cannot_do_is_one_sentence(
    field: str, value: object, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.json").write_bytes(task(**{field: value}))
    assert expected in refused(capsys, "solve", tmp_path / "t.json")
