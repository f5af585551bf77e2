"""Exhaustive counts on tiny skill tables: committed numbers, and contents by contents against brute force.

The counts guard legality, order of costs and interning at once, as perft counts do for board games.
"""

import pytest

from mcts_compose.search import layout as at
from mcts_compose.search.options import SearchOptions
from tests.mcts_compose.search.bank_contents import costs_by_values, run_levels
from tests.mcts_compose.search.brute_force import BruteForce
from tests.mcts_compose.search.problems import CONSTANT_PRICE, make_engine, make_problem

LISTS = [([3, 1, 2],), ([5, 4, 1, 9],), ([],)]
PAIRS = [([3, -1, 2], 2), ([5, 4, 1, 9], 0), ([7], -3)]
WORDS = [("ab c", "x"), ("Zed", "-")]
BIG = [([2**62, -(2**63), 5], 0.5), ([2**63 - 1], -0.0)]
PROBLEMS = {
    "lists": ("x: list[int] -> list[int]", LISTS, [[1], [2], [3]]),
    "masks": ("x: list[int], k: int -> list[int]", PAIRS, [[1], [2], [3]]),
    "words": ("s: str, t: str -> str", WORDS, ["", ""]),
    "edges": ("x: list[int], f: float -> float", BIG, [0.0, 1.0]),
}
PRICES = {
    "lists": {"add": 4, "head": 3, "tail": 3, "sort": 3},
    "masks": {"lt": 3, "compress": 2, "index": 4, "div": 3},
    "words": {"upper": 1, "concat": 2, "index": 3, "len": 3, "reverse": 2},
    "edges": {"mul": 3, "abs": 1, "sum": 2, "to_float": 2, "replace": 2},
}
# After each level: calls tried, and different contents derived.
COUNTS = {
    "lists": [
        (0, 13), (0, 13), (0, 13), (3, 16), (3, 16), (4, 17), (10, 22), (22, 33), (28, 39), (115,
        55), (185, 99), (211, 116), (243, 129), (381, 213), (586, 256), (772, 332), (1127, 441),
        (1856, 626), (2502, 834), (3047, 954), (4507, 1367), (6277, 1761), (8475, 2069), (11348,
        2688), (16363, 3370), (22901, 4020),
    ],
    "masks": [
        (0, 14), (0, 14), (0, 14), (0, 14), (8, 22), (9, 22), (105, 71), (120, 76), (440, 98), (458,
        111), (890, 236), (1008, 260), (2637, 546), (3363, 718), (5661, 973), (7097, 1299), (16763,
        2214), (21424, 2688),
    ],
    "words": [
        (0, 23), (2, 25), (6, 26), (24, 32), (44, 44), (90, 65), (192, 111), (388, 188), (769, 272),
        (1414, 547), (2767, 888), (5084, 1441), (9745, 2908), (18339, 4545), (33437, 8466),
    ],
    "edges": [
        (0, 19), (2, 20), (5, 21), (23, 22), (39, 33), (52, 36), (76, 45), (92, 52), (375, 123),
        (496, 151), (736, 244), (944, 289), (1564, 460), (2132, 582), (5213, 1106), (7210, 1418),
        (11272, 2345), (15964, 3168), (29717, 5682),
    ],
}  # fmt: skip


def problem_of(table):
    return make_problem(*PROBLEMS[table], tuple(PRICES[table]))


def twin_of(problem, engine, prices):
    """Brute force within the bounds of an engine."""
    return BruteForce(
        problem, int(engine.memory[at.CAP]), int(engine.memory[at.MAGNITUDE]), prices, CONSTANT_PRICE
    )


@pytest.mark.parametrize("table", PROBLEMS)
def test_counts_of_each_level_are_the_committed_ones(table):
    problem = problem_of(table)
    engine = make_engine(problem, prices=PRICES[table])
    twin = twin_of(problem, engine, PRICES[table])
    by_kernels, by_hand = [], []
    for level in range(1, len(COUNTS[table]) + 1):
        run_levels(engine, level)
        twin.run_level()
        by_kernels.append((int(engine.memory[at.CANDIDATES]), len(costs_by_values(engine, twin))))
        by_hand.append((twin.candidates, len(twin.costs)))
    assert by_kernels == COUNTS[table]
    assert by_hand == COUNTS[table]


@pytest.mark.parametrize("table", PROBLEMS)
def test_every_contents_has_the_cost_that_brute_force_gives_it(table):
    problem = problem_of(table)
    engine = make_engine(problem, prices=PRICES[table])
    twin = twin_of(problem, engine, PRICES[table]).run_to(len(COUNTS[table]))
    run_levels(engine, len(COUNTS[table]))
    assert costs_by_values(engine, twin) == twin.costs


def test_levels_do_not_depend_on_how_the_work_is_cut():
    problem = problem_of("masks")
    whole, pieces = (make_engine(problem, prices=PRICES["masks"]) for _ in range(2))
    run_levels(whole, 14)
    while pieces.memory[at.LEVEL] <= 14:
        pieces.run_root(7)
    assert pieces.memory[at.CANDIDATES] == whole.memory[at.CANDIDATES]
    assert (
        pieces.bank.pool[: pieces.memory[at.POOL_TOP]].tolist()
        == whole.bank.pool[: whole.memory[at.POOL_TOP]].tolist()
    )


@pytest.mark.slow
def test_lists_agree_with_brute_force_a_level_deeper():
    problem = problem_of("lists")
    engine = make_engine(problem, prices=PRICES["lists"])
    twin = twin_of(problem, engine, PRICES["lists"]).run_to(30)
    run_levels(engine, 30)
    assert engine.memory[at.CANDIDATES] == twin.candidates
    assert costs_by_values(engine, twin) == twin.costs


def test_a_program_that_reads_all_inputs_is_preferred_by_the_price_of_an_unused_one():
    rows = [([3, 1, 2], [-2, 1, 1]), ([9, 4], [-5, 5]), ([1, 8, 0, 5], [-1, -7, 5, 3])]
    outputs = [sorted(x) for x, _ in rows]
    problem = make_problem("x: list[int], y: list[int] -> list[int]", rows, outputs, ("sort", "add"))
    found = {}
    for price in (0, 6):
        engine = make_engine(problem, SearchOptions(unused_input_price=price), {"sort": 2, "add": 2})
        for _ in range(3):
            engine.run_root(1000)
        found[price] = (engine.best_program().text.split("; ")[1], engine.best_cost)
    assert found == {0: ("v1 = sort(x)", 3), 6: ("v1 = add(x, y)", 4)}
