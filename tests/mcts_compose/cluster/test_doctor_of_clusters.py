"""`doctor --ray` finds faults that were planted in a real cluster of this machine."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("ray")
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[3]
PATIENCE_S = 180.0
START_TRIES = 4
"""Ray gives up on a node whose processes take more than 15 s to start, as on a busy machine."""
WITHOUT_PACKAGE = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "mcts_compose":
            raise ModuleNotFoundError("No module named 'mcts_compose'", name="mcts_compose")

sys.meta_path.insert(0, Missing())
"""


@pytest.fixture
def short_tmp():
    """A temporary directory with a name short enough for sockets."""
    path = tempfile.mkdtemp(dir="/tmp")
    yield Path(path)
    shutil.rmtree(path, ignore_errors=True)


def start_node(environment, *arguments):
    """Starts a node of ray that ends with the process returned, once it says that it runs."""
    command = [
        sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus", "1",
        "--object-store-memory", "80000000", "--disable-usage-stats", *arguments,
    ]  # fmt: skip
    for _ in range(START_TRIES):
        node = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        said = []
        for line in node.stdout:
            said.append(line)
            if "Ray runtime started" in line:
                return node
        stop(node)
    raise AssertionError("".join(said))


def stop(node):
    node.send_signal(signal.SIGTERM)
    try:
        node.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(node.pid, signal.SIGKILL)
    node.stdout.close()


def doctor(environment, *arguments):
    """Runs the command; returns the status, and what is said of the cluster by topic."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.mcts_compose.cluster.doctor_run", "doctor", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert run.stderr == ""
    said = {}
    for level, topic, sentence in re.findall(r"^(\w+) +ray: (\w+) +(.*)$", run.stdout, re.MULTILINE):
        said.setdefault(topic, []).append((level, sentence))
    assert said, run.stdout
    return run.returncode, said


def test_planted_faults_are_found_and_a_sound_cluster_has_none(tmp_path, short_tmp):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    ours = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "a" * 64}
    of_nodes = {**ours, "MCTS_COMPOSE_CACHE": str(tmp_path / "cache")}
    planted = tmp_path / "planted"
    (planted / "numpy-1.0.dist-info").mkdir(parents=True)
    (planted / "numpy-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n"
    )
    (planted / "sitecustomize.py").write_text(WITHOUT_PACKAGE)
    nodes = []
    try:
        port = address.rpartition(":")[2]
        nodes.append(
            start_node(of_nodes, "--head", "--port", port, "--include-dashboard", "false",
                       "--temp-dir", str(short_tmp))
        )  # fmt: skip
        status, said = doctor(ours, "--ray-address", address)
        assert status == 0
        assert said["nodes"] == [("ok", "1 node with 1 CPU")]
        assert {level for findings in said.values() for level, _ in findings} == {"ok"}

        status, said = doctor({**ours, "RAY_AUTH_TOKEN": "b" * 64}, "--ray-address", address)
        assert status == 1
        ((level, sentence),) = said["nodes"]
        assert level == "fails" and sentence.startswith(
            "the token of RAY_AUTH_TOKEN is not that of the cluster"
        )

        faulty = {"PYTHONPATH": str(planted), "PLANTED_MACHINE": "another", "PLANTED_FREE": "1000000"}
        nodes.append(start_node({**of_nodes, **faulty}, "--address", address))
        status, said = doctor(ours, "--ray-address", address)
        assert status == 1
        assert said["nodes"] == [("ok", "2 nodes with 2 CPUs")]
        for topic, part in {
            "package": "No module named 'mcts_compose'",
            "versions": "numpy is 1.0 on ",
            "cache": f"share the cache '{str(tmp_path)[:10]}",
            "store": "/dev/shm of ",
        }.items():
            ((level, sentence),) = said[topic]
            assert level == "fails" and part in sentence, said
        assert list((tmp_path / "cache").glob("doctor-*")) == []
    finally:
        for node in reversed(nodes):
            stop(node)


def test_ray_is_started_here_and_nothing_is_left_of_it(short_tmp):
    environment = {**os.environ, "TMPDIR": str(short_tmp)}
    status, said = doctor(environment, "--ray")
    assert status == 0, said
    assert said["nodes"][0][0] == "ok"
    assert os.listdir(short_tmp) == []
