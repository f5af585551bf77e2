"""A model in a search: it is counted, it can be left out in parts, and nothing it does stops the search."""

import threading
import time

import numpy as np
import pytest

from mcts_compose.budget import Budget
from mcts_compose.search import run as run_module
from mcts_compose.search import tree as kernels
from mcts_compose.search import under_way
from mcts_compose.search.arm_views import ArmViews
from mcts_compose.search.asking import RequestError
from mcts_compose.search.engine import Engine
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.pricing import integer_prices, price_request
from mcts_compose.solving import solve
from priors.base import PriceRequest, Prices, Ranks, Usage
from priors.frequency import FrequencyPrior
from priors.uniform import UniformPrior
from tests.mcts_compose.make_result import make_task
from tests.mcts_compose.search.check_tree import check_search
from tests.mcts_compose.search.fake_models import FakeModel, model_threads
from tests.mcts_compose.search.problems import search
from tests.mcts_compose.search.test_determinism import NOISE
from vm.program import Program
from vm.values import decode

SHORT = {"simulations": 60, "tree_starts": 2000}
FREQUENCY = FrequencyPrior.from_arguments({})


def run(model, **settings):
    outcome, inside = search(NOISE, prior=model, base_prior=UniformPrior(), **(SHORT | settings))
    return outcome, inside


@pytest.mark.parametrize("deterministic", [False, True])
def test_what_is_counted_adds_up(deterministic):
    model = FakeModel()
    outcome, _ = run(model, deterministic=deterministic, simulations=300)
    batches = list(model.rank_batches)
    if not deterministic and outcome.model_passes == len(batches):
        batches.pop()  # it came after the end of the search
    ranked = sum(map(len, batches))
    assert len(model.price_requests) == 1 and ranked > 0
    assert outcome.model_calls == 1 + ranked
    assert outcome.model_passes == 1 + len(batches)
    assert outcome.model_tokens == 10 + 7 * ranked
    assert outcome.reused_tokens == 1 + ranked
    assert 0 < outcome.refined <= ranked
    assert outcome.prior_failures == 0 and outcome.prior_failure is None


def test_a_search_counts_only_its_own_calls():
    model = FakeModel(0.001)
    first, _ = run(model)
    before = model.usage
    second, _ = run(model)
    assert second.model_calls == model.usage.calls - before.calls
    assert first.model_calls + second.model_calls == model.usage.calls
    assert second.model_seconds == pytest.approx(model.usage.seconds - before.seconds)


@pytest.mark.parametrize("left_out", ["model_prices", "model_ranks", "model_values"])
def test_each_use_of_a_model_can_be_left_out(left_out):
    model = FakeModel()
    run(model, **{left_out: False})
    assert bool(model.price_requests) == (left_out != "model_prices")
    assert model.rank_requests
    model = FakeModel()
    run(model, model_ranks=False, model_values=False)
    assert not model.rank_requests and model.price_requests


class WithoutRanks(FakeModel):
    """Says beforehand that it ranks nothing."""

    ranks = False


@pytest.mark.parametrize("deterministic", [False, True])
def test_a_model_that_does_not_rank_is_asked_for_prices_alone(deterministic, monkeypatch):
    monkeypatch.setattr(under_way, "Refinement", lambda *_: pytest.fail("a request was made ready"))
    model = WithoutRanks()
    outcome, _ = run(model, deterministic=deterministic)
    assert (len(model.price_requests), model.rank_batches, outcome.model_calls) == (1, [], 1)
    expected, _ = run(FakeModel(), model_ranks=False, model_values=False)
    assert outcome.tree_hash == expected.tree_hash


def test_a_base_prior_is_not_mixed_and_answers_alone():
    wild = {"eps": 0.9, "temperature": 5.0, "top_p": 0.1, "top_k": 1, "deterministic": True}
    for prior in (UniformPrior(), FREQUENCY):
        plain, _ = search(NOISE, prior=prior, **SHORT)
        mixed, _ = search(NOISE, prior=prior, base_prior=FREQUENCY, **SHORT, **wild)
        assert mixed.tree_hash == plain.tree_hash
        assert (mixed.model_calls, mixed.refined, mixed.model_seconds) == (0, 0, 0.0)


def test_prices_are_the_mixture():
    model = FakeModel()
    _, inside = run(model, eps=0.3)
    request = model.price_requests[0]
    base = UniformPrior().price_skills([price_request(NOISE)])[0]
    assert np.array_equal(request.base.skills, base.skills)
    given = model.prices(request)
    nats = -np.log(0.7 * np.exp(-given.skills) + 0.3 * np.exp(-base.skills))
    constants = -np.log(0.7 * np.exp(-given.constants) + 0.3 * np.exp(-base.constants))
    units, _ = integer_prices(request, Prices(nats, constants))
    found = {action.row.name: action.price for action in inside.engine.actions if not action.skills}
    assert found == {name: units[name] for name in found}
    assert len(set(found.values())) > 1


def test_the_model_is_shown_the_base_prices_and_no_held_out_example():
    secret = 7777777
    model = FakeModel()
    task = make_task(outputs=(17, 3), test_inputs=(([secret],),), test_outputs=(secret,), solution="secret")
    solve(task, prior=model, budget=Budget(simulations=100), options=SearchOptions(deterministic=True))
    assert model.rank_requests
    for request in model.price_requests + [each.price_request for each in model.rank_requests]:
        assert isinstance(request, PriceRequest)
        assert request.base is not None
        assert len(request.examples) == len(task.inputs)
    assert str(secret) not in repr(model.price_requests) + repr(model.rank_requests)


def test_a_budget_of_model_calls_ends_the_search_and_is_not_exceeded():
    for bound in (1, 2, 5):
        for deterministic in (False, True):
            model = FakeModel()
            outcome, _ = run(model, model_calls=bound, deterministic=deterministic, simulations=500)
            assert outcome.stopped == "budget:model_calls"
            assert outcome.model_calls == bound == model.usage.calls
    model = FakeModel()
    outcome, _ = run(model, model_calls=0)
    assert (outcome.stopped, model.usage.calls) == ("budget:model_calls", 0)
    outcome, _ = search(NOISE, prior=UniformPrior(), model_calls=0, **SHORT)
    assert outcome.stopped == "budget:simulations"


class Recorded(FakeModel):
    """Answers as a record does."""

    @property
    def usage(self):
        return Usage(hits=super().usage.calls)


def test_recorded_answers_use_up_a_budget_as_the_model_did():
    bounds = {"model_calls": 9, "simulations": 500, "deterministic": True}
    asked, replayed = run(FakeModel(), **bounds)[0], run(Recorded(), **bounds)[0]
    assert asked.tree_hash == replayed.tree_hash
    assert asked.stopped == replayed.stopped == "budget:model_calls"
    assert (asked.model_calls, replayed.model_calls, replayed.cache_hits) == (9, 0, 9)


class Broken(FakeModel):
    """Fails in a given way, at prices, at ranks, or at both."""

    def __init__(self, way, where):
        super().__init__()
        self.way, self.where = way, where

    def price_skills(self, requests):
        answers = super().price_skills(requests)
        return BROKEN[self.way](answers) if "prices" in self.where else answers

    def rank_arms(self, requests):
        answers = super().rank_arms(requests)
        return BROKEN[self.way](answers) if "ranks" in self.where else answers


def stop(error):
    raise error


def with_nan(answers):
    for answer in answers:
        for array in (getattr(answer, "skills", None), getattr(answer, "log_priors", None)):
            if array is not None:
                array[0] = np.nan
    return answers


BROKEN = {
    "error": lambda answers: stop(RuntimeError("no")),
    "out of memory": lambda answers: stop(MemoryError()),
    "exit": lambda answers: stop(SystemExit(3)),
    "interrupt": lambda answers: stop(KeyboardInterrupt()),
    "nan": with_nan,
    "shape": lambda answers: [
        Prices(np.zeros(1), np.zeros(2)) if isinstance(answer, Prices) else Ranks(np.zeros(3, np.float32))
        for answer in answers
    ],
    "count": lambda answers: answers[1:] + answers + answers,
    "type": lambda answers: ["yes"] * len(answers),
    "none": lambda answers: None,
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_model_is_replaced_by_the_base_prior(way):
    plain, _ = search(NOISE, prior=UniformPrior(), **SHORT)
    model = Broken(way, ("prices", "ranks"))
    outcome, inside = run(model, deterministic=True)
    assert outcome.tree_hash == plain.tree_hash
    assert outcome.refined == 0
    assert outcome.prior_failures == len(model.price_requests) + len(model.rank_requests) > 1
    assert outcome.prior_failure.startswith("prior 'fake': ")
    check_search(outcome, inside, sample=20)
    assert not model_threads()


@pytest.mark.parametrize("way", ["error", "nan", "type"])
def test_good_prices_count_where_ranks_are_broken(way):
    expected, _ = run(FakeModel(), model_ranks=False, model_values=False)
    model = Broken(way, ("ranks",))
    outcome, _ = run(model, deterministic=True)
    assert outcome.tree_hash == expected.tree_hash
    assert outcome.prior_failures == len(model.rank_requests) > 0


class Lying(FakeModel):
    """Fails to say what it has done."""

    @property
    def usage(self):
        raise OSError("no idea")

    @property
    def fingerprint(self):
        raise OSError("no idea")


def test_a_model_that_cannot_say_what_it_did_is_used_all_the_same():
    outcome, _ = run(Lying(), deterministic=True)
    assert outcome.refined > 0
    assert (outcome.model_calls, outcome.prior_fingerprint) == (0, "")


class Hanging(FakeModel):
    """Hangs in one of its methods until it is let go."""

    def __init__(self, where):
        super().__init__()
        self.where, self.gate = where, threading.Event()

    def price_skills(self, requests):
        if self.where == "prices":
            self.gate.wait(60)
        return super().price_skills(requests)

    def rank_arms(self, requests):
        if self.where == "ranks":
            self.gate.wait(60)
        return super().rank_arms(requests)


@pytest.mark.parametrize("where", ["prices", "ranks"])
@pytest.mark.parametrize("deterministic", [False, True])
def test_a_model_that_hangs_delays_the_end_by_a_moment(where, deterministic):
    model = Hanging(where)
    try:
        began = time.perf_counter()
        outcome, inside = run(
            model, seconds=0.6, simulations=10**6, memory_mb=2000, deterministic=deterministic
        )
        assert time.perf_counter() - began < 30
        assert outcome.stopped == "budget:seconds"
        assert outcome.executions > 0
        assert outcome.refined == 0
        assert outcome.prior_failures == (1 if where == "prices" else inside.model.in_flight * deterministic)
        # While it hangs, another search can neither use the model nor be stopped by it.
        again, _ = run(model, seconds=0.4, simulations=10**6)
        assert again.prior_failures == 1 and "late" in again.prior_failure
        assert again.model_calls == 0
    finally:
        model.gate.set()
    for thread in model_threads():
        thread.join(10)
    assert not model_threads()
    outcome, _ = run(model)
    assert outcome.model_calls > 0


class Crowded(FakeModel):
    """Notices when two threads are in it at once."""

    def __init__(self):
        super().__init__(0.002)
        self.inside, self.most = 0, 0

    def _used(self, requests, tokens):
        self.inside += 1
        self.most = max(self.most, self.inside)
        super()._used(requests, tokens)
        self.inside -= 1


def test_searches_that_share_a_model_call_it_one_at_a_time():
    from mcts_compose.search import run_search

    model, outcomes = Crowded(), []

    def one():
        outcomes.append(
            run_search(
                NOISE, searcher="mcts", prior=model, base_prior=UniformPrior(), seed=0,
                budget=Budget(executions=60_000, memory_mb=64), options=SearchOptions(deterministic=True),
            )
        )  # fmt: skip

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.most == 1
    assert len({outcome.tree_hash for outcome in outcomes}) == 1
    assert sum(outcome.model_calls for outcome in outcomes) == model.usage.calls > 0


def test_the_most_visited_focuses_are_kept_as_programs():
    outcome, inside = search(NOISE, prior=UniformPrior(), keep_visits=True, **SHORT)
    assert outcome.visits is not None and len(outcome.visits) > 5
    visits = [number for _, number in outcome.visits]
    assert visits == sorted(visits, reverse=True) and visits[-1] >= 1
    for text, number in outcome.visits:
        program = Program.parse(text)
        values = [program(*row) for row in zip(*map(decode, NOISE.inputs), strict=True)]
        (focus,) = [one for one in inside.tree.node_of if decode(inside.engine.values(one)) == values]
        node = inside.tree.node_of[focus]
        assert number == inside.tree.nodes[node * kernels.NODE_WORDS + kernels.N_VISITS] // kernels.WORK_UNIT
    assert search(NOISE, prior=UniformPrior(), **SHORT)[0].visits is None


def test_a_fault_of_the_searchs_own_is_not_the_models(monkeypatch):
    monkeypatch.setattr(ArmViews, "_written", lambda *_: stop(ZeroDivisionError("here")))
    for deterministic in (False, True):
        with pytest.raises(RequestError) as error:
            run(FakeModel(), deterministic=deterministic, simulations=10**6, seconds=20)
        assert isinstance(error.value.__cause__, ZeroDivisionError)
        assert not model_threads()


def chunks_of(monkeypatch, model, **settings):
    """Runs a search; returns how many candidates each slice of the root was to run, by whether a batch was
    with the model."""
    found = {True: [], False: []}
    run_root = Engine.run_root

    def run_and_note(engine, candidates, room):
        found[bool(inside[0].model.in_flight)].append(candidates)
        return run_root(engine, candidates, room)

    inside = []
    init = under_way.Search.__init__

    def keep(search, *args):
        inside.append(search)
        init(search, *args)

    run(FakeModel(), executions=20_000, simulations=10**6)  # loads what is not loaded yet
    monkeypatch.setattr(under_way, "SLICE_S", 0.5)  # for a machine with much else to do
    monkeypatch.setattr(under_way.Search, "__init__", keep)
    monkeypatch.setattr(Engine, "run_root", run_and_note)
    outcome, _ = run(model, **settings)
    return found, outcome


def test_slices_are_longer_only_while_a_model_works_that_is_not_waited_for(monkeypatch):
    found, _ = chunks_of(monkeypatch, FakeModel(0.3), simulations=10**6, seconds=1.0, memory_mb=1000)
    assert set(found[False]) == {under_way.ROOT_CHUNK}
    assert max(found[True]) > 2 * under_way.ROOT_CHUNK
    assert min(found[True]) >= under_way.ROOT_CHUNK and max(found[True]) <= under_way.MOST_SLICE


def test_slices_of_a_search_that_waits_are_those_without_a_model(monkeypatch):
    bounds = {"simulations": 10**6, "executions": 100_000, "deterministic": True}
    found, _ = chunks_of(monkeypatch, FakeModel(0.01), **bounds)
    assert set(found[False]) == {under_way.ROOT_CHUNK} and not found[True]


@pytest.mark.parametrize("bound", ["simulations", "executions"])
def test_longer_slices_keep_to_the_budget(bound, monkeypatch):
    most = {"simulations": 200, "executions": 700_000}[bound]
    settings = {"simulations": 10**6, bound: most}
    found, outcome = chunks_of(monkeypatch, FakeModel(0.05), memory_mb=1000, **settings)
    assert max(found[True]) > under_way.ROOT_CHUNK
    assert outcome.stopped == f"budget:{bound}"
    assert getattr(outcome, bound) <= most + (under_way.ROOT_CHUNK if bound == "executions" else 0)


def test_longer_slices_do_not_end_a_search_in_little_memory_earlier():
    distinct = []
    for model in (FakeModel(0.2), UniformPrior()):
        outcome, inside = search(
            NOISE, prior=model, simulations=10**6, tree_starts=2000, memory_mb=64, model_prices=False
        )
        assert outcome.stopped == "budget:memory"
        assert not inside.engine.has_room(2 * under_way.ROOT_CHUNK + under_way.WORK)
        distinct.append(outcome.distinct)
    assert distinct[0] > 0.9 * distinct[1]


def test_no_thread_is_left_and_none_is_made_for_a_base_prior():
    search(NOISE, prior=UniformPrior(), **SHORT)
    assert not model_threads()
    run(FakeModel(0.001))
    assert not model_threads()


def test_an_interrupted_search_leaves_no_thread():
    class ImpatientError(Exception):
        pass

    from mcts_compose.search import run_search

    def on_progress(progress):
        raise ImpatientError

    with pytest.raises(ImpatientError):
        run_search(
            NOISE, searcher="mcts", prior=FakeModel(), seed=0, budget=Budget(seconds=20, memory_mb=64),
            options=SearchOptions(), on_progress=on_progress,
        )  # fmt: skip
    assert not model_threads()


class Busy(FakeModel):
    """Takes as long as the thread that made it needs for so much work, whatever else the machine does."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.clock = seconds, time.pthread_getcpuclockid(threading.get_ident())

    def _used(self, requests, tokens):
        super()._used(requests, tokens)
        end = time.clock_gettime(self.clock) + self.seconds
        while requests and time.clock_gettime(self.clock) < end:
            time.sleep(0.001)


@pytest.mark.long  # needs two cores of its own
def test_kernels_keep_their_core_while_the_model_works_on_the_other(monkeypatch):
    """CPU time of the kernels over that of the whole search: above 80 %."""
    spent = {}

    def timed(owner, name):
        method = getattr(owner, name)

        def call(*args):
            began = time.thread_time()
            try:
                return method(*args)
            finally:
                spent[name] = spent.get(name, 0.0) + time.thread_time() - began

        monkeypatch.setattr(owner, name, call)

    timed(Engine, "run_root")
    timed(FocusTree, "simulate")
    timed(run_module, "_run_until_stopped")
    bounds = {"simulations": 10**9, "tree_starts": 2000, "memory_mb": 1000, "model_prices": False}
    run(FakeModel(), executions=100_000, **bounds)
    spent.clear()
    outcome, _ = run(Busy(0.2), executions=5_000_000, **bounds)
    assert outcome.refined > 50
    assert spent["run_root"] + spent["simulate"] > 0.8 * spent["_run_until_stopped"]
