"""Whole searches for circuits: what they return is right, small, proven where said, and repeatable."""

import random

import numpy as np
import pytest

from mcts_compose.errors import InputError
from mcts_compose.search.circuits import run as circuit_run
from mcts_compose.search.circuits.run import run_circuit
from tests.mcts_compose.search.circuits.twin import (
    BASES,
    assignments,
    function_problem,
    is_solution,
    table_problem,
)

COLUMNS = [list(column) for column in zip(*assignments(3), strict=True)]


@pytest.fixture
def short_turns(monkeypatch):
    monkeypatch.setattr(circuit_run, "TURN", 500_000)


def _sorted(*bits):
    return tuple(sorted(bits, reverse=True))


@pytest.mark.parametrize("name", list(BASES))
@pytest.mark.parametrize(
    ("num_inputs", "function"),
    [
        pytest.param(5, lambda *x: (sum(x) > 2,), id="majority of 5"),
        pytest.param(5, _sorted, id="sorter of 5"),
        pytest.param(7, lambda *x: (sum(x) % 3 == 0, sum(x) > 3), id="two counts of 7"),
    ],
)
def test_solutions_are_right(num_inputs, function, name, short_turns):
    operators, free = BASES[name]
    problem = function_problem(num_inputs, function, operators)
    outcome = run_circuit(problem, executions=3_000_000, free=free, seed=1)
    assert is_solution(problem, outcome.solution)
    counted = sum(line[0] not in free for line in outcome.solution.lines)
    assert counted == outcome.size >= outcome.proven_lower_bound
    assert outcome.stopped == "budget:executions"


def test_majority_of_five_takes_ten_nodes(short_turns):
    operators, free = BASES["and-inverter"]
    problem = function_problem(5, lambda *x: (sum(x) > 2,), operators)
    assert run_circuit(problem, executions=60_000_000, free=free).size == 10


@pytest.mark.parametrize("searcher", ["enumerate", "mcts"])
@pytest.mark.parametrize("name", list(BASES))
def test_a_proven_size_is_the_exact_one(name, searcher):
    operators, free = BASES[name]
    draw = random.Random(5)
    for _ in range(5):
        goals = [[draw.randint(0, 1) for _ in range(8)] for _ in range(2)]
        problem = table_problem(COLUMNS, goals, operators)
        outcome = run_circuit(problem, searcher=searcher, free=free)
        assert outcome.stopped == "solved" and outcome.proven_minimal
        assert is_solution(problem, outcome.solution)
        shorter = run_circuit(problem, free=free, max_length=outcome.size - 1)
        assert shorter.stopped == "exhausted" and shorter.solution is None
        assert shorter.proven_lower_bound >= outcome.size


@pytest.mark.parametrize("searcher", ["enumerate", "mcts"])
def test_equal_seeds_and_executions_give_equal_results(searcher, short_turns):
    operators, free = BASES["and-inverter"]
    table = random.Random(6).getrandbits(64)
    problem = function_problem(6, lambda *x: (table >> int("".join(map(str, x)), 2) & 1,), operators)
    runs = [
        run_circuit(problem, searcher=searcher, executions=5_000_000, free=free, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert runs[0].tree_hash == runs[1].tree_hash
    assert runs[0].solution == runs[1].solution
    if searcher == "mcts":
        assert runs[0].tree_hash != runs[2].tree_hash


def test_outputs_may_be_inputs_constants_and_complements():
    operators, free = BASES["and-inverter"]
    a, b, _ = COLUMNS
    both = [x & y for x, y in zip(a, b, strict=True)]
    inverse = [1 - x for x in both]
    problem = table_problem(COLUMNS, [a, [1 - x for x in a], [0] * 8, [1] * 8, both, inverse, b], operators)
    outcome = run_circuit(problem, free=free)
    assert is_solution(problem, outcome.solution)
    assert outcome.size == 1 and outcome.proven_minimal


def test_more_goals_than_the_exact_search_can_hold_are_made():
    operators, free = BASES["and-inverter"]
    rows = assignments(5)
    goals = [[int(row == wanted) for row in rows] for wanted in rows]
    problem = table_problem([list(column) for column in zip(*rows, strict=True)], goals, operators)
    outcome = run_circuit(problem, free=free, simulations=3)
    assert is_solution(problem, outcome.solution)
    assert outcome.size >= outcome.proven_lower_bound == len(goals)


def test_constants_that_are_given_may_be_operands():
    a, b, _ = COLUMNS
    goal = [1 - (x ^ y) for x, y in zip(a, b, strict=True)]
    problem = table_problem(COLUMNS, [goal], ("and", "xor"), constants=(1,))
    outcome = run_circuit(problem)
    assert is_solution(problem, outcome.solution)
    assert outcome.size == 2 and outcome.solution.constants == (1,)


def test_rows_that_do_not_matter_are_free():
    operators, free = BASES["and-inverter"]
    problem = table_problem(COLUMNS, [[0, 0, 0, 1, 1, 0, 1, 0]], operators, [[1, 1, 1, 1, 0, 0, 0, 0]])
    outcome = run_circuit(problem, free=free)
    assert is_solution(problem, outcome.solution)
    assert outcome.size == 1


@pytest.mark.parametrize("searcher", ["enumerate", "mcts", "best-first"])
def test_an_input_that_is_the_same_in_all_rows_that_matter_may_be_an_operand(searcher):
    problem = table_problem([[0, 0, 1, 1], [0, 1, 0, 1]], [[0, 0, 1, 0]], ("andn", "or"), [[0, 0, 1, 1]])
    outcome = run_circuit(problem, searcher=searcher)
    assert is_solution(problem, outcome.solution)
    assert outcome.size == outcome.proven_lower_bound == 1


def test_equal_inputs_with_different_outputs_have_no_circuit():
    operators, free = BASES["and-inverter"]
    problem = table_problem([[0, 1, 1]], [[0, 1, 0]], operators)
    outcome = run_circuit(problem, free=free, seconds=1.0)
    assert outcome.solution is None and outcome.stopped == "exhausted"


@pytest.mark.parametrize("searcher", ["enumerate", "mcts"])
def test_gates_that_cannot_make_a_goal_have_no_circuit(searcher):
    rows = assignments(4)
    inputs = [list(column) for column in zip(*rows, strict=True)]
    problem = table_problem(inputs, [[int(sum(row) != 2) for row in rows]], ("and", "or"))
    assert run_circuit(problem, searcher=searcher).stopped == "exhausted"
    possible = table_problem(inputs, [[int(sum(row) > 2) for row in rows]], ("and", "or"))
    assert is_solution(possible, run_circuit(possible, searcher=searcher).solution)


def test_a_bound_is_proven_when_asked_for():
    operators, free = BASES["and-inverter"]
    problem = function_problem(5, lambda *x: (sum(x) > 2,), operators)
    outcome = run_circuit(problem, free=free, prove_none_shorter_than=6)
    assert outcome.proven_lower_bound >= 6 and not outcome.proven_minimal


def test_budgets_end_a_search():
    operators, _ = BASES["nand"]
    problem = function_problem(6, _sorted, operators)
    assert run_circuit(problem, seconds=0.2).stopped == "budget:seconds"
    assert run_circuit(problem, simulations=2).stopped == "budget:simulations"


def test_progress_never_grows(short_turns):
    operators, free = BASES["and-inverter"]
    sizes = []
    problem = function_problem(6, _sorted, operators)
    run_circuit(problem, free=free, simulations=8, on_progress=lambda seen: sizes.append(seen.best_size))
    assert len(sizes) == 8 and sizes == sorted(sizes, reverse=True)


def test_operators_that_are_no_gates_are_bad_input():
    problem = table_problem(COLUMNS, [COLUMNS[0]], ("and", "mul"))
    with pytest.raises(InputError, match="mul"):
        run_circuit(problem)
    with pytest.raises(InputError, match="nand"):
        run_circuit(table_problem(COLUMNS, [COLUMNS[0]], ("nand",)), free=("nand",))


def test_tables_of_many_rows_are_solved():
    operators, free = BASES["and-inverter"]
    table = np.random.default_rng(7).integers(0, 2, (3, 1024)).tolist()
    inputs = [list(column) for column in zip(*assignments(10), strict=True)]
    problem = table_problem(inputs, table, operators)
    outcome = run_circuit(problem, free=free, simulations=0)
    assert is_solution(problem, outcome.solution)
