"""What a process does about its niceness, which ray sets to 15."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mcts_compose.cluster.node_facts import niceness

ROOT = Path(__file__).parents[3]
NICE = """
import os, threading
from mcts_compose.cluster.node_facts import niceness
from mcts_compose.cluster.priority import lift_to_parent

os.nice(15 - os.nice(0))
gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(2)]
for thread in threads:
    thread.start()
{denied}
said = niceness(), lift_to_parent()
own = {{os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in os.listdir("/proc/self/task")}}
print(*said, *sorted(number - os.getpriority(os.PRIO_PROCESS, os.getppid()) for number in own))
gate.set()
"""
DENIED = """
def refuse(*_):
    raise PermissionError(13, "Permission denied")
os.setpriority = refuse
"""


def run(denied):
    return subprocess.run(
        [sys.executable, "-c", NICE.format(denied=denied)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may lift processes everywhere")
def test_nice_process_takes_the_niceness_of_its_parent_in_all_threads():
    assert run("") == ["0", "True", "0"]


def test_process_that_may_not_stays_nice_and_says_so():
    below = 15 - os.getpriority(os.PRIO_PROCESS, 0)
    assert run(DENIED) == [str(below), "False", str(below)]


def test_asking_changes_nothing():
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    niceness()
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
