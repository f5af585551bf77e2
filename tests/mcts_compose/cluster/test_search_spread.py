"""Searches by workers give the results of one process, but for times."""

import json

import pytest

from benchmarks.suites.selection import select_suite
from mcts_compose.results.record import TIMES
from mcts_compose.results.suite_run import run_suite
from mcts_compose.settings import Settings
from mcts_compose.task_files import load_tasks

pytest.importorskip("ray")
pytestmark = pytest.mark.timeout(1500)


def results_but_times(path):
    lines = [json.loads(line) for line in (path / "results.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in TIMES} for line in lines]


def spread(suites, directory, workers, **settings):
    path = directory / f"{workers}-workers"
    run_suite(suites, Settings(workers=workers, **settings), path)
    return results_but_times(path)


def test_a_few_tasks_of_several_kinds_give_the_results_of_one_process(tmp_path):
    named = {"lists": "lists-v1:s", "bits": "bit-tricks-v1:p01-w8", "sorting": "sort-kernels-v1:sort2"}
    suites = {name: select_suite(source).tasks[:4] for name, source in named.items()}
    assert all(suites.values())
    serial = spread(suites, tmp_path, 0, simulations=40)
    assert sum(result["solved"] for result in serial) > 2
    assert spread(suites, tmp_path, 2, simulations=40) == serial


@pytest.mark.long
@pytest.mark.parametrize("prior", ["frequency", "bundled"])
def test_lists_and_public_tasks_give_the_results_of_one_process(tmp_path, shared_data, prior):
    public = load_tasks(shared_data / "list_functions" / "list_functions.jsonl")[:50]
    suites = {"lists-v1": select_suite("lists-v1").tasks, "list_functions": public}
    serial = spread(suites, tmp_path, 0, prior=prior, simulations=200)
    assert sum(result["solved"] for result in serial) > 100
    for workers in (1, 2, 4):
        assert spread(suites, tmp_path, workers, prior=prior, simulations=200) == serial
