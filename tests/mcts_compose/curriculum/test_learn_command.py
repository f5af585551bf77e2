"""`mcts-compose learn` as a command: which tasks it takes, its seed, its minutes, and its workers."""

import json
from pathlib import Path

import pytest

from mcts_compose.cluster import session
from mcts_compose.commands.main import main
from mcts_compose.library.library import Library
from tests.mcts_compose.curriculum.small_suite import task_file
from tests.mcts_compose.curriculum.test_learning import told

UNSUPPORTED = {
    "id": "ragged", "types": {"inputs": ["list[list[int]]"], "output": "int"},
    "inputs": [[[[1], [2, 3]]], [[[], [4]]]], "outputs": [2, 1],
}  # fmt: skip
ASSEMBLY = {
    "id": "lowest-bit", "types": {"inputs": ["bv32"], "output": "bv32"},
    "inputs": [[12], [7]], "outputs": [4, 1],
}  # fmt: skip


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return task_file(tmp_path / "small.jsonl")


def learn(suite: Path, library: str, *more: object) -> int:
    flags = ("--library", suite.parent / library, "--prior", "frequency", "--executions", 3000, "--levels", 0)
    return main(["learn", *map(str, (suite, *flags, *more))])


def test_unsupported_tasks_are_left_out_and_said(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = suite.read_text().splitlines()
    suite.write_text("\n".join([lines[3], json.dumps(UNSUPPORTED)]))
    assert learn(suite, "lib") == 1  # not all of the suite is learnt
    said = capsys.readouterr()
    assert "small: task ragged is left out: inputs[0][0] is a list of lists of unequal length" in said.err
    assert "1 of 1 tasks right, 1 left out; 1 skills" in said.err
    assert "ragged" not in said.out


def test_assembly_tasks_are_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite.write_text(suite.read_text() + "\n" + json.dumps(ASSEMBLY))
    assert learn(suite, "lib") == 2
    assert "task lowest-bit is an assembly task" in capsys.readouterr().err
    assert not (suite.parent / "lib").exists()


def test_a_run_whose_minutes_are_over_goes_on_as_if_they_were_not(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert learn(suite, "lib", "--minutes", 0) == 1
    assert "0 minutes are over" in capsys.readouterr().err
    assert not Library.open(suite.parent / "lib").entries
    learn(suite, "lib")
    learn(suite, "whole")
    assert told(suite.parent / "lib") == told(suite.parent / "whole")
    capsys.readouterr()
    learn(suite, "lib", "--minutes", 0)  # nothing is left
    assert "minutes are over" not in capsys.readouterr().err


def test_the_seed_is_of_every_search_and_of_the_run(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(suite, "lib", "--seed", 7)
    assert {entry.provenance.seed for entry in Library.open(suite.parent / "lib").entries} == {7}
    assert learn(suite, "lib", "--seed", 8) == 2
    assert "begun with other tasks or settings" in capsys.readouterr().err


@pytest.mark.slow
def test_workers_learn_the_same_with_one_session_for_all_generations(
    suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    start = session.RaySession._start_own
    monkeypatch.setattr(session.RaySession, "_start_own", lambda self: (started.append(self), start(self)))
    learn(suite, "lib", "--workers", 2, "--report", suite.parent / "page.html")
    learn(suite, "alone")
    assert len(started) == 1
    assert told(suite.parent / "lib")[0] == told(suite.parent / "alone")[0]
