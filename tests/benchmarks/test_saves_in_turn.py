"""What saves cost, from the times at the same steps of a search with them and one without."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.saves_in_turn import PROCESS, THREAD, WALL, WRITTEN, cost_of

ROOT = Path(__file__).parents[2]


def notes(took, written):
    """Notes of a search whose times between two of them are these, all of it the search's thread's."""
    times = np.r_[0.0, np.cumsum(took)]
    return np.stack([times, times, 0 * times, 1.5 * times, np.r_[0.0, np.cumsum(written)]], axis=1)


def test_what_two_searches_differ_by_without_writing_is_no_cost_of_saves():
    plain = np.full(600, 0.1)
    written = np.arange(600) % 50 == 0
    took = 1.02 * plain + 0.05 * written
    saved, plain = notes(took, written), notes(plain, 0 * written)
    assert saved[-1, WRITTEN] == 12
    for column in (WALL, THREAD):
        assert cost_of(saved, plain, column, less_quiet=False).more == pytest.approx(0.03)
        cost = cost_of(saved, plain, column, less_quiet=True)
        assert cost.more == pytest.approx(0.01)
        assert cost.low <= 0.01 + 1e-9 and cost.high >= 0.01 - 1e-9
    assert cost_of(saved, plain, PROCESS, less_quiet=True).more == pytest.approx(0.015)


def test_cost_that_comes_now_and_then_has_a_wide_interval():
    plain = np.full(600, 0.1)
    written = np.arange(600) == 300
    cost = cost_of(notes(plain + 6.0 * written, written), notes(plain, 0 * written), WALL, less_quiet=True)
    assert cost.more == pytest.approx(0.1)
    assert cost.low == 0.0 and cost.high > 0.2


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_searches_that_take_turns_end_alike():
    command = [
        sys.executable,
        "-m",
        "benchmarks.saves",
        "--kills",
        "0",
        "--seconds",
        "4",
        "--fast-seconds",
        "0",
    ]
    command += ["--every", "0.5", "--share", "1", "--memory-mb", "300"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert " 0 saves" not in said.stdout and "more wall time" in said.stdout
    assert "DIFFERENT" not in said.stdout
