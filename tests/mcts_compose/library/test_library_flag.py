"""`--library DIR`: searches call its skills, and programs that call them are shown, traced and kept."""

import json
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from mcts_compose.library.attach import with_library
from mcts_compose.library.library import Library
from mcts_compose.results.run_directory import read_results
from mcts_compose.task_files import load_task
from tests.mcts_compose.library.shelf_of_three import files, make_three
from tests.mcts_compose.refusals import refused

STEP = "(x: int) -> int; v1 = mul(x, 3); v2 = add(v1, 1); v3 = bit_xor(v2, 5); return mod(v3, 17)"
TASK = {
    "id": "steps",
    "description": "Steps each number twice.",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[1, 2]], [[5, 0, 3]], [[7, 11, 12]]],
}


def step(x: int) -> int:
    return ((3 * x + 1) ^ 5) % 17


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a library, and a task that takes two loops over a skill of it."""
    monkeypatch.chdir(tmp_path)
    library = make_three(tmp_path / "lib")
    library.add([library.new_entry("step", "Steps a number.", STEP)])
    outputs = [[step(step(x)) for x in xs] for (xs,) in TASK["inputs"]]
    held_out = {"test_inputs": [[[100]]], "test_outputs": [[step(step(100))]]}
    (tmp_path / "t.json").write_text(json.dumps({**TASK, "outputs": outputs, **held_out}))
    return tmp_path


BUDGET = ("--executions", "200000", "--prior", "frequency")


def test_a_search_calls_skills_of_the_library_and_its_result_holds_them(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["solve", "t.json", "--library", "lib", *BUDGET, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["generalises"] and "&step" in result["program"]
    assert [skill[0] for skill in result["skills"]] == ["step"]
    main(["solve", "t.json", *BUDGET, "--json"])
    assert not json.loads(capsys.readouterr().out)["generalises"]


def test_a_run_keeps_what_is_needed_to_show_its_programs(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ("bench", "run", "t.json", "--library", "lib", *BUDGET, "--out", "run")
    assert main([*run]) == 0
    (result,) = read_results(place / "run")
    assert result.program is not None and result.program([100]) == [step(step(100))]
    capsys.readouterr()
    assert main(["show", "program", "run"]) == 0
    assert "&step" in capsys.readouterr().out
    assert main(["show", "trace", "run", "t.json"]) == 0
    assert "right" in capsys.readouterr().out
    assert main(["bench", "report", "run", "--out", "page.html"]) == 0
    assert f"the task wants {[step(step(x)) for x in (1, 2)]}: right" in Path("page.html").read_text()
    assert main([*run]) == 0  # resumed
    capsys.readouterr()
    assert "was made with suites" in refused(capsys, "bench", "run", "t.json", *BUDGET, "--out", "run")


def test_program_text_may_call_skills_of_the_library(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "(x: list[int]) -> list[int]; return double_all(map(&step, x))"
    Path("p.txt").write_text(text)
    for source in (text, "p.txt"):
        assert main(["show", "program", source, "--library", "lib"]) == 0
        assert "double_all(v1)" in capsys.readouterr().out
    assert main(["show", "trace", text, "[4]", "--library", "lib"]) == 0
    assert f"returns [{2 * step(4)}]" in capsys.readouterr().out
    assert "unknown skill 'step'" in refused(capsys, "show", "program", text)


def test_program_text_may_call_shipped_assembly_beside_the_library(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "(x: list[int]) -> list[int]; v1 = run_subleq(x, 1); return double_all(v1)"
    assert main(["show", "program", text, "--library", "lib"]) == 0
    assert "run_subleq" in capsys.readouterr().out


def test_what_is_damaged_is_noted_and_the_rest_is_used(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files(place / "lib")[0].write_bytes(b"")
    assert main(["solve", "t.json", "--library", "lib", *BUDGET]) == 0
    said = capsys.readouterr()
    assert "&step" in said.out and "2 damaged; mcts-compose library verify lib names them" in said.err


def test_a_task_is_offered_what_its_sub_tasks_mean_with_all_that_it_calls(place: Path) -> None:
    library = Library.open("lib")
    task = load_task("t.json")
    assert [skill.name for skill in with_library(task, library).library.learnt] == [
        "double", "double_all", "flip", "step",
    ]  # fmt: skip
    for number in range(40):
        body = f"(x: int) -> int; return add(x, {number})"
        library.add([library.new_entry(f"other{number}", "Is about something else.", body)])
    (place / "s.json").write_text(
        json.dumps(json.loads(Path("t.json").read_text()) | {"subtasks": ["double-all"]})
    )
    offered = [skill.name for skill in with_library(load_task("s.json"), library).library.learnt]
    assert {"double", "double_all", "step"} <= set(offered) and len(offered) < 25


@pytest.mark.parametrize(
    "command",
    [["solve", "t.json"], ["bench", "run", "t.json"], ["show", "program", "(x: int) -> int; return x"]],
)
def test_a_library_that_is_none_is_one_sentence(
    command: list[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no such directory" in refused(capsys, *command, "--library", "nowhere")
    assert not (place / "runs").exists()


def test_an_assembly_task_takes_no_library(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "solve", "sort-kernels-v1#sort2-cmov", "--library", "lib")
    assert "is an assembly task" in said
