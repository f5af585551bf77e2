"""Decides what is run for the page of baselines: which systems on which suite, with which command.

Ours runs on every suite, with default settings. A peer runs where it takes a good part of the tasks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.baselines.selections import SELECTIONS, tasks_path
from mcts_compose.errors import InputError, located, nearest, shown

OURS: Final = "mcts-compose"
NO_TASKS: Final = ("sygus_sl",)
"""Folders of the data that hold problem texts, and no tasks with examples."""
_WORDS: Final = ("sygus_bv", "sygus_bv_10")
_PEERS: Final = {
    "cvc5": (("cvc5",), ("sygus_strings", "bustle_strings", "psb1", "hackers_delight", *_WORDS)),
    "cvc5, ICFP grammar": (("cvc5", "--grammar", "icfp"), _WORDS),
    "z3": (("z3",), ("hackers_delight", *_WORDS)),
    "z3, ICFP grammar": (("z3", "--grammar", "icfp"), _WORDS),
}
SYSTEMS: Final = (OURS, *_PEERS)


class Step(NamedTuple):
    """One run.

    Attributes:
      suite: the suite's name.
      system: what runs.
      seconds: wall time a task.
    """

    suite: str
    system: str
    seconds: float

    @property
    def kind(self) -> str:
        """Whose system it is, as of a record."""
        return "ours" if self.system == OURS else "peer"

    @property
    def directory(self) -> str:
        """Name of the run directory."""
        system = self.system.replace(", ", "-").replace(" ", "-").lower()
        return f"{self.suite}-{system}-{self.seconds:g}s"

    def arguments(self, data: str, runs: str) -> list[str]:
        """Returns the command line without what starts Python."""
        end = [tasks_path(self.suite, data, runs), "--seconds", f"{self.seconds:g}"]
        end += ["--out", f"{runs}/{self.directory}"]
        if self.system == OURS:
            return ["mcts-compose", "bench", "run", *end]
        return ["python", "-m", "benchmarks.peers", *_PEERS[self.system][0], *end]

    def command(self, data: Path, runs: Path) -> list[str]:
        """Returns what this interpreter is to run."""
        arguments = self.arguments(str(data), str(runs))
        start = ["-m", "mcts_compose"] if self.system == OURS else []
        return [sys.executable, *start, *arguments[1:]]

    @property
    def shown(self) -> str:
        """The command as a reader would type it."""
        return " ".join(self.arguments("$DATA", "runs"))


def suites_in(data: Path) -> list[str]:
    """Returns the suites that a folder of data holds, and the selections of their tasks.

    Raises:
      InputError: it holds none.
    """
    found = [path.stem for path in task_files_in(data)]
    return sorted(found + [each.name for each in SELECTIONS if each.suite in found])


def task_files_in(data: Path) -> list[Path]:
    """Returns the files of the suites that a folder of data holds.

    Raises:
      InputError: it holds none.
    """
    paths = sorted(path for path in data.glob("*/*.jsonl") if path.stem == path.parent.name)
    found = [path for path in paths if path.stem not in NO_TASKS]
    if not found:
        raise InputError(located("there is no suite here: each should be NAME/NAME.jsonl", data))
    return found


def steps_of(suites: list[str], systems: list[str], seconds: list[float]) -> list[Step]:
    """Returns all runs, short ones first.

    Raises:
      InputError: there is no such system.
    """
    for system in systems:
        if system not in SYSTEMS:
            known = nearest(system, SYSTEMS) or f"; known ones are {'; '.join(SYSTEMS)}"
            raise InputError(f"--system is {shown(system)}, which is none{known}")
    return [
        Step(suite, system, each)
        for each in sorted(seconds)
        for suite in suites
        for system in systems
        if system == OURS or suite in _PEERS[system][1]
    ]
