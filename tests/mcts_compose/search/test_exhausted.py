"""`exhausted` is a proof: it is said only where brute force finds nothing either."""

import pytest

from mcts_compose.search import SEARCHERS
from mcts_compose.search import layout as at
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.pricing import integer_prices, price_request
from priors.uniform import UniformPrior
from tests.mcts_compose.search.bank_contents import costs_by_values, run_levels
from tests.mcts_compose.search.brute_force import BruteForce
from tests.mcts_compose.search.problems import CONSTANT_PRICE, is_right, make_engine, make_problem, search
from vm.values import decode, encode

LISTS = [([3, 1, 2, 2],), ([5, 4, 1],), ([8, 0, -7, 9],)]
MASKS = [([True, False], [False, False]), ([False, True, True], [True, True, False])]
# Skill tables from which only so many contents can be made.
FINITE = {
    "parts": ("x: list[int] -> list[int]", LISTS, ("tail", "head", "reverse")),
    "lengths": ("x: list[int] -> list[int]", LISTS, ("take", "drop", "len")),
    "logic": ("x: list[bool], y: list[bool] -> list[bool]", MASKS, ("not", "and", "all")),
}
OUT_OF_REACH = {
    "parts": [[3, 1, 2, 2, 0], [5], [9]],
    "lengths": [[2, 3, 1, 2], [5, 4, 1], [8, 0, -7, 9]],
    "logic": [[True], [False]],
}


def problem_of(table, outputs):
    signature, rows, skills = FINITE[table]
    return make_problem(signature, rows, outputs, skills)


def closed_twin(table):
    """All that can be made with a table, at the uniform prior's prices."""
    problem = problem_of(table, OUT_OF_REACH[table])
    request = price_request(problem)
    (prices,) = UniformPrior().price_skills([request])
    skills, constants = integer_prices(request, prices)
    engine = make_engine(problem)
    (constant_price,) = set(constants.values())
    twin = BruteForce(
        problem, int(engine.memory[at.CAP]), int(engine.memory[at.MAGNITUDE]), skills, constant_price
    )
    assert twin.close()
    assert twin.goal not in twin.costs
    return twin


@pytest.fixture(scope="module")
def twins():
    return {table: closed_twin(table) for table in FINITE}


def some_goals(twin, count):
    """Contents of the goal's type from all costs, the dearest among them."""
    reachable = sorted((cost, str(key), key) for key, cost in twin.costs.items() if key[0] == twin.goal[0])
    reachable = [(cost, key) for cost, _, key in reachable if cost > 1]
    step = max(1, (len(reachable) - 1) // (count - 1))
    return [*reachable[:-1:step][: count - 1], reachable[-1]]


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("table", FINITE)
def test_a_goal_out_of_reach_exhausts_the_search(table, searcher):
    outcome, _ = search(
        problem_of(table, OUT_OF_REACH[table]), searcher, tree_starts=0, executions=5_000_000, tree_share=0.3
    )
    assert outcome.stopped == "exhausted"
    assert outcome.program is None


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("table", FINITE)
def test_what_brute_force_finds_every_searcher_finds_at_the_same_cost(table, searcher, twins):
    twin = twins[table]
    for cost, key in some_goals(twin, 6):
        type_, forms = key
        problem = problem_of(table, [list(form) for form in forms])
        outcome, _ = search(
            problem, searcher, tree_starts=0, executions=5_000_000, inferred_constants=False,
            unused_input_price=0, choose="cheapest",
        )  # fmt: skip
        assert outcome.stopped == "solved"
        assert is_right(problem, outcome.program)
        assert outcome.cost == cost
        assert encode(decode(problem.goal), type_).words.tolist() == problem.goal.words.tolist()


@pytest.mark.parametrize("table", FINITE)
def test_an_exhausted_bank_holds_all_that_brute_force_holds(table, twins):
    for searcher in ("enumerate", "mcts"):
        outcome, inside = search(
            problem_of(table, OUT_OF_REACH[table]), searcher, tree_starts=0, executions=5_000_000
        )
        found = costs_by_values(inside.engine, twins[table])
        assert outcome.stopped == "exhausted"
        assert {key: found.get(key) for key in twins[table].costs} == twins[table].costs


def test_a_program_beyond_the_highest_cost_is_out_of_bounds(twins):
    cost, (_, forms) = some_goals(twins["lengths"], 2)[-1]
    problem = problem_of("lengths", [list(form) for form in forms])
    for goal_directed in (False, True):
        outcome, _ = search(
            problem, "enumerate", max_cost=cost - 1, executions=5_000_000, goal_directed=goal_directed,
            inferred_constants=False, split=False,
        )  # fmt: skip
        assert (outcome.stopped, outcome.program) == ("exhausted", None)
    outcome, _ = search(problem, "enumerate", max_cost=cost, executions=5_000_000, inferred_constants=False)
    assert (outcome.stopped, outcome.cost) == ("solved", cost)


def test_a_constant_inferred_late_does_not_hide_the_calls_that_need_it():
    # The goal is take(tail(x), 12), with 12 inferred at cost 6 while level 8 runs. The enumeration comes
    # to it as len(tail(tail(x))), at cost 23, and only then may it call max on it.
    rows = [(list(range(start, start + 14)),) for start in (0, 50, 90)]
    outputs = [row[0][1:13] for row in rows]
    problem = make_problem("x: list[int] -> list[int]", rows, outputs, ("take", "tail", "len", "max"))
    prices = {"take": 3, "tail": 7, "len": 8, "max": 30}
    engine = make_engine(problem, SearchOptions(), prices)
    twin = BruteForce(
        problem, int(engine.memory[at.CAP]), int(engine.memory[at.MAGNITUDE]), prices, CONSTANT_PRICE
    )
    twin.run_to(55)
    run_levels(engine, 55)
    assert engine.memory[at.NUM_LITERALS] > 0
    assert set(twin.costs) <= set(costs_by_values(engine, twin))
