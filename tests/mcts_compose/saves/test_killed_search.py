"""The command line: a search that is killed again and again ends like one that is not."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcts_compose.results.run_directory import read_results

ROOT = Path(__file__).parents[3]
TASKS = {
    "lists": ["deepcoder-v1#t7-010", "--executions", "2000000", "--prior", "frequency"],
    "kernel": ["sort-kernels-v1#sort4-cmov", "--prove-none-shorter-than", "15", "--seconds", "600"],
}
MOST_RUNS = 60
SAVES_OFTEN = """
import runpy
from mcts_compose.saves import saver
saver.SHARE = 100.0
runpy.run_module("mcts_compose", run_name="__main__", alter_sys=True)
"""
"""The command line, which lets saves cost what they like: short searches are otherwise not saved."""


def start(task, directory, *flags):
    command = [sys.executable, "-c", SAVES_OFTEN, "solve", *TASKS[task], "--out", str(directory), *flags]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def facts_of(directory):
    (result,) = read_results(directory)
    text = json.loads(result.to_line())
    return {name: value for name, value in text.items() if "seconds" not in name and name != "checksum"}


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("task", ["lists", "kernel"])
def test_search_killed_at_random_moments_ends_like_one_that_is_not(task, tmp_path):
    # Compiling must not count as searching: later runs would then end before they are killed.
    start(task, tmp_path / "compiled", "--simulations", "1").communicate(timeout=300)
    begun = time.monotonic()
    whole = start(task, tmp_path / "whole")
    said = whole.communicate(timeout=300)[1]
    assert whole.returncode in (0, 1), said
    duration = time.monotonic() - begun

    rng = random.Random(4)
    kills, resumed, run = 0, 0, None
    for _ in range(MOST_RUNS):
        resumed += bool(list(tmp_path.glob("killed/searches/*/*.save")))
        run = start(task, tmp_path / "killed", "--save-every", "0.2")
        if kills == 0:  # however fast the machine is now: the first kill hits a search that has saved
            while run.poll() is None and not list(tmp_path.glob("killed/searches/*/*.save")):
                time.sleep(0.01)
        else:
            time.sleep(rng.uniform(0.4, 0.9) * duration)
        if run.poll() is not None:
            break
        run.send_signal(signal.SIGKILL)
        if run.wait() != -signal.SIGKILL:  # it was at its end, and gave its memory back
            break
        kills += 1
    said = run.communicate()[1].decode()
    assert run.returncode == whole.returncode, said
    assert kills >= 1 and resumed >= 1
    assert facts_of(tmp_path / "killed") == facts_of(tmp_path / "whole")
    assert sorted(entry.name for entry in (tmp_path / "killed").iterdir()) == [
        ".lock", "command.json", "config.json", "results.jsonl",
    ]  # fmt: skip


def test_saving_needs_a_run_directory():
    command = [sys.executable, "-m", "mcts_compose", "solve", "lists-v1#sum", "--save-every", "5"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2
    assert "--save-every is given without --out, but should stand with a run directory" in run.stderr
