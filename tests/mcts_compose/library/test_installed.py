"""A package of somebody else gives skills: they are listed, and copied into a library when asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
from vm.assembly.program import AssemblyProgram
from vm.program import Program
from vm.skill import Skill, SkillTable

double = Skill("double", "Doubles a number.", Program.parse("(x: int) -> int; return add(x, x)"))
body = Program.parse("(xs: list[int]) -> list[int]; return map(&double, xs)", SkillTable((double,)))
double_all = Skill("double_all", "Doubles each number.", body, 4)
first = Skill("first", "Gives the first.", AssemblyProgram.parse("x86 (a: int, b: int) -> a; mov c, b"))
no_skill = "double"
two_lines = Skill("two_lines", "One\\nline.", double.body)
"""
POINTS = {
    "double_all": "own_skills:double_all",
    "first": "own_skills:first",
    "no_skill": "own_skills:no_skill",
    "other_name": "own_skills:first",
    "two_lines": "own_skills:two_lines",
    "gone": "no_such_module:skill",
    "add": "own_skills:first",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which a package with skills is found as an installed one is."""
    site = tmp_path / "site"
    facts = site / "own_skills-1.0.dist-info"
    facts.mkdir(parents=True)
    (site / "own_skills.py").write_text(MODULE)
    (facts / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: own-skills\nVersion: 1.0\nSummary: Own skills\n"
    )
    lines = [f"{name} = {target}" for name, target in POINTS.items()]
    (facts / "entry_points.txt").write_text("\n".join(["[mcts_compose.skills]", *lines]))
    path = os.pathsep.join(filter(None, [str(site), os.getcwd(), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def run(environment: dict[str, str], *argv: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mcts_compose", *map(str, argv)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_installed_skills_are_listed_and_shown(environment: dict[str, str]) -> None:
    lines = run(environment, "skills").stdout.splitlines()
    (line,) = [line for line in lines if line.startswith("double_all ")]
    assert line.split(maxsplit=1)[1] == "Own skills; from own-skills"
    assert sum(line.startswith("add ") for line in lines) == 1
    listed = json.loads(run(environment, "skills", "--json").stdout)
    assert {"name": "first", "origin": "own-skills"}.items() <= listed[-4].items() | listed[-5].items()
    shown = run(environment, "skills", "double_all").stdout
    assert "double_all (list[int] -> list[int]) from own-skills" in shown and "map(&double, xs)" in shown


def test_installed_skills_are_copied_with_all_that_they_call(
    environment: dict[str, str], tmp_path: Path
) -> None:
    lib = tmp_path / "lib"
    done = run(environment, "library", "import", lib, "--installed", "double_all", "--installed", "first")
    assert (done.returncode, done.stderr) == (0, "added: double double_all first\n")
    without = {**environment, "PYTHONPATH": os.getcwd()}
    facts = json.loads(run(without, "library", "show", lib, "double_all", "--json").stdout)
    assert facts["cost"] == 4 and facts["provenance"]["origin"] == "user"
    assert facts["provenance"]["description"] == "from own-skills"
    assert run(without, "library", "verify", lib).stdout == "sound: 3 whole\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_skill", "of own-skills is a str, but should be a vm.skill.Skill"),
        ("other_name", "of own-skills calls itself 'first'"),
        ("two_lines", "of own-skills: a skill's doc should be one line"),
        ("gone", "cannot be loaded from 'no_such_module:skill'"),
        ("absent", "unknown installed skill 'absent'"),
    ],
)
def test_a_package_that_gives_something_else_is_one_sentence(
    name: str, said: str, environment: dict[str, str], tmp_path: Path
) -> None:
    lib = tmp_path / "lib"
    done = run(environment, "library", "import", lib, "--installed", "first", "--installed", name)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert not lib.exists()
    both = run(environment, "library", "import", lib, "x.jsonl", "--installed", "first")
    assert both.returncode == 2 and "one of the two" in both.stderr
