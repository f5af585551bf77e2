"""Grids of one row are searched as lists, and what is found works on the grids."""

import pytest

from mcts_compose.budget import Budget
from mcts_compose.search.one_row import as_lists, with_grids
from mcts_compose.solving import solve
from tests.mcts_compose.make_result import make_task
from tests.mcts_compose.search.problems import make_problem
from vm.program import Program
from vm.values import parse_type

ROWS = [([[3, 0, 2, 2]], 1), ([[5]], 2), ([[0, 7, 7, 0, 1]], 0)]
ANSWERS = [[[1, 2]], [[5, 5]], [[0]]]
SIGNATURE = "x: grid, k: int -> grid"


def test_rows_become_lists_and_the_rest_stays():
    lists = as_lists(make_problem(SIGNATURE, ROWS, ANSWERS))
    plain = [(x[0], k) for x, k in ROWS]
    expected = make_problem("x: list[int], k: int -> list[int]", plain, [[1, 2], [5, 5], [0]])
    assert (lists.input_types, lists.output_type) == (expected.input_types, expected.output_type)
    for batch, other in zip((*lists.inputs, lists.goal), (*expected.inputs, expected.goal), strict=True):
        assert [part.tolist() for part in batch[1:]] == [part.tolist() for part in other[1:]]


@pytest.mark.parametrize(
    ("signature", "rows", "outputs", "skills"),
    [
        pytest.param("x: list[int] -> int", [([1],)], [1], None, id="no grid"),
        pytest.param("x: grid -> grid", [([[1]],), ([[1], [2]],)], [[[1]], [[1]]], None, id="two rows"),
        pytest.param("x: grid -> grid", [([[1]],)], [[[1], [1]]], None, id="two rows wanted"),
        pytest.param("x: grid -> int", [([[1]],), ([],)], [1, 0], None, id="no rows"),
        pytest.param("x: grid -> int", [([[1]],)], [1], ["width", "flatten"], id="skills without a way back"),
    ],
)
def test_other_problems_stay_as_they_are(signature, rows, outputs, skills):
    assert as_lists(make_problem(signature, rows, outputs, skills)) is None


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        (SIGNATURE, "(x: list[int], k: int) -> list[int]; return shift(add(x, 1), k, 9)"),
        (SIGNATURE, "(x: list[int], k: int) -> list[int]; return iterate(&concat(_, x), k, x)"),
        (SIGNATURE, "(x: list[int], k: int) -> list[int]; return x"),
        (SIGNATURE, "(x: list[int], k: int) -> list[int]; return [4, 5]"),
        ("x: grid, k: int -> int", "(x: list[int], k: int) -> int; return add(sum(x), k)"),
        ("k: int, x: grid -> grid", "(k: int, x: list[int]) -> list[int]; return map(&max(_, k), x)"),
    ],
)
def test_programs_of_lists_do_the_same_with_grids(signature, text):
    program = Program.parse(text)
    is_second = signature.startswith("k")
    rows = [(k, x) if is_second else (x, k) for x, k in ROWS]
    outputs = ANSWERS if signature.endswith("grid") else [0, 0, 0]
    whole = with_grids(program, make_problem(signature, rows, outputs))
    assert set(map(str, whole.input_types)) == {"grid", "int"}
    for row in rows:
        as_list = program(*(arg[0] if isinstance(arg, list) else arg for arg in row))
        assert whole(*row) == ([as_list] if isinstance(as_list, list) else as_list)
    assert Program.parse(whole.text) == whole


@pytest.mark.parametrize("searcher", ["mcts", "enumerate"])
def test_a_task_of_rows_is_solved_on_held_out_rows(searcher):
    inputs = [[[0, 4, 4, 0, 4, 0]], [[7, 0, 7, 7, 7]], [[0, 0, 1, 0, 2, 2]]]
    grid = parse_type("grid")
    task = make_task(
        arg_names=("x",), input_types=(grid,), output_type=grid, inputs=tuple((x,) for x in inputs),
        outputs=([[0, 4, 4, 0, 0, 0]], [[0, 0, 7, 7, 7]], [[0, 0, 0, 0, 2, 2]]),
        test_inputs=(([[3, 3, 0, 3, 0, 0, 0]],),), test_outputs=([[3, 3, 0, 0, 0, 0, 0]],),
    )  # fmt: skip
    result = solve(task, search=searcher, prior="frequency", budget=Budget(executions=400_000))
    assert (result.solved, result.generalises) == (True, True)
    assert result.program([[8, 0, 8, 8]]) == [[0, 0, 8, 8]]
