"""The measurement of sorting kernels: its domains, its replay, and its table on the smallest task."""

import itertools
import math

import pytest
from typer.testing import CliRunner

from benchmarks.kernels import QUESTIONS, SUITE, app, domain, num_sorted
from mcts_compose.task_sources import find_suite
from vm.assembly.program import AssemblyProgram

SORT_TWO = "minmax (a: int, b: int) -> (a, b); mov s, b; max b, a; min a, s"
# Right on positive words only: it takes 0 for the least of all.
NEEDS_ZERO = "minmax (a: int, b: int) -> (a, b); max s, b; max b, a; min a, s"


def orders_of(rows):
    """The order of each row together with 0, as comparisons see it."""
    return {tuple(x < y for x, y in itertools.permutations((0, *row), 2)) for row in rows}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_domain_has_every_order_once(size):
    different, ties = domain(size)
    everything = list(itertools.product(range(-size, size + 1), repeat=size))
    wanted = [row for row in everything if len({0, *row}) == size + 1]
    assert orders_of(different) == orders_of(wanted) and len(different) == len(orders_of(wanted))
    assert len(different) == (size + 1) * math.factorial(size)
    tied = [row for row in everything if len(set(row)) < size and min(row) > 0]
    assert orders_of(ties) == orders_of(tied) and len(ties) == len(orders_of(tied))


def test_replay_counts_what_is_sorted():
    different, ties = domain(2)
    assert num_sorted(AssemblyProgram.parse(SORT_TWO), different) == len(different) == 6
    assert num_sorted(AssemblyProgram.parse(SORT_TWO), ties) == len(ties) == 1
    assert num_sorted(AssemblyProgram.parse(NEEDS_ZERO), different) < 6


def test_questions_are_about_tasks_of_the_suite():
    assert {question.task for question in QUESTIONS} <= {task.id for task in find_suite(SUITE).tasks}


def test_table_says_what_was_found():
    found = CliRunner().invoke(app, ["--only", "sort3-minmax", "--seeds", "2"])
    assert found.exit_code == 0
    assert "sort3-minmax, mcts" in found.output and "2 of 2" in found.output
