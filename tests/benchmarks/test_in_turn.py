"""Several settings on the same tasks: they take turns, stop and go on, and never mix."""

import itertools

import msgspec
import pytest

from benchmarks.in_turn import directory_name, finished, run_in_turn
from mcts_compose.errors import InputError
from mcts_compose.results import suite_run
from mcts_compose.results.run_directory import open_run
from mcts_compose.settings import Settings
from tests.mcts_compose.make_result import StubSolver, make_task

SUITES = {
    "stub": [make_task(number) for number in range(6)],
    "other": [make_task(number) for number in (7, 8)],
}
TASKS = [task.id for tasks in SUITES.values() for task in tasks]
ROWS = {
    "one": Settings(prior="uniform", executions=1),
    "two, no ranks": Settings(prior="uniform", executions=2),
    "three": Settings(prior="uniform", executions=3),
}


@pytest.fixture
def asked(monkeypatch):
    """The (bound, task) pairs in the order in which they were run, and after how many to interrupt."""
    log, limits = [], {}

    def searcher(settings, *_):
        stub = StubSolver()

        def solve(task, *, seed, suite):
            if len(log) == limits.get("limit"):
                raise KeyboardInterrupt
            log.append((settings.executions, task.id))
            return stub(task, seed=seed, suite=suite)

        return solve

    monkeypatch.setattr(suite_run, "_searcher", searcher)
    return log, limits


def run(rows, out, reports=None):
    return run_in_turn(rows, SUITES, out, (0,), (reports if reports is not None else []).append)


def test_every_task_is_run_with_all_rows_before_the_next(asked, tmp_path):
    reports = []
    results = run(ROWS, tmp_path, reports)
    assert asked[0] == list(itertools.chain.from_iterable([(n, task) for n in (1, 2, 3)] for task in TASKS))
    assert {name: [result.task for result in found] for name, found in results.items()} == dict.fromkeys(
        ROWS, TASKS
    )
    assert [report.done for report in reports] == list(range(25))
    assert {report.total for report in reports} == {24}


def test_an_interrupted_run_goes_on_with_the_row_whose_turn_it_was(asked, tmp_path):
    log, limits = asked
    limits["limit"] = 10
    with pytest.raises(KeyboardInterrupt):
        run(ROWS, tmp_path)
    limits.clear()
    reports = []
    results = run(ROWS, tmp_path, reports)
    assert log == list(itertools.chain.from_iterable([(n, task) for n in (1, 2, 3)] for task in TASKS))
    assert reports[0].done == 10
    assert [len(found) for found in results.values()] == [8, 8, 8]


def test_rows_that_one_row_is_ahead_of_stay_in_step(asked, tmp_path):
    log, _ = asked
    run({"one": ROWS["one"]}, tmp_path)
    log.clear()
    run(ROWS, tmp_path)
    assert log == [(n, task) for task in TASKS for n in (2, 3)]


def test_directories_are_free_after_a_run_and_after_an_interruption(asked, tmp_path):
    asked[1]["limit"] = 4
    with pytest.raises(KeyboardInterrupt):
        run(ROWS, tmp_path)
    for name, settings in ROWS.items():
        with open_run(tmp_path / directory_name(name), suite_run.run_config(SUITES, settings, (0,))):
            pass


def test_a_finished_row_is_read_and_no_other(asked, tmp_path):
    whole = run({"one": ROWS["one"]}, tmp_path)["one"]
    assert finished("one", ROWS["one"], SUITES, tmp_path, (0,)) == whole
    assert finished("three", ROWS["three"], SUITES, tmp_path, (0,)) is None
    assert finished("one", ROWS["three"], SUITES, tmp_path, (0,)) is None, "made with other settings"
    asked[1]["limit"] = len(asked[0]) + 3
    with pytest.raises(KeyboardInterrupt):
        run({"three": ROWS["three"]}, tmp_path)
    assert finished("three", ROWS["three"], SUITES, tmp_path, (0,)) is None, "not run to its end"


def test_other_settings_are_refused(asked, tmp_path):
    run({"one": ROWS["one"]}, tmp_path)
    with pytest.raises(InputError, match="was made with executions"):
        run({"one": ROWS["two, no ranks"]}, tmp_path)


def test_results_of_two_models_are_refused(asked, tmp_path, monkeypatch):
    class Retrained(StubSolver):
        def __call__(self, task, *, seed, suite):
            result = super().__call__(task, seed=seed, suite=suite)
            return msgspec.structs.replace(result, prior_fingerprint="other" if suite == "other" else "")

    monkeypatch.setattr(suite_run, "_searcher", lambda *_: Retrained())
    for _ in range(2):
        with pytest.raises(InputError, match="results of different models"):
            run({"one": ROWS["one"]}, tmp_path)
    with pytest.raises(InputError, match="results of different models"):
        finished("one", ROWS["one"], SUITES, tmp_path, (0,))


def test_names_of_directories_are_plain_and_differ():
    names = ["frequency", "frequency, no goal-directed", "bundled:model=a/b", "bundled:model=a-b"]
    names += [f"causal-lm:pretrained={'x' * 100}/{number}" for number in range(3)]
    directories = [directory_name(name) for name in names]
    assert directories[:2] == ["frequency", "frequency-no-goal-directed"]
    assert len(set(directories)) == len(names)
    assert all(len(each) < 80 and "/" not in each and not each.startswith(".") for each in directories)
