"""Other derivations are all kept, and are put together to all programs that fit, and to no others."""

import itertools
from unittest.mock import patch

import pytest

from mcts_compose.search import layout as at
from mcts_compose.search import start
from mcts_compose.search.fitting import Tree, cheapest_tree, fitting
from mcts_compose.search.options import SearchOptions
from tests.mcts_compose.search.bank_contents import all_contents, run_levels
from tests.mcts_compose.search.brute_force import BruteForce
from tests.mcts_compose.search.problems import (
    CONSTANT_PRICE,
    is_right,
    make_engine,
    problem_of_program,
    search,
)

MARGIN = 4
WEIGHING = SearchOptions(
    goal_directed=False, inferred_constants=False, split=False, unused_input_price=2, margin=MARGIN
)
ROWS = [([3, 1, 2, 8], 2), ([5, 4, 1, 9, 9], 1), ([0, 7, -2], 3)]
PROBLEM = problem_of_program(
    "(x: list[int], k: int) -> list[int]; return take(sort(x), k)", ROWS, ("take", "sort", "reverse", "min")
)
PRICES = {"take": 2, "sort": 1, "reverse": 1, "min": 2}
LEVELS = 9


class Recording(BruteForce):
    """The plain enumeration, with every call that it makes."""

    calls = ()

    def _call(self, action, operands):
        forms = super()._call(action, operands)
        if forms is not None:
            key = self._key(action.overload.result, forms)
            self.calls = (*self.calls, (key, self.actions.index(action), tuple(operands), self.level))
        return forms


def kept_rows(engine):
    """The rows of other derivations, as (contents, action number, operands)."""
    memory, base = engine.memory, int(engine.memory[at.ACTIONS])
    rows = []
    for number in range(int(memory[at.NUM_OTHERS])):
        first, second, third = memory[memory[at.OTHERS] + 3 * number :][:3].tolist()
        action = ((first & 0xFFFFFFFF) - base) // at.ACTION_WORDS
        operands = (second >> 32, second & 0xFFFFFFFF, third >> 32)
        rows.append((first >> 32, action, operands[: len(engine.actions[action].overload.params)]))
    return rows


def derivations(engine):
    """All derivations that the search knows, the cheapest among them, by contents."""
    known = {}
    for contents, action, operands in kept_rows(engine):
        known.setdefault(contents, set()).add((action, operands))
    base = int(engine.memory[at.ACTIONS])
    for contents in all_contents(engine):
        address, operands = engine.derivation(contents)
        if address >= 0:
            known.setdefault(contents, set()).add(((address - base) // at.ACTION_WORDS, tuple(operands)))
    return known


@pytest.fixture(scope="module")
def engine():
    made = make_engine(PROBLEM, WEIGHING, PRICES)
    run_levels(made, LEVELS)
    return made


def test_every_derivation_within_the_margin_is_kept_once(engine):
    memory = engine.memory
    twin = Recording(PROBLEM, int(memory[at.CAP]), int(memory[at.MAGNITUDE]), PRICES, CONSTANT_PRICE)
    twin.run_to(LEVELS)
    keys = {contents: twin.key(engine.values(contents)) for contents in all_contents(engine)}

    def plain(action, operands):
        is_symmetric = engine.actions[action].row.commutative
        return action, tuple(sorted(operands, key=repr)) if is_symmetric else operands

    surcharge = engine.best_cost - twin.costs[twin.goal]  # of an unread input, if the cheapest leaves one
    wanted = {}
    for key, action, operands, cost in twin.calls:
        # The goal's own margin counts the price of unread inputs; it has a test of its own.
        if key != twin.goal and cost <= twin.costs[key] + MARGIN:
            wanted.setdefault(key, set()).add(plain(action, operands))
    found = {
        keys[contents]: {
            plain(action, tuple(keys[operand] for operand in operands)) for action, operands in known
        }
        for contents, known in derivations(engine).items()
        if keys[contents] != twin.goal
    }
    assert surcharge >= 0
    assert sum(map(len, wanted.values())) > 200
    assert found == wanted
    rows = kept_rows(engine)
    assert len(set(rows)) == len(rows)


def all_trees(engine, known, contents, most):
    """Every program of a contents that costs at most so much as a tree, by plain recursion."""
    trees = []
    action, _ = engine.derivation(contents)
    if action < 0 and engine.cost(contents) <= most:
        trees.append((engine.cost(contents), Tree(contents, action)))
    base = int(engine.memory[at.ACTIONS])
    for number, operands in known.get(contents, ()):
        left = most - engine.actions[number].price
        least = [cheapest(engine, known, operand) for operand in operands]
        if sum(least) > left:
            continue
        parts = [
            all_trees(engine, known, operand, left - sum(least) + own)
            for operand, own in zip(operands, least, strict=True)
        ]
        for chosen in itertools.product(*parts):
            cost = sum(each for each, _ in chosen)
            if cost <= left:
                tree = Tree(contents, base + number * at.ACTION_WORDS, tuple(part for _, part in chosen))
                trees.append((cost + engine.actions[number].price, tree))
    return trees


def cheapest(engine, known, contents):
    """The cost of a contents' cheapest program without the price of unread inputs."""
    if contents != engine.memory[at.GOAL]:
        return engine.cost(contents)
    return min(
        engine.actions[action].price + sum(engine.cost(operand) for operand in operands)
        for action, operands in known[contents]
    )


def test_fitting_programs_are_all_combinations_within_the_margin(engine):
    known, goal = derivations(engine), int(engine.memory[at.GOAL])
    dearest = engine.best_cost + MARGIN
    wanted = {}
    for cost, tree in all_trees(engine, known, goal, dearest):
        read = set()
        waiting = [tree]
        while waiting:
            part = waiting.pop()
            waiting.extend(part.operands)
            if part.action == at.LEAF_INPUT:
                read.add(part.contents)
        whole = cost + 2 * (len(PROBLEM.inputs) - len(read))
        if whole <= dearest:
            wanted[tree] = whole
    with patch("mcts_compose.search.fitting.MOST_LISTED", 10**6):
        found = fitting(engine)
    assert len(found) > 20
    assert {fit.tree: fit.cost for fit in found} == wanted
    costs = [fit.cost for fit in found]
    assert costs == sorted(costs)
    assert costs[0] == engine.best_cost
    few = fitting(engine)
    assert [fit.cost for fit in few] == costs[: len(few)]


def test_every_fitting_program_gives_the_goal(engine):
    from mcts_compose.search.choosing import program_of

    programs = [program_of(engine, fit.tree) for fit in fitting(engine)]
    assert len({program.text for program in programs}) > 20
    assert all(is_right(PROBLEM, program) for program in programs)


def test_a_goal_that_is_an_input_has_one_program():
    problem = problem_of_program(
        "(x: list[int]) -> list[int]; return x", [row[:1] for row in ROWS], ("sort",)
    )
    made = make_engine(problem, WEIGHING)
    run_levels(made, 5)
    (fit,) = fitting(made)
    assert fit.tree == cheapest_tree(made, int(made.memory[at.GOAL]))
    assert fit.tree.operands == ()


def test_nothing_is_kept_where_the_cheapest_is_wanted():
    made = make_engine(PROBLEM, SearchOptions(choose="cheapest"), PRICES)
    run_levels(made, 6)
    assert made.memory[at.NUM_OTHERS] == 0
    assert made.memory[at.MARGIN] == 0


def test_where_room_is_short_the_goal_has_the_last_rows():
    room = 30
    with patch.object(start, "MAX_OTHERS", at.FOR_GOAL + room):
        made = make_engine(PROBLEM, WEIGHING, PRICES)
        run_levels(made, LEVELS)
    goal = int(made.memory[at.GOAL])
    others = [contents for contents, _, _ in kept_rows(made)]
    assert sum(contents != goal for contents in others) <= room
    assert len(others) > room
    assert set(others[room:]) == {goal}


@pytest.mark.parametrize("searcher", ["mcts", "enumerate", "best-first"])
def test_keeping_other_derivations_changes_no_tree(searcher):
    plain, weighed = (
        search(PROBLEM, searcher, simulations=40, tree_starts=2000, choose=choice)[0]
        for choice in ("cheapest", "likeliest")
    )
    assert plain.tree_hash == weighed.tree_hash
    assert plain.executions == weighed.executions
    assert plain.num_weighed == 1 < weighed.num_weighed


def test_costs_follow_operands_that_became_cheaper(engine):
    for fit in fitting(engine):
        waiting, cost = [fit.tree], 0
        while waiting:
            part = waiting.pop()
            waiting.extend(part.operands)
            cost += engine.cost(part.contents) if part.action < 0 else engine.action_at(part.action).price
        assert cost <= fit.cost <= engine.best_cost + MARGIN
