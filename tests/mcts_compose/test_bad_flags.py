"""Every wrong flag, name and configuration ends in one sentence, and nothing is written."""

from pathlib import Path

import pytest

from tests.mcts_compose.refusals import refused, task

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
    "no memory": (["solve", "t.jsonl", "--memory-mb", "0"], "budget memory_mb is 0"),
    "little memory": (["solve", "t.jsonl#double", "--memory-mb", "63"], "needs 64 or more"),
    "several workers": (["solve", "t.jsonl", "--workers", "2"], "searches one task in one process"),
    "no parts": (["solve", "t.jsonl", "--parts", "0"], "--parts is 0, but should be a number from 1 to"),
    "parts of a bit trick": (
        ["solve", "bit-tricks-v1#p01-w32-full", "--parts", "2"],
        "bit tricks are searched in one part",
    ),
    "saved parts": (
        ["solve", "t.jsonl", "--parts", "2", "--save-every", "1", "--out", "run"],
        "a search in parts is not saved",
    ),
    "negative workers": (["bench", "run", "t.jsonl", "--workers", "-1"], "--workers is -1, but should be"),
    "negative seed": (["solve", "t.jsonl", "--seed", "-1"], "--seed"),
    "unknown objective": (["solve", "t.jsonl", "--optimise", "beauty"], "should be length"),
    "unknown choice": (["solve", "t.jsonl", "--choose", "best"], "should be likeliest or cheapest"),
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


BAD_FOR_TASK = {
    "search that needs another prior": (
        {}, ["--search", "sample", "--prior", "uniform"], "writes whole programs",
    ),
    "option of another family": ({}, ["--prove-none-shorter-than", "3"], "leave it out"),
    "parts of a search by samples": (
        {}, ["--parts", "2", "--search", "sample", "--prior", "bundled"], "'sample' has no parts",
    ),
    "parts that a model would rank in": (
        {}, ["--parts", "2", "--prior", "bundled", "--prior-args", "rank=yes"], "for prices alone",
    ),
    "parts of a tree that is kept": ({}, ["--parts", "2", "--keep-visits"], "is not kept"),
    "little memory for parts": (
        {"budget": {"memory_mb": 100}}, ["--parts", "2", "--seconds", "1"], "2 parts need 128 or more",
    ),
    "parts for which there is not enough memory": (
        {}, ["--parts", "100", "--seconds", "1"], "100 parts need 6400 or more",
    ),
    "unknown skill": ({"skills": ["sotr"]}, [], "did you mean 'sort'?"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_FOR_TASK)
def test_search_that_a_task_cannot_have_leaves_no_run_directory(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    changes, flags, expected = BAD_FOR_TASK[kind]
    Path("t.jsonl").write_bytes(task(**changes))
    assert expected in refused(capsys, "solve", "t.jsonl", *flags, "--out", "run")
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
    "value out of range": (
        "c.toml",
        "workers = -8\n",
        "--workers is -8, but should be a whole number from 0",
    ),
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
