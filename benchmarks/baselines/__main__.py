"""`python -m benchmarks.baselines`: measures what the page of baselines says, and writes the page.

`run` runs every system on every suite, keeps what came of each as a record, and writes the page; `add` keeps
a run that was made otherwise; `select` writes the tasks of the suites that are parts of others; `render` only
writes the page.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from benchmarks.markdown_pages import check_page, write_page
from mcts_compose.commands.main import NOT_SOLVED, run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError, located, shown

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

PAGE: Final = Path("docs/baselines.md")
PUBLISHED: Final = "published_results.jsonl"
OWN_RECORDS: Final = "benchmarks/baselines/records.jsonl"
DataFlag: TypeAlias = Annotated[
    Path, typer.Option("--data", metavar="DIR", help=f"Folder of suites, NAME/NAME.jsonl, and {PUBLISHED}.")
]
RunsFlag: TypeAlias = Annotated[
    Path, typer.Option("--runs", metavar="DIR", help="Where run directories and selected tasks go.")
]
RecordsFlag: TypeAlias = Annotated[
    Path, typer.Option("--records", metavar="FILE", help="Where the figures are kept.")
]
PageFlag: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="PAGE", help="The Markdown file to write.")
]


@app.command()
def run(
    data: DataFlag,
    runs: RunsFlag,
    seconds: Annotated[str, typer.Option("--seconds", metavar="S,...", help="Wall time a task.")] = "1,10,60",
    suites: Annotated[
        list[str] | None, typer.Option("--suite", metavar="NAME", help="Only this suite; repeatable.")
    ] = None,
    systems: Annotated[
        list[str] | None, typer.Option("--system", metavar="NAME", help="Only this system; repeatable.")
    ] = None,
    records: RecordsFlag = Path(OWN_RECORDS),
    out: PageFlag = PAGE,
) -> None:
    """Run every system on every suite, and write the page; what was run before is not run again."""
    _check_places(records, out)
    run_steps(data, runs, _numbers(seconds), suites, systems, records, _started)
    render(records, out)


@app.command()
def add(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A run directory.")],
    system: Annotated[str, typer.Option("--system", metavar="NAME", help="What the rows are called.")],
    command: Annotated[str, typer.Option("--command", metavar="TEXT", help="What makes the run again.")],
    data: DataFlag,
    records: RecordsFlag = Path(OWN_RECORDS),
    out: PageFlag = PAGE,
) -> None:
    """Keep what a run says that was made with other settings, and write the page."""
    from benchmarks.baselines.measuring import published_tasks, records_of_run
    from benchmarks.baselines.plan import task_files_in
    from benchmarks.baselines.records import read_records, with_new, write_records
    from benchmarks.baselines.task_facts import task_facts

    _check_places(records, out)
    for flag, text in (("--system", system), ("--command", command)):
        if not text or not text.isprintable():
            raise InputError(f"{flag} is {shown(text)}, but should be one line of text")
    file = data / PUBLISHED
    published = published_tasks(file) if file.exists() else {}
    facts = {path.stem: task_facts(path) for path in task_files_in(data)}
    new = records_of_run(directory, system, "ours", command, published, facts)
    write_records(records, with_new(read_records(records), new))
    render(records, out)


@app.command()
def select(data: DataFlag, runs: RunsFlag) -> None:
    """Write the tasks of the suites that are parts of others; `run` does so as well."""
    from benchmarks.baselines.plan import suites_in
    from benchmarks.baselines.selections import write_selections

    write_selections(data, runs, suites_in(data))


@app.command()
def render(records: RecordsFlag = Path(OWN_RECORDS), out: PageFlag = PAGE) -> None:
    """Write the page of what was measured before."""
    from benchmarks.baselines.page import page_of
    from benchmarks.baselines.records import read_records

    check_page(out)
    found = read_records(records)
    if not found:
        raise InputError(located("there are no records; `run` makes them", records))
    write_page(out, page_of(found))


def run_steps(
    data: Path,
    runs: Path,
    seconds: list[float],
    only_suites: list[str] | None,
    only_systems: list[str] | None,
    records: Path,
    start: Callable[[Sequence[str]], int],
) -> None:
    """Runs what the plan says, and keeps every run's records as soon as it is done.

    Args:
      data: the folder of suites.
      runs: where run directories go.
      seconds: wall times of a task.
      only_suites: names; None: all that there are.
      only_systems: the same.
      records: file of the records.
      start: runs a command line to its end, and returns its exit status.

    Raises:
      InputError: there is no such suite or system, or a command was refused.
    """
    from benchmarks.baselines.measuring import (
        published_records,
        published_tasks,
        records_of_run,
        run_directories,
    )
    from benchmarks.baselines.plan import SYSTEMS, steps_of, suites_in
    from benchmarks.baselines.records import read_records, with_new, write_records
    from benchmarks.baselines.selections import tasks_path, write_selections
    from benchmarks.baselines.task_facts import task_facts

    known = suites_in(data)
    for suite in only_suites or []:
        if suite not in known:
            raise InputError(f"--suite is {shown(suite)}, but the suites are {', '.join(known)}")
    chosen = only_suites or known
    write_selections(data, runs, chosen)
    file = data / PUBLISHED
    published = published_tasks(file) if file.exists() else {}
    found = read_records(records)
    for step in steps_of(chosen, only_systems or list(SYSTEMS), seconds):
        note(step.shown)
        status = start(step.command(data, runs))
        if status not in (0, NOT_SOLVED):
            raise InputError(f"the command ended with exit status {status}: {step.shown}")
        tasks = Path(tasks_path(step.suite, data, runs))
        new = records_of_run(
            runs / step.directory, step.system, step.kind, step.shown, published,
            {step.suite: task_facts(tasks)},
        )  # fmt: skip
        found = with_new(found, new)
        write_records(records, found)
    if file.exists():
        sizes = {suite: _num_tasks(Path(tasks_path(suite, data, runs))) for suite in chosen}
        found = with_new(found, published_records(file, sizes, run_directories(found)))
        write_records(records, found)


def _check_places(records: Path, page: Path) -> None:
    """Checks that there are places for files, before hours are spent on what they are to hold.

    Raises:
      InputError: one has none, or the page is called like something else.
    """
    if not records.parent.is_dir():
        raise InputError(located("its directory does not exist", records))
    check_page(page)


def _started(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode


def _num_tasks(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_bytes().splitlines())


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or not all(0 < number < math.inf for number in numbers):
        raise InputError(f"--seconds is {shown(text)}, but should be numbers above 0 such as 1,10,60")
    return numbers


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.baselines")
