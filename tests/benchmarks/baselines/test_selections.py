"""Tasks that show ten examples are a suite of their own, judged on what tasks of the same function show."""

import json
from pathlib import Path

import pytest

from benchmarks.baselines.plan import steps_of, suites_in
from benchmarks.baselines.selections import (
    CONTEST_WORDS,
    SELECTIONS,
    Selection,
    selected,
    tasks_path,
    write_selections,
)
from benchmarks.formats.importing import import_files
from benchmarks.formats.registry import FORMATS
from mcts_compose.errors import InputError
from mcts_compose.task import Task
from mcts_compose.task_files import load_tasks
from mcts_compose.task_memory import WordMemory


def row(function: str, name: str, inputs: range) -> dict[str, object]:
    step = {"PRE_7": 1, "PRE_8": 2}.get(function, 3)
    return {
        "id": f"bv_{name}", "name": name, "types": {"inputs": ["bv64"], "output": "bv64"},
        "inputs": [[each] for each in inputs], "outputs": [each + step for each in inputs],
        "test_inputs": [], "test_outputs": [],
    }  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A suite with two functions at several numbers of examples, and one that shares only its first words."""
    rows = [
        row("PRE_7", "PRE_7_10", range(10)), row("PRE_7", "PRE_7_100", range(5, 30)),
        row("PRE_8", "PRE_8_100", range(40, 60)), row("PRE_8", "PRE_8_10", range(10)),
        row("other", "PRE_icfp_gen_7.1", range(11, 20)),
    ]  # fmt: skip
    folder = tmp_path / "data" / "sygus_bv"
    folder.mkdir(parents=True)
    (folder / "sygus_bv.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    return tmp_path / "data"


def test_selected_tasks_hold_out_what_their_function_shows_elsewhere(data: Path, tmp_path: Path) -> None:
    write_selections(data, tmp_path / "runs", ["sygus_bv", "sygus_bv_10"])
    path = tasks_path("sygus_bv_10", data, tmp_path / "runs")
    seven, eight = load_tasks(Path(path))
    assert (seven.id, eight.id) == ("bv_PRE_7_10", "bv_PRE_8_10")
    assert seven.inputs == tuple((each,) for each in range(10)) and seven.outputs == tuple(range(1, 11))
    assert sorted(seven.test_inputs) == [(each,) for each in range(10, 30)]
    assert sorted(eight.test_inputs) == [(each,) for each in range(40, 60)]
    assert all(
        output == inputs[0] + 1 for inputs, output in zip(seven.test_inputs, seven.test_outputs, strict=True)
    )


def test_selected_words_have_the_grammar_of_their_track(
    data: Path, tmp_path: Path, shared_data: Path
) -> None:
    write_selections(data, tmp_path, ["sygus_bv_10"])
    task = load_tasks(Path(tasks_path("sygus_bv_10", data, tmp_path)))[0]
    rows = map(json.loads, (shared_data / "sygus_sl" / "sygus_sl.jsonl").read_text().splitlines())
    texts = [row["sl"] for row in rows if "PBE_BV_Track" in row["id"]]
    assert texts
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.sl"
        path.write_text(text)
        (line,) = import_files(FORMATS.load("sygus")(), path).lines
        assert json.loads(line)["memory"] == CONTEST_WORDS
    assert isinstance(task, Task) and isinstance(task.memory, WordMemory)
    assert list(task.memory.instructions) == CONTEST_WORDS["instructions"]


def test_a_selection_is_a_suite_of_the_plan(data: Path) -> None:
    assert suites_in(data) == ["sygus_bv", "sygus_bv_10"]
    ours, cvc5 = steps_of(["sygus_bv_10"], ["mcts-compose", "cvc5"], [60.0])
    assert ours.shown == (
        "mcts-compose bench run runs/tasks/sygus_bv_10.jsonl --seconds 60 "
        "--out runs/sygus_bv_10-mcts-compose-60s"
    )
    assert "r/tasks/sygus_bv_10.jsonl" in cvc5.command(data, Path("r"))


def test_what_cannot_be_selected_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no task with 12 examples"):
        selected(Selection("a", "sygus_bv", 12), data)
    whole = row("PRE_7", "PRE_7_10", range(10))
    for spoiled in ({}, whole | {"inputs": 5}, whole | {"outputs": [1]}):
        (data / "sygus_bv" / "sygus_bv.jsonl").write_text(f"{json.dumps(spoiled)}\n")
        with pytest.raises(InputError, match="line 1: should be a task with examples"):
            selected(SELECTIONS[0], data)
    with pytest.raises(InputError, match="cannot be read"):
        selected(SELECTIONS[0], tmp_path)
