"""Made-up tasks: the same again, with solutions that fit, readable from a file and by a model."""

from itertools import islice

import pytest
from typer.testing import CliRunner

from benchmarks.suites import made_up
from mcts_compose.errors import InputError
from mcts_compose.results.verdicts import is_solved
from mcts_compose.task_files import load_tasks
from mcts_compose.training.solved import is_learnable
from vm.parser import parse_program


@pytest.fixture(scope="module")
def tasks():
    return list(islice(made_up.made_up_tasks(5), 4))


def test_known_solutions_fit_and_read_like_programs_of_some_length(tasks):
    for task in tasks:
        program = parse_program(task.solution)
        assert is_solved(program, task), task.id
        assert program.length >= 2
        assert is_learnable(task)


def test_equal_seeds_give_equal_tasks_and_others_do_not(tasks):
    again = islice(made_up.made_up_tasks(5), 2)
    assert [task.hash for task in again] == [task.hash for task in tasks[:2]]
    assert next(made_up.made_up_tasks(6)).hash not in {task.hash for task in tasks}


def test_the_file_reads_as_the_same_tasks(tasks, tmp_path):
    file = tmp_path / "tasks.jsonl"
    command = ["--seed", "5", "--num", "2", "--out", str(file)]
    assert CliRunner().invoke(made_up.app, command).exit_code == 0
    assert [(task.id, task.hash) for task in load_tasks(file)] == [(task.id, task.hash) for task in tasks[:2]]
    again = CliRunner().invoke(made_up.app, command)
    assert isinstance(again.exception, InputError) and "is there already" in str(again.exception)
    other = CliRunner().invoke(made_up.app, [*command[:-1], str(tmp_path / "tasks.txt")])
    assert isinstance(other.exception, InputError) and ".jsonl" in str(other.exception)
