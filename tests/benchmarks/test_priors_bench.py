"""The comparison of priors: its rows, what each is compared with, its figures, and the command."""

import json

import pytest
from typer.testing import CliRunner

from benchmarks import priors
from benchmarks.prior_rows import MODEL_PARTS, chosen_rows, references, rows_of
from benchmarks.prior_table import ALL, prior_table, summaries_of
from mcts_compose.errors import InputError
from mcts_compose.settings import Settings
from priors.arguments import PriorArgumentError
from priors.registry import PRIORS, UnknownNameError
from priors.uniform import UniformPrior
from tests.mcts_compose.make_result import make_result


class FakeModel(UniformPrior):
    name = "fake-model"
    is_model = True


@pytest.fixture
def with_model(monkeypatch):
    load = PRIORS.load
    monkeypatch.setattr(PRIORS, "load", lambda name: FakeModel if name == "fake-model" else load(name))
    entry = PRIORS.entry
    monkeypatch.setattr(PRIORS, "entry", lambda name: None if name == "fake-model" else entry(name))


def test_every_part_of_a_model_can_be_switched_off():
    of_models = {
        name for name, value in vars(Settings()).items() if name.startswith("model_") and value is True
    }
    assert {name for off in MODEL_PARTS.values() for name in off} == of_models


def test_base_priors_have_no_rows_without_parts_of_a_model(with_model):
    rows = rows_of("frequency; fake-model:lam=0.5", "goal-directed; ranks; goal-directed+prices", Settings())
    assert list(rows) == [
        "frequency",
        "frequency, no goal-directed",
        "fake-model:lam=0.5",
        "fake-model:lam=0.5, no goal-directed",
        "fake-model:lam=0.5, no ranks",
        "fake-model:lam=0.5, no goal-directed, no prices",
    ]
    last = rows["fake-model:lam=0.5, no goal-directed, no prices"].settings
    assert (last.goal_directed, last.model_prices, last.model_ranks) == (False, False, True)
    assert (last.prior, last.prior_args) == ("fake-model", {"lam": "0.5"})


def test_rows_are_compared_with_the_same_search(with_model):
    rows = rows_of("uniform;frequency;fake-model", "goal-directed;ranks", Settings())
    found = references(rows, "frequency")
    assert found == {
        "uniform": "frequency",
        "uniform, no goal-directed": "frequency, no goal-directed",
        "fake-model": "frequency",
        "fake-model, no goal-directed": "frequency, no goal-directed",
        "fake-model, no ranks": "frequency",
    }
    assert references(rows, None)["frequency"] == "uniform"
    of_row = references(rows, "fake-model, no ranks")
    assert set(of_row.values()) == {"fake-model, no ranks"} and "fake-model, no ranks" not in of_row


@pytest.mark.parametrize(
    ("priors_", "without", "error", "says"),
    [
        ("", "", InputError, "--priors"),
        ("uniform;uniform", "", InputError, "different priors"),
        ("uniform", "rank", InputError, "did you mean 'ranks'"),
        ("uniform;frequenzy", "", UnknownNameError, "did you mean 'frequency'"),
        ("frequency:weights", "", PriorArgumentError, "not of the form"),
    ],
)
def test_bad_rows_are_refused(priors_, without, error, says):
    with pytest.raises(error, match=says):
        rows_of(priors_, without, Settings())


def test_unknown_rows_are_refused():
    rows = rows_of("uniform;frequency", "", Settings())
    assert list(chosen_rows(rows, " frequency ")) == ["frequency"]
    with pytest.raises(InputError, match="--only names 'dfs'"):
        chosen_rows(rows, "dfs")
    with pytest.raises(InputError, match="--against names 'dfs'"):
        references(rows, "dfs")


def _results(hits, **changes):
    return [
        make_result(
            str(number), suite="ab"[number % 2], first_hit=hit, solved=hit is not None, seconds=0.5, **changes
        )
        for number, hit in enumerate(hits)
    ]


def test_figures_are_summed_by_suite_and_over_all():
    results = {
        "base": _results([100, 100, None, 100]),
        "model": _results([50, 25, 7, None], model_calls=3, model_seconds=0.1, prior_failures=1),
    }
    found = summaries_of(results, {"model": "base"}, lambda result: result.task)
    rows = {(row.suite, row.row): row for row in found}
    assert [row.suite for row in found] == ["a", "a", "b", "b", ALL, ALL]
    whole = rows[ALL, "model"]
    assert (whole.num_tasks, whole.num_solved, whole.num_right, whole.failures) == (4, 3, 3, 4)
    assert whole.model_calls == 12 and whole.model_share == pytest.approx(0.2)
    assert whole.first_hit.value == pytest.approx(8**-0.5) and whole.first_hit.num_tasks == 2
    assert whole.solved[:2] == whole.right[:2] == (1, 1)
    assert rows["b", "model"].first_hit.value == pytest.approx(0.25)
    assert rows[ALL, "base"].first_hit is None and rows[ALL, "base"].against is None
    table = prior_table(found)
    assert table.row_count == 6
    assert [column.header for column in table.columns][-1] == "failures"


def test_a_row_whose_reference_is_missing_has_no_ratio():
    (row,) = summaries_of({"model": _results([1, 2])[:1]}, {"model": "base"}, lambda result: result.task)
    assert (row.against, row.first_hit, row.solved, row.right) == (None, None, None, None)


def test_the_command_compares_resumes_and_shares_rows(tmp_path):
    command = ["lists-v1:doubled", "--priors", "uniform;frequency", "--executions", "20000"]
    command += ["--without", "goal-directed", "--out", str(tmp_path), "--json"]
    part = CliRunner().invoke(priors.app, [*command, "--only", "frequency"])
    assert part.exit_code == 0, part.output
    assert [json.loads(line)["row"] for line in part.stdout.splitlines()] == ["frequency"]
    assert "uniform, no goal-directed: not finished yet" in part.output
    first = CliRunner().invoke(priors.app, command)
    assert first.exit_code == 0, first.output
    rows = {row["row"]: row for row in map(json.loads, first.stdout.splitlines())}
    assert len(rows) == 4
    assert rows["frequency"]["against"] == "uniform"
    assert rows["frequency"]["first_hit"]["num_tasks"] == 1
    kept = {path: path.read_bytes() for path in tmp_path.rglob("results.jsonl")}
    assert len(kept) == 4
    again = CliRunner().invoke(priors.app, [*command, "--only", "uniform"])
    assert again.stdout == first.stdout
    assert kept == {path: path.read_bytes() for path in tmp_path.rglob("results.jsonl")}


@pytest.mark.parametrize("bounds", [[], ["--seconds", "1", "--executions", "5"]])
def test_either_time_or_candidates_are_equal(tmp_path, bounds):
    command = ["lists-v1:doubled", "--priors", "uniform", "--out", str(tmp_path), *bounds]
    assert "either --seconds or --executions" in str(CliRunner().invoke(priors.app, command).exception)
