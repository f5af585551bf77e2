"""The command `bench compare`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from benchmarks.comparison.asked import (
    AgainstFlag,
    CommonFlag,
    GroupsFlag,
    OtherBudgetsFlag,
    OtherContentFlag,
    SourcesArgument,
    checked_against,
    group_of_tasks,
    runs_beside,
)
from mcts_compose.commands.main import SOLVED
from mcts_compose.errors import InputError


def compare(
    sources: SourcesArgument,
    against: AgainstFlag = None,
    groups: GroupsFlag = None,
    common: CommonFlag = False,
    other_content: OtherContentFlag = False,
    other_budgets: OtherBudgetsFlag = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per suite and run.")] = False,
) -> int:
    """Compare runs of the same tasks: solved, right, candidates and seconds, with intervals and tests."""
    from benchmarks.comparison.summary import summaries_of
    from benchmarks.comparison.table import print_comparison

    if len(sources) < 2:
        raise InputError("a comparison needs two run directories or more")
    runs = runs_beside(sources, common=common, other_content=other_content, other_budgets=other_budgets)
    against = checked_against(against, runs)
    summaries = summaries_of(runs, against, group_of_tasks(groups or [], runs))
    if as_json:
        import msgspec

        for summary in summaries:
            print(msgspec.json.encode(summary.to_plain()).decode())
    else:
        print_comparison(summaries, against, sys.stdout)
    return SOLVED
