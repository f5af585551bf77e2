"""A measurement can be kept to one core, with all that it starts."""

import os
import subprocess
import sys

import pytest

from benchmarks.one_core import keep_to_core
from mcts_compose.errors import InputError

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot bind to cores here")

SEEN = "import os; print(*os.sched_getaffinity(0))"
KEPT = f"""
import subprocess, sys, threading
from benchmarks.one_core import keep_to_core
keep_to_core(int(sys.argv[1]))
thread = threading.Thread(target=lambda: exec({SEEN!r}))
thread.start()
thread.join()
sys.stdout.flush()
subprocess.run([sys.executable, "-c", {SEEN!r}])
"""


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )


def test_threads_and_processes_that_start_later_have_the_one_core():
    core = str(max(os.sched_getaffinity(0)))
    assert run(KEPT, core).stdout.split() == [core, core]


def test_without_a_number_nothing_changes():
    before = os.sched_getaffinity(0)
    keep_to_core(None)
    assert os.sched_getaffinity(0) == before


def test_a_core_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="--core is 99999, but this process may use"):
        keep_to_core(99999)


def test_numpy_is_not_loaded_before_the_core_is_chosen():
    code = "import sys, benchmarks.priors, benchmarks.model_crossfit; print('numpy' in sys.modules)"
    assert run(code).stdout.strip() == "False"
