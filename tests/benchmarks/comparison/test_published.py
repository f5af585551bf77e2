"""Published results as a run: what is known of them is compared, and what is not is left out."""

import json
from pathlib import Path

import pytest

from benchmarks.comparison.published import read_published
from mcts_compose.commands.main import main
from tests.benchmarks.comparison.recorded import drawn_results, write_run
from tests.mcts_compose.refusals import refused


def line(number: int, solved: int, **changes: object) -> dict[str, object]:
    return {
        "suite": "a" if number % 3 else "b", "id": f"t{number:02}", "system": "Other (beam)",
        "budget": "50 values", "solved_runs": solved, "runs": 5, "source": "o/r",
    } | changes  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "ours", drawn_results(1))
    lines = [line(number, number % 6) for number in range(30)]
    lines += [line(0, 1, system="Other (random)", runs=1, budget="30 s")]
    (tmp_path / "told.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    return tmp_path


def test_a_task_is_solved_if_most_runs_solved_it_and_the_mean_is_told(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["bench", "compare", "ours", "told.jsonl#Other (beam)", "--other-budgets"]
    assert main([*command, "--json"]) == 0
    last = [json.loads(row) for row in capsys.readouterr().out.splitlines()][-1]
    assert (last["run"], last["num_solved"], last["num_results"]) == ("Other (beam)", 15, 30)
    ours = drawn_results(1)
    lost = sum(result.solved and int(result.task[1:]) % 6 < 3 for result in ours)
    assert last["beside"]["solved"]["lost"] == lost
    assert [last["beside"][name] for name in ("right", "candidates", "seconds", "improvement")] == [None] * 4
    assert main(command) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Other (beam), all: published, with the budget 50 values; solved by more than half of " in printed
    assert "its 5 runs, of which the mean is 15.0; seconds, candidates and right not known" in printed


def test_its_budget_is_none_of_ours(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "bench", "compare", "ours", "told.jsonl#Other (beam)")
    assert "known in words alone (50 values); --other-budgets compares it all the same" in said


def test_of_the_tasks_that_it_lacks_nothing_is_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("bench", "compare", "ours", "told.jsonl#Other (random)", "--other-budgets")
    assert "lacks 29 results that ours has" in refused(capsys, *command)
    assert main([*command, "--common", "--json"]) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert row["num_results"] == 1 and "its only run" in row["note"]


def test_a_system_may_be_named_by_its_beginning(place: Path) -> None:
    assert read_published(place / "told.jsonl", "Other (r").system == "Other (random)"


@pytest.mark.parametrize(
    ("content", "system", "sentence"),
    [
        (None, "Other", "several systems are called 'Other'; there are Other (beam), Other (random)"),
        (None, "Othr (beam)", "no system is called 'Othr (beam)'; did you mean 'Other (beam)'?"),
        (None, "", "no system is called ''; there are Other (beam), Other (random)"),
        ("", "Other", "told.jsonl: it is empty, but should have one published result a line"),
        ("{", "Other", "line 1: should be one published result as JSON"),
        ('{"suite": 3}', "Other", "line 1: should be one published result as JSON"),
        (json.dumps(line(0, 6)), "Other", "line 1, field solved_runs: 6 of 5 runs cannot have solved a task"),
        (json.dumps(line(0, 0, runs=0)), "Other", "line 1, field solved_runs: 0 of 0 runs"),
        (f"{json.dumps(line(0, 1))}\n{json.dumps(line(0, 2))}", "Other", "has two results of b#t00"),
        (b"\xff", "Other", "line 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str], content: str | bytes | None, system: str, sentence: str
) -> None:
    if content is not None:
        (place / "told.jsonl").write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refused(capsys, "bench", "compare", "ours", f"told.jsonl#{system}")
    assert "told.jsonl" in said and sentence in said
