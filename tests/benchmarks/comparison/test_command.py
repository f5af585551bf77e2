"""`bench compare`: which runs it takes, and what it says of them."""

import json
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from tests.benchmarks.comparison.recorded import drawn_results, write_run
from tests.mcts_compose.refusals import refused


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "first", drawn_results(1))
    write_run(tmp_path / "second", drawn_results(2, slower=3.0))
    return tmp_path


def test_json_has_one_object_per_suite_and_run(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "compare", "first", "second", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["suite"], row["run"]) for row in rows] == [
        (suite, run) for suite in ("b", "a", "all") for run in ("first", "second")
    ]
    last = rows[-1]
    ours, theirs = drawn_results(2, slower=3.0), drawn_results(1)
    assert last["num_solved"] == sum(result.solved for result in ours)
    assert last["beside"]["solved"]["gained"] == sum(
        a.solved and not b.solved for a, b in zip(ours, theirs, strict=True)
    )
    assert last["by_candidates"]["solved"][-1] == last["num_solved"]
    assert rows[0]["beside"] is None and last["model_calls"] == sum(range(30))


def test_the_table_names_runs_and_what_they_are_compared_with(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "compare", "fast=first", "second", "--against", "second"]) == 0
    out = capsys.readouterr().out
    assert "against second" in out and "fast" in out and "all: solved within so many seconds" in out


def test_runs_are_told_apart_by_the_end_of_their_paths(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("x/run", "y/run"):
        write_run(tmp_path / name, drawn_results(1))
    assert main(["bench", "compare", str(tmp_path / "x/run"), str(tmp_path / "y/run"), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["run"] for row in rows[:2]] == ["x/run", "y/run"]


def test_groups_widen_intervals(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def width(*more: str) -> float:
        assert main(["bench", "compare", "first", "second", "--json", *more]) == 0
        share = json.loads(capsys.readouterr().out.splitlines()[-1])["share_right"]
        return share["high"] - share["low"]

    for suite in "ab":
        lines = [
            json.dumps({
                "id": f"t{number:02}", "group": str(number % 6), "inputs": [[1], [2]], "outputs": [1, 2],
                "types": {"inputs": ["int"], "output": "int"},
            })
            for number in range(30)
        ]  # fmt: skip
        Path(f"{suite}.jsonl").write_text("\n".join(lines))
    alone, grouped = width(), width("--groups", "a.jsonl", "--groups", "b.jsonl")
    assert grouped != alone


def test_other_budgets_tasks_seeds_and_content_are_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = drawn_results(1)
    write_run(place / "longer", results, seconds=10.0)
    said = refused(capsys, "bench", "compare", "first", "longer")
    assert "different budgets: seconds is 1.0 in the first and 10.0 in the second" in said
    assert main(["bench", "compare", "first", "longer", "--other-budgets"]) == 0
    capsys.readouterr()
    write_run(place / "counted", results, executions=9)
    assert "executions is not bounded in the first and 9" in refused(
        capsys, "bench", "compare", "first", "counted"
    )
    write_run(place / "fewer", results[:20])
    for pair in (("first", "fewer"), ("fewer", "first")):
        assert "fewer lacks 10 results that first has, such as a#t20 with seed 0" in refused(
            capsys, "bench", "compare", *pair
        )
    assert main(["bench", "compare", "first", "fewer", "--common", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["num_results"] == 20
    write_run(place / "seeded", drawn_results(1, seeds=(1,)))
    assert "seeded lacks 30 results" in refused(capsys, "bench", "compare", "first", "seeded")
    said = refused(capsys, "bench", "compare", "first", "seeded", "--common")
    assert "no task in common" in said and "seeded has tasks of b, a" in said
    changed = [*results[:-1], type(results[0])(**{**_fields(results[-1]), "task_hash": "33"})]
    write_run(place / "changed", changed)
    said = refused(capsys, "bench", "compare", "first", "changed")
    assert "different tasks under the same ids, such as a#t29" in said
    assert main(["bench", "compare", "first", "changed", "--other-content"]) == 0


def _fields(result: object) -> dict[str, object]:
    return {name: getattr(result, name) for name in result.__struct_fields__}


def test_what_is_no_run_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compare = ("bench", "compare")
    assert "needs two run directories" in refused(capsys, *compare, "first")
    assert "no results.jsonl" in refused(capsys, *compare, "first", "nowhere")
    assert "nowhere.jsonl: there is no such file" in refused(capsys, *compare, "first", "nowhere.jsonl#Other")
    twice = f"two runs are called '{str(place.resolve()).lstrip('/')[:20]}"
    assert twice in refused(capsys, *compare, "first", "first")
    assert "two runs are called 'same'" in refused(capsys, *compare, "same=first", "same=second")
    assert "did you mean 'second'" in refused(capsys, *compare, "first", "second", "--against", "secnd")
    (place / "empty").mkdir()
    (place / "empty" / "results.jsonl").touch()
    assert "no results yet" in refused(capsys, *compare, "first", "empty")
    (place / "second" / "config.json").write_text("[1]")
    assert "should be a JSON object" in refused(capsys, *compare, "first", "second")
    (place / "second" / "config.json").write_text("{")
    assert "cannot be read as the configuration" in refused(capsys, *compare, "first", "second")
    file = place / "first" / "results.jsonl"
    file.write_bytes(file.read_bytes()[:100] + b"x" + file.read_bytes()[101:])
    assert "line 1: the line is damaged" in refused(capsys, *compare, "first", "first")


def test_groups_of_other_tasks_are_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("compare", "report"):
        said = refused(capsys, "bench", command, "first", "second", "--groups", "lists-v1")
        assert "--groups names lists-v1, which has none of the runs' tasks" in said


def test_what_a_run_has_not_measured_is_left_out(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(place / "peer", drawn_results(3), unmeasured=["candidates"])
    write_run(place / "told", drawn_results(4), unmeasured=["candidates", "right", "seconds"])
    assert main(["bench", "compare", "first", "peer", "told", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    first, peer, told = rows[-3:]
    assert (first["unmeasured"], peer["unmeasured"]) == ([], ["candidates"])
    assert peer["beside"]["candidates"] is None and peer["beside"]["seconds"]["num_results"] > 0
    assert peer["beside"]["improvement"] is not None and told["beside"]["improvement"] is None
    assert told["beside"]["right"] is None and told["beside"]["solved"]["p_value"] <= 1
    assert main(["bench", "compare", "told", "peer"]) == 0
    out = capsys.readouterr().out
    assert "so many candidates" not in out
    (curve,) = (
        line for line in out.split("so many seconds")[1].splitlines() if "told" in line or "peer" in line
    )
    assert "peer" in curve
