"""The prior that asks a server: the same answers, its own usage, and never a long wait for a lost server."""

import json
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import mcts_compose
from mcts_compose.budget import Budget
from mcts_compose.cluster import prior_server, server_line
from mcts_compose.cluster.batching import Batcher
from mcts_compose.cluster.prior_server import PriorServer, ServedName, served_name
from mcts_compose.cluster.served_prior import served_prior
from mcts_compose.search.options import SearchOptions
from priors.base import PriorError, ProgramSampler
from priors.guard import GuardedPrior
from priors.recorded.cached import cached
from priors.registry import PRIORS
from priors.testing import PriorContract, price_requests, rank_requests, subtask_requests
from tests.mcts_compose.cluster.local_channel import LocalChannel
from tests.mcts_compose.cluster.slow_model import SlowModel, many_prices, many_ranks, poisoned, same

TASK = {
    "id": "noise",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[3, 1, 2]], [[9, 4]], [[]], [[5, 5, 1]]],
    "outputs": [[7, 1, 9, 4], [2, 2, 5], [3], [8, 0, 6, 1]],
    "skills": [
        "sort",
        "head",
        "take",
        "drop",
        "reverse",
        "add",
        "mul",
        "sum",
        "len",
        "compress",
        "gt",
        "even",
    ],
}


class ReadyServer(PriorServer):
    """A server whose prior is made by the test."""

    def __init__(self, prior):
        super().__init__("uniform", {})
        self._loading.join()
        self._serve(prior)


@pytest.fixture(autouse=True)
def batchers(monkeypatch):
    """Ends the threads of all servers of a test."""
    made = []

    def batcher(*args, **kwargs):
        made.append(Batcher(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(prior_server, "Batcher", batcher)
    yield
    for one in made:
        one.close()


@pytest.fixture
def model():
    return SlowModel()


@pytest.fixture
def channel(model):
    return LocalChannel(ReadyServer(model))


@pytest.fixture
def prior(channel, model):
    return served_prior(channel, served_name(model))


@pytest.fixture
def quick(monkeypatch):
    """Makes knocks frequent and the patience with a silent server short."""
    for name, seconds in {
        "LOOK_EVERY_S": 0.05,
        "SILENT_S": 0.2,
        "KNOCK_S": 0.1,
        "KNOCK_EVERY_S": 0.2,
    }.items():
        monkeypatch.setattr(server_line, name, seconds)
    monkeypatch.setattr(server_line, "RECOVERY_S", 3.0)


class TestServedPrior(PriorContract):
    @pytest.fixture
    def prior(self, channel, model):
        return served_prior(channel, served_name(model))


class TestServedPriorOfMergedQuestions(PriorContract):
    @pytest.fixture
    def prior(self, channel, model):
        prior = served_prior(channel, served_name(model))
        prior.merges = True
        return prior


def _took(call):
    began = time.monotonic()
    with pytest.raises(PriorError) as caught:
        call()
    return time.monotonic() - began, str(caught.value)


@pytest.mark.parametrize("merges", [False, True])
def test_answers_are_those_of_the_prior_asked_directly(prior, merges):
    prior.merges, alone = merges, SlowModel()
    for _ in range(2):
        assert all(map(same, prior.price_skills(price_requests()), alone.price_skills(price_requests())))
        assert all(map(same, prior.rank_arms(rank_requests()), alone.rank_arms(rank_requests())))
        (request, *_) = price_requests()
        assert prior.sample_programs(request, ["x"], 3, 5) == alone.sample_programs(request, ["x"], 3, 5)
        assert prior.propose_subtasks(subtask_requests()) == alone.propose_subtasks(subtask_requests())


def test_it_is_what_the_served_prior_is(prior, channel):
    assert (prior.name, prior.is_model, prior.fingerprint) == ("fake-model", True, "weights-1")
    assert isinstance(prior, ProgramSampler) and prior.proposes
    silent = served_prior(channel, ServedName("a", False, False, "", False, False))
    assert not isinstance(silent, ProgramSampler) and not silent.ranks and not silent.is_model
    assert silent.propose_subtasks(subtask_requests()) == [[] for _ in subtask_requests()]


def test_usage_is_its_own_share(channel, model):
    one, other = (served_prior(channel, served_name(model)) for _ in range(2))
    one.rank_arms(many_ranks(3))
    other.rank_arms(many_ranks(2, 10))
    other.rank_arms(many_ranks(2, 10))
    assert one.usage._replace(seconds=0) == (3, 3, 21, 0, 0, 0)
    assert other.usage._replace(seconds=0) == (4, 2, 14, 0, 0, 0)
    assert pickle.loads(pickle.dumps(one)).usage.calls == 0


def test_a_prior_that_fails_is_no_lost_server(prior):
    with pytest.raises(PriorError, match="poisoned"):
        prior.price_skills([poisoned()])
    assert prior.losses == 0
    assert len(prior.price_skills(many_prices(2))) == 2


def test_broken_answers_are_counted_by_the_search(prior, model):
    model.rank_arms = lambda requests: SlowModel().rank_arms(requests)[:-1]
    guarded = GuardedPrior(prior)
    assert guarded.rank_arms(many_ranks(3)) == [None] * 3
    assert guarded.failures == {"count": 3}


def test_a_slow_model_is_waited_for(prior, model, quick):
    model.gate.clear()
    threading.Timer(1.0, model.gate.set).start()
    assert len(prior.rank_arms(many_ranks(2))) == 2
    assert prior.losses == 0


def test_a_lost_server_costs_no_wait_and_is_asked_again_when_it_is_back(prior, channel, quick):
    prior.merges = True
    prior.price_skills(many_prices(1))
    channel.is_cut = True
    guarded = GuardedPrior(prior)
    began = time.monotonic()
    for number in range(50):
        (prices,) = guarded.price_skills(many_prices(1, number + 10))
        assert len(prices.skills) == 5
    assert time.monotonic() - began < 4.0
    assert guarded.failures == {"exception": 50} and "the wire is cut" in guarded.first_failure
    assert len(channel.looks) <= 4
    channel.is_cut = False
    until = time.monotonic() + 5
    while guarded.num_failures < 1000 and time.monotonic() < until:
        before = guarded.num_failures
        guarded.price_skills(many_prices(1, 200))
        if guarded.num_failures == before:
            break
        time.sleep(0.05)
    assert guarded.num_failures == before and prior.losses == 1


def test_a_silent_server_costs_one_short_wait(prior, channel, quick):
    prior.merges = True
    channel.is_silent = True
    seconds, said = _took(lambda: prior.price_skills(many_prices(1)))
    assert 0.2 <= seconds < 2.5 and "silent" in said
    seconds = [_took(lambda: prior.price_skills(many_prices(1)))[0] for _ in range(20)]
    assert sum(seconds) < 3.0


def test_a_model_that_never_comes_back_ends_the_waiting(prior, model, quick, monkeypatch):
    monkeypatch.setattr(server_line, "LONGEST_WAIT_S", 0.5)
    prior.merges = True
    model.gate.clear()
    seconds, said = _took(lambda: prior.rank_arms(many_ranks(1)))
    assert seconds < 30.0 and "no answer" in said
    model.gate.set()


def test_a_search_that_must_be_repeatable_waits_for_the_server_and_asks_again(prior, channel, quick):
    channel.is_cut = True
    threading.Timer(0.7, setattr, (channel, "is_cut", False)).start()
    answers = prior.rank_arms(many_ranks(3))
    assert all(map(same, answers, SlowModel().rank_arms(many_ranks(3)))) and prior.losses == 1


def test_it_waits_once_for_each_loss_and_not_for_what_is_gone_for_good(prior, channel, quick):
    channel.is_cut = True
    first, said = _took(lambda: prior.rank_arms(many_ranks(1)))
    again, _ = _took(lambda: prior.rank_arms(many_ranks(1)))
    assert 2.5 <= first < 30.0 and again < 2.5 and "the prior server is lost: the wire is cut" in said
    twin = pickle.loads(pickle.dumps(prior))
    twin._channel.is_cut = twin._channel.is_final = True
    assert _took(lambda: twin.rank_arms(many_ranks(1)))[0] < 2.5


def test_a_question_that_kills_its_server_is_not_asked_for_ever(prior, channel, quick):
    asked = []

    def ask(question):
        asked.append(question)
        raise server_line.ServerLostError("killed")

    channel.ask = ask
    _took(lambda: prior.rank_arms(many_ranks(1)))
    assert len(asked) == server_line.MOST_TRIES


def test_a_server_that_still_loads_is_as_good_as_lost(model, quick):
    server = ReadyServer(model)
    batcher, served = server._batcher, server._served
    server._batcher = server._served = None
    prior = served_prior(LocalChannel(server), served)
    prior.merges = True
    seconds, said = _took(lambda: prior.price_skills(many_prices(1)))
    assert seconds < 2.5 and "loading" in said
    server._batcher, server._served = batcher, served
    prior.merges = False
    assert len(prior.price_skills(many_prices(1))) == 1


def test_a_server_loads_its_prior_by_name_and_says_what_is_wrong_with_it(tmp_path):
    def loaded(name, arguments):
        channel = LocalChannel(PriorServer(name, arguments))
        until = time.monotonic() + 30
        while (status := channel.look().wait(10)).served is None and status.error is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        return channel, status

    channel, status = loaded("frequency", {})
    assert status.served == ServedName("frequency", False, True, "", False, False) and status.busy_s == 0.0
    prior = served_prior(channel, status.served)
    direct = PRIORS.load("frequency").from_arguments({})
    assert all(map(same, prior.price_skills(price_requests()), direct.price_skills(price_requests())))
    _, status = loaded("frequency", {"weights": str(tmp_path / "none.json")})
    assert status.served is None and "is not a file" in status.error
    _, status = loaded("nothing-like-it", {})
    assert "unknown prior" in status.error


@pytest.mark.parametrize("merges", [False, True])
def test_a_recording_prior_counts_hits_through_a_server_as_without(tmp_path, merges):
    direct = cached(SlowModel(), tmp_path / "direct.db")
    behind = cached(SlowModel(), tmp_path / "served.db")
    served = served_prior(LocalChannel(ReadyServer(behind)), served_name(behind))
    served.merges = merges
    for prior in (direct, served):
        for _ in range(2):
            prior.price_skills(many_prices(2))
    assert served.usage._replace(seconds=0) == direct.usage._replace(seconds=0) == (2, 2, 14, 0, 2, 0)


def test_a_recording_is_shared_if_the_recorded_prior_is(tmp_path):
    model = SlowModel()
    assert not cached(model, tmp_path / "a.db").shared
    model.shared = True
    assert cached(model, tmp_path / "b.db").shared


def test_a_search_with_a_served_model_grows_the_tree_of_one_with_its_own(prior, tmp_path):
    (tmp_path / "task.json").write_text(json.dumps(TASK))
    (task,) = mcts_compose.load_tasks(tmp_path / "task.json")

    def solve(with_prior):
        options = SearchOptions(deterministic=True)
        return mcts_compose.solve(task, prior=with_prior, budget=Budget(simulations=150), options=options)

    served, own = solve(prior), solve(SlowModel())
    assert served.tree_hash == own.tree_hash and served.refined == own.refined > 0
    assert (served.model_calls, served.cache_hits) == (own.model_calls, own.cache_hits)
    assert served.prior_fingerprint == own.prior_fingerprint and served.prior_failures == 0


def test_nothing_heavy_is_imported_before_a_server_is_started():
    code = (
        "import sys, mcts_compose.cluster.prior_servers\n"
        "assert not {'ray', 'torch', 'transformers'} & sys.modules.keys()\n"
    )
    root = Path(mcts_compose.__file__).parent.parent
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
