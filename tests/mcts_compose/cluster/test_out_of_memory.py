"""A task that takes more memory than there is fails, after so many tries, and no other does."""

import pytest

from mcts_compose.cluster.jobs import JobSolver
from mcts_compose.cluster.node_facts import memory
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings
from tests.mcts_compose.cluster.solvers import Solver
from tests.mcts_compose.cluster.test_workers import JOBS, run_jobs

pytest.importorskip("ray")
pytestmark = pytest.mark.timeout(600)

FEW = JOBS[:8]
HUNGRY = ("stub", "task-003", 0)
ROOM = 500 * 2**20


def failures(results):
    return {key: result.error for key, result in results.items() if result.stopped == "error"}


def others(results):
    return {key: result for key, result in results.items() if key != HUNGRY}


@pytest.fixture(scope="module")
def expected():
    solver = JobSolver(Settings(), Solver())
    return {job.key: solver.solve(job) for job in FEW if job.key != HUNGRY}


@pytest.fixture(scope="class")
def ray_without_monitor():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_memory_monitor_refresh_ms", "0")
        with RaySession(Settings(workers=2)) as session:
            session.start()
            yield session


@pytest.mark.slow
@pytest.mark.usefixtures("ray_without_monitor")
class TestInARayWithoutAMonitor:
    """Ray ends nobody here: what ends is ended by the system, or told that there is no memory."""

    def test_task_beyond_the_bound_of_its_process_fails_at_once(self, expected):
        results, notices = run_jobs(Solver({"task-003": "swell"}, room=ROOM), jobs=FEW)
        assert failures(results).keys() == {HUNGRY}
        assert failures(results)[HUNGRY].startswith("its process was out of memory: Unable to allocate")
        assert others(results) == expected
        assert notices == []

    def test_system_out_of_memory_ends_a_worker_before_anything_else(self, tmp_path):
        class Told(Solver):
            def __call__(self, task, *, seed, suite):
                with open("/proc/self/oom_score_adj") as score:
                    (tmp_path / "score").write_text(score.read())
                return super().__call__(task, seed=seed, suite=suite)

        run_jobs(Told(), jobs=FEW[:1], workers=1)
        assert int((tmp_path / "score").read_text()) == 1000  # of -1000 to 1000; see proc(5)

    def test_memory_of_a_worker_that_the_system_ends_is_told(self, expected):
        results, notices = run_jobs(Solver({"task-003": "swell_and_die"}), jobs=FEW, retries=1)
        assert failures(results).keys() == {HUNGRY}
        lost = "its worker was lost 2 times, the last time because its process was killed or crashed"
        assert failures(results)[HUNGRY].startswith(f"{lost}, having had 1.")
        assert others(results) == expected
        assert len(notices) == 2


@pytest.mark.long
def test_task_that_fills_its_machine_is_recorded_as_failed_after_its_retries(expected, monkeypatch):
    from ray._private.utils import get_used_memory

    # The machine is full with two more gigabytes, as far as ray is concerned.
    threshold = (get_used_memory() + 2 * 10**9) / memory()
    monkeypatch.setenv("RAY_memory_usage_threshold", f"{threshold:.4f}")
    with RaySession(Settings(workers=1)) as session:
        session.start()
        results, notices = run_jobs(Solver({"task-003": "swell"}), workers=1, jobs=FEW, retries=1)
    assert failures(results).keys() == {HUNGRY}
    assert failures(results)[HUNGRY].startswith(
        "its worker was lost 2 times, the last time because its machine was out of memory"
    )
    assert others(results) == expected
    assert len(notices) == 2
