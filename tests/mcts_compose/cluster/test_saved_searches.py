"""A search that a worker saves goes on in another worker when the first one is killed."""

import json
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.suites.selection import select_suite
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.results.record import TIMES
from mcts_compose.results.suite_run import run_suite
from mcts_compose.saves import saver
from mcts_compose.settings import Settings
from priors.registry import make_prior

pytest.importorskip("ray")
pytestmark = [pytest.mark.timeout(900), pytest.mark.long]

SAVE_EVERY_S = 0.5
CANDIDATES = 6_000_000
KILLS = 2
PATIENCE_S = 300.0


@dataclass(frozen=True)
class SavesOften(SearchSolver):
    """Saves whatever it costs: on a busy machine short searches are otherwise not saved."""

    def __call__(self, task, *, seed, suite):
        saver.SHARE = 100.0
        return super().__call__(task, seed=seed, suite=suite)


def solve_with(workers, path):
    """Runs the task; returns its result but for times."""
    settings = Settings(
        workers=workers, executions=CANDIDATES, prior="frequency", save_every=SAVE_EVERY_S, retries=5
    )
    prior = make_prior("frequency", None)
    priors = {"frequency": prior}
    solver = SavesOften(settings, priors, prior, run_directory=path)
    run_suite({"hard": select_suite("deepcoder-v1:t7-010").tasks}, settings, path, solver=solver)
    (line,) = (path / "results.jsonl").read_text().splitlines()
    return {name: value for name, value in json.loads(line).items() if name not in TIMES}


def writers_below(path):
    """Which processes hold logs below a directory open, and which logs."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith(str(path)) and target.endswith(".log"):
            found.add((int(link.parts[2]), target))
    return found


def test_search_of_a_killed_worker_goes_on_from_its_save_in_another(tmp_path):
    expected = solve_with(0, tmp_path / "serial")
    logs, ended = [], threading.Event()

    def kill_who_has_saved():
        begun, seen = time.monotonic(), set()
        while not ended.wait(0.1) and time.monotonic() < begun + PATIENCE_S and len(logs) <= KILLS:
            for pid, log in writers_below(tmp_path / "spread"):
                has_save = list((tmp_path / "spread").glob("searches/*/*.save"))
                if pid in seen or not has_save or pid == os.getpid():
                    continue
                seen.add(pid)
                logs.append(log)
                if len(logs) <= KILLS:
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_who_has_saved)
    killer.start()
    try:
        assert solve_with(1, tmp_path / "spread") == expected
    finally:
        ended.set()
        killer.join()
    # Who begins anew has another log.
    assert len(logs) == KILLS + 1 and len(set(logs)) == 1
    assert not (tmp_path / "spread" / "searches").exists()
