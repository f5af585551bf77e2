"""The kernels' share of a core while a model works, and that what a run says of a model adds up."""

import sys
import time
from pathlib import Path

import pytest

from benchmarks import model_share
from benchmarks.model_share import Clocks, Measured, SleepingModel, Stopwatch
from mcts_compose.commands.main import main, run_alone
from mcts_compose.results.run_directory import read_results
from mcts_compose.search import engine, focus_tree
from mcts_compose.search.asking import CLOSING_S
from mcts_compose.task_sources import find_suite
from priors.bundled.prior import BundledPrior
from priors.testing import PriorContract

TASK = next(task for task in find_suite("deepcoder-v1").tasks if task.id == "t8-000")


class TestSleepingModel(PriorContract):
    @pytest.fixture
    def prior(self):
        return SleepingModel(0.0)


def test_shares_are_of_the_time_in_which_the_thread_had_a_core_or_waited():
    one = Measured(None, 3.0, Clocks(wall=6.0, cpu=4.0, queue=1.0))
    assert (one.share, one.share_of_cpu) == (0.6, 0.75)


def test_the_stopwatch_counts_cpu_time_of_kernels_and_puts_them_back():
    before = engine.run_level, focus_tree.simulate
    watch = Stopwatch()
    with watch.on():
        assert engine.run_level is not before[0]
    assert (engine.run_level, focus_tree.simulate) == before

    def busy(seconds):
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    watch._kernel(busy)(0.02)
    watch._kernel(time.sleep)(0.05)
    assert 0.02 <= watch.kernels < 0.04


def test_clocks_run():
    before = Clocks.now()
    time.sleep(0.02)
    spent = Clocks.now().since(before)
    assert spent.wall >= 0.02 > spent.cpu >= 0
    assert 0 <= spent.queue <= spent.wall


def test_a_measured_search_spends_most_of_its_cpu_time_in_kernels():
    found = model_share.measure(TASK, SleepingModel(0.01), 3.0)
    assert found.result.refined > 0
    assert 0.5 < found.share_of_cpu <= 1


def test_a_wrong_number_is_one_sentence(capfd, monkeypatch):
    calls = []
    monkeypatch.setattr("mcts_compose.commands.main.collect_seldom", lambda: calls.append(1))
    monkeypatch.setattr(sys, "argv", ["model_share", "--answers", "soon"])
    with pytest.raises(SystemExit) as stopped:
        run_alone(model_share.app, "python -m benchmarks.model_share")
    assert stopped.value.code == 2
    assert len(capfd.readouterr().err.splitlines()) == 1
    assert calls == [1]


@pytest.mark.parametrize("bound", [["--executions", "90000"], ["--seconds", "2"]])
def test_what_a_run_says_of_a_model_adds_up(bound, tmp_path, monkeypatch):
    made = []
    init = BundledPrior.__init__

    def keep(prior, *args, **kwargs):
        made.append(prior)
        init(prior, *args, **kwargs)

    monkeypatch.setattr(BundledPrior, "__init__", keep)
    command = ["bench", "run", "deepcoder-v1:t8-000", "--seeds", "0,1,2", "--prior", "bundled"]
    out = tmp_path / "run"
    assert main([*command, "--prior-args", "rank=yes", *bound, "--out", str(out)]) == 0
    results = read_results(Path(out) / "results.jsonl")
    assert len(results) == 3
    (used,) = [prior.usage for prior in made if prior.usage.calls]
    # Of a search that does not wait, a batch may still be with the model at its end: it is nobody's, and on a
    # busy machine it may be the only one.
    waited = bound[0] == "--executions"
    for field, counted in (
        ("model_calls", used.calls), ("model_passes", used.passes), ("model_tokens", used.tokens),
        ("reused_tokens", used.reused_tokens), ("cache_hits", used.hits),
    ):  # fmt: skip
        total = sum(getattr(result, field) for result in results)
        assert total == counted if waited else 0 <= total <= counted, field
    for result in results:
        assert result.model_calls >= 1 and 0 <= result.refined <= result.model_calls - 1
        assert 0 <= result.model_seconds <= result.seconds + CLOSING_S
        assert result.model_seconds > 0 or not waited
    total_s = sum(result.model_seconds for result in results)
    assert total_s == pytest.approx(used.seconds) if waited else total_s <= used.seconds + 1e-9
    assert sum(result.refined for result in results) > 0 or not waited
