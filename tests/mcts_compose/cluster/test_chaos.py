"""A run on a simulated cluster loses nothing when workers, its prior server, a node and the driver die."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.mcts_compose.cluster.chaos import WORKER, SuiteRun, ThreeNodes, disturb, processes, signal_one

pytest.importorskip("ray")
pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

PATIENCE_S = 180.0
LONGEST_RECOVERY_S = 60.0
SUITE = ("deepcoder-v1:t5-00", "--simulations", "2000", "--prior", "bundled")
WHOLE_SUITE = ("deepcoder-v1:t5", *SUITE[1:])
SECONDS, EVERY_S = 60.0, 4.0
"""How long workers are killed, and how often."""


@pytest.fixture(scope="module")
def cluster():
    """For all tests; the last takes a node from it."""
    nodes = ThreeNodes()
    yield nodes
    nodes.close()


def bench_run(directory, suite, *arguments, cluster=None, token=None):
    """Starts a run, with three workers if there is a cluster, and with another token if one is given."""
    if cluster is None:
        return SuiteRun(directory, *suite, *arguments)
    spread = ("--ray-address", cluster.address, "--workers", "3")
    other = {} if token is None else {"RAY_AUTH_TOKEN": token}
    return SuiteRun(directory, *suite, *arguments, *spread, environment={**cluster.environment, **other})


def wait_for(condition, run, seconds=PATIENCE_S):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, run.log.read_text()[-3000:]
        time.sleep(0.1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may lift processes everywhere")
def test_workers_are_no_nicer_than_the_cluster_that_has_them(cluster, tmp_path):
    run = bench_run(tmp_path / "run", SUITE, cluster=cluster)
    try:
        wait_for(run.num_results, run)
        threads = {
            int(path.name) for pid in processes(WORKER) for path in Path(f"/proc/{pid}/task").iterdir()
        }
        assert {os.getpriority(os.PRIO_PROCESS, each) for each in threads} == {
            os.getpriority(os.PRIO_PROCESS, 0)
        }
    finally:
        run.end()


def test_wrong_token_is_one_sentence_soon(cluster, tmp_path):
    begun = time.monotonic()
    run = bench_run(tmp_path / "run", SUITE, cluster=cluster, token="b" * 64)
    assert run.process.wait(PATIENCE_S) == 2
    seconds = time.monotonic() - begun
    said = run.log.read_text().splitlines()
    assert said[-1].startswith(
        f"mcts-compose: the token of RAY_AUTH_TOKEN is not that of the cluster at '{cluster.address}'; set "
    )
    assert "Unauthenticated" not in run.log.read_text()
    print(f"a wrong token was told after {seconds:.1f} s")
    assert seconds < 30.0  # on a busy machine too


def test_frozen_worker_of_a_cluster_is_ended_and_its_task_recorded_as_failed(cluster, tmp_path):
    """Ray must end it, wherever it is, or it would keep the CPU of its node for ever."""
    run = bench_run(tmp_path / "run", ("deepcoder-v1:t5-01", *SUITE), "--deadline", "20", cluster=cluster)
    try:
        wait_for(lambda: run.num_results() >= 4, run)
        frozen = signal_one(WORKER, random.Random(0), signal.SIGSTOP)
        begun = time.monotonic()
        wait_for(lambda: frozen not in processes(WORKER), run, 60.0)
        print(f"a frozen worker was ended after {time.monotonic() - begun:.1f} s")
        wait_for(lambda: run.process.poll() is not None, run)
        assert run.process.returncode == 1  # a task has failed
    finally:
        run.end()
    failed = [result["error"] for result in run.results() if result["stopped"] == "error"]
    assert failed == ["it was not done after 20 s and was stopped"]
    assert len(run.results()) == 20


def test_run_of_a_minute_of_kills_is_that_of_one_process(cluster, tmp_path):
    serial = bench_run(tmp_path / "serial", WHOLE_SUITE)
    wait_for(serial.is_over, serial, 600.0)
    wanted = serial.results()
    run = bench_run(
        tmp_path / "spread", WHOLE_SUITE, "--prior-servers", "1", "--retries", "100", cluster=cluster
    )
    try:
        wait_for(run.num_results, run)
        watch = disturb(run, cluster, seconds=SECONDS, every_s=EVERY_S, num_results=len(wanted))
    finally:
        run.end()
    assert run.results() == wanted
    done = [fault.what for fault in watch.faults]
    assert done.count("worker") >= 5
    assert [done.count(what) for what in ("prior server", "node", "driver")] == [1, 1, 1]
    recoveries = watch.recoveries()
    for what, seconds in recoveries.items():
        print(f"{what}: {done.count(what)} times, next result after at most {max(seconds):.1f} s")
    assert recoveries.keys() == set(done)
    assert max(max(seconds) for seconds in recoveries.values()) < LONGEST_RECOVERY_S
