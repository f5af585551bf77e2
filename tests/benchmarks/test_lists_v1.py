"""The suite `lists-v1`: well-formed tasks, whose known solutions are right when the machine runs them."""

import collections

import pytest

from benchmarks.suites.lists.definition import make_task
from benchmarks.suites.lists_v1 import DEFINITIONS, load
from mcts_compose.results.verdicts import does_generalise, is_solved
from vm.parser import parse_program
from vm.values import decode, encode

TASKS = load()


def test_there_are_enough_tasks_with_different_ids_and_descriptions():
    assert len(TASKS) >= 60
    assert len({task.id for task in TASKS}) == len(TASKS)
    assert all(task.description for task in TASKS)
    assert len({task.description for task in TASKS}) == len(TASKS)


def test_every_family_of_values_occurs():
    types = {str(type_) for task in TASKS for type_ in (*task.input_types, task.output_type)}
    assert types >= {"int", "list[int]", "bool", "list[bool]", "str", "char", "float", "list[float]", "grid"}


def test_a_dozen_tasks_need_four_calls_or_more():
    assert sum(parse_program(task.solution).length >= 4 for task in TASKS) >= 12


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_known_solution_is_right(task):
    program = parse_program(task.solution)
    assert (program.input_names, program.input_types) == (task.arg_names, task.input_types)
    assert is_solved(program, task)
    assert does_generalise(program, task)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_examples_are_different_values_of_their_types(task):
    inputs = task.inputs + task.test_inputs
    assert len({repr(arguments) for arguments in inputs}) == len(inputs)
    assert 8 <= len(task.inputs) <= 16
    assert len(task.test_inputs) == 10
    for type_, column in zip(task.input_types, zip(*inputs, strict=True), strict=True):
        assert decode(encode(column, type_)) == list(column)
    outputs = task.outputs + task.test_outputs
    assert decode(encode(outputs, task.output_type)) == list(outputs)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_outputs_tell_something(task):
    counts = collections.Counter(map(repr, task.outputs))
    if str(task.output_type) == "bool":
        assert min(counts["True"], counts["False"]) >= len(task.outputs) // 3
    else:
        assert len(counts) >= 4


def test_a_task_depends_on_its_definition_alone():
    assert make_task(DEFINITIONS[-1]) == TASKS[-1]
