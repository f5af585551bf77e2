"""Nothing of a run with workers is left after its end, however it ends."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mcts_compose.cluster.leftovers import PREFIX, Processes, SessionDirectory, descendants, remove_abandoned
from tests.mcts_compose.cluster.spread_run import NUM_TASKS

ROOT = Path(__file__).parents[3]
PATIENCE_S = 120.0


@pytest.fixture
def short_tmp(monkeypatch):
    """A temporary directory with a name short enough for sockets."""
    path = tempfile.mkdtemp(dir="/tmp")
    monkeypatch.setattr(tempfile, "tempdir", path)
    yield Path(path)
    shutil.rmtree(path)


class Run:
    """A run in a process and a system session of its own, by which all that it starts is known."""

    def __init__(self, directory, temporary, workers=2):
        self.directory = directory
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mcts_compose.cluster.spread_run", str(directory), str(workers)],
            cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}, start_new_session=True,
            stderr=subprocess.PIPE,
        )  # fmt: skip

    def wait_for_results(self, number):
        file = self.directory / "results.jsonl"
        deadline = time.monotonic() + PATIENCE_S
        while not file.exists() or file.read_bytes().count(b"\n") < number:
            assert self.process.poll() is None, self.process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def end(self):
        """Waits for the end; returns the status and what was said."""
        said = self.process.communicate(timeout=PATIENCE_S)[1].decode()
        return self.process.returncode, said

    def living(self):
        """The commands of all processes of the run that live."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                found.append(command)
        return found


def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_nothing_is_left_after_interruption_termination_kill_and_success(tmp_path, short_tmp):
    pytest.importorskip("ray")
    memory = set(os.listdir("/dev/shm"))
    directory = tmp_path / "run"
    for number, (sign, status) in enumerate([(signal.SIGINT, 130), (signal.SIGTERM, 130)], start=1):
        run = Run(directory, short_tmp)
        run.wait_for_results(3 * number)
        assert len(run.living()) > 5
        os.kill(run.process.pid, sign)
        assert run.end() == (status, "mcts-compose: interrupted\n")
        assert run.living() == []
        assert os.listdir(short_tmp) == []

    run = Run(directory, short_tmp)
    run.wait_for_results(10)
    run.process.kill()
    run.process.wait()
    # Ray's agents look for what they have lost for a while.
    assert until(lambda: run.living() == [], 120.0), run.living()
    assert len(os.listdir(short_tmp)) == 1

    run = Run(directory, short_tmp)
    assert run.end() == (0, "")
    assert run.living() == []
    assert os.listdir(short_tmp) == []
    assert until(lambda: set(os.listdir("/dev/shm")) <= memory)

    serial = Run(tmp_path / "serial", short_tmp, workers=0)
    assert serial.end() == (0, "")
    wanted = (tmp_path / "serial" / "results.jsonl").read_bytes()
    assert wanted.count(b"\n") == NUM_TASKS
    assert (directory / "results.jsonl").read_bytes() == wanted


@pytest.mark.long
@pytest.mark.timeout(600)
def test_nothing_is_left_after_terminations_in_the_last_moment(tmp_path, short_tmp):
    pytest.importorskip("ray")
    run = Run(tmp_path / "run", short_tmp)
    run.wait_for_results(NUM_TASKS)
    while run.process.poll() is None:
        run.process.send_signal(signal.SIGTERM)
        time.sleep(0.02)
    status, _ = run.end()
    # Once all has been cleaned up, it may end by the signal.
    assert status in (0, 130, -signal.SIGTERM)
    assert run.living() == []
    assert os.listdir(short_tmp) == []


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_a_run_that_is_ended_while_ray_starts(tmp_path, short_tmp, sign):
    pytest.importorskip("ray")
    for moment in (0.0, 0.7, 1.5, 2.5):
        run = Run(tmp_path / "run", short_tmp)
        # Ray's start begins with a directory of its own.
        assert until(lambda: os.listdir(short_tmp))
        time.sleep(moment)
        os.kill(run.process.pid, sign)
        assert run.end() == (130, "mcts-compose: interrupted\n")
        assert run.living() == []
        assert os.listdir(short_tmp) == []
        shutil.rmtree(tmp_path / "run", ignore_errors=True)


def test_only_processes_of_a_script_are_killed(tmp_path):
    for name in ("monitor.py", "log_monitor.py"):
        (tmp_path / name).write_text("input()")
    processes = Processes()
    with (
        subprocess.Popen([sys.executable, tmp_path / "monitor.py"], stdin=subprocess.PIPE) as killed,
        subprocess.Popen([sys.executable, tmp_path / "log_monitor.py"], stdin=subprocess.PIPE) as spared,
    ):
        processes.add_descendants()
        processes.kill("monitor.py")
        assert killed.wait(PATIENCE_S) == -signal.SIGKILL
        assert spared.poll() is None
        processes.end(0.3)
        assert spared.wait(PATIENCE_S) == -signal.SIGTERM


def test_directory_of_a_living_session_is_left_alone_and_that_of_a_dead_one_removed(short_tmp):
    living = SessionDirectory()
    dead = short_tmp / f"{PREFIX}dead"
    dead.mkdir()
    (dead / ".lock").touch()
    foreign = short_tmp / f"{PREFIX}without-lock"
    foreign.mkdir()
    remove_abandoned(short_tmp)
    assert living.path.exists() and foreign.exists() and not dead.exists()
    living.remove()
    assert not living.path.exists()


def test_descendants_are_found_over_generations():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
        assert until(lambda: len(descendants(child.pid)) == 1)
        assert descendants(child.pid) | {child.pid} <= descendants(os.getpid())
        child.communicate(b"\n")
    assert child.pid not in descendants(os.getpid())
