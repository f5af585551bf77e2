"""`python -m benchmarks.transfer`: what skills learnt from one half of the tasks do to the other half.

    python -m benchmarks.transfer SUITE_OR_FILE... --out DIR --seconds 1,10

The groups of all suites are split into two halves by a hash. `learn` makes two libraries of one half, without
compression and with it. Then the other half is searched without a library, with the one and with the other,
task by task in turn, so that whatever else the machine does hits all three alike; and the reverse. Searches
see shown examples only. Held-out ones decide what is right, and what becomes a skill.

    DIR/learnt-on-a/library               skills learnt from half a
    DIR/learnt-on-a/library-compressed    the same with compression
    DIR/learnt-on-a/1-s/...               run directories of half b, one for each of the three rows

The same command with the same `--out` resumes.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from benchmarks.crossfit import HALVES, parse_seconds, split
from benchmarks.one_core import CoreFlag, keep_to_core
from mcts_compose.commands import flags
from mcts_compose.commands.main import run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError, shown
from mcts_compose.settings import Settings, parse_seeds

if TYPE_CHECKING:
    from benchmarks.transfer_table import LibrarySize
    from mcts_compose.curriculum.learning import Schedule
    from mcts_compose.library.library import Library
    from mcts_compose.results.record import Result
    from mcts_compose.results.suite_run import RunProgress
    from mcts_compose.task import Task

NO_LIBRARY: Final = "no library"
LIBRARIES: Final = {"library": False, "library, compressed": True}
"""Rows with a library, and whether it is compressed."""
LEARNT: Final = "learnt"
"""Name of the suite that all tasks of a half are learnt as."""
BOTH: Final = "both"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Bound(NamedTuple):
    """What bounds every search of a table.

    Attributes:
      seconds: wall time, or None.
      executions: candidates, or None.
    """

    seconds: float | None
    executions: int | None

    @property
    def name(self) -> str:
        """What it is called in words."""
        return f"{self.executions} candidates" if self.seconds is None else f"{self.seconds:g} s"


class Transfer:
    """The runs of one comparison under one directory.

    Args:
      suites: array tasks by the names under which they are reported.
      settings: of all searches but their bounds.
      schedule: how long tasks are tried when a library learns.
      out: where libraries and runs go.
      on_progress: called with the progress of every run.
    """

    def __init__(
        self,
        suites: Mapping[str, Sequence[Task]],
        settings: Settings,
        schedule: Schedule,
        out: Path,
        on_progress: Callable[[RunProgress], None],
    ) -> None:
        self.halves = split(suites)
        self.settings = settings
        self.schedule = schedule
        self.out = out
        self.on_progress = on_progress
        self._learnt: dict[tuple[str, str], tuple[Library, LibrarySize]] = {}

    def learnt(self, half: str, row: str) -> tuple[Library, LibrarySize]:
        """Returns the library of a row that is learnt from a half, and what there is to say of it.

        Raises:
          InputError: two tasks of the half have one id, or the library was begun with something else.
          OutputError: something cannot be written.
        """
        if (half, row) not in self._learnt:
            self._learnt[half, row] = self._learn(half, row)
        return self._learnt[half, row]

    def _learn(self, half: str, row: str) -> tuple[Library, LibrarySize]:
        from benchmarks.in_turn import directory_name
        from benchmarks.transfer_table import LibrarySize
        from mcts_compose.curriculum.learning import learn
        from mcts_compose.library.library import Library

        tasks = [task for found in self.halves[half].values() for task in found]
        for number, task in enumerate(tasks):
            if any(other.id == task.id for other in tasks[:number]):
                raise InputError(f"two tasks have the id {shown(task.id)}, but skills are named after ids")
        library = Library.open(self._directory(half) / directory_name(row), create=True)
        schedule = dataclasses.replace(self.schedule, compresses=LIBRARIES[row])
        right: set[str] = set()
        for generation in learn(
            LEARNT, tasks, library, self.settings, schedule, on_progress=self.on_progress
        ):
            right.update(generation.admitted.skill_of)
        compressed = sum(entry.provenance.origin == "compressed" for entry in library.entries)
        return library, LibrarySize(half, row, len(tasks), len(right), len(library.entries), compressed)

    def search(self, half: str, bound: Bound, seeds: Sequence[int]) -> dict[str, list[Result]]:
        """Returns the results of the other half by row, with what is learnt from `half`.

        Raises:
          InputError: as `learnt`, or a run was begun with something else.
          OutputError: something cannot be written.
        """
        from benchmarks.in_turn import Row, directory_name, rows_in_turn
        from mcts_compose.library.attach import with_library

        (other,) = set(HALVES) - {half}
        searched = self.halves[other]
        settings = dataclasses.replace(self.settings, **bound._asdict())
        rows = {NO_LIBRARY: Row(settings, searched)}
        for row in LIBRARIES:
            library, _ = self.learnt(half, row)
            suites = {
                name: [with_library(task, library) for task in tasks] for name, tasks in searched.items()
            }
            rows[row] = Row(settings, suites)
        return rows_in_turn(rows, self._directory(half) / directory_name(bound.name), seeds, self.on_progress)

    def _directory(self, half: str) -> Path:
        return self.out / f"learnt-on-{half}"


def bounds_of(seconds: str | None, executions: int | None) -> list[Bound]:
    """Returns the bounds that flags ask for; 1 s without any.

    Raises:
      InputError: both are given, or the seconds are no list of numbers.
    """
    if executions is None:
        return [Bound(number, None) for number in parse_seconds("1" if seconds is None else seconds)]
    if seconds is not None:
        raise InputError("--seconds and --executions exclude each other; give one of them")
    return [Bound(None, executions)]


def halves_of(name: str) -> tuple[str, ...]:
    """Returns the halves that `--learn-on` names.

    Raises:
      InputError: there is no such half.
    """
    if name != BOTH and name not in HALVES:
        raise InputError(f"--learn-on is {shown(name)}, but should be {', '.join(HALVES)} or {BOTH}")
    return HALVES if name == BOTH else (name,)


@app.command()
def transfer(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where libraries and runs go; resumed if it exists.")
    ],
    seconds: Annotated[
        str | None, typer.Option("--seconds", metavar="S,...", help="Wall times a task.  [default: 1]")
    ] = None,
    executions: flags.ExecutionsFlag = None,
    learn_executions: Annotated[
        int | None,
        typer.Option(
            "--learn-executions", min=1, metavar="N",
            help="Candidates of a task's first attempt when learning.  [default: 500000]",
        ),
    ] = None,
    levels: Annotated[
        int | None, typer.Option("--levels", min=0, max=8, help="As in `learn`.  [default: 2]")
    ] = None,
    learn_on: Annotated[
        str, typer.Option("--learn-on", metavar="a|b|both", help="The half that is learnt from.")
    ] = BOTH,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="N,...", help="Search every task with each of these.")
    ] = "0",
    show_examples: Annotated[
        int | None, typer.Option("--show-examples", min=1, help="As in `bench run`.")
    ] = None,
    core: CoreFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row and suite.")] = False,
    search: flags.SearchFlag = None,
    prior: flags.PriorFlag = None,
    prior_args: flags.PriorArgsFlag = None,
) -> None:  # fmt: skip
    """Learn from one half of the groups, and search the other half with and without what was learnt."""
    keep_to_core(core)
    from benchmarks.commands import suites_of
    from benchmarks.prior_table import groups_of
    from benchmarks.transfer_table import print_libraries, print_transfer
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.curriculum.learnable import learnable
    from mcts_compose.curriculum.learning import DEFAULT_EXECUTIONS, DEFAULT_LEVELS, Schedule

    bounds, numbers, learnt_from = bounds_of(seconds, executions), parse_seeds(seeds), halves_of(learn_on)
    settings = flags.settings_of(search=search, prior=prior, prior_args=prior_args)
    schedule = Schedule(learn_executions or DEFAULT_EXECUTIONS, DEFAULT_LEVELS if levels is None else levels)
    suites: dict[str, Sequence[Task]] = {}
    for name, found_tasks in suites_of(sources, show_examples).items():
        suites[name], left_out = learnable(name, found_tasks)
        for sentence in left_out:
            note(sentence)
    with run_progress() as report:
        runs = Transfer(suites, settings, schedule, out, report)
        sizes = []
        for half in learnt_from:
            if not runs.halves[half]:
                raise InputError(f"half {half} of the groups is empty, so nothing can be learnt from it")
            for row in LIBRARIES:
                note(f"half {half}: learning ({row})")
                sizes.append(runs.learnt(half, row)[1])
        found: dict[Bound, dict[str, list[Result]]] = {}
        for bound in bounds:
            of_bound = found.setdefault(bound, {})
            for half in learnt_from:
                for row, results in runs.search(half, bound, numbers).items():
                    of_bound.setdefault(row, []).extend(results)
    if not as_json:
        print_libraries(sizes, sys.stdout)
    for bound, rows in found.items():
        print_transfer(bound.name, rows, NO_LIBRARY, groups_of(suites), sys.stdout, as_json=as_json)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.transfer")
