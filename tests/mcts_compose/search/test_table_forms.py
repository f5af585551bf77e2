"""The goal-directed test infers the table that a goal is looked up in."""

import pytest

from tests.mcts_compose.search.problems import is_right, make_problem, search

TABLE = [7, 1, 8, 2]
LISTS = [([4, 1, 0, 3, 2, 2, 7],), ([5, 6, 7, 9],), ([0, 0, 2],), ([10, 11, 3],)]


def looked_up(values, table):
    return [table[value % len(table)] for value in values]


def test_a_list_that_is_looked_up_is_found_at_once():
    goal = [looked_up(x, TABLE) for (x,) in LISTS]
    problem = make_problem("x: list[int] -> list[int]", LISTS, goal, ("mod", "gather"))
    outcome, _ = search(problem, executions=20_000)
    assert outcome.program.text == (
        "(x: list[int]) -> list[int]; v1 = mod(x, 4); v2 = gather([7, 1, 8, 2], v1); return v2"
    )
    assert outcome.first_hit < 1_000


def test_other_elements_are_looked_up_too():
    goal = ["".join(looked_up(x, "cab")) for (x,) in LISTS]
    problem = make_problem("x: list[int] -> str", LISTS, goal, ("mod", "gather"))
    outcome, _ = search(problem, executions=20_000)
    assert 'gather("cab", v1)' in outcome.program.text
    assert is_right(problem, outcome.program)


def test_a_number_is_looked_up():
    rows = [(value,) for value in (0, 1, 2, 3, 4, 5, 9, 11, 14, 16, 22, 35)]
    problem = make_problem("n: int -> int", rows, looked_up([n for (n,) in rows], TABLE), ("mod", "index"))
    outcome, _ = search(problem, executions=20_000, memory_mb=256)
    assert "index([7, 1, 8, 2], v1)" in outcome.program.text


@pytest.mark.parametrize(
    "goal",
    [
        [[7, 1, 7, 2, 8, 8, 2], [1, 8, 2, 1], [7, 7, 8], [8, 2, 1]],  # one key at two values
        [[0, 1, 2, 3, 4, 5, 6], [1, 8, 2, 1], [9, 9, 8], [8, 2, 3]],
    ],
)
def test_what_is_no_table_is_not_looked_up(goal):
    problem = make_problem("x: list[int] -> list[int]", LISTS, goal, ("mod", "gather"))
    outcome, _ = search(problem, executions=20_000)
    assert outcome.program is None


def test_too_little_evidence_is_no_table():
    rows = [([0, 1],), ([2, 3],), ([4, 5],)]
    goal = [[9, 4], [7, 6], [1, 3]]
    outcome, _ = search(make_problem("x: list[int] -> list[int]", rows, goal, ("gather",)), executions=5_000)
    assert outcome.program is None
