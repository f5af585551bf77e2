"""What must not change when a task is told differently."""

import itertools

import pytest

from tests.mcts_compose.search.problems import is_right, problem_of_program, search

ROWS = [([3, 1, 2, 8], 2), ([5, 4, 1, 9, 9], 3), ([0, 7, -2], 1), ([6, 6], 0)]
SKILLS = (
    "add",
    "mul",
    "sort",
    "reverse",
    "take",
    "tail",
    "sum",
    "concat",
    "compress",
    "even",
    "lt",
    "choose",
    "select",
)
PROGRAMS = (
    "(x: list[int], k: int) -> int; return sum(compress(x, even(x)))",
    "(x: list[int], k: int) -> list[int]; return take(reverse(sort(x)), k)",
    "(x: list[int], k: int) -> list[int]; return add(sort(x), 77)",
    "(x: list[int], k: int) -> list[int]; return concat(x, reverse(x))",
    "(x: list[int], k: int) -> list[int]; return select(even(x), mul(x, k), sort(x))",
)


def calls(program):
    """The text of a program behind its first line."""
    return program.text.partition("; ")[2]


@pytest.mark.parametrize("searcher", ["enumerate", "mcts"])
@pytest.mark.parametrize("text", PROGRAMS)
def test_an_example_told_twice_changes_nothing(text, searcher):
    bound = {"executions": 300_000}
    once, _ = search(problem_of_program(text, ROWS, SKILLS), searcher, **bound)
    twice, _ = search(problem_of_program(text, [*ROWS, ROWS[1]], SKILLS), searcher, **bound)
    assert once.stopped == "solved"
    assert (twice.stopped, twice.program, twice.cost) == ("solved", once.program, once.cost)


@pytest.mark.parametrize("text", PROGRAMS)
def test_no_switch_makes_a_wrong_program_a_solution(text):
    problem = problem_of_program(text, ROWS, SKILLS)
    costs = {}
    for switches in itertools.product((False, True), repeat=3):
        settings = dict(zip(("goal_directed", "inferred_constants", "split"), switches, strict=True))
        outcome, _ = search(problem, executions=150_000, tree_starts=20_000, **settings)
        assert (outcome.stopped == "solved") == (outcome.program is not None)
        if outcome.program is not None:
            assert is_right(problem, outcome.program)
            costs[switches] = outcome.cost
    assert costs[True, True, True] == min(costs.values())


@pytest.mark.parametrize("text", PROGRAMS)
def test_inputs_in_another_order_are_only_named_otherwise(text):
    one, _ = search(problem_of_program(text, ROWS, SKILLS), "enumerate", executions=300_000)
    turned = text.replace("(x: list[int], k: int)", "(k: int, x: list[int])")
    other, _ = search(
        problem_of_program(turned, [row[::-1] for row in ROWS], SKILLS), "enumerate", executions=300_000
    )
    assert calls(other.program) == calls(one.program)
    assert (other.cost, other.executions, other.distinct) == (one.cost, one.executions, one.distinct)


@pytest.mark.parametrize("text", PROGRAMS)
def test_more_work_never_gives_a_dearer_program(text):
    problem = problem_of_program(text, ROWS, SKILLS)
    costs = []
    for executions in (2000, 20_000, 100_000):
        outcome, _ = search(problem, executions=executions, tree_starts=4000)
        costs.append(float("inf") if outcome.cost is None else outcome.cost)
    assert costs == sorted(costs, reverse=True)
