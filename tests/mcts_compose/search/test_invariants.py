"""What must hold of every finished search, whatever ended it; see check_tree.py."""

import pytest

from mcts_compose.search import SEARCHERS
from tests.mcts_compose.search.check_tree import check_search
from tests.mcts_compose.search.problems import make_problem, problem_of_program, search

LISTS = [([3, 1, 2, 8], 2), ([5, 4, 1, 9, 9], 3), ([0, 7, -2], 1), ([6], 0)]
PROBLEMS = {
    "noise": make_problem(
        "x: list[int], k: int -> list[int]", LISTS, [[17, 3], [1, 1, 40], [6, -6, 6, 2], []]
    ),
    "number": make_problem("x: list[int], k: int -> int", LISTS, [71, -302, 5, 888]),
    "words": make_problem(
        "s: str, t: str -> str", [("ab c", "x"), ("Zed", "-"), ("", "qq")], ["c-Ab", "deZ!", "QqQqQ"]
    ),
    "floats": make_problem(
        "x: list[float] -> float", [([0.5, -0.0],), ([1e300, 2.0, -3.5],), ([],)], [0.123, 17.25, -4.0]
    ),
    "grid": make_problem(
        "g: grid -> grid", [([[1, 2], [3, 4]],), ([[5, 0, 7]],)], [[[9, 2]], [[1], [1], [3]]]
    ),
    "deep": problem_of_program(
        "(x: list[int], k: int) -> list[int]; return cumsum(compress(mul(sort(x), k), lt(reverse(x), 4)))",
        LISTS,
    ),
}


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_bank_and_tree_are_sound(name, searcher):
    outcome, inside = search(PROBLEMS[name], searcher, executions=24_000, tree_starts=4000)
    assert (inside.tree is None) == (searcher == "enumerate")
    check_search(outcome, inside)


@pytest.mark.parametrize("switch", ["goal_directed", "inferred_constants", "split", "value", "rebasing"])
def test_bank_and_tree_are_sound_with_a_part_switched_off(switch):
    for name in ("noise", "deep"):
        outcome, inside = search(PROBLEMS[name], executions=24_000, tree_starts=4000, **{switch: False})
        check_search(outcome, inside)


def test_bank_and_tree_are_sound_with_means_backed_up():
    check_search(*search(PROBLEMS["deep"], executions=40_000, tree_starts=4000, backup="mean"))


def test_what_is_shown_of_a_tree_is_within_bounds():
    outcome, _ = search(PROBLEMS["noise"], executions=60_000, tree_starts=4000, keep_tree=True)
    nodes = outcome.tree.nodes
    known = set()
    for node in nodes:
        assert 0 <= node.q <= 1
        assert 0 <= node.value <= 1
        assert 0 <= node.prior <= 1 + 1e-9
        assert node.parent in known or (node.parent is None and not known)
        known.add(node.id)
    assert len(known) == len(nodes) <= outcome.tree.num_nodes == outcome.nodes


@pytest.mark.slow
@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("name", ["deep", "floats", "grid"])
def test_bank_and_tree_are_sound_after_a_longer_search(name, searcher):
    outcome, inside = search(PROBLEMS[name], searcher, executions=120_000)
    check_search(outcome, inside, sample=5000)
