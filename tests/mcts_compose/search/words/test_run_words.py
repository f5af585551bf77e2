"""Whole searches for straight lines of word operations."""

import random
from itertools import product

import numpy as np
import pytest

from mcts_compose.errors import InputError
from mcts_compose.search.straight_lines import WordProblem
from mcts_compose.search.words.run import SEARCHERS, run_words
from tests.mcts_compose.search.words.plain_words import (
    BIT_VECTOR,
    levels_plainly,
    make_problem,
    meets_goals,
    run_plainly,
)

EDGES = (0, 1, 2, 3, 127, 128, 129, 254, 255, 96, 24, 40)


def exchange(x, mask, shift):
    """Exchanges two bit fields: the shared term stands at both of its places."""
    term = (x ^ (x >> shift)) & mask
    return x ^ term ^ (term << shift)


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("width", [8, 32, 64])
def test_a_trick_is_found_and_meets_its_goals(searcher, width):
    examples = [(word,) for word in EDGES]
    problem = make_problem(lambda x: x & (x - 1), examples, width, BIT_VECTOR, (0, 1, width - 1, -1))
    outcome = run_words(problem, searcher=searcher, executions=3_000_000, memory_mb=200)
    assert outcome.stopped == "solved"
    assert meets_goals(problem, outcome.solution)
    assert len(outcome.solution.lines) == 2
    for word in (5, 77, (1 << width) - 8):
        assert run_plainly(outcome.solution, (word,), width) == [word & (word - 1)]


def test_enumeration_finds_the_shortest_expression():
    """The plain levels say at which cost the goal first appears."""
    operators = ("neg", "add", "and", "lshr")
    problem = make_problem(lambda x: ((x & -x) + 1) >> 1, [(word,) for word in EDGES], 8, operators)
    plain = levels_plainly(problem, 4)
    goal = tuple(problem.goals[0].tolist())
    shortest = next(level for level, found in enumerate(plain) if goal in found)
    outcome = run_words(problem, searcher="enumerate", memory_mb=100)
    assert len(outcome.solution.lines) == shortest


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_exhausted_only_where_brute_force_agrees(searcher):
    """Under `and` and `or` two words make four contents, so that whether a goal is among them is plain."""
    examples = [(12, 10), (3, 255), (0, 9)]
    verdicts = set()
    for goal in [lambda x, y: x & y, lambda x, y: x | y, lambda x, y: x ^ y, lambda x, y: x + y]:
        problem = make_problem(goal, examples, 8, ("and", "or"), ())
        reachable = set().union(*levels_plainly(problem, 3))
        outcome = run_words(problem, searcher=searcher, memory_mb=20)
        is_reachable = tuple(problem.goals[0].tolist()) in reachable
        assert outcome.stopped == ("solved" if is_reachable else "exhausted")
        verdicts.add(outcome.stopped)
    assert verdicts == {"solved", "exhausted"}


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_equal_budgets_give_equal_searches(searcher):
    rng = random.Random(5)
    examples = [(rng.getrandbits(32), rng.getrandbits(32)) for _ in range(20)]
    problem = make_problem(lambda x, y: x * y * y + 12345 * x, examples, 32, ("add", "xor", "lshr", "and"))
    first, second = (
        run_words(problem, searcher=searcher, executions=1_500_000, memory_mb=100, seed=3) for _ in range(2)
    )
    assert first.stopped == "budget:executions"
    assert (first.tree_hash, first.executions, first.simulations, first.nodes, first.solution) == (
        second.tree_hash,
        second.executions,
        second.simulations,
        second.nodes,
        second.solution,
    )


def test_a_full_bank_is_a_state():
    """Some thousand contents are soon found; the search goes on without storing, and with the tree."""
    rng = random.Random(6)
    examples = [(rng.getrandbits(32),) for _ in range(20)]
    problem = make_problem(lambda x: rng.getrandbits(32), examples, 32, ("add", "xor", "lshr", "mul"), (1, 5))
    for searcher in SEARCHERS:
        outcome = run_words(problem, searcher=searcher, executions=2_000_000, memory_mb=1)
        assert outcome.stopped in ("budget:executions", "budget:memory")
        assert outcome.distinct < 10_000


def test_a_shared_term_is_found_by_the_tree_alone():
    """Six lines with a shared term are nine as an expression; enumeration is far from that."""
    rng = random.Random(7)
    examples = []
    while len(examples) < 24:
        x, shift = rng.getrandbits(32), rng.randrange(1, 16)
        mask = rng.getrandbits(32) & ((1 << (32 - shift)) - 1)
        if not mask & (mask << shift):
            examples.append((x, mask, shift))
        else:
            examples.append((x, mask & 0xFF & ((1 << shift) - 1), shift))
    operators = ("add", "sub", "and", "or", "xor", "shl", "lshr")
    problem = make_problem(exchange, examples, 32, operators)
    outcome = run_words(problem, executions=30_000_000, memory_mb=500)
    assert outcome.stopped == "solved" and meets_goals(problem, outcome.solution)
    assert len(outcome.solution.lines) <= 7


def test_a_step_is_repeated_with_several_constants():
    """The parity of 8 bits: three times `v ^ v >> c`, then the lowest bit."""
    problem = make_problem(
        lambda x: x.bit_count() & 1, [(x,) for x in range(0, 256, 3)], 8, ("xor", "lshr", "and"), (1, 2, 4)
    )
    outcome = run_words(problem, executions=20_000_000, memory_mb=200)
    assert outcome.stopped == "solved"
    for x in range(256):
        assert run_plainly(outcome.solution, (x,), 8) == [x.bit_count() & 1]


def test_several_goals_share_lines():
    inputs = np.array([[3, 9, 200, 77]], np.uint64)
    goals = np.stack([(inputs[0] + 1) & 255, (inputs[0] + 1) & 255 ^ inputs[0], inputs[0]])
    cares = np.full_like(goals, 255)
    problem = WordProblem(8, inputs, goals, cares, ("add", "xor", "and"), (1,))
    outcome = run_words(problem, searcher="enumerate", memory_mb=50)
    assert outcome.stopped == "solved" and meets_goals(problem, outcome.solution)
    assert len(outcome.solution.lines) == 2 and outcome.solution.outputs[2] == 0


def test_goals_that_are_equal_are_met_alike():
    inputs = np.array([[3, 9, 200, 77]], np.uint64)
    goals = np.repeat((inputs + 1) & 255, 2, axis=0)
    problem = WordProblem(8, inputs, goals, np.full_like(goals, 255), ("add",), (1,))
    outcome = run_words(problem, memory_mb=50)
    assert outcome.stopped == "solved" and len(set(outcome.solution.outputs)) == 1


def test_bits_that_do_not_matter_may_be_anything():
    """Only the low four bits of `x + y` are asked for, so that `x ^ y` would be wrong and `add` is right."""
    examples = list(product((3, 77, 15), (1, 9, 250)))
    whole = make_problem(lambda x, y: (x + y) % 16, examples, 8, ("add", "xor", "sub"), ())
    problem = WordProblem(8, whole.inputs, whole.goals, np.full_like(whole.goals, 15), whole.operators, ())
    outcome = run_words(problem, memory_mb=50)
    assert outcome.stopped == "solved" and meets_goals(problem, outcome.solution)
    assert [name for name, _ in outcome.solution.lines] == ["add"]


def test_longer_programs_are_out_of_bounds():
    problem = make_problem(lambda x: x & (x - 1), [(word,) for word in EDGES], 8, ("sub", "and"), (1,))
    outcome = run_words(problem, max_length=1, executions=200_000, memory_mb=20)
    assert outcome.solution is None


def test_a_constant_made_of_constants_costs_no_line():
    problem = make_problem(lambda x: x + 2, [(3,), (9,), (70,)], 8, ("add", "and"), (1,))
    outcome = run_words(problem, searcher="enumerate", memory_mb=20)
    assert len(outcome.solution.lines) == 1 and outcome.solution.constants == (2,)


def test_unknown_names_are_refused():
    problem = make_problem(lambda x: x, [(3,)], 8, ("add",))
    with pytest.raises(InputError, match="should be one of mcts"):
        run_words(problem, searcher="magic")
    with pytest.raises(InputError, match="'load' is unknown"):
        run_words(make_problem(lambda x: x, [(3,)], 8, ("load",)))
