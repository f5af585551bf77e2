"""The package that README.md shows is built, installed elsewhere, found, used, and keeps the contract."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FILE = re.compile(r"^ *<!-- file: (\S+) -->\n( *)```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
TASK = {
    "id": "widest",
    "description": "the max after a sort",
    "types": {"inputs": ["list[int]"], "output": "int"},
    "inputs": [[[1, 5, 2]], [[7]]],
    "outputs": [5, 7],
}


def readme_files():
    """Returns the files that README.md shows, by name."""
    text = (ROOT / "README.md").read_text()
    return {name: textwrap.dedent(content) for name, _, content in _FILE.findall(text)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the package's source, and an environment in which it is installed."""
    source, target = tmp_path_factory.mktemp("words"), tmp_path_factory.mktemp("site")
    files = readme_files()
    assert sorted(files) == ["pyproject.toml", "test_words_prior.py", "words_prior.py"]
    for name, content in files.items():
        (source / name).write_text(content)
    install = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--disable-pip-version-check", "--target", str(target), str(source),
    ]  # fmt: skip
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    path = os.pathsep.join(filter(None, [str(target), str(ROOT), os.environ.get("PYTHONPATH")]))
    return source, {**os.environ, "PYTHONPATH": path}


def _run(installed, *command):
    source, environment = installed
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=source, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done


def test_an_installed_prior_is_listed(installed):
    done = _run(installed, "mcts_compose", "priors")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("words ")]
    assert (
        line.split(maxsplit=1)[1] == "likes the skills which the task's description names; from words-prior"
    )
    listed = json.loads(_run(installed, "mcts_compose", "priors", "--json").stdout)
    assert {"name": "words", "origin": "words-prior"}.items() <= listed[-1].items()


def test_an_installed_prior_is_used(installed):
    (installed[0] / "task.json").write_text(json.dumps(TASK))
    solve = ("mcts_compose", "solve", "task.json", "--simulations", "20", "--prior", "words", "--json")
    results = [
        json.loads(_run(installed, *solve, *more).stdout) for more in ((), ("--prior-args", "weight=1000"))
    ]
    assert [(result["prior"], result["solved"], result["prior_failures"]) for result in results] == [
        ("words", True, 0)
    ] * 2
    assert results[0]["tree_hash"] != results[1]["tree_hash"]
    done = _run(installed, *solve, "--prior-args", "wieght=3")
    assert done.returncode == 2
    known = "known ones are weight; did you mean 'weight'?"
    assert done.stderr == f"mcts-compose: prior 'words' has no argument 'wieght'; {known}\n"


def test_an_installed_prior_keeps_the_contract_by_tests_of_its_own(installed):
    done = _run(installed, "pytest", "-q", "-p", "no:cacheprovider", "test_words_prior.py")
    assert done.returncode == 0, done.stdout
    passed = int(re.search(r"(\d+) passed", done.stdout).group(1))
    assert passed >= 13
