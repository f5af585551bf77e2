"""What needs no ray: how workers are described and sent things, and what is said where ray is missing."""

import json
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from mcts_compose.cluster.faults import cause_of
from mcts_compose.cluster.jobs import Finished, Job, JobSolver, WorkerState
from mcts_compose.cluster.serial import SerialRunner
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.cluster.watched_worker import Assignment, Patience, WatchedWorker
from mcts_compose.commands import terminal
from mcts_compose.errors import InputError, OutputError
from mcts_compose.results.run_directory import open_run, read_results
from mcts_compose.results.suite_run import RunProgress, run_suite
from mcts_compose.settings import Settings
from tests.mcts_compose.cluster.solvers import Solver
from tests.mcts_compose.make_result import make_result, make_task

ROOT = Path(__file__).parents[3]
WITHOUT = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "ray":
            raise ModuleNotFoundError("No module named 'ray'", name="ray")

sys.meta_path.insert(0, Missing())
from mcts_compose.commands.main import main
sys.exit(main(sys.argv[1:]))
"""
TASK = {
    "id": "double",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[1, 2]], [[5]], [[]]],
    "outputs": [[2, 4], [10], []],
}


def run_without(*arguments):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("flags", [("--workers", 2), ("--ray-address", "127.0.0.1:6379")])
def test_workers_without_ray_are_one_sentence_and_suites_run_without_it(tmp_path, flags):
    file = tmp_path / "task.json"
    file.write_text(json.dumps(TASK))
    out = tmp_path / "run"
    arguments = ("bench", "run", file, "--prior", "frequency", "--executions", 1000, "--out", out)
    refused = run_without(*arguments, *flags)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert refused.stderr.splitlines()[-1] == (
        "mcts-compose: workers need ray, which is not installed; pip install 'mcts-compose[ray]' installs it"
    )
    assert run_without(*arguments).returncode == 0
    assert len(read_results(tmp_path / "run")) == 1


def test_one_process_runs_jobs_in_their_order():
    jobs = [Job("stub", make_task(number), seed) for seed in (0, 1) for number in range(3)]
    events = list(SerialRunner(JobSolver(Settings(), Solver())).run(jobs))
    assert [event.job for event in events if isinstance(event, Finished)] == jobs


def test_complete_run_is_put_in_order_once(tmp_path, monkeypatch):
    names = [f"task-{number}" for number in range(4)]
    keys = [("stub", name, 0) for name in names]
    with open_run(tmp_path / "run", {}) as run:
        for name in reversed(names):
            run.append(make_result(name))
        run.put_in_order(keys)
    assert [result.task for result in read_results(tmp_path / "run")] == names
    before = (tmp_path / "run" / "results.jsonl").stat()
    with open_run(tmp_path / "run", {}) as run:
        run.put_in_order(keys)
    assert (tmp_path / "run" / "results.jsonl").stat().st_ino == before.st_ino


def test_full_disk_while_results_are_put_in_order_keeps_all(tmp_path, monkeypatch):
    def fail(path, content):
        raise OSError(28, "No space left on device")

    with open_run(tmp_path / "run", {}) as run:
        for number in (1, 0):
            run.append(make_result(f"task-{number}"))
        monkeypatch.setattr("mcts_compose.results.run_directory.write_whole", fail)
        with pytest.raises(OutputError, match="No space left"):
            run.put_in_order([("stub", "task-0", 0), ("stub", "task-1", 0)])
    assert {result.task for result in read_results(tmp_path / "run")} == {"task-0", "task-1"}


def test_half_written_files_of_a_killed_run_are_removed(tmp_path):
    with open_run(tmp_path / "run", {}):
        pass
    (tmp_path / "run" / ".results.jsonl.4711.tmp").write_text("half")
    with open_run(tmp_path / "run", {}):
        pass
    assert not list((tmp_path / "run").glob(".results*"))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"workers": -1}, "--workers is -1, but should be a whole number from 0"),
        ({"retries": 101}, "--retries is 101, but should be a whole number from 0 to 100"),
        ({"deadline": 0.0}, r"--deadline is 0\.0, but should be a number above 0"),
        ({"prior_servers": -2}, "--prior-servers is -2"),
        ({"ray_address": " "}, "--ray-address is empty"),
    ],
)
def test_settings_of_workers_out_of_range_are_refused(flags, said):
    with pytest.raises(InputError, match=said):
        Settings(**flags)


def test_who_searches_is_no_part_of_what_a_resumed_run_must_repeat(tmp_path):
    suites = {"stub": [make_task(1)]}
    run_suite(suites, Settings(retries=5, deadline=3.0), tmp_path / "run", solver=Solver())
    again = Solver()
    assert len(run_suite(suites, Settings(), tmp_path / "run", solver=again)) == 1
    assert again.stub.calls == []


def hold_lock(room, log):
    with warming_up_alone(room, "test"):
        with open(log, "a") as file:
            file.write("in\n")
        time.sleep(0.3)
        with open(log, "a") as file:
            file.write("out\n")


def test_of_several_processes_one_warms_up_at_a_time_and_later_ones_do_not_wait(tmp_path, monkeypatch):
    monkeypatch.setenv("MCTS_COMPOSE_CACHE", str(tmp_path / "cache"))
    log = tmp_path / "log"
    context = get_context("spawn")
    processes = [context.Process(target=hold_lock, args=("fixed", log)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    lines = log.read_text().split()
    assert lines[:2] == ["in", "out"]
    assert sorted(lines) == ["in"] * 3 + ["out"] * 3


def test_cache_that_cannot_be_written_does_not_hinder_a_warm_up(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MCTS_COMPOSE_CACHE", str(tmp_path / "file" / "cache"))
    hold_lock("words", tmp_path / "log")
    assert (tmp_path / "log").read_text() == "in\nout\n"


def test_causes_are_clauses():
    said = {
        "x\nThe actor is dead because its node has died.\ny": "its machine was lost",
        "Task was killed due to the node running low on memory.": "its machine was out of memory",
        "first\n\x1b[31mlast": "of RuntimeError: [31mlast",
    }
    assert {text: cause_of(RuntimeError(text)) for text in said} == said


class Calls:
    """Stands for an actor: counts pings."""

    def __init__(self):
        self.ping = self
        self.count = 0

    def remote(self):
        self.count += 1
        return f"ping {self.count}"


def test_worker_that_falls_silent_after_it_was_heard_is_at_fault():
    patience = Patience(silent=0.05, ping=0.0, start=100.0)
    actor = Calls()
    worker = WatchedWorker(1, actor, "start")
    worker.ping_if_due(patience)
    time.sleep(0.1)
    assert worker.fault(patience) is None  # it may wait for a machine
    worker.heard(None)
    worker.ping_if_due(patience)
    assert worker.fault(patience) is None
    time.sleep(0.1)
    assert worker.fault(patience) == "it did not answer for 0.05 s"
    assert actor.count == 2


def test_worker_is_overdue_only_with_a_job():
    worker = WatchedWorker(1, Calls(), "start")
    assert not worker.is_overdue()
    assert worker.state().doing == "starting"
    worker.free()
    assert worker.is_idle()
    worker.assign(Assignment(0, "job", 0.0, 0.0, "stub#task seed 0"))
    assert worker.is_overdue()
    assert worker.state().job == "stub#task seed 0"


def test_log_tells_results_losses_and_now_and_then_all_workers(capsys, monkeypatch):
    monkeypatch.setattr(terminal, "SUMMARY_S", 0.0)
    monkeypatch.setattr(terminal, "announce_compilation", lambda: None)
    workers = (WorkerState("worker 1", "searching", "stub#a", 2.0), WorkerState("worker 2", "waiting"))
    with terminal.run_progress() as report:
        report(RunProgress(0, 2, None, is_opening=True))
        report(RunProgress(1, 2, make_result("a", model_seconds=0.125)))
        report(RunProgress(1, 2, None, workers=workers, notice="worker 2 was lost because of rain"))
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.startswith("[1/2] stub#a seed 0: solved")
    assert second == "worker 2 was lost because of rain"
    assert third.startswith("1 of 2 done, 1 solved, ")
    assert third.endswith("50% in the model; workers: 1 searching, 1 waiting")


def test_every_worker_has_a_line_until_there_are_too_many():
    workers = [WorkerState(f"worker {number}", "searching", "stub#a seed 0", 2.0) for number in range(20)]
    lines = terminal._worker_lines(workers)
    assert lines[0] == "  worker 0  searching stub#a seed 0  2 s"
    assert lines[-1] == "and 4 more workers"
    assert len(lines) == terminal.MOST_WORKER_LINES + 1


def test_solve_refuses_several_workers(tmp_path):
    file = tmp_path / "task.json"
    file.write_text(json.dumps(TASK))
    refused = run_without("solve", file, "--workers", 2)
    assert refused.returncode == 2
    assert "solve searches one task in one process, but was given workers" in refused.stderr


def test_worker_that_rests_is_neither_pinged_nor_at_fault_until_another_takes_its_place():
    patience = Patience(silent=0.0, ping=0.0, start=0.0)
    worker = WatchedWorker(1, Calls(), "start")
    worker.rest(0.05)
    worker.ping_if_due(patience)
    assert worker.references() == []
    assert not worker.is_ready() and not worker.is_idle() and not worker.is_rested()
    assert worker.fault(patience) is None
    time.sleep(0.06)
    assert worker.is_rested()
