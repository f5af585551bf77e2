"""Decides how a command line names the runs that stand beside each other, and which of them it may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from mcts_compose.errors import InputError, nearest, short_path, shown

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from benchmarks.paired import GroupOf

SourcesArgument: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="DIR...",
        help="Run directories, or FILE#SYSTEM for published results; NAME=DIR calls one by a name.",
    ),
]
AgainstFlag: TypeAlias = Annotated[
    str | None,
    typer.Option("--against", metavar="NAME", help="The run to compare with.  [default: the first]"),
]
GroupsFlag: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--groups",
        metavar="SUITE_OR_FILE",
        help="Where the groups of the tasks stand: variants of a task then count as one; repeatable.",
    ),
]
CommonFlag: TypeAlias = Annotated[
    bool, typer.Option("--common", help="Compare only what all runs have a result of.")
]
OtherContentFlag: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--other-content",
        help="Compare tasks of one id whose content differs, as with and without a library.",
    ),
]
OtherBudgetsFlag: TypeAlias = Annotated[
    bool, typer.Option("--other-budgets", help="Compare runs of different budgets.")
]


def runs_beside(
    sources: Sequence[str], *, common: bool, other_content: bool, other_budgets: bool
) -> list[Run]:
    """Returns the runs that a command names.

    Args:
      sources: `DIR` or `NAME=DIR` each.
      common: keep only what all have a result of.
      other_content: tasks of one id may differ.
      other_budgets: budgets may differ.

    Raises:
      InputError: one is no run directory, or they may not stand beside each other.
      OutputError: a results file is damaged.
    """
    from benchmarks.comparison.runs import check_budgets, check_content, check_tasks, load_runs, only_common

    runs = load_runs(sources)
    if not other_budgets:
        check_budgets(runs)
    if common:
        runs = only_common(runs)
    check_tasks(runs)
    if not other_content:
        check_content(runs)
    return runs


def checked_against(against: str | None, runs: Sequence[Run]) -> str:
    """Returns the name of the run that the others are compared with.

    Raises:
      InputError: no run has it.
    """
    names = [run.name for run in runs]
    against = against or names[0]
    if against not in names:
        raise InputError(
            f"--against names {shown(against)}, but the runs are {', '.join(names)}{nearest(against, names)}"
        )
    return against


def group_of_tasks(sources: Sequence[str], runs: Sequence[Run]) -> GroupOf:
    """Returns what tells the group of a result's task; a task that no source has is a group of its own.

    Args:
      sources: suites and task files.
      runs: whose results are asked about.

    Raises:
      InputError: a source is neither a suite nor a task file, or has no task of the runs.
    """
    from benchmarks.suites.selection import select_suite

    tasks_of_runs = {(result.suite, result.task) for run in runs for result in run.results}
    group_by_task: dict[tuple[str, str], str] = {}
    for source in sources:
        suite = select_suite(source)
        groups = {(suite.name, task.id): task.group or task.id for task in suite.tasks}
        if groups.keys().isdisjoint(tasks_of_runs):
            raise InputError(
                f"--groups names {short_path(source)}, which has none of the runs' tasks; suites and tasks "
                "are known by their names"
            )
        group_by_task |= groups
    return lambda result: group_by_task.get((result.suite, result.task), result.task)
