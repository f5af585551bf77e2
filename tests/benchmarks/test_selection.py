"""How a part of a suite is selected, and how shown examples are held out."""

import pytest

from benchmarks.suites.selection import select_suite, show_first
from mcts_compose.errors import InputError
from mcts_compose.task import Task


@pytest.mark.parametrize(
    ("source", "num_tasks"),
    [("deepcoder-v1", 800), ("deepcoder-v1:t5", 100), ("deepcoder-v1:t5-8", 400), ("deepcoder-v1:t5-01", 10),
     ("deepcoder-v1:t5-017", 1), ("lists-v1:s", 18), ("bit-tricks-v1:*-w32-full", 25),
     ("bit-tricks-v1:p1*-w8-*", 20)],
)  # fmt: skip
def test_a_selection_takes_ids_by_prefix_or_range(source, num_tasks):
    suite = select_suite(source)
    assert suite.name == source
    assert len(suite.tasks) == num_tasks


@pytest.mark.parametrize(
    "source",
    ["deepcoder-v1:t9", "deepcoder-v1:t8-5", "lists-v1:u1-2", "lists-v1:*none", "lists-v2", "none.jsonl"],
)
def test_what_does_not_exist_is_refused(source):
    with pytest.raises(InputError):
        select_suite(source)


def test_showing_fewer_examples_holds_out_the_rest():
    suite, num_left_out = show_first(select_suite("deepcoder-v1:t5-017"), 3)
    (task,) = suite.tasks
    (whole,) = select_suite("deepcoder-v1:t5-017").tasks
    assert num_left_out == 0
    assert task.inputs + task.test_inputs == whole.inputs + whole.test_inputs
    assert len(task.inputs) == len(task.outputs) == 3
    assert task.hash != whole.hash


@pytest.mark.parametrize(
    ("suite", "num_tasks", "num_left_out"),
    [("list_functions", 164, 0), ("dreamcoder_list", 157, 4), ("lambdabeam_handwritten", 68, 0)],
)
def test_public_suites_can_be_held_out(shared_data, suite, num_tasks, num_left_out):
    whole = select_suite(str(shared_data / suite / f"{suite}.jsonl"))
    assert len(whole.tasks) == num_tasks
    shown, left_out = show_first(whole, 8)
    assert left_out == num_left_out
    tasks = [task for task in shown.tasks if isinstance(task, Task)]
    assert len(tasks) >= num_tasks - num_left_out - 1
    assert all(len(task.outputs) <= 8 and task.test_outputs for task in tasks)
