"""Runs with several numbers of workers take turns, are compared, and must give the same results."""

import json
from pathlib import Path

import pytest
import typer

from benchmarks import workers as bench
from mcts_compose.errors import InputError
from tests.mcts_compose.refusals import task


def test_rows_take_turns_and_only_numbers_of_workers_must_agree(monkeypatch, capsys):
    asked = []

    def timed(command, directory):
        asked.append(command)
        slow = command[-1] == "1"
        return (3.0 if slow else 2.0), [{"solved": command[-2] != "--parts"}]

    monkeypatch.setattr(bench, "timed", timed)
    with pytest.raises(typer.Exit) as ended:
        bench.workers("solve t.json --seed {round}", rows="1,2,+--parts 1", rounds=2)
    assert ended.value.exit_code == 0
    start = ["solve", "t.json", "--seed"]
    added = (["--workers", "1"], ["--workers", "2"], ["--parts", "1"])
    assert asked == [[*start, number, *more] for number in "01" for more in added]
    said = capsys.readouterr().out
    assert "1.50" in said and "all results alike" in said


def test_results_that_differ_are_counted(monkeypatch, capsys):
    monkeypatch.setattr(bench, "timed", lambda command, directory: (1.0, [{"workers": command[-1]}]))
    with pytest.raises(typer.Exit) as ended:
        bench.workers("solve t.json", rows="0,1", rounds=3)
    assert ended.value.exit_code == 1
    assert "3 runs gave other results" in capsys.readouterr().out


def test_what_is_no_number_of_workers_is_refused():
    with pytest.raises(InputError, match="numbers such as"):
        bench.workers("solve t.json", rows="two")


@pytest.mark.slow
def test_a_real_command_is_timed_and_its_failure_told(tmp_path: Path):
    file = tmp_path / "t.jsonl"
    file.write_bytes(task())
    command = ["solve", str(file), "--prior", "uniform", "--simulations", "5"]
    seconds, results = bench.timed(command, tmp_path / "run")
    assert 0 < seconds < 300
    (kept,) = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text().splitlines()]
    assert results == [{name: value for name, value in kept.items() if name not in bench.LEFT_OUT}]
    with pytest.raises(InputError, match="status 2"):
        bench.timed(["solve", str(tmp_path / "none.json")], tmp_path / "other")
