"""Prior servers as ray actors: two searches ask one, it is killed in the middle, it hangs, it cannot load."""

import itertools
import json
import os
import signal
import threading
import time

import pytest

import mcts_compose
from mcts_compose.budget import Budget
from mcts_compose.cluster import prior_servers, server_line
from mcts_compose.cluster.prior_servers import start_servers
from mcts_compose.commands.main import main
from mcts_compose.errors import InputError
from mcts_compose.search.options import SearchOptions
from priors.base import PriorError
from priors.causal_lm.prior import CausalLMPrior
from priors.guard import GuardedPrior
from priors.testing import PriorContract, price_requests, rank_requests
from tests.mcts_compose.cluster.slow_model import many_ranks, same
from tests.mcts_compose.cluster.test_served_prior import TASK
from tests.priors.causal_lm.tiny_models import write_model

ray = pytest.importorskip("ray")
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", autouse=True)
def session(own_ray):
    """Every test runs beside a ray of two cores."""
    return own_ray


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    directory = write_model(tmp_path_factory.mktemp("served") / "model", context=4096)
    return {"pretrained": str(directory), "threads": "1", "device": "cpu"}


@pytest.fixture(scope="module")
def servers(arguments):
    """One server for all tests, killed and restarted by some."""
    servers = start_servers("causal-lm", arguments)
    yield servers
    servers.close()


@pytest.fixture
def prior(servers):
    assert _until(lambda: servers.look().alive == 1), "the server is there, also after another test"
    return servers.prior_for(0)


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    file = tmp_path_factory.mktemp("task") / "task.json"
    file.write_text(json.dumps(TASK))
    return mcts_compose.load_task(file)


def _until(is_so, seconds=60):
    until = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _pid(servers):
    return servers.look().statuses[0].pid


def _search(prior, task, seed=0, *, merges=False, **bounds):
    prior.merges = merges
    options = SearchOptions(deterministic=not merges)
    budget = Budget(**bounds or {"simulations": 150})
    return mcts_compose.solve(task, prior=prior, budget=budget, seed=seed, options=options)


def _alone(arguments):
    return CausalLMPrior.from_arguments(arguments)


class TestPriorOfARayServer(PriorContract):
    tolerance = 1e-4  # passes of other sizes round in another way

    @pytest.fixture
    def prior(self, servers):
        return servers.prior_for(0)


def test_answers_are_bit_for_bit_those_of_the_model_in_this_process(prior, arguments):
    own = _alone(arguments)
    assert all(map(same, prior.price_skills(price_requests()), own.price_skills(price_requests())))
    assert all(map(same, prior.rank_arms(rank_requests()), own.rank_arms(rank_requests())))
    assert prior.fingerprint == own.fingerprint
    assert (prior.name, prior.is_model) == ("causal-lm", True)


def test_searches_in_two_processes_grow_the_trees_of_searches_with_a_model_of_their_own(
    prior, arguments, task
):
    searcher = ray.remote(_search).options(num_cpus=1)
    found = ray.get([searcher.remote(prior, task, seed) for seed in (0, 1)], timeout=200)
    own = _alone(arguments)
    for seed, result in enumerate(found):
        expected = _search(own, task, seed)
        assert result.tree_hash == expected.tree_hash and result.refined == expected.refined > 0
        assert (result.model_calls, result.cache_hits) == (expected.model_calls, expected.cache_hits)
        assert result.prior_failures == 0, result.prior_failure


def test_searches_that_do_not_wait_for_the_model_are_asked_together(servers, prior, task):
    before = servers.look().statuses[0].counts
    searcher = ray.remote(_search).options(num_cpus=1)
    found = [searcher.remote(prior, task, seed, merges=True, seconds=6.0) for seed in (2, 3)]
    for result in ray.get(found, timeout=200):
        assert result.model_calls > 0 and result.prior_failures == 0, result.prior_failure
    after = servers.look().statuses[0].counts
    assert after.failed == before.failed
    assert after.batched_questions - before.batched_questions >= after.batches - before.batches > 0


def test_a_killed_server_holds_up_no_search_and_is_asked_again_when_it_is_back(servers, prior, task):
    restarts = servers.look().restarts
    prior.merges, guarded = True, GuardedPrior(prior)
    assert guarded.rank_arms(many_ranks(2))[0] is not None
    os.kill(_pid(servers), signal.SIGKILL)
    began = time.monotonic()
    result = _search(prior, task, merges=True, seconds=2.0)
    # Making the kernels ready is no part of a search's time; they are ready after the tests before.
    assert result.seconds < 20.0 and time.monotonic() - began < 30.0
    slowest, number = 0.0, 0
    while True:
        number += 1
        asked = time.monotonic()
        before = guarded.num_failures
        guarded.rank_arms(many_ranks(1, number))
        slowest = max(slowest, time.monotonic() - asked)
        if guarded.num_failures == before or time.monotonic() - began > 90:
            break
        time.sleep(0.1)
    assert guarded.num_failures == before, guarded.first_failure
    assert slowest < server_line.KNOCK_S + 5.0
    assert _until(lambda: servers.look().restarts == restarts + 1)
    assert _search(prior, task, merges=True, simulations=60).model_calls > 0


def test_a_search_that_must_be_repeatable_is_not_changed_by_a_killed_server(servers, prior, arguments, task):
    expected = _search(_alone(arguments), task, 7)
    pid = _pid(servers)
    killer = threading.Timer(0.5, os.kill, (pid, signal.SIGKILL))
    killer.start()
    for _ in range(20):
        result = _search(prior, task, 7)
        assert result.tree_hash == expected.tree_hash and result.model_calls == expected.model_calls
        assert result.prior_failures == 0, result.prior_failure
        if prior.losses:
            break
    assert prior.losses > 0 and _pid(servers) != pid


def test_a_server_that_hangs_is_restarted(servers, prior, monkeypatch):
    monkeypatch.setattr(prior_servers, "HUNG_S", 1.0)
    monkeypatch.setattr(server_line, "SILENT_S", 1.0)
    pid = _pid(servers)
    os.kill(pid, signal.SIGSTOP)
    prior.merges = True
    asked = time.monotonic()
    with pytest.raises(PriorError, match="silent"):
        prior.rank_arms(many_ranks(1, 500))
    assert time.monotonic() - asked < 30.0
    assert _until(lambda: servers.look().alive == 0)
    assert _until(lambda: servers.look().alive == 1)
    assert _pid(servers) != pid
    prior.merges = False
    assert len(prior.rank_arms(many_ranks(1, 500))) == 1


def test_a_prior_that_cannot_be_loaded_is_said_in_one_sentence(tmp_path):
    with pytest.raises(InputError, match="not a directory"):
        start_servers("causal-lm", {"pretrained": str(tmp_path / "none")})


def test_servers_are_shared_out_among_workers(arguments):
    servers = start_servers("frequency", {}, 2)
    priors = [servers.prior_for(worker) for worker in range(3)]
    expected = priors[0].price_skills(price_requests())
    for prior in priors[1:]:
        assert all(map(same, prior.price_skills(price_requests()), expected))
    assert [status.counts.questions for status in servers.look().statuses] == [2, 1]
    servers.close()
    with pytest.raises(PriorError, match="lost"):
        priors[0].price_skills(price_requests())


SORT_THREE = {
    "id": "sort-three",
    "types": {"inputs": ["int"] * 3, "output": "list[int]"},
    "memory": {"kind": "fixed", "set": "x86", "instructions": ["mov", "cmp", "cmovl", "cmovg"], "scratch": 1,
               "max_length": 11},
    "inputs": [list(order) for order in itertools.permutations((1, 2, 3))],
    "outputs": [[1, 2, 3]] * 6,
}  # fmt: skip


@pytest.mark.parametrize("is_kept", [False, True], ids=["printed", "kept"])
def test_parts_of_a_search_ask_a_server_and_give_the_result_of_one_process(
    arguments, tmp_path, capsys, monkeypatch, is_kept
):
    file = tmp_path / "task.json"
    file.write_text(json.dumps(SORT_THREE))
    given = ",".join(f"{name}={value}" for name, value in arguments.items())
    flags = ["--parts", "3", "--simulations", "600", "--prior", "causal-lm", "--prior-args", given, "--json"]

    def result_of(*more):
        out = ["--out", str(tmp_path / f"run-{len(more)}")] if is_kept else []
        assert main(["solve", str(file), *flags, *more, *out]) in (0, 1)
        result = json.loads(capsys.readouterr().out)
        return [
            result[name] for name in ("tree_hash", "executions", "model_calls", "refined", "prior_failures")
        ]

    alone = result_of()
    assert alone[2] == alone[3] > 5 and alone[4] == 0
    monkeypatch.setattr(CausalLMPrior, "prepare", None)  # this process needs no model now
    assert result_of("--workers", "2") == alone
