"""A search over positions in parts gives what one search gives, whoever does the parts."""

import itertools

import pytest

from mcts_compose import solve
from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search.fixed import in_parts
from mcts_compose.search.fixed.local_crew import LocalCrew
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.options import SearchOptions
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory
from tests.mcts_compose.search.fixed.test_run import SMALL, bounded
from tests.mcts_compose.search.fixed.twin import fits, shortest_programs, sorting
from vm.values import Elem, ValueType

WORD, LIST = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
SEARCHERS = ("mcts", "best-first", "enumerate")
COUNTS = (2, 3, 5)
FREE = Budget(seconds=60)


@pytest.fixture(params=SMALL, scope="module")
def small(request):
    found, bound = SMALL[request.param]
    return found, bound, shortest_programs(found, bound)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("searcher", SEARCHERS)
def test_parts_find_the_same_shortest_length(small, searcher, count):
    found, bound, programs = small
    outcome = run_fixed(
        bounded(found, bound), searcher=searcher, budget=FREE, parts=count,
        options=FixedOptions(optimise="length"),
    )  # fmt: skip
    if not programs:
        assert (outcome.stopped, outcome.program) == ("exhausted", None)
        assert outcome.none_shorter_than == bound + 1
        return
    assert outcome.stopped == "solved" and fits(found, outcome.program.instructions)
    assert outcome.program.length == len(programs[0]) == outcome.none_shorter_than or not programs[0]


@pytest.mark.parametrize("count", COUNTS)
def test_parts_prove_what_one_search_proves(small, count):
    found, bound, programs = small
    for length in range(1, bound + 2):
        options = FixedOptions(prove_none_shorter_than=length)
        outcome = run_fixed(found, budget=FREE, parts=count, options=options)
        is_shorter = bool(programs) and len(programs[0]) < length
        assert outcome.stopped == ("solved" if is_shorter else "exhausted")
        assert is_shorter or outcome.none_shorter_than >= length


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("prunes", [FixedOptions().prunes, FixedOptions().prunes - {"commutation"}], ids=len)
def test_parts_of_a_proof_are_disjoint_and_complete(count, prunes):
    """Together they run exactly the actions, and meet exactly the positions, of one search."""
    options = FixedOptions(prunes=prunes, prove_none_shorter_than=15)
    problem = sorting(4, minmax=True, max_length=14)
    one = run_fixed(problem, budget=FREE, options=options)
    parts = run_fixed(problem, budget=FREE, options=options, parts=count)
    assert (
        (parts.stopped, parts.none_shorter_than) == (one.stopped, one.none_shorter_than) == ("exhausted", 15)
    )
    assert (parts.executions, parts.distinct) == (one.executions, one.distinct)
    assert parts.simulations == one.simulations > 500


class CountingCrew(LocalCrew):
    """Keeps what every part reported last, and the bounds that all were told."""

    bounds = ()
    reports = ()

    def work(self, orders):
        self.bounds = (*self.bounds, *(order.bound for order in orders))
        self.reports = super().work(orders)
        assert None not in self.reports  # nothing is so small here that a part has to sit out
        return self.reports


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_every_part_has_its_share_of_a_proof(searcher):
    options = FixedOptions(optimise="length", cut=None)
    crew = CountingCrew()
    run_fixed(sorting(3, max_length=10), searcher=searcher, budget=FREE, options=options, parts=3, crew=crew)
    work = [report.executions for report in crew.reports]
    assert max(work) < 2 * min(work)


@pytest.mark.parametrize("searcher", ["mcts", "best-first"])
def test_bound_of_the_program_found_reaches_every_part(searcher):
    options = FixedOptions(optimise="length")
    crew = CountingCrew()
    outcome = run_fixed(
        sorting(3, max_length=14), searcher=searcher, budget=FREE, options=options, parts=2, crew=crew
    )
    assert (outcome.program.length, outcome.none_shorter_than) == (11, 11)
    assert set(crew.bounds[-2:]) == {10} and set(crew.bounds[:2]) == {14}


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("seed", range(3))
def test_program_found_in_parts_sorts(searcher, seed):
    problem = sorting(3, max_length=11)
    outcome = run_fixed(problem, searcher=searcher, budget=FREE, seed=seed, parts=3)
    assert outcome.stopped == "solved" and fits(problem, outcome.program.instructions)


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_same_budget_gives_the_same_search_and_is_kept(searcher):
    def run():
        budget = Budget(executions=100_000)
        return run_fixed(sorting(4, max_length=19), searcher=searcher, budget=budget, seed=1, parts=3)

    first, second = run(), run()
    assert first.tree_hash == second.tree_hash and first.executions == second.executions
    assert first.stopped == "budget:executions" and 100_000 <= first.executions < 110_000


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_single_simulations_are_spent_one_by_one(searcher):
    """A budget that is less than one expansion for each part still goes to a part that has work."""
    outcome = run_fixed(sorting(3, max_length=11), searcher=searcher, budget=Budget(simulations=2), parts=5)
    assert (outcome.stopped, outcome.simulations) == ("budget:simulations", 2)


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_arrays_that_grow_change_nothing_in_parts(searcher, monkeypatch):
    def run():
        budget = Budget(executions=400_000)
        outcome = run_fixed(sorting(4, max_length=18), searcher=searcher, budget=budget, parts=2)
        return outcome.executions, outcome.distinct, outcome.tree_hash

    expected = run()
    monkeypatch.setattr("mcts_compose.search.fixed.storage.FIRST_POSITIONS", 600)
    assert run() == expected


def test_groups_of_what_arrived_are_folded_when_there_are_many(monkeypatch):
    """Rounds of one walk: every round brings a group, more than stand below the top."""
    monkeypatch.setattr(in_parts, "LAST_ROUND", 1)
    monkeypatch.setattr(in_parts, "FIRST_ROUND", 1)
    options = FixedOptions(optimise="length", cut=None)
    outcome = run_fixed(sorting(3, max_length=10), budget=FREE, options=options, parts=2)
    assert (outcome.stopped, outcome.none_shorter_than) == ("exhausted", 11)
    assert outcome.simulations > 1000


def test_memory_at_its_end_is_said():
    budget = Budget(seconds=60, memory_mb=2)
    outcome = run_fixed(sorting(4, max_length=18), searcher="best-first", budget=budget, parts=2)
    assert outcome.stopped == "budget:memory"


SORT3 = Task(
    id="sort3", name="sort3", description=None, arg_names=("x1", "x2", "x3"), input_types=(WORD,) * 3,
    output_type=LIST, inputs=tuple(itertools.permutations((1, 2, 3))), outputs=([1, 2, 3],) * 6,
    memory=FixedMemory("x86", ("mov", "cmp", "cmovl", "cmovg"), ("s1",), ("x1", "x2", "x3"), max_length=11),
)  # fmt: skip


def test_task_is_solved_in_parts_as_options_say():
    bounds, options = Budget(executions=2_000_000), SearchOptions(parts=3, optimise="length")
    result = solve(SORT3, search="best-first", budget=bounds, options=options)
    assert (result.solved, result.length, result.optimal) == (True, 11, True)


def test_parts_refuse_to_count_all_programs():
    with pytest.raises(InputError, match="--all needs all ways at once; leave out --parts"):
        solve(SORT3, budget=Budget(executions=1000), options=SearchOptions(parts=2, all=True))
