"""Decides how results that others published, task by task, are read as a run: `FILE#SYSTEM`.

A line of the file says how many of a system's runs solved a task:

    {"suite": "s", "id": "t", "system": "Name", "budget": "600 s", "solved_runs": 3, "runs": 5, "source": "u"}

Which of the runs they were is not known, so a task counts once, as solved if more than half of them solved
it; the mean over the runs is told beside. Seconds, candidates and verdicts on held-out examples are not known
either, nor is the content of the tasks: that they are the same is the word of the file. The budget is known
in words alone, so it is never equal to that of another run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from benchmarks.comparison.measures import MEASURES, UNMEASURED
from benchmarks.json_lines import read_json_lines
from mcts_compose.errors import InputError, located, nearest, shown
from mcts_compose.results.record import Result
from mcts_compose.solving import NO_MODEL

PUBLISHED: Final = "published"
"""Key of a run's configuration: what is known of a published run."""
UNKNOWN_HASH: Final = ""
"""Hash of a task whose content is not known."""


class PublishedLine(msgspec.Struct, frozen=True):
    """One line of the file.

    Attributes:
      suite: name of the suite.
      id: the task's id.
      system: what solved it.
      budget: its budget, in words.
      solved_runs: runs that solved it.
      runs: runs in all.
      source: where the figures are from.
    """

    suite: str
    id: str
    system: str
    budget: str
    solved_runs: int
    runs: int
    source: str


class PublishedRun(NamedTuple):
    """The published results of one system.

    Attributes:
      system: its name.
      config: as the configuration of a run.
      results: one for each task.
    """

    system: str
    config: dict[str, Any]
    results: list[Result]


def read_lines(path: Path) -> list[PublishedLine]:
    """Returns the lines of a file of published results.

    Raises:
      InputError: it cannot be read, or a line is wrong; the message names it.
    """
    lines = []
    for number, line in read_json_lines(path, PublishedLine, "one published result as JSON"):
        if not 0 <= line.solved_runs <= line.runs or line.runs == 0:
            problem = f"{line.solved_runs} of {line.runs} runs cannot have solved a task"
            raise InputError(located(problem, path, number, "solved_runs"))
        lines.append(line)
    return lines


def read_published(path: Path, system: str) -> PublishedRun:
    """Returns what a file says of a system, named in full or by a beginning that no other has.

    Raises:
      InputError: the file is wrong or empty, or names no such system.
    """
    lines = read_lines(path)
    if not lines:
        raise InputError(located("it is empty, but should have one published result a line", path))
    names = list(dict.fromkeys(line.system for line in lines))
    found = [name for name in names if name == system] or [
        name for name in names if system and name.startswith(system)
    ]
    if len(found) != 1:
        relation = "no system is called" if not found else "several systems are called"
        known = nearest(system, names) or f"; there are {', '.join(found or names)}"
        raise InputError(located(f"{relation} {shown(system)}{known}", path))
    own = [line for line in lines if line.system == found[0]]
    twice = [line for number, line in enumerate(own) if any(_is_same(line, other) for other in own[:number])]
    if twice:
        problem = f"{found[0]} has two results of {twice[0].suite}#{twice[0].id}, but should have one"
        raise InputError(located(problem, path))
    return PublishedRun(found[0], _config(own), [_result(line) for line in own])


def _is_same(line: PublishedLine, other: PublishedLine) -> bool:
    return (line.suite, line.id) == (other.suite, other.id)


def _config(lines: Sequence[PublishedLine]) -> dict[str, Any]:
    told = {
        "budgets": {line.suite: line.budget for line in lines},
        "runs": {line.suite: line.runs for line in lines},
        "sources": sorted({line.source for line in lines}),
        "shares": {f"{line.suite}#{line.id}": line.solved_runs / line.runs for line in lines},
    }
    return {"search": lines[0].system, PUBLISHED: told, UNMEASURED: sorted(MEASURES)}


def _result(line: PublishedLine) -> Result:
    """Returns a line as a result; what is not known is 0, None or empty."""
    solved = 2 * line.solved_runs > line.runs
    return Result(
        suite=line.suite, task=line.id, seed=0, search=line.system, prior="", solved=solved, generalises=None,
        program_text=None, length=None, cost=None, seconds=0.0, simulations=0, executions=0, distinct=0,
        nodes=0, stopped="solved" if solved else "budget:unknown", error=None, tree_hash="", table_hash="",
        task_hash=UNKNOWN_HASH, version="", verified=None, unverified=None, check_seconds=0.0,
        counterexamples=0, optimal=False, none_shorter_than=None, lossy=(), table_seconds=0.0,
        solutions=None, first_hit=None, **NO_MODEL,
    )  # fmt: skip


def note_of(config: dict[str, Any], results: Sequence[Result]) -> str:
    """Returns what a reader has to know of published results, in one sentence; empty of another run."""
    told = config.get(PUBLISHED)
    if told is None or not results:
        return ""
    suites = list(dict.fromkeys(result.suite for result in results))
    budgets = "; ".join(dict.fromkeys(told["budgets"][suite] for suite in suites))
    most = max(told["runs"][suite] for suite in suites)
    mean = sum(told["shares"][f"{result.suite}#{result.task}"] for result in results)
    runs = (
        "its only run" if most == 1 else f"more than half of its {most} runs, of which the mean is {mean:.1f}"
    )
    return f"published, with the budget {budgets}; solved by {runs}; seconds, candidates and right not known"
