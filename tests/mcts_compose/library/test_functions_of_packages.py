"""The package with a Python function that README.md shows is built, installed elsewhere, and used."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from mcts_compose.errors import InputError
from mcts_compose.library.entry import entry_of_line
from mcts_compose.library.exchange import import_installed, import_skills
from mcts_compose.library.installed import INSTALLED_SKILLS
from mcts_compose.library.library import Library
from mcts_compose.library.names import free_name
from mcts_compose.library.repair import repair
from mcts_compose.library.shelf import NameTakenError
from vm.functions.errors import NotInstalledError
from vm.functions.installed import _offered
from vm.program_text import parse_body

ROOT = Path(__file__).parents[3]
_FILE = re.compile(r"^<!-- skill file: (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TASK = {
    "id": "rises",
    "description": "twice the longest rising stretch",
    "types": {"inputs": ["list[int]"], "output": "int"},
    "inputs": [[[1, 5, 2, 3, 4, 9]], [[7]], [[]], [[3, 2, 1]], [[1, 2, 3, 4, 5, 6]], [[4, 4, 5]]],
    "outputs": [8, 2, 0, 2, 12, 4],
    "test_inputs": [[[2, 4, 9, 1]]],
    "test_outputs": [6],
}
TWICE = {"name": "twice_rise", "doc": "Doubles it.", "body": "(x: list[int]) -> int; v1 = longest_rise(x); "
         "return add(v1, v1)"}  # fmt: skip
PLAIN = {"name": "double", "doc": "Doubles a number.", "body": "(x: int) -> int; return add(x, x)"}


def environment(*paths):
    """An environment in which packages in these folders are found as installed ones are."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT)))}


def run(where, *argv):
    command = [sys.executable, "-m", "mcts_compose", *map(str, argv)]
    return subprocess.run(command, env=where, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder in which the package of README.md is installed."""
    source, target = tmp_path_factory.mktemp("rises"), tmp_path_factory.mktemp("site")
    files = dict(_FILE.findall((ROOT / "README.md").read_text()))
    assert sorted(files) == ["pyproject.toml", "rises.py"]
    for name, content in files.items():
        (source / name).write_text(content)
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--disable-pip-version-check", "--target", str(target), str(source),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def made(site, tmp_path_factory):
    """A library with the function, a skill that calls it, and one that does not."""
    folder = tmp_path_factory.mktemp("made")
    directory, lines = folder / "lib", folder / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in (TWICE, PLAIN)))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(site)
        patch.setattr(INSTALLED_SKILLS, "_third_party", None)
        added = (*import_installed(directory, ["longest_rise"]), *import_skills(directory, lines))
        assert [entry.name for entry in added] == ["longest_rise", "twice_rise", "double"]
    forget()
    return directory


def forget():
    """Makes this process look for the package again."""
    sys.modules.pop("rises", None)
    _offered.cache_clear()


@pytest.fixture
def filled(made, tmp_path):
    """A copy of that library."""
    return Path(shutil.copytree(made, tmp_path / "lib"))


@pytest.fixture
def install(monkeypatch):
    """What makes this process find packages in a folder as installed ones."""
    yield lambda folder: monkeypatch.syspath_prepend(folder)
    forget()


def changed(site, tmp_path, old, new):
    """Returns a folder where the package is installed with something else in it."""
    other = tmp_path / "other"
    other.mkdir()
    for file in site.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = other / file.relative_to(site)
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(file.read_text().replace(old, new))
    return other


@pytest.mark.slow
def test_it_is_listed_shown_and_carried_to_another_library(site, filled, tmp_path):
    shown = run(environment(site), "skills", "longest_rise").stdout
    assert "longest_rise (list[int] -> int) from rises\n  Gives the length of the longest rising" in shown
    listed = run(environment(site), "library", "list", filled).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["name", "longest_rise", "twice_rise", "double"]
    facts = json.loads(run(environment(site), "library", "show", filled, "longest_rise", "--json").stdout)
    assert facts["body"].startswith("python longest_rise (x: list[int]) -> int; of rises; source ")
    assert (facts["provenance"]["description"], facts["called_by"]) == ("from rises", ["twice_rise"])
    run(environment(site), "library", "export", filled, "--out", tmp_path / "all.jsonl")
    other = tmp_path / "again"
    assert run(environment(site), "library", "import", other, "--installed", "longest_rise").returncode == 0
    done = run(environment(site), "library", "import", other, tmp_path / "all.jsonl")
    assert done.stderr == "added: twice_rise double\n"
    assert run(environment(site), "library", "verify", filled).stdout == "sound: 3 whole\n"


@pytest.mark.slow
def test_a_search_finds_what_needs_it_and_the_result_runs_elsewhere(site, filled, tmp_path):
    (tmp_path / "task.json").write_text(json.dumps(TASK))
    solve = ("solve", tmp_path / "task.json", "--executions", 50_000, "--out", tmp_path / "run")
    done = run(environment(site), *solve, "--library", filled, "--json")
    result = json.loads(done.stdout)
    assert result["solved"] and result["generalises"], done.stderr
    assert "longest_rise" in {name for name, _, _ in result["skills"]}
    trace = ("show", "trace", tmp_path / "run", "[1, 2, 0, 5, 6, 7]")
    assert run(environment(site), *trace).stdout.endswith("returns 8\n")
    missing = run(environment(), *trace)
    assert missing.returncode == 2 and missing.stderr.count("\n") == 1
    assert "no installed package offers the Python function longest_rise of rises" in missing.stderr


def test_without_the_package_its_skill_is_named_and_the_rest_is_there(filled):
    verified = run(environment(), "library", "verify", filled)
    assert verified.returncode == 1
    first, second, last = verified.stdout.splitlines()
    assert first.endswith(
        "no installed package offers the Python function longest_rise of rises; install the one it is from "
        "(from rises)"
    )
    assert second.endswith("twice_rise calls 'longest_rise', which is not there")
    assert last == "incomplete here: 1 whole, 2 not available here"
    listed = run(environment(), "library", "list", filled)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["name", "double"]
    assert listed.stderr.startswith("2 not available here; mcts-compose library verify")


def test_names_stay_taken_while_the_package_is_away(site, filled, tmp_path, install, capsys):
    library = Library.open(filled)
    for name in ("longest_rise", "twice_rise"):
        assert library.entry(name) is not None and name in library.trial()
        assert free_name(name, library.trial().__contains__) == f"{name}_v2"
        with pytest.raises(InputError, match=f"there is no skill '{name}'"):
            library.subset([name])
        other = library.new_entry(name, "Is another.", PLAIN["body"])
        with pytest.raises(NameTakenError, match=f"there is another skill with the name {name}"):
            library.add([other])
        with pytest.raises(InputError, match=f"there is another skill with the name {name}"):
            library.trial().take(other)
        assert main(["library", "show", str(filled), name]) == 2
        assert f"skill '{name}' needs a package that is not here" in capsys.readouterr().err
    assert library.add([library.entry("twice_rise")]) == ()
    library.add([library.new_entry("longest_rise_v2", "Is another.", PLAIN["body"])])
    install(site)
    back = Library.open(filled)
    assert back.damaged == ()
    expected = ["longest_rise", "twice_rise", "double", "longest_rise_v2"]
    assert [entry.name for entry in back.entries] == expected


def test_what_a_package_says_is_cut_off(site, filled, tmp_path, install):
    said = "from vm.functions import function_skill\nraise ValueError('long ' * 10**5 + chr(10))"
    install(changed(site, tmp_path, "from vm.functions import function_skill", said))
    own, _ = Library.open(filled).damaged
    assert "cannot be loaded: ValueError: long long" in str(own) and len(str(own)) < 600
    with pytest.raises(NotInstalledError) as caught:
        parse_body(entry_of_line((filled / own.file).read_bytes())[1].body)
    assert len(str(caught.value)) < 400 and "\n" not in str(caught.value)


def test_repair_leaves_what_only_needs_a_package(filled):
    assert repair(filled) == []
    assert len(list((filled / "skills").iterdir())) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("length + 1 if", "length + 2 if", "has another source than when it was taken"),
        (
            "def longest_rise(x):",
            "def longest_rise(y, x=0):",
            "cannot be loaded: FunctionError: the function",
        ),
        ('"list[int] -> int"', '"list[int] -> float"', "is now longest_rise (x: list[int]) -> float, and no"),
        ("from vm.functions import", "from vm.nowhere import", "cannot be loaded: ModuleNotFoundError"),
        ("longest_rise(x):", "longest_fall(x):", "cannot be loaded: AttributeError"),
    ],
)
def test_another_version_of_the_package_is_noticed(old, new, said, site, filled, tmp_path, install):
    install(changed(site, tmp_path, old, new))
    library = Library.open(filled)
    own, caller = library.damaged
    assert said in str(own) and own.is_unavailable and caller.is_unavailable
    assert [entry.name for entry in library.entries] == ["double"]


def test_comments_and_documentation_do_not_make_it_another(site, filled, tmp_path, install):
    install(changed(site, tmp_path, '"""Gives the length', '"""# Says the length'))
    assert Library.open(filled).damaged == ()


@pytest.mark.slow
def test_a_function_that_can_be_no_skill_is_not_taken(site, tmp_path):
    other = changed(site, tmp_path, "longest = length = min(1, len(x))", "x[0] = longest = length = 1")
    done = run(environment(other), "library", "import", tmp_path / "lib", "--installed", "longest_rise")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "installed skill 'longest_rise' of rises: the function longest_rise writes into one" in done.stderr
    assert not (tmp_path / "lib").exists()


def test_a_hostile_body_imports_nothing(tmp_path):
    library = Library.open(tmp_path / "lib", create=True)
    named = "python antigravity (x: str) -> int; of antigravity; source " + "0" * 32
    for body in ("python os:system (x: str) -> int", named, named.replace("python", "python  ")):
        with pytest.raises(InputError):
            library.new_entry("evil", "Is evil.", body)
    assert "antigravity" not in sys.modules


def test_a_file_that_was_changed_is_damaged_and_not_only_unavailable(filled):
    (file,) = (filled / "skills").glob("000001-*")
    file.write_bytes(file.read_bytes().replace(b"of rises", b"of risky"))
    damaged = Library.open(filled).damaged
    assert damaged[0].is_own and not any(damage.is_unavailable for damage in damaged)
