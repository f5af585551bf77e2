"""Decides how a library learns from a suite: generation after generation, until nothing new is solved.

    LIBRARY/learning/NAME/config.json            what the run is made with
    LIBRARY/learning/NAME/generation-001.json    the plan of a generation
    LIBRARY/learning/NAME/generation-001/        the run directory with its results

Everything else follows from these files: a run that is started again takes in the generations that are done
and goes on with the one that is not. Since budgets are executions, it ends as one that was never interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from mcts_compose.budget import Budget
from mcts_compose.curriculum.admission import Admitted, admit
from mcts_compose.curriculum.compression import add_compressed
from mcts_compose.curriculum.plan import Plan, read_plan, write_plan
from mcts_compose.curriculum.progress import Progress
from mcts_compose.errors import InputError, OutputError, located
from mcts_compose.library.library import Library
from mcts_compose.results.record import Result
from mcts_compose.results.suite_run import RunProgress, run_suite
from mcts_compose.settings import Settings
from mcts_compose.task import Task
from priors.whole_files import write_whole
from vm.program import Program

if TYPE_CHECKING:
    from mcts_compose.cluster.session import RaySession
    from vm.skill import SkillTable

LEARNING: Final = "learning"
CONFIG: Final = "config.json"
RAISE: Final = 4
"""Factor by which a budget is raised for tasks that stay unsolved (untuned)."""
DEFAULT_EXECUTIONS: Final = 500_000
DEFAULT_LEVELS: Final = 2


@dataclass(frozen=True)
class Schedule:
    """How long tasks are tried.

    Attributes:
      executions: candidates of a first attempt.
      most_levels: how often the budget is raised, by `RAISE`.
      most_generations: after so many the run ends; None sets no bound.
      compresses: whether what solutions share becomes skills after every generation.
      seed: of every search.
    """

    executions: int = DEFAULT_EXECUTIONS
    most_levels: int = DEFAULT_LEVELS
    most_generations: int | None = None
    compresses: bool = False
    seed: int = 0


class Generation(NamedTuple):
    """What is told of a generation that is done.

    Attributes:
      plan: its attempts.
      results: one for each.
      admitted: what came of them.
      shared: names of the skills that compression added, if they were not there.
      progress: what is known of all tasks now.
    """

    plan: Plan
    results: list[Result]
    admitted: Admitted
    shared: tuple[str, ...]
    progress: Progress


def learn(
    suite: str,
    tasks: Sequence[Task],
    library: Library,
    settings: Settings,
    schedule: Schedule,
    *,
    on_plan: Callable[[Plan], None] | None = None,
    on_progress: Callable[[RunProgress], None] | None = None,
    session: RaySession | None = None,
    until: float | None = None,
) -> Iterator[Generation]:
    """Yields generation after generation, those of an earlier run of the same command first.

    When the time is up, the generation under way is left as an interruption would leave it.

    Args:
      suite: name under which the run is kept in the library.
      tasks: array tasks with different ids.
      library: what is known; it grows.
      settings: of the searches; their budget is the schedule's.
      schedule: how long tasks are tried.
      on_plan: called before a generation is searched.
      on_progress: called before the first search of a generation and after each task.
      session: where workers are; None has one for each generation where there are workers.
      until: reading of `time.monotonic` after which no search begins; None sets no bound.

    Raises:
      InputError: the run was begun with other settings, or its files are damaged.
      OutputError: something cannot be written; all that is done is kept.
    """
    directory = directory_of(library, suite)
    _claim(directory, suite, tasks, settings, schedule)
    progress = Progress(tasks, schedule.most_levels)
    by_id = {task.id: task for task in tasks}
    solutions: dict[str, Program] = {}
    for generation in _numbers(schedule):
        place = directory / f"generation-{generation:03}"
        plan = read_plan(place.with_suffix(".json"))
        if plan is None:
            plan = progress.next_plan(generation, library.entries)
            if not plan.attempts:
                return
            write_plan(place.with_suffix(".json"), plan)
        if on_plan is not None:
            on_plan(plan)
        try:
            results = run_suite(
                {suite: _attempted(plan, by_id, library, schedule)}, settings, place, (schedule.seed,),
                on_progress=_timed(on_progress, until), session=session,
            )  # fmt: skip
        except _TimeIsUpError:
            return
        admitted = admit(library, results, by_id, plan.known, generation)
        progress.note(plan, admitted.skill_of)
        for result in results:
            program = result.program if result.is_right else None
            if isinstance(program, Program):
                solutions[result.task] = program
        shared = add_compressed(library, solutions, suite, generation) if schedule.compresses else []
        yield Generation(plan, results, admitted, tuple(shared), progress)


class _TimeIsUpError(Exception):
    """A search would begin too late."""


def _timed(
    on_progress: Callable[[RunProgress], None] | None, until: float | None
) -> Callable[[RunProgress], None]:
    """Returns what reports a run and ends it when the time is up, unless all of it is done by then."""

    def report(progress: RunProgress) -> None:
        if on_progress is not None:
            on_progress(progress)
        if until is not None and progress.done < progress.total and time.monotonic() >= until:
            raise _TimeIsUpError

    return report


def directory_of(library: Library, suite: str) -> Path:
    """Returns where a library keeps the run that a suite taught it in."""
    return library.path / LEARNING / suite.replace(":", "-").replace("/", "-")


def budget_of(task: Task, level: int, schedule: Schedule) -> Budget:
    """Returns the budget of a task when it has been raised `level` times."""
    budget = replace(task.budget or Budget(), seconds=None, simulations=None)
    return replace(budget, executions=schedule.executions * RAISE**level)


def _numbers(schedule: Schedule) -> Iterator[int]:
    generation = 1
    while schedule.most_generations is None or generation <= schedule.most_generations:
        yield generation
        generation += 1


def _attempted(plan: Plan, by_id: Mapping[str, Task], library: Library, schedule: Schedule) -> list[Task]:
    """Returns the tasks of a plan with their skills and budgets."""
    tables: dict[tuple[str, ...], SkillTable] = {}
    tasks = []
    for attempt in plan.attempts:
        if attempt.task not in by_id:
            raise InputError(f"the plan names the task {attempt.task!r}, which the suite does not have")
        table = tables.get(attempt.skills)
        if table is None:
            table = tables[attempt.skills] = library.subset(attempt.skills)
        task = by_id[attempt.task]
        budget = budget_of(task, attempt.level, schedule)
        tasks.append(replace(task, library=table, subtasks=attempt.expected, budget=budget))
    return tasks


def _claim(
    directory: Path, suite: str, tasks: Sequence[Task], settings: Settings, schedule: Schedule
) -> None:
    """Writes down what the run is made with, or checks that it is what it was begun with.

    Raises:
      InputError: it is not, or cannot be read.
      OutputError: it cannot be written.
    """
    config = {
        "suite": suite,
        "tasks": [f"{task.id} {task.hash}" for task in tasks],
        "settings": settings.to_config(),
        "executions": schedule.executions,
        "most_levels": schedule.most_levels,
        "compresses": schedule.compresses,
        "seed": schedule.seed,
    }
    content = msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n"
    path = directory / CONFIG
    try:
        if path.exists():
            if path.read_bytes() != content:
                raise InputError(
                    located(
                        "the run was begun with other tasks or settings; give those, or another library", path
                    )
                )
            return
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise OutputError(located(f"cannot be used ({error.strerror})", path)) from None
