"""Decides how a library learns from a suite: generation after generation, until nothing new is solved.

    LIBRARY/learning/NAME/config.json            what the run is made with
    LIBRARY/learning/NAME/generation-001.json    the plan of a generation
    LIBRARY/learning/NAME/generation-001/        the run directory with its results

A generation that a prior proposes sub-tasks for has two more, `generation-004-proposed/` for these and
`generation-004-again/` for the tasks that they should help.

Everything else follows from these files: a run that is started again takes in the generations that are done
and goes on with the one that is not. Since budgets are executions, it ends as one that was never interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from mcts_compose.budget import Budget
from mcts_compose.curriculum.admission import Admitted, admit
from mcts_compose.curriculum.compression import add_compressed
from mcts_compose.curriculum.plan import Plan, read_plan, write_plan
from mcts_compose.curriculum.progress import Progress
from mcts_compose.curriculum.proposing import ask, asked_prior
from mcts_compose.curriculum.trying import Tried, try_proposals
from mcts_compose.errors import InputError, OutputError, located
from mcts_compose.library.library import Library
from mcts_compose.results.record import Result
from mcts_compose.results.suite_run import RunProgress, check_names, run_suite
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
      proposals: sub-tasks that a prior may propose for a task before its budget is raised; 0: none.
    """

    executions: int = DEFAULT_EXECUTIONS
    most_levels: int = DEFAULT_LEVELS
    most_generations: int | None = None
    compresses: bool = False
    seed: int = 0
    proposals: int = 0


class Generation(NamedTuple):
    """What is told of a generation that is done.

    Attributes:
      plan: its attempts; where proposals solved tasks, those that were made with them.
      results: one for each.
      admitted: what came of them.
      shared: names of the skills that compression added, if they were not there.
      progress: what is known of all tasks now.
      tried: what came of proposals; None if there were none.
    """

    plan: Plan
    results: list[Result]
    admitted: Admitted
    shared: tuple[str, ...]
    progress: Progress
    tried: Tried | None = None

    @property
    def all_results(self) -> list[Result]:
        """The results of all attempts at tasks of the suite, also with proposals that solved nothing."""
        again = [] if self.tried is None or self.tried.admitted.skill_of else self.tried.results
        return [*again, *self.results]


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
    on_late: Callable[[], None] | None = None,
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
      until: reading of `time.monotonic` after which no search begins and no prior is asked for sub-tasks of
        another task; None sets no bound.
      on_late: called when the time is up and something is left to do.

    Raises:
      InputError: the run was begun with other settings, or its files are damaged.
      OutputError: something cannot be written; all that is done is kept.
    """
    directory = directory_of(library, suite)
    _claim(directory, suite, tasks, settings, schedule)
    progress = Progress(tasks, schedule.most_levels)
    by_id = {task.id: task for task in tasks}
    solutions: dict[str, Program] = {}

    def search(attempted: Sequence[Task], place: Path) -> list[Result]:
        return run_suite(
            {suite: attempted}, settings, place, (schedule.seed,),
            on_progress=_timed(on_progress, until), session=session,
        )  # fmt: skip

    def search_beside(place: Path, attempted: Sequence[Task], word: str) -> list[Result]:
        return search(attempted, place.with_name(f"{place.name}-{word}"))

    for generation in _numbers(schedule):
        place = directory / f"generation-{generation:03}"
        plan = read_plan(place.with_suffix(".json"))
        tried = None
        try:
            if plan is None:
                plan = progress.next_plan(generation, library.entries)
                if schedule.proposals and (unsolved := progress.to_ask(plan)):
                    plan = _with_proposals(
                        plan, unsolved, library, progress, settings, schedule, session, until
                    )
                if not plan.attempts and not plan.asked:
                    return
                write_plan(place.with_suffix(".json"), plan)
            if on_plan is not None:
                on_plan(plan)
            if plan.proposals:
                tried = try_proposals(
                    plan, by_id, library, progress, partial(search_beside, place),
                    partial(budget_of, schedule=schedule),
                )  # fmt: skip
            if tried is not None and tried.admitted.skill_of:
                plan = msgspec.structs.replace(plan, attempts=tried.attempts)
                results, admitted = list(tried.results), tried.admitted
                progress.note(tried.only_solved(plan), admitted.skill_of)
            else:
                results = search(_attempted(plan, by_id, library, schedule), place) if plan.attempts else []
                admitted = admit(library, results, by_id, plan.known, generation)
                progress.note(plan, admitted.skill_of)
        except _TimeIsUpError:
            if on_late is not None:
                on_late()
            return
        for result in results:
            program = result.program if result.is_right else None
            if isinstance(program, Program):
                solutions[result.task] = program
        shared = add_compressed(library, solutions, suite, generation) if schedule.compresses else []
        yield Generation(plan, results, admitted, tuple(shared), progress, tried)
        if not plan.attempts:  # no budget can be raised, and no proposal has helped
            return


def _with_proposals(
    plan: Plan,
    unsolved: Sequence[Task],
    library: Library,
    progress: Progress,
    settings: Settings,
    schedule: Schedule,
    session: RaySession | None,
    until: float | None,
) -> Plan:
    """Returns a plan with what the prior proposes for some tasks.

    Raises:
      _TimeIsUpError: the time is up before all of them were asked about.
    """
    _check_time(until)  # before a model is loaded
    shown = []
    for task in unsolved:
        before = progress.last[task.id]
        table = library.subset(before.skills)
        shown.append(replace(task, library=table, subtasks=before.expected))
    seed = (schedule.seed << 32) + plan.generation
    with asked_prior(unsolved[0], settings, session) as prior:
        return msgspec.structs.replace(
            plan,
            asked=ask(
                prior, shown, schedule.proposals, library, progress, seed,
                on_task=partial(_check_time, until),
            ),
        )  # fmt: skip


class _TimeIsUpError(Exception):
    """A search, or a question to a prior, would begin too late."""


def _check_time(until: float | None) -> None:
    if until is not None and time.monotonic() >= until:
        raise _TimeIsUpError


def _timed(
    on_progress: Callable[[RunProgress], None] | None, until: float | None
) -> Callable[[RunProgress], None]:
    """Returns what reports a run and ends it when the time is up, unless all of it is done by then."""

    def report(progress: RunProgress) -> None:
        if on_progress is not None:
            on_progress(progress)
        if progress.done < progress.total:
            _check_time(until)

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
    if schedule.proposals:
        config["proposals"] = schedule.proposals
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
        check_names({suite: tasks}, settings)  # else the right names would be refused as other settings
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise OutputError(located(f"cannot be used ({error.strerror})", path)) from None
