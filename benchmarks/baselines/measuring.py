"""Decides what a run directory, or a file of published results, says for the page of baselines."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.baselines.families import counts_by_family
from benchmarks.baselines.known_sizes import sizes_of
from benchmarks.baselines.plan import OURS
from benchmarks.baselines.records import Record
from benchmarks.baselines.task_facts import NO_FACTS, TaskFacts
from benchmarks.comparison.published import read_lines
from benchmarks.comparison.runs import load_run
from mcts_compose.errors import InputError, located

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from mcts_compose.results.record import Result

PART: Final = "with published results"
"""What the tasks of a suite are called for which a file has published results, where it has not all."""
LATE: Final = 1.05
"""How many times its seconds a task may take without being late."""


def records_of_run(
    path: Path,
    system: str,
    kind: str,
    command: str,
    published: Mapping[str, Collection[str]],
    facts: Mapping[str, TaskFacts],
) -> list[Record]:
    """Returns what a run says of each of its suites, and of the part with published results.

    Args:
      path: the run directory.
      system: what ran.
      kind: as of a record.
      command: as of a record.
      published: by suite, the ids of the tasks that have published results.
      facts: by suite, what its file says of its tasks; of others nothing is said.

    Raises:
      InputError: it has no results.
    """
    run = load_run(path)
    if not run.results:
        raise InputError(located("the run has no results yet", path))
    records = []
    for suite in dict.fromkeys(result.suite for result in run.results):
        results = [result for result in run.results if result.suite == suite]
        part = [result for result in results if result.task in published.get(suite, ())]
        for name, chosen in (("", results), (PART, part if len(part) < len(results) else [])):
            if chosen:
                said = facts.get(suite, NO_FACTS)
                records.append(_record(run, suite, name, chosen, system, kind, command, said))
    return records


def _record(
    run: Run,
    suite: str,
    part: str,
    results: Sequence[Result],
    system: str,
    kind: str,
    command: str,
    facts: TaskFacts,
) -> Record:
    tried = [result.seconds for result in results if result.stopped != "error"]
    solved = [result for result in results if result.solved]
    bound = run.budget.get("seconds")
    lengths = [result.length for result in solved if result.length is not None]
    # A result says whether there are held-out examples only where a program was run on them.
    may_be_right = not solved or any(result.generalises is not None for result in solved)
    peer = run.config.get("peer")
    num_seeds = len({result.seed for result in results})
    sizes = {} if part else sizes_of(results, facts.known)
    families = {} if part else counts_by_family(
        results, facts.families, num_seeds, may_be_right=may_be_right
    )  # fmt: skip
    return Record(
        suite=suite,
        part=part,
        num_tasks=len({result.task for result in results}),
        system=system,
        kind=kind,
        version=peer["version"] if isinstance(peer, dict) else results[0].version,
        budget=_words(run.budget),
        solved=len(solved) / num_seeds,
        right=sum(result.is_right for result in results) / num_seeds if may_be_right else None,
        late=None if bound is None else sum(result.seconds > LATE * bound for result in solved) / num_seeds,
        num_unsupported=sum(result.stopped == "error" for result in results) // num_seeds,
        median_seconds=round(statistics.median(tried), 3) if tried else None,
        median_length=statistics.median(lengths) if lengths else None,
        command=command,
        families=families,
        known=facts.known.field if sizes else "",
        sizes=sizes,
    )


def _words(budget: Mapping[str, object]) -> str:
    units = {"seconds": "s", "memory_mb": "MB"}
    parts = [f"{value:g} {units.get(name, name.replace('_', ' '))}" for name, value in budget.items()
             if isinstance(value, int | float)]  # fmt: skip
    return ", ".join(parts)


def published_tasks(path: Path) -> dict[str, set[str]]:
    """Returns by suite the ids of the tasks that a file has published results of."""
    tasks: dict[str, set[str]] = {}
    for line in read_lines(path):
        tasks.setdefault(line.suite, set()).add(line.id)
    return tasks


def run_directories(records: Iterable[Record]) -> dict[str, str]:
    """Returns by suite the run directory with default settings and the longest budget.

    Args:
      records: in order, by which budgets rise; those whose command names no directory are passed over.
    """
    directories = {}
    for record in records:
        if record.system == OURS:
            words = record.command.split()
            if "--out" in words[:-1]:
                directories[record.suite] = words[words.index("--out") + 1]
    return directories


def published_records(path: Path, sizes: Mapping[str, int], directories: Mapping[str, str]) -> list[Record]:
    """Returns what a file of published results says of every suite and system.

    Args:
      path: the file.
      sizes: by suite, how many tasks it has; others are left out.
      directories: by suite, the run directory that its command names; suites without are left out as well.
    """
    by_row: dict[tuple[str, str], list[float]] = {}
    budgets: dict[tuple[str, str], str] = {}
    for line in read_lines(path):
        if line.suite in sizes and line.suite in directories:
            row = line.suite, line.system
            by_row.setdefault(row, []).append(line.solved_runs / line.runs)
            budgets[row] = line.budget + (f", mean of {line.runs} runs" if line.runs > 1 else "")
    return [
        Record(
            suite=suite,
            part="" if len(shares) == sizes[suite] else PART,
            num_tasks=len(shares),
            system=system,
            kind="published",
            version="",
            budget=budgets[suite, system],
            solved=round(sum(shares), 1),
            right=None,
            late=None,
            num_unsupported=0,
            median_seconds=None,
            median_length=None,
            command=(
                f'mcts-compose bench compare {directories[suite]} "$DATA/{path.name}#{system}" '
                "--common --other-budgets"
            ),
        )
        for (suite, system), shares in by_row.items()
    ]
