"""What is measured of proposals: which steps are left out, and who has the key."""

import json

import pytest

from benchmarks import proposals as bench
from benchmarks.suites.arithmetic_v1 import STEPS
from benchmarks.suites.curricula.definition import Step, make_task
from benchmarks.teacher import STRANGER, TEACHER, Stranger, Teacher, steps_of
from mcts_compose.curriculum.proposal_lines import read_line
from priors.arguments import PriorArgumentError
from priors.base import Example, PriceRequest, SubtaskRequest
from priors.testing import PriorContract
from priors.uniform import UniformPrior


def step(name: str, *subtasks: str) -> Step:
    return Step(name, f"{name}.", "(x: int) -> int", "return x", abs, (), subtasks)


def request_of(step: Step) -> SubtaskRequest:
    task = make_task(step, "arithmetic-v1")
    examples = tuple(map(Example, task.inputs, task.outputs))
    shown = PriceRequest(task.description, task.input_types, task.output_type, examples, ())
    return SubtaskRequest(shown, task.arg_names, 4)


class TestTeacher(PriorContract):
    @pytest.fixture
    def prior(self):
        return Teacher(UniformPrior(), "arithmetic-v1")


def test_levels_of_odd_depth_that_others_are_made_from_are_left_out():
    steps = [step("a"), step("b", "a"), step("c", "b"), step("d", "c"), step("alone"), step("e", "b")]
    assert [each.id for each in bench.without_odd_levels(steps)] == ["b", "d", "alone", "e"]


def test_a_teacher_proposes_what_the_task_is_made_from_with_other_examples():
    meant = next(each for each in STEPS if each.id == "add-numbers")
    (lines,) = Teacher.from_arguments({"of": "uniform", "suite": "arithmetic-v1"}).propose_subtasks(
        [request_of(meant)]
    )
    assert [json.loads(line)["name"] for line in lines] == list(meant.subtasks)
    own = {each.id: make_task(each, "arithmetic-v1") for each in STEPS}
    for line in lines:
        (read,) = read_line(line, own["add-numbers"])
        task = own[read.name]
        assert (read.input_types, read.output_type) == (task.input_types, task.output_type)
        assert set(map(repr, read.inputs)) != set(map(repr, task.inputs))
        assert not set(map(repr, read.inputs)) & set(map(repr, task.test_inputs))


def test_a_stranger_proposes_what_another_task_is_made_from():
    meant = next(each for each in STEPS if each.id == "add-numbers")
    stranger = Stranger.from_arguments({"of": "uniform", "suite": "arithmetic-v1"})
    (lines,) = stranger.propose_subtasks([request_of(meant)])
    assert lines and (stranger.name, TEACHER) == (STRANGER, "teacher")
    assert not {json.loads(line)["name"] for line in lines} & set(meant.subtasks)


def test_a_suite_without_steps_is_refused():
    for name in ("lists-v1", "nowhere-v1"):
        with pytest.raises(PriorArgumentError, match="no curriculum with steps"):
            steps_of(name)
