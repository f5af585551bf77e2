"""A model never learns from the half that is reported with it."""

import sys

import msgspec
import pytest

from benchmarks.crossfit import HALVES, CrossFit
from benchmarks.model_crossfit import Condition, ModelCrossFit, conditions_of, train_once
from benchmarks.suites.selection import select_suite
from mcts_compose.errors import InputError
from mcts_compose.settings import Settings
from tests.benchmarks.test_crossfit import KnowsSolutions

OTHER = {"a": "b", "b": "a"}


class Trainer:
    """Stands for the training: remembers what each model learnt from, models before it included."""

    def __init__(self, start):
        self.learnt_from = {start: []}

    def __call__(self, init, runs, out):
        self.learnt_from[out] = [*self.learnt_from[init], *runs]


@pytest.fixture
def parts(tmp_path):
    suites = {"lists-v1": select_suite("lists-v1").tasks}
    run = KnowsSolutions()
    reported = []

    def run_rows(suites, rows, directory):
        reported.append((suites, rows, directory))
        return {name: run(suites, settings, directory) for name, settings in rows.items()}

    fitted = CrossFit(suites, Settings(eps=0.3), tmp_path, run)
    start = tmp_path / "start"
    trainer = Trainer(start)
    tuned = ModelCrossFit(fitted, start, {"lam": "0.5"}, run_rows, trainer)
    return fitted, tuned, trainer, run, reported


def half_of_run(fitted, run, directory):
    """The half whose tasks were run into a directory."""
    (tasks,) = {id(suites): suites for suites, _, where in run.calls if where == directory}.values()
    return next(half for half in HALVES if tasks == fitted.halves[half])


def test_models_learn_from_their_own_half_only(parts):
    fitted, tuned, trainer, run, _ = parts
    rounds = tuned.tune(fitted.fit(1, 1.0), 2, 1.0)
    assert [len(set(models.values())) for models in rounds] == [1, 2, 2]
    for number, models in enumerate(rounds):
        for half in HALVES:
            learnt = trainer.learnt_from[models[half]]
            assert len(learnt) == number
            assert {half_of_run(fitted, run, each) for each in learnt} <= {half}


def test_a_round_runs_with_the_model_before_it_and_the_weights_of_its_half(parts):
    fitted, tuned, _, run, _ = parts
    weights = fitted.fit(1, 1.0)
    num_fits = len(run.calls)
    rounds = tuned.tune(weights, 2, 1.0)
    for number, (_, settings, directory) in enumerate(run.calls[num_fits:]):
        half, before = HALVES[number % 2], rounds[number // 2]
        assert settings.prior_args == {"lam": "0.5", "model": str(before[half])}
        assert settings.base_prior_args == {"weights": str(weights[half])}
        assert directory.name == f"round-{number // 2 + 1}-{half}"


def test_a_half_is_reported_with_the_weights_and_models_of_the_other(parts):
    fitted, tuned, _, _, reported = parts
    weights = fitted.fit(1, 1.0)
    rounds = tuned.tune(weights, 1, 1.0)
    results = tuned.report(weights, rounds, Condition(0.5, goal_directed=False))
    assert list(results) == ["uniform", "frequency", "model", "model, round 1"]
    num_tasks = sum(len(fitted.halves[half]["lists-v1"]) for half in HALVES)
    assert {len(found) for found in results.values()} == {num_tasks}
    assert len(reported) == 2
    for half, (tasks, rows, directory) in zip(HALVES, reported, strict=True):
        assert tasks == fitted.halves[half]
        assert directory.name == f"report-0.5-s-no-goal-directed-{half}"
        for settings in rows.values():
            assert (settings.seconds, settings.goal_directed, settings.eps) == (0.5, False, 0.3)
        of_other = {"weights": str(weights[OTHER[half]])}
        assert rows["frequency"].prior_args == of_other
        assert rows["model"].prior_args["model"] == str(tuned.model)
        assert rows["model, round 1"].prior_args["model"] == str(rounds[1][OTHER[half]])
        assert rows["model"].base_prior_args == rows["model, round 1"].base_prior_args == of_other


@pytest.fixture
def fake_command(monkeypatch, tmp_path):
    """Stands for `python -m mcts_compose`: writes what it was asked, and fails if the model says so."""
    script = tmp_path / "fake"
    script.write_text(
        '#!/bin/sh\nfor word in "$@"; do case $word in *bad*) exit 3;; esac; done\n'
        f'echo "$@" >> {tmp_path}/asked\n'
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return tmp_path / "asked"


def test_training_is_a_command_of_its_own_and_done_once(fake_command, tmp_path):
    for _ in range(2):
        train_once(tmp_path / "init", [tmp_path / "run"], tmp_path / "out", ["s.jsonl"], ["--steps", "9"])
    (line,) = fake_command.read_text().splitlines()
    words = line.split()
    assert words[:4] == ["-m", "mcts_compose", "train", "lm"]
    given = dict(zip(words[4::2], words[5::2], strict=True))
    assert given == {
        "--init": str(tmp_path / "init"),
        "--out": str(tmp_path / "out"),
        "--from-runs": str(tmp_path / "run"),
        "--tasks": "s.jsonl",
        "--steps": "9",
    }
    assert msgspec.json.decode((tmp_path / "out.json").read_bytes()) == words[2:]
    with pytest.raises(InputError, match="was trained with other arguments"):
        train_once(tmp_path / "init", [], tmp_path / "out", [], [])


def test_a_training_that_fails_is_not_taken_for_done(fake_command, tmp_path):
    for _ in range(2):
        with pytest.raises(InputError, match="ended with status 3"):
            train_once(tmp_path / "bad", [], tmp_path / "out", [], [])
    assert not fake_command.exists() and not (tmp_path / "out.json").exists()


def test_conditions_are_named_by_what_differs():
    assert [each.name for each in conditions_of("1,10", "0.5")] == ["1 s", "10 s", "0.5 s, no goal-directed"]
    assert conditions_of("", "2") == [Condition(2.0, False)]
    with pytest.raises(InputError, match="--seconds"):
        conditions_of("", "")
