"""Weights are never fitted on the half that is reported with them."""

import pytest

from benchmarks.crossfit import HALVES, CrossFit, half_of, parse_seconds, split
from benchmarks.suites.selection import select_suite
from mcts_compose.errors import InputError
from mcts_compose.settings import Settings
from mcts_compose.solving import failed
from priors.frequency import load_weights


@pytest.fixture(scope="module")
def suites():
    return {
        "lists-v1": select_suite("lists-v1").tasks,
        "deepcoder-v1:t1": select_suite("deepcoder-v1:t1").tasks,
    }


class KnowsSolutions:
    """Stands for a suite run: every task is answered by its known solution; remembers what was asked.

    Held-out examples are said to contradict each of them, which is no business of a fit.
    """

    def __init__(self):
        self.calls = []

    def __call__(self, suites, settings, directory):
        self.calls.append((suites, settings, directory))
        results = []
        for suite, tasks in suites.items():
            for task in tasks:
                result = failed(task, "", suite=suite, search="", prior=settings.prior, seed=0)
                results.append(_solved(result, task.solution))
        return results


def _solved(result, program):
    import msgspec

    return msgspec.structs.replace(
        result, solved=True, generalises=False, program_text=program, stopped="solved"
    )


def test_both_halves_hold_about_half_and_no_group_is_cut(suites):
    halves = split(suites)
    groups = {half: {task.group for tasks in halves[half].values() for task in tasks} for half in HALVES}
    assert not groups["a"] & groups["b"]
    counts = [sum(map(len, halves[half].values())) for half in HALVES]
    assert sum(counts) == sum(map(len, suites.values()))
    assert min(counts) > 0.35 * sum(counts)
    assert all(half_of(group) == "a" for group in groups["a"])


@pytest.mark.parametrize("num_generations", [1, 2])
def test_a_half_is_reported_with_the_weights_of_the_other(suites, tmp_path, num_generations):
    run = KnowsSolutions()
    fitted = CrossFit(suites, Settings(), tmp_path, run)
    weights = fitted.fit(num_generations, 1.0)
    results = fitted.report(weights, 2.0)
    assert len(results) == sum(map(len, suites.values()))
    fitting, reporting = run.calls[:-2], run.calls[-2:]
    assert [settings.prior for _, settings, _ in fitting[:2]] == ["uniform", "uniform"]
    for half, (tasks, settings, directory) in zip(HALVES, reporting, strict=True):
        (other,) = set(HALVES) - {half}
        assert tasks == fitted.halves[half]
        assert settings.seconds == 2.0
        assert settings.prior_args == {"weights": str(weights[other])}
        assert directory.name == f"report-2s-{half}"
        assert load_weights(weights[half]).num_programs == sum(map(len, fitted.halves[half].values()))
    for tasks, settings, directory in fitting[2:]:
        half = directory.name[-1]
        assert tasks == fitted.halves[half]
        assert settings.prior_args["weights"].endswith(f"-{half}.json")


def test_without_a_solved_task_there_is_nothing_to_fit(suites, tmp_path):
    def run(suites, settings, directory):
        return [
            failed(task, "", suite=name, search="", prior="", seed=0)
            for name in suites
            for task in suites[name]
        ]

    with pytest.raises(InputError, match="nothing to fit"):
        CrossFit(suites, Settings(), tmp_path, run).fit(1, 1.0)


@pytest.mark.parametrize("text", ["", "1,", "0", "-1", "1,1", "x", "nan", "inf"])
def test_bad_seconds_are_refused(text):
    with pytest.raises(InputError):
        parse_seconds(text)


def test_seconds_are_numbers():
    assert parse_seconds("1,0.5, 10") == (1.0, 0.5, 10.0)
