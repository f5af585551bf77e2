"""What becomes of jobs when workers die, hang or fail; one ray for all tests of this file."""

import json
import os
import signal
import threading
import time

import pytest

from mcts_compose.cluster.driver import RayRunner
from mcts_compose.cluster.jobs import Finished, Job, JobSolver, News
from mcts_compose.cluster.session import RaySession
from mcts_compose.cluster.watched_worker import Patience
from mcts_compose.errors import InputError, OutputError
from mcts_compose.results.run_directory import RunDirectory, read_results
from mcts_compose.results.suite_run import run_suite
from mcts_compose.settings import Settings
from tests.mcts_compose.cluster.solvers import Solver, Unpicklable
from tests.mcts_compose.make_result import make_task

pytest.importorskip("ray")
pytestmark = pytest.mark.timeout(600)

QUICK = Patience(silent=6.0, ping=1.0, tick=0.1)
TASKS = [make_task(number) for number in range(12)]
JOBS = [Job("stub", task, seed) for seed in (0, 1) for task in TASKS]


@pytest.fixture(scope="module")
def ray_here():
    """A session of ray that those of the tests join."""
    with RaySession(Settings(workers=4)) as session:
        session.start()
        yield session


def run_jobs(solver, *, workers=2, jobs=JOBS, **settings):
    """Runs jobs; returns results by key, and the notices."""
    # So little memory that none is missing, which would be a notice.
    chosen = Settings(workers=workers, memory_mb=64, **settings)
    results, notices = {}, []
    with RaySession(chosen) as session:
        for event in RayRunner(JobSolver(chosen, solver), session, patience=QUICK).run(jobs):
            if isinstance(event, Finished):
                assert event.job.key not in results
                results[event.job.key] = event.result
            elif event.notice:
                notices.append(event.notice)
    return results, notices


def expected(**settings):
    solver = JobSolver(Settings(**settings), Solver())
    return {job.key: solver.solve(job) for job in JOBS}


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_are_those_of_one_process(ray_here, workers):
    results, notices = run_jobs(Solver(), workers=workers)
    assert results == expected()
    assert notices == []


def test_results_file_is_that_of_one_process(ray_here, tmp_path):
    suites = {"stub": TASKS}
    run_suite(suites, Settings(), tmp_path / "serial", (0, 1), solver=Solver())
    # The first task ends last, so that the results do not come in their order.
    run_suite(suites, Settings(workers=2), tmp_path / "spread", (0, 1), solver=Solver({"task-000": "pause"}))
    wanted = (tmp_path / "serial" / "results.jsonl").read_bytes()
    assert (tmp_path / "spread" / "results.jsonl").read_bytes() == wanted
    assert "workers" not in json.loads((tmp_path / "spread" / "config.json").read_text())


def test_job_of_a_killed_worker_is_done_by_another(ray_here, tmp_path):
    results, notices = run_jobs(Solver({"task-003": "die"}, once=tmp_path))
    assert results == expected()
    (notice,) = notices
    assert "stub#task-003 seed 0 is tried again (1 of 2)" in notice
    assert "its process was killed or crashed" in notice


def test_job_that_always_kills_its_worker_is_recorded_as_failed(ray_here):
    results, notices = run_jobs(Solver({"task-003": "die"}), retries=1)
    for (_, task, _), result in results.items():
        assert (result.stopped == "error") == (task == "task-003")
    wanted = "its worker was lost 2 times, the last time because its process was killed or crashed"
    assert results["stub", "task-003", 0].error == wanted
    assert len(notices) == 4


def test_frozen_worker_is_replaced(ray_here, tmp_path):
    results, notices = run_jobs(Solver({"task-003": "freeze"}, once=tmp_path))
    assert results == expected()
    assert "did not answer for 6 s" in notices[0]


@pytest.mark.slow
def test_job_that_always_freezes_its_worker_is_recorded_as_failed(ray_here):
    results, _ = run_jobs(Solver({"task-003": "freeze"}), jobs=JOBS[:12], retries=1)
    failed = {key: result.error for key, result in results.items() if result.stopped == "error"}
    lost = "its worker was lost 2 times, the last time because it did not answer for 6 s"
    assert failed == {("stub", "task-003", 0): lost}
    assert len(results) == 12


def test_job_past_its_deadline_is_recorded_as_failed_at_once(ray_here):
    begun = time.monotonic()
    results, _ = run_jobs(Solver({"task-003": "run_for_ever"}), jobs=JOBS[:12], deadline=3.0)
    assert time.monotonic() - begun < 60
    failed = {key: result.error for key, result in results.items() if result.stopped == "error"}
    assert failed == {("stub", "task-003", 0): "it was not done after 3 s and was stopped"}
    assert len(results) == 12


def test_search_that_fails_is_recorded_as_in_one_process(ray_here):
    results, notices = run_jobs(Solver({"task-003": "fail"}))
    assert results["stub", "task-003", 0].error == "ZeroDivisionError: by zero"
    assert notices == []


def test_frozen_and_killed_workers_leave_no_process(ray_here, tmp_path):
    pids = []

    class Told(Solver):
        def __call__(self, task, *, seed, suite):
            (tmp_path / f"{os.getpid()}.pid").touch()
            return super().__call__(task, seed=seed, suite=suite)

    run_jobs(Told({"task-003": "freeze"}, once=tmp_path))
    pids = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(pids) >= 2
    deadline = time.monotonic() + 20
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_full_disk_ends_the_run_and_keeps_what_is_there(ray_here, tmp_path, monkeypatch):
    append = RunDirectory.append

    def fill_up(directory, result):
        if len(directory.results) == 5:
            raise OutputError("cannot be written (No space left on device)")
        append(directory, result)

    monkeypatch.setattr(RunDirectory, "append", fill_up)
    suites = {"stub": TASKS}
    with pytest.raises(OutputError, match="No space left"):
        run_suite(suites, Settings(workers=2), tmp_path / "run", solver=Solver())
    monkeypatch.undo()
    assert len(read_results(tmp_path / "run")) == 5
    run_suite(suites, Settings(workers=1), tmp_path / "run", solver=Solver())
    run_suite(suites, Settings(), tmp_path / "serial", solver=Solver())
    wanted = (tmp_path / "serial" / "results.jsonl").read_bytes()
    assert (tmp_path / "run" / "results.jsonl").read_bytes() == wanted


def test_interruption_keeps_results_and_the_run_can_be_resumed_without_workers(ray_here, tmp_path):
    def interrupt_at_four(progress):
        if progress.done == 4:
            raise KeyboardInterrupt

    suites = {"stub": TASKS}
    with pytest.raises(KeyboardInterrupt):
        run_suite(suites, Settings(workers=2), tmp_path / "run", (0, 1), interrupt_at_four, solver=Solver())
    assert len(read_results(tmp_path / "run")) == 4
    run_suite(suites, Settings(), tmp_path / "run", (0, 1), solver=Solver())
    run_suite(suites, Settings(), tmp_path / "serial", (0, 1), solver=Solver())
    wanted = (tmp_path / "serial" / "results.jsonl").read_bytes()
    assert (tmp_path / "run" / "results.jsonl").read_bytes() == wanted


def test_what_cannot_be_sent_is_one_sentence(ray_here):
    with pytest.raises(InputError, match=r"the solver cannot be sent to workers .*TypeError: mine alone"):
        run_jobs(Unpicklable())


def test_state_of_every_worker_is_told(ray_here):
    settings = Settings(workers=2)
    names = ("worker 1", "worker 2")
    wanted = {(name, *state) for name in names for state in (("starting", False), ("searching", True))}
    seen = set()
    with RaySession(settings) as session:
        runner = RayRunner(JobSolver(settings, Solver(delay=1.0)), session, patience=QUICK)
        for event in runner.run(JOBS):
            if isinstance(event, News):
                seen |= {(worker.name, worker.doing, bool(worker.job)) for worker in event.workers}
            if seen >= wanted:
                break
    assert seen >= wanted


@pytest.mark.long
def test_workers_killed_again_and_again_lose_nothing(ray_here, tmp_path):
    """Kills whichever worker runs, again and again."""

    class Told(Solver):
        def __call__(self, task, *, seed, suite):
            (tmp_path / "pid").write_text(str(os.getpid()))
            return super().__call__(task, seed=seed, suite=suite)

    ended = threading.Event()
    kills = []

    def kill():
        while not ended.wait(2.0) and len(kills) < 3:
            try:
                pid = int((tmp_path / "pid").read_text())
                if is_alive(pid):
                    os.kill(pid, signal.SIGKILL)
                    kills.append(pid)
            except (OSError, ValueError):
                continue

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        results, _ = run_jobs(Told(delay=0.5), retries=10)
    finally:
        ended.set()
        killer.join()
    assert kills
    assert results == expected()
