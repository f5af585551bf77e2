"""The weights for texts are those that the known solutions give, and a half leaves out the other's."""

import json

import pytest

from benchmarks.crossfit import half_of
from benchmarks.text_prices import SOLUTIONS, fitted, solutions, text_prices
from mcts_compose.errors import InputError
from mcts_compose.results.verdicts import is_solved
from mcts_compose.task_files import load_tasks
from priors.frequency import TEXT_WEIGHTS, load_weights, text_weights
from vm.program import Program


@pytest.fixture(scope="module")
def weights():
    return fitted()


def test_the_shipped_weights_are_those_of_the_solutions(weights):
    shipped = text_weights()
    assert (shipped.num_programs, shipped.constants) == (weights.num_programs, weights.constants)
    # A row more in the table moves what families lend, which is no reason to ship new weights.
    assert {name: weights.skills[name] for name in shipped.skills} == pytest.approx(
        shipped.skills, rel=0.1, abs=0.01
    )
    assert shipped.origin == weights.origin and TEXT_WEIGHTS.is_file()


def test_each_group_has_one_solution_and_is_in_one_half():
    groups = [line.split(" ")[0] for line in SOLUTIONS.read_text("utf-8").splitlines()]
    assert len(set(groups)) == len(groups) > 50
    of_lists = len(solutions()) - len(groups)
    for half in "ab":
        assert len(solutions(half)) - of_lists == sum(half_of(group) == half for group in groups)


def test_each_solution_fits_all_examples_of_a_task_of_its_group(shared_data):
    tasks = load_tasks(shared_data / "sygus_strings" / "sygus_strings.jsonl")
    for line in SOLUTIONS.read_text("utf-8").splitlines():
        group, text = line.split(" ", 1)
        program = Program.parse(text)
        assert any(is_solved(program, task) for task in tasks if task.group == group), group


def test_weights_of_a_half_say_so(tmp_path):
    out = tmp_path / "w.json"
    text_prices(out=out, half="a")
    assert "half a" in load_weights(out).origin and json.loads(out.read_text())["num_programs"] < 77


@pytest.mark.parametrize(("arguments", "message"), [({"half": "c"}, "should be a or b"), ({}, "name --out")])
def test_wrong_flags_are_one_sentence(arguments, message):
    with pytest.raises(InputError, match=message):
        text_prices(**arguments)


def test_left_out_solutions_are_cheaper_than_by_the_weights_of_lists(capsys):
    text_prices(compare=True)
    costs = [float(line.split(": ")[1].split()[0]) for line in capsys.readouterr().out.splitlines()]
    assert max(costs[:-1]) < costs[-1] - 1
