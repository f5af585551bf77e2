"""The command `learn`: a library grows by what a suite's tasks teach, generation by generation."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import note, run_progress
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.cluster.session import RaySession
    from mcts_compose.curriculum.learning import Generation, Schedule
    from mcts_compose.curriculum.lessons import Lesson
    from mcts_compose.curriculum.plan import Plan
    from mcts_compose.library.library import Library
    from mcts_compose.task import Task

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
    minutes: Annotated[
        float | None,
        typer.Option(
            "--minutes",
            min=0.0,
            help="Begin no search, nor ask for sub-tasks, after so long; the same command goes on.",
        ),
    ] = None,
    seed: flags.SeedFlag = 0,
    proposals: Annotated[
        int | None,
        typer.Option(
            "--proposals",
            min=0,
            max=32,
            metavar="N",
            help="Sub-tasks of an unsolved task that a prior which writes them may propose; 0: none."
            "  [default: 4]",
        ),
    ] = None,
    compress: Annotated[
        bool, typer.Option("--compress", help="Make skills of what solutions share; needs stitch_core.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per task.")] = False,
    page: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="PAGE",
            help="Search the tasks without learnt skills too, and write what the library saves as a page.",
        ),
    ] = None,
    *,
    settings: Settings,
) -> int:
    """Learn skills from a suite: solve, check, add, and again; the same command goes on where it stopped.

    --executions is the budget of a task's first attempt (default 500,000). --report tells what the library
    saves and how often each skill is called, as tables and as a picture.
    """
    from mcts_compose.cluster.spreading import session_for
    from mcts_compose.curriculum.learnable import learnable
    from mcts_compose.curriculum.learning import DEFAULT_EXECUTIONS, DEFAULT_LEVELS, Schedule
    from mcts_compose.curriculum.learning import learn as learn_generations
    from mcts_compose.curriculum.lessons import lessons, print_lessons
    from mcts_compose.curriculum.proposing import num_proposals
    from mcts_compose.library.library import Library
    from mcts_compose.task_sources import find_suite

    if page is not None:
        from mcts_compose.commands.learn_page import KIND
        from mcts_compose.commands.pages import check_place

        check_place(page, KIND)
    suite = find_suite(source)
    tasks, left_out = learnable(*suite)
    for sentence in left_out:
        note(sentence)
    schedule = Schedule(
        settings.executions or DEFAULT_EXECUTIONS,
        DEFAULT_LEVELS if levels is None else levels,
        generations,
        compress,
        seed,
        num_proposals(proposals, tasks, settings),
    )
    opened = Library.open(library, create=True)
    for damage in opened.damaged:
        remedy = "" if damage.is_unavailable else f"; mcts-compose library repair {library} puts it aside"
        note(f"{damage}{remedy}")
    done: list[Generation] = []
    bare = replace(settings, executions=None)
    until = None if minutes is None else time.monotonic() + 60 * minutes
    with session_for(settings) as session:
        with run_progress() as report:
            for generation in learn_generations(
                suite.name, tasks, opened, bare, schedule,
                on_plan=_tell_plan, on_progress=report, session=session, until=until,
                on_late=None if minutes is None else partial(_tell_late, minutes),
            ):  # fmt: skip
                done.append(generation)
                _tell(generation, len(tasks))
        found = lessons(tasks, done)
        print_lessons(found, sys.stdout, as_json=as_json)
        if page is not None:
            _report(
                page, suite.name, tasks, opened, bare, schedule, done, found, session, in_words=not as_json
            )
    num_right = sum(lesson.generation is not None for lesson in found)
    aside = f", {len(left_out)} left out" if left_out else ""
    note(f"{num_right} of {len(tasks)} tasks right{aside}; {len(opened.entries)} skills are in {library}")
    return SOLVED if num_right == len(suite.tasks) else NOT_SOLVED


def _report(
    page: Path,
    suite: str,
    tasks: Sequence[Task],
    library: Library,
    settings: Settings,
    schedule: Schedule,
    done: Sequence[Generation],
    found: Sequence[Lesson],
    session: RaySession | None,
    *,
    in_words: bool,
) -> None:
    """Searches without learnt skills, prints what the library saves, and writes the page."""
    from mcts_compose.commands.learn_page import Report, write_page
    from mcts_compose.commands.reuse_table import print_reuse
    from mcts_compose.curriculum.reuse import other_solutions, reuse_of
    from mcts_compose.curriculum.without import compare_without

    note("the same tasks without learnt skills, under the budgets of their deciding attempts:")
    with run_progress() as progress:
        comparisons = compare_without(
            suite, tasks, library, settings, schedule, done, on_progress=progress, session=session
        )
    reuse = reuse_of(library.entries, other_solutions(done))
    if in_words:
        print_reuse(reuse, comparisons, sys.stdout)
    write_page(page, Report(suite, found, len(done), reuse, comparisons))
    note(f"the report is in {page}")


def _tell_plan(plan: Plan) -> None:
    levels = {attempt.level for attempt in plan.attempts}
    raised = f", budget raised {max(levels)} times" if max(levels, default=0) else ""
    for asked in plan.asked:
        if asked.failure is not None:
            note(f"{asked.task}: {asked.failure}")
    if plan.asked:
        num_read, num_unread = len(plan.proposals), sum(asked.num_unread for asked in plan.asked)
        also = f"; {num_unread} lines are no proposals" if num_unread else ""
        note(f"generation {plan.generation}: {num_read} proposed sub-tasks of {len(plan.asked)} tasks{also}")
    if plan.attempts:
        note(f"generation {plan.generation}: {len(plan.attempts)} tasks{raised}")


def _tell_late(minutes: float) -> None:
    note(f"{minutes:g} minutes are over; without --minutes the same command goes on where it stopped")


def _tell(generation: Generation, num_tasks: int) -> None:
    solved, new, refused = generation.admitted
    for task, reason in refused.items():
        note(f"{task}: its solution is no skill: {reason}")
    shared = f"; {len(generation.shared)} skills by compression" if generation.shared else ""
    kept = sum(fate.verdict == "kept" for fate in generation.tried.fates) if generation.tried else 0
    helped = f"; {kept} of {len(generation.plan.proposals)} proposals kept" if generation.tried else ""
    so_far = len(generation.progress.skill_of)
    note(
        f"generation {generation.plan.generation}: {len(solved)} right, {len(new)} new skills; "
        f"{so_far} of {num_tasks} tasks so far{shared}{helped}"
    )
