"""Every bound of the budget ends the search in time and is named; an interrupt harms no later search."""

import gc
import signal
import time

import pytest

from mcts_compose.search import SEARCHERS, under_way
from mcts_compose.search.options import LEAST_MEMORY_MB
from tests.mcts_compose.search.bank_contents import all_contents, is_derived
from tests.mcts_compose.search.check_tree import check_derivations
from tests.mcts_compose.search.problems import make_problem, problem_of_program, search

LISTS = [([3, 1, 2, 8, 11, 4, 5, 20],), ([5, 4, 1, 9, 9, 30],), ([0, 7, -2, 6, 13, 14, 15],)]
NOISE = make_problem("x: list[int] -> list[int]", LISTS, [[17, 3], [1, 1, 40], [6, -6, 6, 2]])


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("executions", [1, 9000, 30_000])
def test_executions_go_over_the_budget_by_a_chunk_at_most(searcher, executions):
    outcome, _ = search(NOISE, searcher, executions=executions, tree_starts=4000)
    assert outcome.stopped == "budget:executions"
    assert executions <= outcome.executions < executions + under_way.ROOT_CHUNK


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_simulations_are_counted_to_the_last(searcher):
    for simulations in (1, 25):
        outcome, _ = search(NOISE, searcher, simulations=simulations, tree_starts=4000)
        assert (outcome.stopped, outcome.simulations) == ("budget:simulations", simulations)


@pytest.mark.parametrize("searcher", ["enumerate", "mcts"])
def test_a_small_memory_budget_ends_the_search_and_leaves_it_sound(searcher):
    outcome, inside = search(NOISE, searcher, memory_mb=LEAST_MEMORY_MB, seconds=60)
    assert outcome.stopped == "budget:memory"
    assert outcome.seconds < 60
    contents = [one for one in all_contents(inside.engine) if is_derived(inside.engine, one)]
    check_derivations(inside.engine, contents[:: len(contents) // 200])


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_seconds_are_kept(searcher):
    outcome, _ = search(NOISE, searcher, seconds=0.3, memory_mb=2000, tree_starts=4000)
    assert outcome.stopped == "budget:seconds"
    assert 0.3 <= outcome.seconds < 3


def test_the_first_bound_that_is_reached_is_named():
    assert search(NOISE, simulations=3, executions=10**6, seconds=50)[0].stopped == "budget:simulations"
    assert search(NOISE, simulations=10**6, executions=5000, seconds=50)[0].stopped == "budget:executions"


def test_a_solution_found_before_the_bound_is_a_solution():
    problem = problem_of_program("(x: list[int]) -> int; return sum(sort(x))", LISTS)
    for searcher in SEARCHERS:
        outcome, _ = search(problem, searcher, executions=5000)
        assert outcome.stopped == "solved"


def test_a_search_for_a_shorter_program_stops_when_none_can_be_shorter():
    problem = problem_of_program("(x: list[int]) -> list[int]; return tail(tail(x))", LISTS)
    outcome, _ = search(problem, executions=400_000, optimise="length")
    assert outcome.stopped == "solved"
    assert outcome.program is not None and outcome.program.length == 1


def test_a_search_for_a_shorter_program_goes_on_to_its_bound():
    text = "(x: list[int]) -> list[int]; return sort(add(x, reverse(square(x))))"
    problem = problem_of_program(text, LISTS)
    outcome, _ = search(problem, executions=60_000, optimise="length")
    assert outcome.stopped == "budget:executions"
    assert outcome.executions >= 60_000


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")
def test_an_interrupt_ends_the_search_at_once_and_the_next_one_is_the_same():
    bounds = {"simulations": 40, "tree_starts": 4000}
    before = search(NOISE, **bounds)[0].tree_hash

    def interrupt(number, frame):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    # Python drops what a signal raises in a callback of the garbage collector; hypothesis has one.
    collects = gc.isenabled()
    gc.disable()
    try:
        for after in (0.01, 0.2, 0.4):
            started = time.perf_counter()
            signal.setitimer(signal.ITIMER_REAL, after)
            with pytest.raises(KeyboardInterrupt):
                search(NOISE, seconds=60, tree_starts=4000)
            assert time.perf_counter() - started < after + 10
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        if collects:
            gc.enable()
    assert search(NOISE, **bounds)[0].tree_hash == before
