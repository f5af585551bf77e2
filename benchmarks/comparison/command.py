"""The command `bench compare`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands.main import SOLVED
from mcts_compose.errors import InputError, nearest, shown

if TYPE_CHECKING:
    from benchmarks.paired import GroupOf


def compare(
    sources: Annotated[
        list[str], typer.Argument(metavar="DIR...", help="Run directories; NAME=DIR calls one by a name.")
    ],
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="NAME", help="The run to compare with.  [default: the first]"),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--groups",
            metavar="SUITE_OR_FILE",
            help="Where the groups of the tasks stand: variants of a task then count as one; repeatable.",
        ),
    ] = None,
    common: Annotated[
        bool, typer.Option("--common", help="Compare only what all runs have a result of.")
    ] = False,
    other_content: Annotated[
        bool,
        typer.Option(
            "--other-content",
            help="Compare tasks of one id whose content differs, as with and without a library.",
        ),
    ] = False,
    other_budgets: Annotated[
        bool, typer.Option("--other-budgets", help="Compare runs of different budgets.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per suite and run.")] = False,
) -> int:
    """Compare runs of the same tasks: solved, right, candidates and seconds, with intervals and tests."""
    from benchmarks.comparison.runs import check_budgets, check_content, check_tasks, load_runs, only_common
    from benchmarks.comparison.summary import summaries_of
    from benchmarks.comparison.table import print_comparison

    runs = load_runs(sources)
    names = [run.name for run in runs]
    against = against or names[0]
    if against not in names:
        raise InputError(
            f"--against names {shown(against)}, but the runs are {', '.join(names)}{nearest(against, names)}"
        )
    group_of = _group_of(groups or [])
    if not other_budgets:
        check_budgets(runs)
    if common:
        runs = only_common(runs)
    check_tasks(runs)
    if not other_content:
        check_content(runs)
    summaries = summaries_of(runs, against, group_of)
    if as_json:
        import msgspec

        for summary in summaries:
            print(msgspec.json.encode(summary.to_plain()).decode())
    else:
        print_comparison(summaries, against, sys.stdout)
    return SOLVED


def _group_of(sources: list[str]) -> GroupOf:
    """Returns what tells the group of a result's task; a task that no source has is a group of its own."""
    from benchmarks.suites.selection import select_suite

    group_by_task = {
        (suite.name, task.id): task.group or task.id
        for suite in map(select_suite, sources)
        for task in suite.tasks
    }
    return lambda result: group_by_task.get((result.suite, result.task), result.task)
