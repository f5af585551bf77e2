import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcts_compose.results.run_directory import read_results
from tests.mcts_compose.stub_run import NUM_TASKS, SEEDS

ROOT = Path(__file__).parents[2]


def start(directory: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mcts_compose.stub_run", str(directory)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_run_killed_at_20_random_moments_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = start(tmp_path / "whole")
    begun = time.monotonic()
    assert whole.wait(60) == 0, whole.stderr.read()
    duration = time.monotonic() - begun
    expected = (tmp_path / "whole" / "results.jsonl").read_bytes()
    assert expected.count(b"\n") == NUM_TASKS * len(SEEDS)

    rng = random.Random(2)
    kills = 0
    while kills < 20:
        run = start(tmp_path / "killed")
        time.sleep(rng.uniform(0.3, 1.0) * duration / 2 if kills else 0.05)
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
        status = run.wait()
        if status == 0:
            # It ended before its kill: start over, so that all kills hit a run that is writing.
            (tmp_path / "killed").rename(tmp_path / f"ended-{kills}-{time.monotonic_ns()}")
            continue
        assert status == -signal.SIGKILL, run.stderr.read()
        kills += 1
    last = start(tmp_path / "killed")
    assert last.wait(60) == 0, last.stderr.read()
    for directory in [tmp_path / "killed", *tmp_path.glob("ended-*")]:
        assert (directory / "results.jsonl").read_bytes() == expected
        assert len(read_results(directory)) == NUM_TASKS * len(SEEDS)
