"""`python -m benchmarks.proposals`: what proposed sub-tasks can do where a curriculum does not name them.

    python -m benchmarks.proposals arithmetic-v1 --out DIR

Every other level of the curriculum is removed (steps of odd depth that others are made from), and no task
names what helps. The rest is learnt three times: without proposals; with those of a teacher, which proposes
the steps that a task was made from, with fresh examples; and with those of a stranger, which proposes the
steps of another task. The fourth row is the whole curriculum, counted on the same tasks. Priors and budgets
are alike. The same command with the same `--out` resumes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from benchmarks.one_core import CoreFlag, keep_to_core
from mcts_compose.commands.main import run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError

if TYPE_CHECKING:
    from benchmarks.suites.curricula.definition import Step
    from mcts_compose.task import Task

NONE, TAUGHT, MISLED, NAMED = "no sub-tasks", "proposed by a teacher", "proposed by a stranger", "named"
SUITE: Final = "learnt"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Row(NamedTuple):
    """One way to learn the tasks.

    Attributes:
      name: of the way.
      right: tasks that are right on held-out examples.
      candidates: of all their searches, those of proposals included.
      proposals: how many there were.
      kept: how many of them became skills.
      known: how many a skill or an instruction did already.
      skills: of the library.
      seconds: wall time of the tasks' searches.
    """

    name: str
    right: int
    candidates: int
    proposals: int
    kept: int
    known: int
    skills: int
    seconds: float


def without_odd_levels(steps: Sequence[Step]) -> list[Step]:
    """Returns the steps of even depth, and those that no other is made from."""
    depth: dict[str, int] = {}
    for step in steps:
        depth[step.id] = 1 + max((depth.get(each, 0) for each in step.subtasks), default=0)
    used = {each for step in steps for each in step.subtasks}
    return [step for step in steps if depth[step.id] % 2 == 0 or step.id not in used]


def learnt(name: str, prior: str, args: dict[str, str], tasks: Sequence[Task], place: Path,
           counted: set[str], proposals: int, executions: int, levels: int) -> Row:  # fmt: skip
    """Learns tasks into a library of their own, and counts some of them."""
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.curriculum.learning import Schedule, learn
    from mcts_compose.curriculum.lessons import lessons
    from mcts_compose.library.library import Library
    from mcts_compose.settings import Settings

    library = Library.open(place, create=True)
    schedule = Schedule(executions, levels, proposals=proposals)
    with run_progress() as report:
        settings = Settings(prior=prior, prior_args=args)
        done = list(learn(SUITE, tasks, library, settings, schedule, on_progress=report))
    found = lessons(tasks, done)
    told = [each for lesson in found for each in lesson.proposals]
    return Row(
        name,
        sum(lesson.generation is not None for lesson in found if lesson.task in counted),
        sum(lesson.executions for lesson in found) + sum(each.executions for each in told),
        len(told),
        sum(each.verdict == "kept" for each in told),
        sum(each.verdict == "known" for each in told),
        len(library.entries),
        sum(lesson.seconds for lesson in found),
    )


@app.command()
def compare(
    suite: Annotated[str, typer.Argument(metavar="CURRICULUM", help="Such as arithmetic-v1.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the libraries go.")],
    prior: Annotated[str, typer.Option("--prior", help="Who prices.")] = "bundled",
    executions: Annotated[int, typer.Option("--executions", min=1)] = 500_000,
    levels: Annotated[int, typer.Option("--levels", min=0, max=8)] = 1,
    proposals: Annotated[int, typer.Option("--proposals", min=1, max=32)] = 4,
    core: CoreFlag = None,
) -> None:
    """Learn a curriculum without its odd levels: alone, with proposals, and with all that it names."""
    keep_to_core(core)
    from rich.console import Console
    from rich.table import Table

    from benchmarks.suites.curricula.definition import make_tasks
    from benchmarks.teacher import STRANGER, TEACHER, register, steps_of
    from mcts_compose.curriculum.lessons import REPORT_WIDTH

    register()
    try:
        steps = steps_of(suite)
    except ValueError as error:
        raise InputError(str(error)) from None
    whole = make_tasks(steps, suite)
    left = {step.id for step in without_odd_levels(steps)}
    bare = [replace(task, subtasks=()) for task in whole if task.id in left]
    teaching = {"of": prior, "suite": suite}
    rows = []
    for name, own_prior, args, tasks, num in (
        (NONE, prior, {}, bare, 0), (TAUGHT, TEACHER, teaching, bare, proposals),
        (MISLED, STRANGER, teaching, bare, proposals), (NAMED, prior, {}, whole, 0),
    ):  # fmt: skip
        note(f"{name}:")
        place = out / name.replace(" ", "-")
        rows.append(learnt(name, own_prior, args, tasks, place, left, num, executions, levels))
    table = Table(
        "sub-tasks", f"right of {len(left)}", "candidates", "proposals", "kept", "known", "skills", "s"
    )
    for row in rows:
        numbers = (row.right, row.candidates, row.proposals, row.kept, row.known, row.skills)
        table.add_row(row.name, *map("{:,}".format, numbers), f"{row.seconds:.0f}")
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else REPORT_WIDTH).print(table)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.proposals")
