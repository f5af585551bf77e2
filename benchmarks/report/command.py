"""The command `bench report`."""

from __future__ import annotations

from pathlib import Path
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
from mcts_compose.commands.terminal import announce_compilation, note


def report(
    sources: SourcesArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML page to write.")] = Path(
        "report.html"
    ),
    against: AgainstFlag = None,
    groups: GroupsFlag = None,
    common: CommonFlag = False,
    other_content: OtherContentFlag = False,
    other_budgets: OtherBudgetsFlag = False,
) -> int:
    """Write a page of runs of the same tasks: curves, who solved what, programs, settings; no network."""
    from benchmarks.report.page import KIND, render_page
    from mcts_compose.commands.pages import check_place, put_page

    check_place(out, KIND)
    runs = runs_beside(sources, common=common, other_content=other_content, other_budgets=other_budgets)
    against = checked_against(against, runs)
    group_of = group_of_tasks(groups or [], runs)
    announce_compilation(search=False)
    put_page(out, KIND, render_page(runs, against, group_of))
    note(f"wrote {out}")
    return SOLVED
