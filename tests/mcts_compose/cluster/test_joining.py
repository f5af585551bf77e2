"""What is said of a cluster that cannot be joined, and how soon."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcts_compose.cluster.diagnosis import diagnose
from mcts_compose.cluster.joining import joining_error, knock, token_source

ROOT = Path(__file__).parents[3]
LONGEST_S = 60.0
"""For the whole command: ray is tried for a quarter of a minute, the rest is for a busy machine."""


@pytest.mark.parametrize("source", ["RAY_AUTH_TOKEN", ""])
def test_refusal_of_a_token_is_told_from_what_ray_logs(source):
    log = "gcs_client.cc: Unauthenticated: RPC error: InvalidAuthToken"
    sentence = str(joining_error("head:6379", "ConnectionError: Failed to connect", log, source))
    assert ("the token of RAY_AUTH_TOKEN is not that" if source else "there is no token here") in sentence
    assert "cluster at 'head:6379'" in sentence and "RAY_AUTH_TOKEN_PATH" in sentence


def test_refusal_of_a_version_names_both():
    report = (
        "RuntimeError: Version mismatch: The cluster was started with: Ray: 2.50.0 Python: 3.11.2 "
        "This process on node 10.0.0.1 was started with: Ray: 2.60.0 Python: 3.11.7"
    )
    error = joining_error("head:6379", report, "", "")
    assert "runs ray 2.50.0 on Python 3.11.2, but here is ray 2.60.0 on Python 3.11.7" in str(error)
    assert error.topic == "versions"


def test_of_any_other_report_the_last_line_is_said():
    report = "RuntimeError: it failed\n  File 'ray.py', line 1\nOSError: no route\n"
    assert str(joining_error("head:6379", report, "", "")) == (
        "--ray-address is 'head:6379', but no cluster can be joined there: OSError: no route"
    )


def test_address_without_anybody_is_found_at_once():
    pytest.importorskip("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        (finding,) = diagnose(address).findings
    assert finding.sentence.startswith(f"nothing accepts connections at --ray-address '{address}'")
    assert finding.topic == "nodes"
    knock("auto")  # has no port to knock at


def test_token_is_looked_for_where_ray_does(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    monkeypatch.delenv("RAY_AUTH_TOKEN_PATH", raising=False)
    assert token_source() == ""
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray" / "auth_token").touch()
    assert token_source() == "~/.ray/auth_token"
    monkeypatch.setenv("RAY_AUTH_TOKEN", "x")
    assert token_source() == "RAY_AUTH_TOKEN"


def bench_run(tmp_path, address, **environment):
    """Runs the command with workers of a cluster; returns the status, what was said, and the seconds."""
    task = {"id": "double", "types": {"inputs": ["list[int]"], "output": "list[int]"}}
    (tmp_path / "task.json").write_text(json.dumps({**task, "inputs": [[[1]]], "outputs": [[2]]}))
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "mcts_compose", "bench", "run", str(tmp_path / "task.json"), "--executions",
         "1000", "--ray-address", address, "--out", str(tmp_path / "run")],
        cwd=ROOT, capture_output=True, text=True, check=False, env=environment or None,
    )  # fmt: skip
    return run.returncode, run.stderr.splitlines()[-1], time.monotonic() - began, run.stderr


@pytest.mark.slow
def test_who_answers_but_is_no_cluster_is_given_up_soon(tmp_path):
    pytest.importorskip("ray")
    with socket.create_server(("", 0)) as silent:
        # Ray takes another address of this machine for it.
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        status, said, seconds, everything = bench_run(tmp_path, address)
    assert (status, said) == (
        2,
        f"mcts-compose: --ray-address is '{address}', but no cluster answers there; give the host of the "
        "cluster's head node and the port that ray start --head names",
    )
    assert "Traceback" not in everything and seconds < LONGEST_S
