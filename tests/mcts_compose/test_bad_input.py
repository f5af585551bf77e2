"""Every kind of wrong input ends in one sentence on standard error, exit status 2, and nothing written."""

import json
from pathlib import Path

import pytest

from mcts_compose.commands.main import main

GOOD = {
    "id": "double",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[1, 2]], [[5]]],
    "outputs": [[2, 4], [10]],
}


def task(**changes: object) -> bytes:
    return (
        json.dumps({key: value for key, value in (GOOD | changes).items() if value is not ...}).encode()
        + b"\n"
    )


WORDS = {"types": {"inputs": ["bv8"], "output": "bv8"}, "inputs": [[1], [2]], "outputs": [2, 4]}
TABLE = {
    "types": {"inputs": ["bool", "bool"], "output": "list[bool]"},
    "inputs": None,
    "outputs": None,
    "encoding": "truth_table",
    "truth_tables": ["0110", "000-"],
}
CELLS = {
    "types": {"inputs": ["int", "int"], "output": "list[int]"},
    "inputs": [[1, 2], [2, 1]],
    "outputs": [[1, 2], [1, 2]],
}
FIXED = {"kind": "fixed", "set": "minmax", "instructions": ["mov", "min"]}


def word_task(**changes: object) -> bytes:
    return task(**(WORDS | changes))


def table_task(**changes: object) -> bytes:
    return task(**(TABLE | changes))


def cell_task(*, memory: dict[str, object], **changes: object) -> bytes:
    return task(**(CELLS | changes | {"memory": FIXED | memory}))


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
    "word beyond its width": (
        "t.jsonl",
        word_task(outputs=[256, 1]),
        "field outputs[0]: the word is 256, but should be a whole number from 0 to 255",
    ),
    "negative word": ("t.jsonl", word_task(inputs=[[-1], [2]]), "field inputs[0][0]: the word is -1, but"),
    "bool for a word": ("t.jsonl", word_task(outputs=[True, 1]), "field outputs[0]: the word is True, but"),
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


def refused(capsys: pytest.CaptureFixture[str], *argv: object) -> str:
    """Runs a command line that must be refused, and returns its one sentence."""
    assert main([str(argument) for argument in argv]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("mcts-compose: ") and said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err and len(said.err) < 600
    assert said.err[:-1].isprintable()
    return said.err


BAD_FILES |= {
    "table of a wrong length": (
        "t.jsonl",
        table_task(truth_tables=["0110", "000"]),
        "field truth_tables[1]: there are 3 characters, but 2 inputs make 4 rows",
    ),
    "table of other characters": (
        "t.jsonl",
        table_task(truth_tables=["01x0", "0000"]),
        "field truth_tables[0]: character 2 is 'x', but should be 0, 1 or -",
    ),
    "table without values": ("t.jsonl", table_task(truth_tables=["----"]), "every row is -"),
    "no table": ("t.jsonl", table_task(truth_tables=...), "field truth_tables: it is missing"),
    "empty list of tables": ("t.jsonl", table_task(truth_tables=[]), "there should be 1 to 1,000"),
    "two tables for one result": (
        "t.jsonl",
        table_task(types={"inputs": ["bool", "bool"], "output": "bool"}),
        "there are 2 tables, but there should be 1",
    ),
    "other number of inputs": (
        "t.jsonl",
        table_task(n_inputs=3),
        "field n_inputs: it is 3, but types.inputs",
    ),
    "other number of outputs": (
        "t.jsonl",
        table_task(n_outputs=1),
        "field n_outputs: it is 1, but truth_tab",
    ),
    "too many inputs of a table": (
        "t.jsonl",
        table_task(types={"inputs": ["bool"] * 14, "output": "bool"}),
        "there should be 1 to 13",
    ),
    "table over ints": (
        "t.jsonl",
        table_task(types={"inputs": ["int"], "output": "bool"}),
        "a truth table should take bool",
    ),
    "table with examples": ("t.jsonl", table_task(inputs=[[True, False]]), "field inputs: it should be null"),
    "table with held-out examples": (
        "t.jsonl",
        table_task(test_inputs=[[True, False]], test_outputs=[[True, True]]),
        "field test_inputs: it should be empty",
    ),
    "memory without a set": (
        "t.jsonl",
        task(memory={"kind": "fixed", "instructions": ["mov"]}),
        "field memory: object missing required field 'set'",
    ),
    "skills of an assembly task": (
        "t.jsonl",
        cell_task(memory={}, skills=["add"]),
        "field skills: an assembly task has no skills; memory.instructions should name its instructions",
    ),
    "unknown field of memory": (
        "t.jsonl",
        cell_task(memory={"scrach": 1}),
        "field memory.scrach: memory has no field of this name; did you mean 'scratch'?",
    ),
    "memory field of a wrong kind": (
        "t.jsonl",
        cell_task(memory={"scratch": "one"}),
        "field memory.scratch: expected 'int', got 'str'",
    ),
    "unknown set": (
        "t.jsonl",
        cell_task(memory={"set": "x68"}),
        "field memory.set: there is no instruction set 'x68'; did you mean 'x86'?",
    ),
    "unknown instruction": (
        "t.jsonl",
        cell_task(memory={"instructions": ["mov", "mni"]}),
        "field memory.instructions[1]: minmax has no instruction 'mni'; did you mean 'min'?",
    ),
    "instruction given twice": (
        "t.jsonl",
        cell_task(memory={"instructions": ["mov", "mov"]}),
        "'mov' is given twice",
    ),
    "no instruction": ("t.jsonl", cell_task(memory={"instructions": []}), "there should be at least one"),
    "too much scratch": ("t.jsonl", cell_task(memory={"scratch": 99}), "field memory.scratch: it is 99"),
    "name of a scratch register": (
        "t.jsonl",
        cell_task(memory={"scratch": 1}, arg_names=["s1", "b"]),
        "field arg_names[0]: the name 's1' is that of a scratch register",
    ),
    "unknown output": (
        "t.jsonl",
        cell_task(memory={"outputs": ["x", "z"]}),
        "field memory.outputs[1]: there is no register 'z'",
    ),
    "no output": ("t.jsonl", cell_task(memory={"outputs": []}), "there is no output"),
    "two outputs for one word": (
        "t.jsonl",
        cell_task(memory={}, types={"inputs": ["int", "int"], "output": "int"}, outputs=[1, 1]),
        "field memory.outputs: there are 2 outputs",
    ),
    "reference that is no term": (
        "t.jsonl",
        word_task(reference="(bvadd x"),
        "field reference: line 1, column 9: the text ends, but should go on with a term",
    ),
    "reference that contradicts an example": (
        "t.jsonl",
        word_task(reference="(bvadd x #x01)"),
        "field reference: on inputs[1] it gives 3, but outputs says 4",
    ),
    "reference of another width": (
        "t.jsonl",
        word_task(reference="bv16 (x: bv16) -> t1; add t1, x, x"),
        "field reference: its words have 16 bits, but those of the task have 8",
    ),
    "fewer words than outputs": (
        "t.jsonl",
        cell_task(memory={}, outputs=[[1], [1, 2]]),
        "field outputs[0]: there are 1 words, but memory.outputs has 2 registers",
    ),
    "no length": ("t.jsonl", cell_task(memory={"max_length": 0}), "field memory.max_length: it is 0"),
    "constant that is no word": (
        "t.jsonl",
        cell_task(memory={"constants": [1.5]}),
        "field memory.constants[0]: the constant is 1.5",
    ),
    "constant beyond its width": (
        "t.jsonl",
        word_task(memory={"kind": "growing", "set": "bv8", "constants": [300]}),
        "field memory.constants[0]: the word is 300",
    ),
    "set of another width": (
        "t.jsonl",
        word_task(memory={"kind": "growing", "set": "bv32"}),
        "field types: the types should all be bv32, the words of bv32",
    ),
    "set of other words": (
        "t.jsonl",
        cell_task(memory={"set": "gates", "instructions": ["and"]}),
        "field types: the types should all be bool, the words of gates",
    ),
    "growing memory of a set of cells": (
        "t.jsonl",
        cell_task(memory={"kind": "growing"}),
        "field memory.set: programs of minmax write fixed cells",
    ),
    "list in fixed memory": (
        "t.jsonl",
        cell_task(memory={}, types={"inputs": ["list[int]"], "output": "list[int]"}, inputs=[[[1]], [[2]]]),
        "arguments in memory (list[int]) are not supported yet",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_task_file_is_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name, content, expected = BAD_FILES[kind]
    Path(name).write_bytes(content)
    said = refused(capsys, "solve", name, "--out", "run")
    assert expected in said
    assert name in said
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert Path(name).read_bytes() == content


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


BAD_FLAGS = {
    "no command": ([], "missing command"),
    "unknown command": (["slove"], "no command 'slove'; did you mean 'solve'?"),
    "unknown flag": (["solve", "t.jsonl", "--second", "1"], "No such option: --second".lower()[3:]),
    "flag without a value": (["solve", "t.jsonl", "--seconds"], "requires an argument"),
    "no task": (["solve"], "missing argument"),
    "two tasks": (["solve", "t.jsonl", "u.jsonl"], "unexpected extra argument"),
    "unknown task": (["solve", "t.jsonl#trouble"], "it holds no task 'trouble'; did you mean 'double'?"),
    "unknown suite": (["solve", "list-v1"], "unknown suite 'list-v1'"),
    "seconds as a word": (["solve", "t.jsonl", "--seconds", "soon"], "--seconds"),
    "negative seconds": (["solve", "t.jsonl", "--seconds", "-1"], "budget seconds is -1.0"),
    "no seconds": (["solve", "t.jsonl", "--seconds", "0"], "budget seconds is 0.0"),
    "infinite seconds": (["solve", "t.jsonl", "--seconds", "inf"], "budget seconds is inf"),
    "NaN seconds": (["solve", "t.jsonl", "--seconds", "nan"], "budget seconds is nan"),
    "no simulations": (["solve", "t.jsonl", "--simulations", "0"], "budget simulations is 0"),
    "many simulations": (["solve", "t.jsonl", "--simulations", "9" * 30], "simulations"),
    "no executions": (["solve", "t.jsonl", "--executions", "0"], "budget executions is 0"),
    "negative model calls": (["solve", "t.jsonl", "--model-calls", "-1"], "budget model_calls is -1"),
    "several workers": (["solve", "t.jsonl", "--workers", "2"], "only 0 and 1 are supported yet"),
    "negative seed": (["solve", "t.jsonl", "--seed", "-1"], "--seed"),
    "unknown objective": (["solve", "t.jsonl", "--optimise", "beauty"], "should be length"),
    "unknown backup": (["solve", "t.jsonl", "--backup", "median"], "should be max or mean"),
    "unknown prune": (
        ["solve", "t.jsonl", "--no-prune", "pairs,vability"],
        "no prune 'vability'; there are viability, pairs",
    ),
    "cut below one": (["solve", "t.jsonl", "--cut", "0.5"], "--cut is '0.5', but should be none or a number"),
    "cut as a word": (["solve", "t.jsonl", "--cut", "deep"], "--cut is 'deep'"),
    "no length": (
        ["solve", "t.jsonl", "--max-length", "0"],
        "--max-length is 0, but should be a number",
    ),
    "proof of nothing": (["solve", "t.jsonl", "--prove-none-shorter-than", "0"], "shorter-than is 0"),
    "all and none": (["solve", "t.jsonl", "--all", "--prove-none-shorter-than", "3"], "exclude each other"),
    "prior arguments": (["solve", "t.jsonl", "--prior-args", "smoothing"], "name=value"),
    "prior argument twice": (["solve", "t.jsonl", "--prior-args", "a=1,a=2"], "is given twice"),
    "missing configuration": (["solve", "t.jsonl", "--config", "none.toml"], "No such file"),
    "configuration of another kind": (["solve", "t.jsonl", "--config", "t.jsonl"], ".toml, .yaml or .yml"),
    "unknown skill": (["skills", "sotr"], "no skill 'sotr'; did you mean 'sort'?"),
    "program of nonsense": (["show", "program", "(x: int) -> int; return y"], "program: line 1"),
    "program of an unknown skill": (["show", "program", "(x: list[int]) -> int; return sun(x)"], "sun"),
    "ill-typed program": (["show", "program", "(x: int) -> int; return sort(x)"], "sort"),
    "endless program": (
        ["show", "program", "(x: int) -> int; return " + "neg(" * 5000 + "x" + ")" * 5000],
        "program",
    ),
    "no program": (["show", "program", "none.txt"], "neither a file nor a program"),
    "unknown form": (["show", "program", "(x: int) -> int; return x", "--as", "cobol"], "--as"),
    "form of assembly only": (
        ["show", "program", "(x: int) -> int; return x", "--as", "c"],
        "printed as text or python, but not as c",
    ),
    "set without such a form": (
        ["show", "program", "subleq (a: int, b: int) -> b; subleq a, b", "--as", "asm"],
        "the program cannot be printed as asm",
    ),
    "no results": (["show", "program", "."], "no results.jsonl here"),
    "example out of range": (
        ["show", "trace", "(x: list[int]) -> list[int]; return x", "t.jsonl", "--example", "2"],
        "has 2 shown examples",
    ),
    "no held-out example": (
        ["show", "trace", "(x: list[int]) -> list[int]; return x", "t.jsonl", "--held-out"],
        "has 0 held-out",
    ),
    "program of other types": (
        ["show", "trace", "(x: int) -> int; return x", "t.jsonl"],
        "the program takes (int)",
    ),
    "inputs beyond 64 bits": (
        ["show", "trace", "(x: int) -> int; return x", "18446744073709551616"],
        "inputs: line 1, column 1: the int does not fit in 64 bits",
    ),
    "inputs of Python": (
        ["show", "trace", "(x: bool, y: bool) -> bool; return x", "True, 1"],
        "inputs: line 1, column 1: expected a literal",
    ),
    "training on nothing": (["train", "frequency", "t.jsonl", "--out", "w.json"], "no solved programs"),
    "training over a file": (["train", "frequency", "t.jsonl", "--out", "t.jsonl"], "is there already"),
    "page over a file": (["show", "tree", "t.jsonl", "--out", "t.jsonl"], "is there already"),
    "seeds": (["bench", "run", "t.jsonl", "--seeds", "0,one"], "--seeds is '0,one'"),
    "seeds twice": (["bench", "run", "t.jsonl", "--seeds", "0,0"], "only once"),
}


@pytest.mark.parametrize("kind", BAD_FLAGS)
def test_bad_flag_is_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.jsonl").write_bytes(task())
    argv, expected = BAD_FLAGS[kind]
    assert expected in refused(capsys, *argv)
    assert [path.name for path in tmp_path.iterdir()] == ["t.jsonl"]
    assert Path("t.jsonl").read_bytes() == task()


OF_FREQUENCY = ("--prior", "frequency", "--prior-args")
BAD_NAMES = {
    "unknown search": (["--search", "mtcs"], "unknown search 'mtcs'"),
    "unknown prior": (["--prior", "freqency"], "unknown prior 'freqency'"),
    "prior without arguments": (["--prior", "uniform", "--prior-args", "a=1"], "takes no arguments"),
    "unknown prior argument": ([*OF_FREQUENCY, "smothing=1"], "did you mean 'smoothing'?"),
    "prior argument of a wrong kind": ([*OF_FREQUENCY, "smoothing=much"], "must be a number"),
    "prior argument out of range": ([*OF_FREQUENCY, "smoothing=-1"], "must be a number"),
    "prior without its file": ([*OF_FREQUENCY, "weights=none.json"], "is not a file"),
    "prior of another file": ([*OF_FREQUENCY, "weights=t.jsonl"], "is no weights file"),
}


@pytest.mark.parametrize("kind", BAD_NAMES)
@pytest.mark.parametrize(
    "command", [["solve", "t.jsonl"], ["bench", "run", "t.jsonl"]], ids=["solve", "bench"]
)
def test_bad_name_is_one_sentence(
    kind: str,
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mcts_compose.commands.terminal.announce_compilation", lambda **_: None)
    Path("t.jsonl").write_bytes(task())
    flags, expected = BAD_NAMES[kind]
    assert expected in refused(capsys, *command, *flags, "--out", "run")
    assert [path.name for path in tmp_path.iterdir()] == ["t.jsonl"]


BAD_CONFIGS = {
    "unknown flag": (
        "c.toml",
        "secnds = 1\n",
        "line 1, field secnds: there is no such flag; did you mean 'seconds'?",
    ),
    "wrong kind": ("c.toml", 'seconds = "1"\n', "should be a number"),
    "bool for a number": ("c.yaml", "simulations: true\n", "should be a whole number"),
    "number for a switch": ("c.toml", "split = 1\n", "should be true or false"),
    "flag given twice": ("c.yaml", "goal-directed: true\ngoal_directed: false\n", "is given twice"),
    "value out of range": ("c.toml", "workers = 8\n", "only 0 and 1"),
    "list for prior arguments": ("c.toml", "prior-args = [1]\n", "name=value"),
    "syntax": ("c.toml", "seconds\n", "not TOML"),
}


@pytest.mark.parametrize("kind", BAD_CONFIGS)
def test_bad_configuration_is_one_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.jsonl").write_bytes(task())
    name, content, expected = BAD_CONFIGS[kind]
    Path(name).write_text(content)
    said = refused(capsys, "solve", "t.jsonl", "--config", name)
    assert expected in said


def test_unknown_skill_of_a_task_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mcts_compose.commands.terminal.announce_compilation", lambda **_: None)
    (tmp_path / "t.json").write_bytes(task(skills=["sotr"]))
    assert "did you mean 'sort'?" in refused(capsys, "solve", tmp_path / "t.json")
