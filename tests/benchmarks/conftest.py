"""What several tests of suites need: a suite that was learnt."""

import json
import subprocess
import sys
from functools import cache

import pytest

from mcts_compose.library.library import Library


@pytest.fixture(scope="module")
def library_of(tmp_path_factory):
    """Returns a function that learns a suite once, as users do: gives its library and what was printed."""

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
        return directory, run.stdout

    return learn


@pytest.fixture(scope="module")
def learnt(library_of):
    """Returns a function that gives the table and the lessons of a suite that was learnt."""

    @cache
    def of_suite(suite):
        directory, printed = library_of(suite)
        rows = [json.loads(line) for line in printed.splitlines()]
        return Library.open(directory).table, {row["task"]: row for row in rows}

    return of_suite
