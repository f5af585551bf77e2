"""A model that ranks instructions in a search in parts: what it is asked, and what it changes."""

import copy
import time
from dataclasses import replace

import numpy as np
import pytest

from mcts_compose import solve
from mcts_compose.budget import Budget
from mcts_compose.cluster.part_crew import with_all_parcels
from mcts_compose.search.fixed import model_in_parts, storage, under_way
from mcts_compose.search.fixed.local_crew import LocalCrew
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.parts_at_work import PartsAtWork
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.options import SearchOptions
from priors.uniform import UniformPrior
from tests.mcts_compose.search.fixed.ranking_models import Adverse, Hanging, Knowing, Raising, Recording, Slow
from tests.mcts_compose.search.fixed.test_in_parts import SORT3
from tests.mcts_compose.search.fixed.test_ranking import lines_of
from tests.mcts_compose.search.fixed.twin import fits, run_line, sorting, start_of
from tests.own_threads import own_threads

FREE = Budget(seconds=60)
WAITING = FixedOptions(deterministic=True)
AT_ONCE = FixedOptions()
THREE, TOO_SHORT = sorting(3, max_length=11), sorting(3, max_length=10)


@pytest.fixture(scope="module")
def kernel():
    """A program that sorts three, which a search without a model finds."""
    return run_fixed(THREE, budget=FREE, seed=99).program


class Processes:
    """Shares parts out as workers do: each has tables and a model of its own."""

    def __init__(self, number):
        self.crews = [PartsAtWork() for _ in range(number)]
        self.orders = []

    def lend(self, prior, *, waits):
        for crew in self.crews:
            crew.prior = copy.deepcopy(prior)

    def begin(self, stage, built):
        self.parts = [range(first, stage.num_parts, len(self.crews)) for first in range(len(self.crews))]
        for crew, parts in zip(self.crews, self.parts, strict=True):
            crew.begin(parts, stage, copy.deepcopy(built))

    def of_all(self, ask):
        found = {}
        for crew, parts in zip(self.crews, self.parts, strict=True):
            found.update(zip(parts, ask(crew, parts), strict=True))
        return [found[part] for part in sorted(found)]

    def work(self, orders):
        self.orders.append(orders)
        return self.of_all(lambda crew, parts: crew.work([orders[part] for part in parts]))

    def hashes(self):
        return self.of_all(lambda crew, parts: crew.hashes())

    def leave_model(self):
        return self.of_all(lambda crew, parts: crew.leave_model())


def told(outcome):
    """Everything that should not depend on who searched."""
    return (
        outcome.program and outcome.program.text, outcome.stopped, outcome.executions, outcome.simulations,
        outcome.distinct, outcome.tree_hash, outcome.none_shorter_than, outcome.first_hit,
        outcome.model_calls, outcome.model_passes, outcome.model_tokens, outcome.refined,
        outcome.prior_failures, outcome.prior_failure,
    )  # fmt: skip


@pytest.mark.parametrize("make", [Knowing, Adverse, Raising, Recording], ids=lambda make: make.__name__)
@pytest.mark.parametrize("count", [2, 3])
def test_outcome_is_the_same_whoever_does_the_parts(kernel, make, count):
    def run(crew):
        model = make(kernel) if issubclass(make, Knowing) else make()
        options = replace(WAITING, optimise="length")
        budget = Budget(simulations=900, model_calls=150)
        return told(
            run_fixed(THREE, budget=budget, options=options, prior=model, parts=count, crew=crew, seed=2)
        )

    alone = run(None)
    assert alone == run(Processes(1)) == run(Processes(2)) == run(LocalCrew())
    assert alone[8] > 0


def test_requests_are_nodes_of_the_task_each_asked_once(kernel):
    model = Adverse(kernel)
    outcome = run_fixed(TOO_SHORT, budget=Budget(simulations=900), options=WAITING, prior=model, parts=3)
    assert len({request.focus for request in model.requests}) == len(model.requests) > 60
    depths = {len(lines_of(request.focus)) for request in model.requests}
    assert depths >= {0, 1, 2, 3, 4, 5}
    for request in model.requests:
        texts = [arm.text for arm in request.arms]
        assert len(set(texts)) == len(texts) > 1
        for example, cells in enumerate(request.focus_values):
            held = start_of(THREE, example)
            for line in lines_of(request.focus):
                run_line(line, held)
            assert cells == [held[name] for name in THREE.registers]
    assert outcome.refined == outcome.model_calls == len(model.requests)


def median_work(make_model, count):
    found = [
        run_fixed(THREE, budget=FREE, seed=seed, prior=make_model(), options=WAITING, parts=count)
        for seed in range(5)
    ]
    assert all(fits(THREE, outcome.program.instructions) for outcome in found)
    return np.median([outcome.simulations for outcome in found])


@pytest.mark.parametrize("count", [2, 4])
def test_model_that_knows_a_kernel_saves_simulations_in_parts(count):
    """Measured: 258 of 703 simulations in two parts, 451 of 1,796 in four."""
    kernels = [run_fixed(THREE, budget=FREE, seed=seed).program for seed in (90, 91, 92)]
    with_model = [median_work(lambda kernel=kernel: Knowing(kernel), count) for kernel in kernels]
    assert np.median(with_model) <= 0.6 * median_work(lambda: None, count)


@pytest.mark.parametrize("top_k", [0, 1])
@pytest.mark.parametrize("options", [WAITING, AT_ONCE], ids=["waits", "goes on"])
def test_model_that_is_always_wrong_changes_no_verdict_in_parts(kernel, options, top_k):
    for bound, is_there in ((10, False), (11, True)):
        outcome = run_fixed(
            replace(THREE, max_length=bound), budget=FREE, prior=Adverse(kernel), parts=2,
            options=replace(options, top_k=top_k, optimise="length"),
        )  # fmt: skip
        assert (outcome.program is not None, outcome.none_shorter_than) == (is_there, 11)
        assert outcome.refined > 0


def test_proof_asks_nothing_in_parts(kernel):
    model = Adverse(kernel)
    options = replace(WAITING, prove_none_shorter_than=11)
    outcome = run_fixed(THREE, budget=FREE, options=options, prior=model, parts=2)
    assert (outcome.stopped, outcome.none_shorter_than, model.requests) == ("exhausted", 11, [])


@pytest.mark.parametrize("calls", [0, 1, 5, 64])
@pytest.mark.parametrize("options", [WAITING, AT_ONCE], ids=["waits", "goes on"])
def test_model_calls_bound_all_parts_together(kernel, calls, options):
    model = Adverse(kernel)
    outcome = run_fixed(
        sorting(4, max_length=19), budget=Budget(model_calls=calls), options=options, prior=model, parts=3
    )
    assert (outcome.stopped, outcome.model_calls) == ("budget:model_calls", calls)
    assert len(model.requests) == calls


def test_what_parts_report_adds_up(kernel):
    model = Adverse(kernel)
    outcome = run_fixed(TOO_SHORT, budget=Budget(simulations=900), options=WAITING, prior=model, parts=3)
    assert outcome.model_calls == len(model.requests) == outcome.refined > 50
    assert outcome.model_passes == len(model.batches) and outcome.model_tokens == 7 * outcome.model_calls
    assert (outcome.prior_failures, outcome.prior_failure) == (0, None)


def test_account_goes_over_all_stages():
    """The lossy stages and the last one have parts of their own; what they asked counts together."""
    model = Recording()
    outcome = run_fixed(TOO_SHORT, budget=FREE, options=WAITING, prior=model, parts=2)
    assert outcome.stopped == "exhausted" and outcome.model_calls == len(model.requests)


class _BadBase(UniformPrior):
    def price_skills(self, requests):
        raise ValueError("no prices")


def test_broken_base_prior_is_counted_once_in_parts(kernel):
    for count in (1, 3):
        outcome = run_fixed(
            THREE, budget=Budget(simulations=100), options=WAITING, prior=Adverse(kernel), parts=count,
            base_prior=_BadBase(),
        )  # fmt: skip
        assert outcome.prior_failures == 1 and "no prices" in outcome.prior_failure


@pytest.mark.parametrize("options", [WAITING, AT_ONCE], ids=["waits", "goes on"])
def test_model_that_raises_is_counted_and_the_parts_go_on(options):
    model = Raising()
    outcome = run_fixed(THREE, budget=FREE, prior=model, options=options, parts=2)
    assert fits(THREE, outcome.program.instructions)
    assert outcome.refined == 0 and "the model is gone" in (outcome.prior_failure or "the model is gone")
    assert outcome.prior_failures == len(model.requests) > 0 or options is AT_ONCE


@pytest.mark.parametrize("options", [WAITING, AT_ONCE], ids=["waits", "goes on"])
def test_hanging_model_stops_no_search_in_parts(options):
    model, began = Hanging(), time.perf_counter()
    try:
        outcome = run_fixed(
            sorting(5, max_length=33), budget=Budget(seconds=0.5), prior=model, options=options, parts=2
        )
        assert outcome.stopped == "budget:seconds" and outcome.seconds < 20 and outcome.refined == 0
    finally:
        model.let.set()
    assert time.perf_counter() - began < 30


def test_parts_go_on_while_the_model_works_and_leave_no_thread(kernel):
    outcome = run_fixed(sorting(5, max_length=33), budget=Budget(seconds=0.5), prior=Slow(kernel), parts=2)
    assert outcome.refined > 16 and outcome.simulations > 5 * outcome.model_calls
    deadline = time.perf_counter() + 5
    while own_threads("mcts-compose-model") and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert not own_threads("mcts-compose-model")


def test_arrays_that_grow_change_nothing_in_ranked_parts(monkeypatch, kernel):
    hashes = set()
    for first in (64, storage.FIRST_POSITIONS):
        monkeypatch.setattr(storage, "FIRST_POSITIONS", first)
        outcome = run_fixed(
            THREE, budget=Budget(simulations=300), prior=Adverse(kernel), options=WAITING, parts=2
        )
        hashes.add(outcome.tree_hash)
    assert len(hashes) == 1


class Losing(Processes):
    """Loses a process again and again; another does all once more, with a model that answers otherwise."""

    num_lost = 0

    def begin(self, stage, built):
        super().begin(stage, built)
        self.orders, self.stage, self.built = [], stage, built

    def work(self, orders):
        if len(self.orders) % 4 == 3:
            self.num_lost += 1
            lost = self.crews[0] = PartsAtWork()
            lost.prior = Recording() if self.num_lost % 2 else Adverse(self.kernel)
            lost.begin(self.parts[0], self.stage, copy.deepcopy(self.built))
            before = [lost.work([told[part] for part in self.parts[0]]) for told in self.orders]
            reports = super().work(orders)
            own = with_all_parcels([reports[part] for part in self.parts[0]], before)
            for part, report in zip(self.parts[0], own, strict=True):
                reports[part] = report
            return reports
        return super().work(orders)


def test_worker_that_catches_up_otherwise_loses_no_position(kernel, monkeypatch):
    """Each position has one owner at every length here, so that parts meet as many as one search does."""
    monkeypatch.setattr(model_in_parts, "LONGEST_ROUND", 8)
    monkeypatch.setattr(under_way, "SPACING", 1)
    crew = Losing(2)
    crew.kernel = kernel
    outcome = run_fixed(
        TOO_SHORT, budget=FREE, prior=Adverse(kernel), parts=4, crew=crew,
        options=FixedOptions(cut=None),
    )  # fmt: skip
    assert crew.num_lost > 2
    assert outcome.distinct == run_fixed(TOO_SHORT, budget=FREE, options=FixedOptions(cut=None)).distinct
    assert (outcome.stopped, outcome.none_shorter_than) == ("exhausted", 11)
    found = run_fixed(
        THREE, budget=FREE, prior=Adverse(kernel), parts=4, crew=crew, options=FixedOptions(optimise="length")
    )
    assert (found.program.length, found.none_shorter_than) == (11, 11)


def test_task_is_solved_in_parts_with_a_model(kernel):
    options = SearchOptions(parts=2)
    result = solve(SORT3, prior=Adverse(kernel), budget=Budget(executions=200_000), options=options)
    assert result.solved and result.model_calls == result.refined > 0
    assert not solve(SORT3, prior="bundled", budget=Budget(executions=1000), options=options).model_calls
