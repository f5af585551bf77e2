"""Costs of a spread run: how they are written, and that what is measured is what is said."""

import json
import sys
import time

import pytest

from benchmarks.cluster_costs import __main__ as command
from benchmarks.cluster_costs import driving, made_up_model, messages
from benchmarks.cluster_costs.figures import Figure, figure, shown, table_of
from benchmarks.cluster_costs.parts import CountedCrew
from benchmarks.cluster_costs.samples import rank_requests
from mcts_compose.budget import Budget
from mcts_compose.cluster.jobs import Finished, Job, News
from mcts_compose.commands.main import run_alone
from mcts_compose.settings import Settings
from mcts_compose.solving import solve
from mcts_compose.task_sources import find_task


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (99.95, "100"), (12.345, "12.3"), (0.0012345, "0.00123"), (0, "0")]
)
def test_values_are_written_with_three_digits(value, text):
    assert shown(value) == text


def test_a_table_says_the_median_and_between_what_it_lies():
    table = table_of([figure("sending", "us", [3, 1, 9])])
    cells = [next(iter(column.cells)) for column in table.columns]
    assert cells == ["sending", "3", "1", "9", "us", "3"]


def test_an_unknown_group_is_one_sentence(capfd, monkeypatch):
    monkeypatch.setattr("mcts_compose.commands.main.collect_seldom", lambda: None)
    monkeypatch.setattr(sys, "argv", ["cluster_costs", "memry"])
    with pytest.raises(SystemExit) as stopped:
        run_alone(command.app, "python -m benchmarks.cluster_costs")
    assert stopped.value.code == 2
    said = capfd.readouterr().err
    assert len(said.splitlines()) == 1 and "did you mean 'memory'?" in said


def test_every_group_can_be_loaded(monkeypatch):
    for name, place in command.GROUPS.items():
        module, _, function = place.partition(":")
        monkeypatch.setattr(
            f"benchmarks.cluster_costs.{module}.{function}",
            lambda repeat, name=name: [figure(name, "s", [repeat])],
        )
        assert list(command._measured(name, 3)) == [Figure(name, "s", (3.0,))]


def test_figures_of_a_group_come_from_a_process_of_its_own(monkeypatch):
    class Done:
        returncode = 0
        stdout = "something said\n" + json.dumps([Figure("sending", "us", (1.0, 2.0))]) + "\n"

    asked = []
    monkeypatch.setattr(command.subprocess, "run", lambda words, **_: asked.append(words) or Done)
    assert command._in_own_process("driver", 4) == [Figure("sending", "us", (1.0, 2.0))]
    assert asked[0][2:] == ["benchmarks.cluster_costs", "driver", "--repeat", "4", "--here"]


def test_a_window_counts_results_and_the_drivers_own_time(monkeypatch):
    monkeypatch.setattr(driving, "WINDOW_S", 0.05)

    def events():
        while True:
            time.sleep(0.001)
            yield Finished(Job("", None, 0), None)
            yield News(())

    spent = next(driving._windows(events()))
    assert 5 <= spent.results <= 50
    assert spent.cpu < spent.wall < 1.0


def test_what_is_written_of_a_result_is_measured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(messages, "NUM_RESULTS", 2)
    monkeypatch.setattr(messages, "APPENDED", 3)
    pytest.importorskip("ray")
    found = {each.name: each.values for each in messages.records(2)}
    assert 200 < min(found["a result, its line"]) <= max(found["a result, its line"]) < 5000
    assert len(found["a result, appended and synced"]) == 2
    assert min(found["a result, appended and synced"]) > 0
    assert list(tmp_path.iterdir()) == []


def test_nodes_that_a_model_is_asked_about_are_different():
    found = rank_requests(40)
    assert len({(request.focus, tuple(arm.text for arm in request.arms)) for request in found}) == 40


def test_what_parts_say_is_counted():
    crew = CountedCrew()
    options = Settings(parts=2).options()
    task = find_task("sort-kernels-v1#sort3-cmov").task
    result = solve(task, prior="frequency", budget=Budget(executions=50_000), options=options, crew=crew)
    assert result.executions > 0 and crew.built > 1000
    assert len(crew.orders) == len(crew.reports) >= len(crew.seconds) >= 1
    assert min(crew.orders) > 10 and min(crew.seconds) > 0


@pytest.mark.parametrize("size", [made_up_model.TEN_MILLION, made_up_model.SMALL])
def test_the_made_up_model_has_as_many_parameters_as_it_says(tmp_path, size):
    pytest.importorskip("torch")
    from transformers import AutoModelForCausalLM

    from priors.causal_lm.prior import CausalLMPrior

    directory = made_up_model.write_model(tmp_path, size)
    model = AutoModelForCausalLM.from_pretrained(directory)
    of_matrices = sum(weight.numel() for weight in model.parameters() if weight.dim() == 2)
    assert of_matrices == made_up_model.num_parameters(size)
    assert (9e6 < of_matrices < 11e6) == (size is made_up_model.TEN_MILLION)
    prior = CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1", "device": "cpu"})
    prior.prepare()
