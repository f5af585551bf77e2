"""Decides what stands on the page of runs: one file, with style, script and pictures inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.comparison.measures import RIGHT
from benchmarks.comparison.published import PUBLISHED
from benchmarks.comparison.runs import BUDGETS
from benchmarks.comparison.summary import summaries_of
from benchmarks.comparison.table import caption_of, cells_of, titles_of
from benchmarks.report import charts
from benchmarks.report.grid import firsts_of, rows_of
from benchmarks.report.groups import groups_of
from benchmarks.report.models import model_work
from benchmarks.report.programs import details_of
from benchmarks.report.setups import reruns_of, setup_rows
from benchmarks.report.tasks import TasksAtHand
from mcts_compose.commands.pages import page_environment
from mcts_compose.errors import printable

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from benchmarks.comparison.summary import RunSummary
    from benchmarks.paired import GroupOf

TEMPLATE: Final = "report_page.html"
KIND: Final = "bench report"


def render_page(runs: Sequence[Run], against: str, group_of: GroupOf) -> str:
    """Returns the page of runs as HTML; equal runs and tasks give equal text.

    Args:
      runs: of the same tasks and seeds, as far as the caller wants them to be.
      against: name of the run that the others are compared with.
      group_of: the group of a result's task, for intervals.
    """
    summaries = summaries_of(runs, against, group_of)
    tasks = TasksAtHand(runs)
    rows = rows_of(runs, tasks.group_by_task)
    return (
        page_environment(Path(__file__).parent)
        .get_template(TEMPLATE)
        .render(
            runs=runs,
            against=against,
            suites=list(dict.fromkeys(row.suite for row in rows)),
            num_tasks=len(rows),
            seeds=sorted({result.seed for run in runs for result in run.results}),
            budgets=list(dict.fromkeys(map(_budget, runs))),
            charts=charts.charts_of(summaries),
            chart_size=(charts.WIDTH, charts.HEIGHT, charts.LEFT, charts.RIGHT, charts.TOP, charts.BOTTOM),
            titles=[*titles_of(summaries), "share right"],
            caption=caption_of(against),
            figures=[(row, [*cells_of(row, summaries), _share(row)]) for row in summaries],
            groups=groups_of(runs, rows),
            rows=rows,
            firsts=firsts_of(runs, rows),
            details=details_of(runs, rows, tasks),
            models=model_work(runs),
            setups=setup_rows(runs),
            reruns=reruns_of(runs),
        )
    )


def _share(row: RunSummary) -> str:
    """Returns the share that is right and its interval in percent."""
    if RIGHT in row.unmeasured:
        return "-"
    interval = row.share_right
    share = f"{100 * interval.value:.1f} %"
    if interval.low is None or interval.high is None:
        return share
    return f"{share} [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _budget(run: Run) -> str:
    """Returns the bounds of a run in words."""
    if PUBLISHED in run.config:
        return "; ".join(map(printable, dict.fromkeys(run.config[PUBLISHED]["budgets"].values())))
    bounds = [f"{run.budget[name]:,} {name.replace('_', ' ')}" for name in BUDGETS if name in run.budget]
    if not run.config:
        return "not recorded"
    return ", ".join(bounds) or "what each task says"
