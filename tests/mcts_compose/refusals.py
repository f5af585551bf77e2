"""A good task to spoil, and what every refusal has to be: one sentence on standard error, exit status 2."""

import json
from pathlib import Path

import pytest

from mcts_compose.commands.main import main

GOOD = {
    "id": "double",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[1, 2]], [[5]]],
    "outputs": [[2, 4], [10]],
}


def task(**changes: object) -> bytes:
    return (
        json.dumps({key: value for key, value in (GOOD | changes).items() if value is not ...}).encode()
        + b"\n"
    )


def refused(capsys: pytest.CaptureFixture[str], *argv: object) -> str:
    """Runs a command line that must be refused, and returns its one sentence."""
    assert main([str(argument) for argument in argv]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("mcts-compose: ") and said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err and len(said.err) < 600
    assert said.err[:-1].isprintable()
    return said.err


def refused_file(place: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]) -> str:
    """Solves a file that must be refused, in the working directory `place`; returns the sentence."""
    Path(name).write_bytes(content)
    said = refused(capsys, "solve", name, "--out", "run")
    assert name in said
    assert [path.name for path in place.iterdir()] == [name]
    assert Path(name).read_bytes() == content
    return said
