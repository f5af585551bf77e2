"""A half is only searched with what the other half taught, and what that changes is counted and named."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import transfer
from benchmarks.crossfit import half_of
from benchmarks.prior_table import ALL
from benchmarks.transfer import NO_LIBRARY, Bound, bounds_of, halves_of
from benchmarks.transfer_table import uses_of
from mcts_compose.errors import InputError
from mcts_compose.library.library import Library
from mcts_compose.results.run_directory import read_results
from tests.mcts_compose.make_result import make_result

NUMBERS = [(31, 4), (7, 7), (120, 1), (99, 60), (15, 23), (0, 9)]
LISTS = [[4, 1, 7], [30, 2], [8, 15, 26, 9, 3], [11], [57, 6, 12, 99]]
TAUGHT, OTHER = (next(name for name in map(str, range(99)) if half_of(name) == half) for half in "ab")


def carried(t: int, s: int) -> int:
    return t // 10 + s


def carries(xs: Sequence[int]) -> list[int]:
    found = [xs[0]]
    for x in xs[1:]:
        found.append(carried(found[-1], x))
    return found


def task(
    name: str, group: str, types: list[str], rows: Sequence[Any], held_out: Sequence[Any], f: Any
) -> str:
    *inputs, output = types
    return json.dumps(
        {
            "id": name, "group": group, "types": {"inputs": inputs, "output": output},
            "inputs": rows, "outputs": [f(*row) for row in rows],
            "test_inputs": held_out, "test_outputs": [f(*row) for row in held_out],
        }
    )  # fmt: skip


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Half a teaches a step, which half b has to loop; half b has nothing that half a has a use for."""
    lists = [[each] for each in LISTS]
    long = [[list(range(1, 90))]]
    lines = [
        task("carried", TAUGHT, ["int", "int", "int"], NUMBERS, [(10**9 + 7, 5)], carried),
        task("carries", OTHER, ["list[int]", "list[int]"], lists, long, carries),
        task("backwards", OTHER, ["list[int]", "list[int]"], lists, long, lambda xs: xs[::-1]),
    ]
    path = tmp_path / "steps.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def command(suite: Path, *more: str) -> list[str]:
    fixed = ["--executions", "20000", "--learn-executions", "5000", "--levels", "0", "--prior", "frequency"]
    return [str(suite), "--out", str(suite.parent / "out"), *fixed, *more]


def test_skills_of_one_half_solve_tasks_of_the_other_and_runs_are_kept(suite: Path) -> None:
    first = CliRunner().invoke(transfer.app, command(suite, "--json"))
    assert first.exit_code == 0, first.output
    rows = {row["row"]: row for row in map(json.loads, first.stdout.splitlines())}
    assert list(rows) == [NO_LIBRARY, "library", "library, compressed"]
    assert (rows[NO_LIBRARY]["num_tasks"], rows[NO_LIBRARY]["num_right"]) == (3, 2)
    assert rows[NO_LIBRARY]["use"] is None
    for name in ("library", "library, compressed"):
        use = rows[name]["use"]
        assert (rows[name]["num_right"], rows[name]["right"]["gained"]) == (3, 1)
        assert (use["gained"], use["lost"], use["solved"], use["right"]) == (["carries"], [], 1, 1)
        assert use["skills"] == [["carried", 1]]
    out = suite.parent / "out"
    kept = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    again = CliRunner().invoke(transfer.app, command(suite, "--json"))
    assert again.stdout == first.stdout
    assert kept == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_no_half_is_searched_with_skills_of_its_own(suite: Path) -> None:
    found = CliRunner().invoke(transfer.app, command(suite))
    assert found.exit_code == 0, found.output
    assert "steps, library: 1 solutions call learnt skills, 1 of them right" in found.stdout
    assert "right only with it: carries; only without: -" in found.stdout
    out = suite.parent / "out"
    for half, taught in (("a", {"carried"}), ("b", {"carries", "backwards"})):
        place = out / f"learnt-on-{half}"
        for library in (place / "library", next(place.glob("library-compressed*"))):
            assert {entry.provenance.task for entry in Library.open(library).entries} <= taught
        for run in (place / "20000-candidates").iterdir():
            assert {result.task for result in read_results(run)} == {
                "carried",
                "carries",
                "backwards",
            } - taught


def test_one_half_can_be_left_out(suite: Path) -> None:
    found = CliRunner().invoke(transfer.app, command(suite, "--learn-on", "a", "--json"))
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert {row["num_tasks"] for row in rows} == {2}
    assert not (suite.parent / "out" / "learnt-on-b").exists()


def test_tasks_that_are_not_supported_are_left_out(suite: Path) -> None:
    ragged = {"id": "ragged", "types": {"inputs": ["list[list[int]]"], "output": "int"}}
    lists = [[[1], [2, 3]]], [[[], [4]]]
    suite.write_text(suite.read_text() + json.dumps({**ragged, "inputs": lists, "outputs": [2, 1]}) + "\n")
    found = CliRunner().invoke(transfer.app, command(suite, "--learn-on", "a", "--json"))
    assert found.exit_code == 0 and "task ragged is left out" in found.stderr
    assert {row["num_tasks"] for row in map(json.loads, found.stdout.splitlines())} == {2}


def test_a_half_without_tasks_teaches_nothing(suite: Path) -> None:
    suite.write_text(suite.read_text().splitlines()[0] + "\n")
    error = CliRunner().invoke(transfer.app, command(suite)).exception
    assert isinstance(error, InputError) and "half b" in str(error)


def test_two_tasks_of_one_id_are_refused(suite: Path) -> None:
    (suite.parent / "more.jsonl").write_text(suite.read_text())
    error = CliRunner().invoke(transfer.app, [str(suite.parent / "more.jsonl"), *command(suite)]).exception
    assert isinstance(error, InputError) and "'carried'" in str(error)


def test_uses_are_counted_by_suite_and_over_all() -> None:
    step = ("step", "-", "(x: int) -> int; return add(x, 1)")
    twice = ("twice", "-", "(x: int) -> int; v1 = step(x); return step(v1)")
    plain = [make_result("t0", suite="a"), make_result("t1", suite="a", generalises=False), make_result("t2")]
    ours = [
        make_result("t0", suite="a", skills=(step,), generalises=False),
        make_result("t1", suite="a", skills=(step, twice)),
        make_result("t2", solved=False, program_text=None, generalises=None),
    ]
    found = {use.suite: use for use in uses_of({"plain": plain, "library": ours}, "plain")}
    assert list(found) == ["a", "stub", ALL]
    assert found["a"][1:] == ("library", 2, 1, (("step", 2), ("twice", 1)), ("t1",), ("t0",))
    assert found["stub"][1:] == ("library", 0, 0, (), (), ("t2",))
    assert found[ALL].lost == ("t0", "t2")


def test_bounds_are_times_or_candidates() -> None:
    assert bounds_of(None, None) == [Bound(1.0, None)]
    assert [bound.name for bound in bounds_of("1,0.5", None)] == ["1 s", "0.5 s"]
    assert bounds_of(None, 7) == [Bound(None, 7)]
    with pytest.raises(InputError, match="exclude each other"):
        bounds_of("1", 7)
    with pytest.raises(InputError, match="--learn-on is 'c'"):
        halves_of("c")
