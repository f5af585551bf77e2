"""What is run for the page of baselines, and what is kept of it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.baselines.__main__ import add, render, run, run_steps
from benchmarks.baselines.families import FamilyCounts
from benchmarks.baselines.known_sizes import TaskSize
from benchmarks.baselines.plan import steps_of, suites_in
from benchmarks.baselines.records import read_records
from mcts_compose.errors import InputError
from tests.benchmarks.comparison.recorded import write_run
from tests.mcts_compose.make_result import make_result

TASKS = ("t0", "t1", "t2", "t3")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two suites of four tasks, of which two of the first have published results; and problem texts."""
    folder = tmp_path / "data"
    for suite in ("hackers_delight", "other", "sygus_sl"):
        (folder / suite).mkdir(parents=True)
        rows = [
            {"id": task, "family": "even" if task in "t0 t2" else "odd", "source_cubes": 5} for task in TASKS
        ]
        if suite == "other":
            rows = [row | {"source_cubes": 6} for row in rows]
        (folder / suite / f"{suite}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    line = {"suite": "hackers_delight", "system": "Theirs", "budget": "600 s", "runs": 4, "source": "o/r"}
    lines = [line | {"id": "t0", "solved_runs": 4}, line | {"id": "t2", "solved_runs": 1}]
    (folder / "published_results.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    return folder


def pretend(command: Sequence[str]) -> int:
    """Writes the run directory that a command asks for: t0 right, t1 wrong, t2 unsolved, t3 not supported."""
    suite = Path(command[command.index("--seconds") - 1]).stem
    made = [
        make_result("t0", suite=suite, seconds=0.5),
        make_result("t1", suite=suite, seconds=1.25, generalises=False),
        make_result("t2", suite=suite, seconds=1.0, solved=False, generalises=None),
        make_result("t3", suite=suite, seconds=0.0, solved=False, generalises=None, stopped="error"),
    ]
    config = {"seconds": float(command[command.index("--seconds") + 1])}
    if "benchmarks.peers" in command:
        config |= {"peer": {"version": "9.1"}}
    write_run(Path(command[command.index("--out") + 1]), made, **config)
    return 1 if suite == "other" else 0


def test_every_run_becomes_a_record_and_published_tasks_one_more(data: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    run_steps(data, tmp_path / "runs", [10.0, 1.0], None, ["mcts-compose", "z3"], records, pretend)
    found = read_records(records)
    assert [(each.suite, each.part, each.system, each.budget) for each in found] == [
        ("hackers_delight", part, system, budget)
        for part in ("", "with published results")
        for system in ("mcts-compose", "z3")
        for budget in ("1 s", "10 s")
    ] + [
        ("hackers_delight", "with published results", "Theirs", "600 s, mean of 4 runs"),
        ("other", "", "mcts-compose", "1 s"),
        ("other", "", "mcts-compose", "10 s"),
    ]  # fmt: skip
    whole, part, theirs = found[0], found[4], found[8]
    assert (whole.num_tasks, whole.solved, whole.right, whole.num_unsupported) == (4, 2, 1, 1)
    assert (whole.median_length, theirs.median_length) == (1, None)
    assert (whole.median_seconds, whole.version, found[2].version) == (1.0, "0", "9.1")
    assert (whole.late, found[1].budget, found[1].late, theirs.late) == (1, "10 s", 0, None)
    assert (part.num_tasks, part.solved, part.right) == (2, 1, 1)
    assert whole.families == {"even": FamilyCounts(2, 1, 1), "odd": FamilyCounts(2, 1, 0)}
    assert part.families == theirs.families == part.sizes == theirs.sizes == {}
    assert whole.known == "source_cubes" and whole.sizes["t1"] == TaskSize(5, 1)
    assert (theirs.num_tasks, theirs.solved, theirs.right, theirs.kind) == (2, 1.2, None, "published")
    assert whole.command == (
        "mcts-compose bench run $DATA/hackers_delight/hackers_delight.jsonl --seconds 1 "
        "--out runs/hackers_delight-mcts-compose-1s"
    )
    assert found[2].command.startswith("python -m benchmarks.peers z3 $DATA/hackers_delight/")
    assert theirs.command == (
        "mcts-compose bench compare runs/hackers_delight-mcts-compose-10s "
        '"$DATA/published_results.jsonl#Theirs" --common --other-budgets'
    )


def test_a_run_of_other_settings_is_kept_under_its_name(data: Path, tmp_path: Path) -> None:
    write_run(tmp_path / "own", [make_result("t0", suite="other")], prior="frequency")
    records, page = tmp_path / "records.jsonl", tmp_path / "page.md"
    add(tmp_path / "own", "ours, fitted elsewhere", "make it", data, records, page)
    (kept,) = read_records(records)
    assert (kept.system, kept.command) == ("ours, fitted elsewhere", "make it")
    assert kept.sizes == {"t0": TaskSize(6, 1)}, "of its own suite"
    assert "\n| ours, fitted elsewhere 0 | 1 s | 1 | 0 | 1 | 0 | 0.25 | 1 | `make it` |" in page.read_text()


@pytest.mark.parametrize(("system", "command"), [("", "make it"), ("a\nb", "make it"), ("ours", "make\n|it")])
def test_a_row_says_what_it_is_in_one_line(system: str, command: str, data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="but should be one line of text"):
        add(tmp_path, system, command, data, tmp_path / "records.jsonl", tmp_path / "page.md")


@pytest.mark.parametrize("seconds", ["", "0", "1,-1", "nan", "inf", "1,x"])
def test_seconds_that_are_none_are_refused_before_a_run(seconds: str, data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--seconds is"):
        run(data, tmp_path / "runs", seconds, None, None, tmp_path / "r.jsonl", tmp_path / "page.md")
    assert not (tmp_path / "runs").exists()


def test_a_page_is_not_written_over_the_records(data: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text("{}\n")
    for write in (lambda: render(records, records), lambda: add(tmp_path, "a", "b", data, records, records)):
        with pytest.raises(InputError, match=r"the name of the page should end in \.md"):
            write()
    assert records.read_text() == "{}\n"


@pytest.mark.parametrize(("records", "page"), [("no/r.jsonl", "page.md"), ("r.jsonl", "no/page.md")])
def test_a_place_that_is_none_is_said_first(records: str, page: str, data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its directory does not exist"):
        run(data, tmp_path / "runs", "1", None, None, tmp_path / records, tmp_path / page)
    assert not (tmp_path / "runs").exists()


def test_what_cannot_be_run_is_said(data: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    with pytest.raises(InputError, match="--suite is 'none', but the suites are hackers_delight, other"):
        run_steps(data, tmp_path, [1.0], ["none"], None, records, pretend)
    with pytest.raises(InputError, match="--system is 'cvc', which is none; did you mean 'cvc5'"):
        run_steps(data, tmp_path, [1.0], None, ["cvc"], records, pretend)
    with pytest.raises(InputError, match="exit status 2: mcts-compose bench run"):
        run_steps(data, tmp_path, [1.0], None, None, records, lambda command: 2)
    with pytest.raises(InputError, match="there is no suite here"):
        suites_in(tmp_path / "runs")


def test_short_runs_come_first_and_peers_only_where_they_can() -> None:
    steps = steps_of(["arc_1d", "sygus_bv"], ["mcts-compose", "cvc5", "z3, ICFP grammar"], [60.0, 1.0])
    assert [step.directory for step in steps[:4]] == [
        "arc_1d-mcts-compose-1s", "sygus_bv-mcts-compose-1s", "sygus_bv-cvc5-1s",
        "sygus_bv-z3-icfp-grammar-1s",
    ]  # fmt: skip
    command = steps[3].command(Path("d"), Path("r"))
    assert command[1:] == ["-m", "benchmarks.peers", "z3", "--grammar", "icfp", "d/sygus_bv/sygus_bv.jsonl",
                           "--seconds", "1", "--out", "r/sygus_bv-z3-icfp-grammar-1s"]  # fmt: skip
    assert steps[0].command(Path("d"), Path("r"))[1:5] == ["-m", "mcts_compose", "bench", "run"]
