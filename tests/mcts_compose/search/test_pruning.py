"""Pruning loses nothing: what is solved with uniform prices is solved with a model that is always wrong."""

import math

import numpy as np
import pytest

from mcts_compose.search import tree as kernels
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.refinement import WIDENING_ALPHA, WIDENING_C, widening_visits
from mcts_compose.search.selection import choose_arm
from mcts_compose.search.warm_up import warm_up
from priors.uniform import UniformPrior
from tests.mcts_compose.search.bank_contents import run_levels
from tests.mcts_compose.search.fake_models import Adversary, way_of
from tests.mcts_compose.search.problems import is_right, make_engine, make_problem, search
from tests.mcts_compose.search.test_exhausted import FINITE, OUT_OF_REACH, closed_twin, problem_of, some_goals

MIXINGS = {
    "as by default": {},
    "the model alone": {"eps": 0.0, "temperature": 0.5},
    "little base, one arm at first": {"eps": 0.05, "top_k": 1},
    "most of the base, half the mass": {"eps": 0.5, "top_p": 0.5},
    "nearly nothing at first": {"eps": 0.0, "top_p": 1e-6, "top_k": 1},
}
WIDE = {"tree_starts": 0, "executions": 5_000_000, "tree_share": 0.6, "deterministic": True}


@pytest.fixture(scope="module")
def goals():
    """Some goals of each finite table, each with an adversary that knows the way to it."""
    found = {}
    for table in FINITE:
        found[table] = []
        for _, (_, forms) in some_goals(closed_twin(table), 5):
            problem = problem_of(table, [list(form) for form in forms])
            outcome, inside = search(problem, **WIDE)
            assert outcome.stopped == "solved"
            found[table].append((problem, way_of(inside)))
    return found


@pytest.mark.parametrize("mixing", MIXINGS)
@pytest.mark.parametrize("table", FINITE)
def test_an_adversary_hides_no_solution(table, mixing, goals):
    for problem, way in goals[table]:
        model = Adversary(*way)
        outcome, _ = search(problem, prior=model, base_prior=UniformPrior(), **WIDE, **MIXINGS[mixing])
        assert outcome.stopped == "solved"
        assert is_right(problem, outcome.program)
        assert outcome.prior_failures == 0
        assert model.price_requests


@pytest.mark.parametrize(
    "searcher, mixing",
    [("mcts", mixing) for mixing in MIXINGS]
    + [(searcher, "little base, one arm at first") for searcher in ("best-first", "levin", "beam", "random")],
)
def test_an_adversary_makes_no_wrong_proof(searcher, mixing, goals):
    for table in FINITE:
        model = Adversary(*goals[table][-1][1])
        problem = problem_of(table, OUT_OF_REACH[table])
        outcome, _ = search(problem, searcher, prior=model, **WIDE, **MIXINGS[mixing])
        assert (outcome.stopped, outcome.program) == ("exhausted", None)


DEEP = make_problem(
    "x: list[int] -> list[int]",
    [([3, 1, 2, 8, 4],), ([5, 4, 1, 9, 9, 0],), ([0, 7, -2],)],
    [[2, 5, 6, 14], [2, 5, 6, 6, 10], [-5, 2]],
    ("reverse", "sort", "tail", "sub", "cumsum", "add", "head", "init"),
)
"""Out of reach of a short search, with a tree that goes on being expanded."""


@pytest.mark.parametrize("mixing", MIXINGS)
def test_a_refined_tree_runs_as_much_as_it_is_allowed(mixing):
    """With one arm open at first the tree must neither stand still nor end before its budget."""
    model = Adversary(frozenset(), frozenset({"add", "sort"}))
    outcome, inside = search(
        DEEP, prior=model, base_prior=UniformPrior(), tree_starts=500, executions=60_000,
        tree_share=0.6, deterministic=True, **MIXINGS[mixing],
    )  # fmt: skip
    assert outcome.stopped == "budget:executions"
    assert outcome.refined > 3
    in_tree = inside.candidates - inside.root_work
    assert in_tree > 0.3 * inside.candidates


def test_pruned_arms_open_as_progressive_widening_says():
    for visits in (0, 1, 2, 3, 4, 8.5, 9, 24, 25, 1000):
        is_open = [widening_visits(rank) <= visits for rank in range(2000)]
        assert sum(is_open) == min(math.floor(WIDENING_C * visits**WIDENING_ALPHA), 2000)
        assert is_open == sorted(is_open, reverse=True)


@pytest.fixture
def tree():
    warm_up()
    engine = make_engine(
        make_problem("x: list[int] -> list[int]", [([3, 1, 2],), ([5, 4],)], [[17], [1, 40]]), SearchOptions()
    )
    run_levels(engine, 7)
    tree = FocusTree(engine, SearchOptions())
    tree.refresh()
    return tree


def chosen(tree, path_length=64):
    path = np.zeros(2 * path_length, np.int64)
    return int(
        choose_arm(
            tree.nodes,
            tree.scores,
            tree.arms,
            tree.odds,
            path,
            1,
            kernels.ROOT,
            False,
            tree.low,
            tree.high,
            1.0,
        )
    )


def test_an_arm_is_passed_over_until_it_opens(tree):
    first = chosen(tree)
    opens = tree.odds[kernels.OPENS :: kernels.ODDS_WORDS]
    opens[first] = 10.0
    assert chosen(tree) != first
    tree.nodes[kernels.N_VISITS] = 9 * kernels.WORK_UNIT
    assert opens[first] == 10.0
    best = {chosen(tree)}
    opens[first] = 0.0
    assert chosen(tree) in best | {first}


def test_where_nothing_else_is_left_the_next_arm_opens_early(tree):
    opens = tree.odds[kernels.OPENS :: kernels.ODDS_WORDS]
    count = len(tree.arms_of(kernels.ROOT))
    opens[:count] = 1e6 + np.arange(count)[::-1]
    assert chosen(tree) == count - 1
