"""The command `learn`: a library grows by what a suite's tasks teach, generation by generation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import note, run_progress
from mcts_compose.errors import InputError, located
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.curriculum.learning import Generation
    from mcts_compose.curriculum.plan import Plan
    from mcts_compose.task import Task
    from mcts_compose.task_sources import Suite

app = typer.Typer(add_completion=False, rich_markup_mode=None)

WITHOUT = (
    "simulations", "seconds", "parts", "prove_none_shorter_than", "all", "max_length", "no_prune", "cut",
    "save_every", "optimise",
)  # fmt: skip
"""Flags of searches that mean nothing here: budgets are executions, so that a run can be repeated."""


@app.command()
@flags.takes_settings(without=WITHOUT)
def learn(
    source: Annotated[
        str, typer.Argument(metavar="SUITE_OR_FILE", help="Suite or task file whose tasks teach the library.")
    ],
    library: Annotated[
        Path,
        typer.Option("--library", metavar="DIR", help="The library; it is made, or grows."),
    ],
    levels: Annotated[
        int | None,
        typer.Option(
            "--levels",
            min=0,
            max=8,
            help="How often the budget of unsolved tasks is raised, by a factor of four.  [default: 2]",
        ),
    ] = None,
    generations: Annotated[
        int | None, typer.Option("--generations", min=1, metavar="N", help="End after so many generations.")
    ] = None,
    compress: Annotated[
        bool, typer.Option("--compress", help="Make skills of what solutions share; needs stitch_core.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per task.")] = False,
    *,
    settings: Settings,
) -> int:
    """Learn skills from a suite: solve, check, add, and again; the same command goes on where it stopped.

    --executions is the budget of a task's first attempt (default 500,000).
    """
    from mcts_compose.curriculum.learning import DEFAULT_EXECUTIONS, DEFAULT_LEVELS, Schedule
    from mcts_compose.curriculum.learning import learn as learn_generations
    from mcts_compose.curriculum.lessons import lessons, print_lessons
    from mcts_compose.library.library import Library
    from mcts_compose.task_sources import find_suite

    suite = find_suite(source)
    tasks = _array_tasks(suite)
    schedule = Schedule(
        settings.executions or DEFAULT_EXECUTIONS,
        DEFAULT_LEVELS if levels is None else levels,
        generations,
        compress,
    )
    opened = Library.open(library, create=True)
    for damage in opened.damaged:
        note(f"{damage}; mcts-compose library repair {library} puts it aside")
    done: list[Generation] = []
    with run_progress() as report:
        for generation in learn_generations(
            suite.name, tasks, opened, replace(settings, executions=None), schedule,
            on_plan=_tell_plan, on_progress=report,
        ):  # fmt: skip
            done.append(generation)
            _tell(generation, len(tasks))
    found = lessons(tasks, done)
    print_lessons(found, sys.stdout, as_json=as_json)
    num_right = sum(lesson.generation is not None for lesson in found)
    note(f"{num_right} of {len(tasks)} tasks right; {len(opened.entries)} skills are in {library}")
    return SOLVED if num_right == len(tasks) else NOT_SOLVED


def _array_tasks(suite: Suite) -> Sequence[Task]:
    """Returns a suite's tasks, all of which must be ones whose programs can be skills.

    Raises:
      InputError: one is not.
    """
    from mcts_compose.task import Task

    tasks = []
    for task in suite.tasks:
        if not isinstance(task, Task) or task.memory is not None:
            reason = "is an assembly task" if isinstance(task, Task) else task.reason
            raise InputError(located(f"task {task.id}: {reason}, but learn takes array tasks", suite.name))
        tasks.append(task)
    return tasks


def _tell_plan(plan: Plan) -> None:
    levels = {attempt.level for attempt in plan.attempts}
    raised = f", budget raised {max(levels)} times" if max(levels) else ""
    note(f"generation {plan.generation}: {len(plan.attempts)} tasks{raised}")


def _tell(generation: Generation, num_tasks: int) -> None:
    solved, new = generation.admitted.skill_of, generation.admitted.new
    shared = f"; {len(generation.shared)} skills by compression" if generation.shared else ""
    so_far = len(generation.progress.skill_of)
    note(
        f"generation {generation.plan.generation}: {len(solved)} right, {len(new)} new skills; "
        f"{so_far} of {num_tasks} tasks so far{shared}"
    )
