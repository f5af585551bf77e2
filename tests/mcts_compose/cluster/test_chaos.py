"""A run on a simulated cluster loses nothing when workers, its prior server, a node and the driver die."""

import time

import pytest

from tests.mcts_compose.cluster.chaos import SuiteRun, ThreeNodes, disturb

pytest.importorskip("ray")
pytestmark = [pytest.mark.long, pytest.mark.timeout(1800), pytest.mark.xdist_group("ray")]

PATIENCE_S = 180.0
LONGEST_RECOVERY_S = 60.0
SECONDS, EVERY_S = 60.0, 4.0
"""How long workers are killed, and how often."""


@pytest.fixture
def cluster():
    nodes = ThreeNodes()
    yield nodes
    nodes.close()


def bench_run(directory, suite, *arguments, cluster=None):
    """Starts a run, with three workers if there is a cluster."""
    if cluster is None:
        return SuiteRun(directory, *suite, *arguments)
    spread = ("--ray-address", cluster.address, "--workers", "3")
    return SuiteRun(directory, *suite, *arguments, *spread, environment=cluster.environment)


def wait_for(condition, run, seconds=PATIENCE_S):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, run.log.read_text()[-3000:]
        time.sleep(0.1)


def serial_results(directory, suite):
    run = bench_run(directory, suite)
    wait_for(run.is_over, run, 600.0)
    return run.results()


def test_run_of_a_minute_of_kills_is_that_of_one_process(cluster, tmp_path):
    suite = ("deepcoder-v1:t5", "--simulations", "2000", "--prior", "bundled")
    wanted = serial_results(tmp_path / "serial", suite)
    run = bench_run(tmp_path / "spread", suite, "--prior-servers", "1", "--retries", "100", cluster=cluster)
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
