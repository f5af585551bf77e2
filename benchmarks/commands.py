"""The commands `bench list` and `bench run`; `compare` and `report` are beside what they print and write."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.comparison.command import compare
from benchmarks.report.command import report
from mcts_compose.commands import flags
from mcts_compose.commands.libraries import LibraryFlag, open_library
from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import note, run_progress
from mcts_compose.errors import InputError, printable
from mcts_compose.settings import Settings, parse_seeds

if TYPE_CHECKING:
    from mcts_compose.cluster.jobs import AnyTask
    from mcts_compose.results.record import Result
    from mcts_compose.task_sources import Suite

app = typer.Typer(add_completion=False, rich_markup_mode=None)
app.command()(compare)
app.command()(report)

REPORT_WIDTH = 120
"""Columns of the table when it does not go to a terminal."""

SourcesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="SUITE_OR_FILE...",
        help="Suites and task files; SUITE:PREFIX takes the tasks whose id begins so.",
    ),
]


@app.callback()
def top() -> None:
    """Run suites of tasks, and compare runs."""


@app.command("list")
def list_suites(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SUITE_OR_FILE...]", help="List the tasks of these instead."),
    ] = None,
) -> None:
    """List the suites, or the tasks of some."""
    if sources:
        for source in sources:
            _list_tasks(source)
        return
    from benchmarks.suites.registry import SUITES

    entries = [SUITES.entry(name) for name in SUITES.names()]
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        print(f"{entry.name:{width}}  {entry.origin}")


def _list_tasks(source: str) -> None:
    from benchmarks.suites.selection import select_suite
    from mcts_compose.task import Task

    suite = select_suite(source)
    width = max(len(task.id) for task in suite.tasks)
    for task in suite.tasks:
        words = task.description or task.name if isinstance(task, Task) else f"not supported: {task.reason}"
        print(f"{printable(task.id):{width}}  {printable(words)}")


@app.command()
@flags.takes_settings()
def run(
    context: typer.Context,
    sources: SourcesArgument,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="N,...", help="Run every task with each of these.")
    ] = "0",
    show_examples: Annotated[
        int | None,
        typer.Option(
            "--show-examples",
            metavar="N",
            min=1,
            help="Show only the first N examples of a task and hold out the rest.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Run directory; one that exists is resumed.  [default: new, in runs/]",
        ),
    ] = None,
    library: LibraryFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per suite.")] = False,
    *,
    settings: Settings,
) -> int:
    """Run every task of suites and task files, and print a table; exit status 1 if a task failed."""
    from mcts_compose.commands.recording import recording
    from mcts_compose.results.suite_run import run_suite

    numbers = parse_seeds(seeds)
    suites = suites_of(sources, show_examples)
    if library is not None:
        suites = _with_library(suites, library)
    directory = out or _new_directory(suites)
    with run_progress() as tell:
        report = recording(
            tell, directory, context.obj or (), sources, show_examples=show_examples, library=library
        )
        results = run_suite(suites, settings, directory, numbers, report)
    print_summary(results, as_json=as_json)
    note(f"results are in {directory}; the same command with --out {directory} resumes")
    return tell_errors(results, suites)


def tell_errors(results: Sequence[Result], suites: Mapping[str, Sequence[AnyTask]]) -> int:
    """Says how many tasks ended in an error, and names the first; returns the exit status.

    That this version cannot search a task is known before the run, so it is no failure of it.
    """
    from mcts_compose.task import UnsupportedTask

    unsupported = {
        (name, task.id)
        for name, tasks in suites.items()
        for task in tasks
        if isinstance(task, UnsupportedTask)
    }
    errors = [result for result in results if result.stopped == "error"]
    left_out = [result for result in errors if (result.suite, result.task) in unsupported]
    failed = [result for result in errors if (result.suite, result.task) not in unsupported]
    for found, what in ((left_out, "not supported"), (failed, "failed")):
        if found:
            first = found[0]
            note(
                f"{what}: {len(found)} of {len(results)} results, the first {first.suite}#{first.task} "
                f"with seed {first.seed}: {first.error}"
            )
    return NOT_SOLVED if failed else SOLVED


def suites_of(sources: Sequence[str], show_examples: int | None) -> dict[str, Sequence[AnyTask]]:
    """Returns the tasks that each source names, by the name under which their results are recorded.

    Raises:
      InputError: a source is wrong, or two have one name.
    """
    suites: dict[str, Sequence[AnyTask]] = {}
    for source in sources:
        suite = _held_out(source, show_examples)
        if suite.name in suites:
            raise InputError(f"{source}: {suite.name} was given before, but results are kept by name")
        suites[suite.name] = suite.tasks
    return suites


def _with_library(suites: Mapping[str, Sequence[AnyTask]], directory: Path) -> dict[str, Sequence[AnyTask]]:
    """Returns the tasks, of which array tasks may call what a library offers them."""
    from mcts_compose.library.attach import with_library
    from mcts_compose.task import Task

    library = open_library(directory)
    return {
        name: [with_library(task, library) if isinstance(task, Task) else task for task in tasks]
        for name, tasks in suites.items()
    }


def _held_out(source: str, show_examples: int | None) -> Suite:
    """Returns a suite with as many examples shown as was asked for."""
    from benchmarks.suites.selection import select_suite, show_first

    suite = select_suite(source)
    if show_examples is None:
        return suite
    suite, num_left_out = show_first(suite, show_examples)
    if not suite.tasks:
        raise InputError(
            f"{source}: no task has more than {show_examples} examples, so nothing would be held out"
        )
    if num_left_out:
        note(f"{suite.name}: {num_left_out} tasks with at most {show_examples} examples are left out")
    return suite


def _new_directory(suites: Iterable[str]) -> Path:
    """Returns a path under `runs/` that does not exist, named after the time and the suites."""
    names = "+".join(suite.replace(":", "-") for suite in suites)[:80]
    name = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{names}"
    path = Path("runs") / name
    number = 2
    while path.exists():
        path = Path("runs") / f"{name}-{number}"
        number += 1
    return path


def print_summary(results: Sequence[Result], *, as_json: bool = False) -> None:
    """Prints the table that ends a run, or one JSON object per suite."""
    from mcts_compose.results.summary import summarise, summary_table

    summaries = summarise(results)
    if as_json:
        import msgspec

        for summary in summaries:
            print(msgspec.json.encode(summary._asdict()).decode())
        return
    from rich.console import Console

    width = None if sys.stdout.isatty() else REPORT_WIDTH
    Console(width=width).print(summary_table(summaries))
