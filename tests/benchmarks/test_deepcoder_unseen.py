"""Tasks of other seeds: like those of the suite, none of them, the same again, and readable from a file."""

import pytest
from typer.testing import CliRunner

from benchmarks.suites.deepcoder import unseen
from benchmarks.suites.deepcoder.language import parse
from benchmarks.suites.deepcoder_v1 import load
from mcts_compose.errors import InputError
from mcts_compose.results.verdicts import does_generalise, is_solved
from mcts_compose.task_files import load_tasks
from vm.parser import parse_program

LENGTHS = range(2, 5)


@pytest.fixture(scope="module")
def tasks():
    return unseen.unseen_tasks(7, LENGTHS, 8)


def test_no_program_is_of_the_suite(tasks):
    assert not {task.group for task in tasks} & {task.group for task in load()}


def test_equal_seeds_give_equal_tasks_and_others_do_not(tasks):
    again = unseen.unseen_tasks(7, LENGTHS[:1], 8)
    assert [task.hash for task in again] == [task.hash for task in tasks[:8]]
    other = unseen.unseen_tasks(8, LENGTHS[:1], 8)
    assert not {task.group for task in other} & {task.group for task in tasks}


def test_known_solutions_fit_all_examples(tasks):
    for task in tasks:
        assert len(parse(task.group).statements) == int(task.id[1])
        program = parse_program(task.solution)
        assert is_solved(program, task) and does_generalise(program, task), task.id


def test_quick_tasks_have_solutions_that_fit_all_examples():
    tasks = unseen.unseen_tasks(7, range(5, 7), 3, is_quick=True)
    assert [task.id for task in tasks] == ["t5-000", "t5-001", "t5-002", "t6-000", "t6-001", "t6-002"]
    for task in tasks:
        program = parse_program(task.solution)
        assert is_solved(program, task) and does_generalise(program, task), task.id


def test_the_file_reads_as_the_same_tasks(tasks, tmp_path):
    file = tmp_path / "tasks.jsonl"
    command = ["--seed", "7", "--lengths", "2-4", "--num", "8", "--out", str(file)]
    assert CliRunner().invoke(unseen.app, command).exit_code == 0
    read = load_tasks(file)
    assert [(task.id, task.hash, task.group) for task in read] == [
        (task.id, task.hash, task.group) for task in tasks
    ]
    again = CliRunner().invoke(unseen.app, command)
    assert isinstance(again.exception, InputError) and "is there already" in str(again.exception)


@pytest.mark.parametrize("text", ["", "0", "9", "5-", "-5", "8-5", "5-9", "x", "5-6-7", "05"])
def test_bad_lengths_are_refused(text):
    with pytest.raises(InputError, match="--lengths"):
        unseen.parse_lengths(text)
