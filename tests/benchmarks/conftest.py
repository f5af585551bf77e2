"""What several tests of suites need: a suite that was learnt."""

import json
import subprocess
import sys
from functools import cache

import pytest

from mcts_compose.library.library import Library


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    """Returns a function that learns a suite once, as users do, and gives its table and its lessons."""

    @cache
    def learn(suite):
        directory = tmp_path_factory.mktemp("library") / suite
        command = [
            sys.executable,
            "-m",
            "mcts_compose",
            "learn",
            suite,
            "--library",
            str(directory),
            "--json",
        ]
        run = subprocess.run(command, capture_output=True, text=True)
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        return Library.open(directory).table, {row["task"]: row for row in rows}

    return learn
