"""What a search with fixed memory finds, proves and counts, compared with plain Python."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.prunes import LOSSLESS
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.fixed.table_building import TooManyRowsError
from mcts_compose.search.jumping.run import run_jumping
from tests.mcts_compose.search.fixed.twin import fits, problem, shortest_programs, sorting

SEARCHERS = ("mcts", "best-first", "enumerate")
FREE = Budget(seconds=60)


def halves_sorted(n, first):
    """Orders of 1 .. n whose first `first` values are sorted, and the rest."""
    return [
        order
        for order in itertools.permutations(range(1, n + 1))
        if list(order[:first]) == sorted(order[:first]) and list(order[first:]) == sorted(order[first:])
    ]


SMALL = {
    "sort two": (sorting(2), 4),
    "sort two, min and max": (sorting(2, minmax=True), 3),
    "merge 1 + 2, min and max": (sorting(3, minmax=True, orders=halves_sorted(3, 1), scratch=0), 3),
    "largest of two": (problem([(1, 2), (2, 1), (3, 3)], [2, 2, 3], ("cmp", "cmovl", "mov")), 3),
    "only less": (problem([(1, 2), (2, 1)], [(1, 2), (1, 2)], ("cmp", "cmovl", "mov"), scratch=1), 4),
    "against a constant": (
        problem([5, 7, 9], [5, 7, 7], ("cmp", "cmovg", "mov"), constants=(7,)), 2,
    ),
    "rotate": (problem([(1, 2, 3), (4, 5, 6)], [(2, 3, 1), (5, 6, 4)], ("mov",), scratch=1), 4),
    "no way": (problem([(1, 2), (2, 1)], [(1, 1), (2, 1)], ("mov", "cmp", "cmovg")), 3),
    "lost goal": (problem([(1, 2)], [(3, 3)], ("mov",)), 3),
    "done already": (problem([(1, 2)], [(1, 2)], ("mov",)), 2),
}  # fmt: skip


@pytest.fixture(params=SMALL, scope="module")
def small(request):
    """A small problem, a bound, and all its shortest programs by brute force."""
    found, bound = SMALL[request.param]
    return found, bound, shortest_programs(found, bound)


def bounded(found, bound):
    """The same problem with a longest length."""
    return replace(found, max_length=bound)


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_shortest_length_is_that_of_brute_force(small, searcher):
    found, bound, programs = small
    outcome = run_fixed(
        bounded(found, bound), searcher=searcher, budget=FREE, options=FixedOptions(optimise="length")
    )
    if not programs:
        assert (outcome.stopped, outcome.program) == ("exhausted", None)
        return
    assert outcome.stopped == "solved" and fits(found, outcome.program.instructions)
    assert outcome.program.length == len(programs[0]) == outcome.none_shorter_than or not programs[0]


def test_all_shortest_programs_are_those_of_brute_force(small):
    found, bound, programs = small
    listed = []
    outcome = run_fixed(
        bounded(found, bound), budget=FREE, options=FixedOptions(all=True), on_program=listed.append
    )
    if programs and programs[0]:
        assert outcome.num_programs == len(programs) == len(listed)
        assert {program.instructions for program in listed} == set(programs)
    else:
        assert not listed


def test_proof_is_claimed_only_where_brute_force_agrees(small):
    found, bound, programs = small
    for length in range(1, bound + 2):
        outcome = run_fixed(found, budget=FREE, options=FixedOptions(prove_none_shorter_than=length))
        is_shorter = bool(programs) and len(programs[0]) < length
        assert outcome.stopped == ("solved" if is_shorter else "exhausted")
        assert is_shorter or outcome.none_shorter_than >= length


@pytest.mark.parametrize("searcher", SEARCHERS)
@pytest.mark.parametrize("without", [{name} for name in LOSSLESS] + [set(LOSSLESS)], ids=sorted)
def test_no_lossless_prune_changes_a_verdict(small, searcher, without):
    found, bound, programs = small
    options = FixedOptions(prunes=frozenset(LOSSLESS) - without, optimise="length")
    outcome = run_fixed(bounded(found, bound), searcher=searcher, budget=FREE, options=options)
    assert (outcome.program is not None) == bool(programs)
    if programs:
        assert outcome.program.length == len(programs[0])


@pytest.mark.parametrize("name", ["viability", "pairs", "dead-writes", "commutation", "equivalence"])
def test_every_lossless_prune_spares_work(name):
    """Without the prune the same proof runs more actions; so the switch is connected, and worth having."""
    task = sorting(2, max_length=4)
    if name in ("pairs", "viability"):
        task, length = sorting(3, minmax=True, max_length=8), 8
    else:
        length = 4
    prunes = frozenset(LOSSLESS) - ({"pairs", "viability"} if name not in ("pairs", "viability") else set())
    if name == "commutation":
        task = problem([(1, 2, 3, 4)], [(2, 1, 4, 3)], ("mov",), scratch=1)
        length = 6

    def work(used):
        options = FixedOptions(prunes=used, prove_none_shorter_than=length)
        outcome = run_fixed(task, budget=FREE, options=options)
        assert outcome.stopped == "exhausted"
        return outcome.executions

    assert work(prunes) < work(prunes - {name})


def test_lossy_cut_is_named_and_never_proves():
    cut = run_fixed(sorting(3, max_length=11), budget=FREE)
    assert cut.lossy == ("cut", "unset-reads") and cut.none_shorter_than is None
    # One shorter than possible: the search with the cut ends, and goes on without it to the proof.
    proof = run_fixed(sorting(3, max_length=10), budget=FREE)
    assert (proof.stopped, proof.none_shorter_than, proof.lossy) == ("exhausted", 11, ())
    whole = run_fixed(sorting(3, max_length=11), budget=FREE, options=FixedOptions(cut=None))
    assert whole.lossy == ("unset-reads",)


@pytest.mark.parametrize("searcher", ["mcts", "best-first"])
@pytest.mark.parametrize("seed", range(4))
def test_kernels_do_not_depend_on_where_zero_stands(searcher, seed):
    for minmax, length in ((True, 8), (False, 11)):
        found = run_fixed(
            sorting(3, minmax=minmax, max_length=length), searcher=searcher, budget=FREE, seed=seed
        )
        negative = sorting(3, minmax=minmax, orders=list(itertools.permutations((-2, -1, 1))))
        assert fits(negative, found.program.instructions)


def test_programs_that_need_the_zero_of_scratch_registers_are_found():
    task = problem([(1, 2), (2, 1)], [(0, 2), (0, 1)], ("mov", "cmp", "cmovl"), scratch=1, max_length=2)
    assert fits(task, run_fixed(task, budget=FREE).program.instructions)
    # No register is known to be less than both inputs but the one that holds 0.
    lowest = problem([(1, 5), (2, 5)], [5, 5], ("cmp", "cmovl"), scratch=1, max_length=2)
    assert fits(lowest, run_fixed(lowest, budget=FREE).program.instructions)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("searcher", SEARCHERS)
def test_kernels_of_three_have_their_published_lengths(searcher, seed):
    for task, length in ((sorting(3, max_length=11), 11), (sorting(3, minmax=True, max_length=8), 8)):
        outcome = run_fixed(task, searcher=searcher, budget=FREE, seed=seed)
        assert outcome.program.length == length and fits(task, outcome.program.instructions)


def test_there_are_5602_shortest_kernels_of_three():
    task, listed = sorting(3, max_length=11), []
    outcome = run_fixed(task, budget=FREE, options=FixedOptions(all=True), on_program=listed.append)
    assert outcome.num_programs == 5602 == len({program.text for program in listed})
    assert outcome.none_shorter_than == 11
    assert all(fits(task, program.instructions) for program in listed[::100])


@pytest.mark.parametrize("heuristic", ["log-outputs", "outputs", "distance"])
def test_admissible_heuristic_finds_a_shortest_program(heuristic):
    task = sorting(3, minmax=True, max_length=12)
    options = FixedOptions(heuristic=heuristic, cut=None)
    outcome = run_fixed(task, searcher="best-first", budget=FREE, options=options)
    assert outcome.program.length == 8 if heuristic == "distance" else 8 <= outcome.program.length <= 12


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_same_seed_and_budget_give_the_same_search(searcher):
    budget = Budget(simulations=500)
    first, again = (
        run_fixed(sorting(4, max_length=20), searcher=searcher, budget=budget, seed=3) for _ in range(2)
    )
    other = run_fixed(sorting(4, max_length=20), searcher=searcher, budget=budget, seed=4)
    assert first.tree_hash == again.tree_hash != other.tree_hash
    assert first.stopped == "budget:simulations" and first.simulations == 500
    assert first.executions == again.executions


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_every_measure_of_the_budget_ends_a_search(searcher):
    task = sorting(5, max_length=33)
    for budget, name in (
        (Budget(seconds=0.05), "seconds"),
        (Budget(executions=10_000), "executions"),
        (Budget(seconds=60, memory_mb=4), "memory"),
    ):
        outcome = run_fixed(task, searcher=searcher, budget=budget)
        assert (outcome.stopped, outcome.program) == (f"budget:{name}", None)


def test_arrays_that_grow_change_nothing(monkeypatch):
    """A search that begins with very small arrays walks the same tree as one that has room from the start."""
    from mcts_compose.search.fixed import storage

    hashes = {}
    for first in (64, storage.FIRST_POSITIONS):
        monkeypatch.setattr(storage, "FIRST_POSITIONS", first)
        hashes[first] = {
            name: run_fixed(
                sorting(4, max_length=20), searcher=name, budget=Budget(simulations=800)
            ).tree_hash
            for name in SEARCHERS
        }
    small, large = hashes.values()
    assert small == large


def test_conflicting_examples_are_a_proof_of_none():
    """Two examples with the same inputs in view and different goals can never be told apart."""
    task = problem([(1, 1), (1, 1)], [2, 1], ("mov", "add"), max_length=3)
    assert run_fixed(task, budget=FREE).stopped == "exhausted"


def test_instructions_that_compute_are_searched_too():
    task = problem([3, 4, 10], [6, 8, 20], ("add", "sub", "mov"), max_length=3)
    outcome = run_fixed(task, budget=Budget(seconds=20))
    assert outcome.program is not None and fits(task, outcome.program.instructions)


def test_first_hit_is_when_the_first_program_was_found_not_the_shortest():
    task = sorting(3, minmax=True, max_length=12)
    first = run_fixed(task, budget=FREE)
    assert first.first_hit == first.executions
    whole = run_fixed(task, budget=FREE, options=FixedOptions(optimise="length", cut=None))
    assert 0 < whole.first_hit < whole.executions
    assert run_fixed(sorting(2, max_length=3), budget=FREE).first_hit is None


def test_unknown_searcher_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="mcts, best-first, enumerate"):
        run_fixed(sorting(2), searcher="beam", budget=FREE)


def test_tables_that_memory_cannot_hold_are_refused_before_they_are_made():
    adds = problem([(3, 5), (2, 9)], [15, 18], ("mov", "add", "sub", "imul"), constants=tuple(range(600)))
    with pytest.raises(TooManyRowsError, match="row states can be reached"):
        run_fixed(adds, budget=Budget(seconds=60, memory_mb=1))


@pytest.mark.parametrize("run", [run_fixed, run_jumping])
def test_more_lines_than_a_search_holds_are_counted_before_they_are_made(run):
    computes = ("mov", "cmp", "add", "sub", "imul", "and", "or", "xor")
    many = problem([(3, 5), (2, 9)], [15, 18], computes, constants=tuple(range(1_000)), scratch=1)
    with pytest.raises(InputError, match="make 9,018 lines or more, but should make 5,000 at most"):
        run(many, budget=FREE)
    three = replace(many, set="bv8", instructions=("add", "ite"), constants=tuple(range(200)))
    with pytest.raises(InputError, match="lines or more"):
        run(three, budget=FREE)


def test_problem_must_fit_together():
    with pytest.raises(ValueError, match="do not fit"):
        problem(np.zeros((2, 2)), np.zeros((3, 2)), ("mov",))
