"""Decides how it is found out what a library saves: the same tasks are searched again without learnt skills.

Each task has the budget of the attempt that solved it, or of its last one, and neither library nor sub-tasks.

    LIBRARY/learning/NAME/without/after-012/    the run directory, for a run of learn of 12 generations
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from mcts_compose.curriculum.learning import Generation, Schedule, budget_of, directory_of
from mcts_compose.library.library import Library
from mcts_compose.results.record import Result
from mcts_compose.results.suite_run import RunProgress, run_suite
from mcts_compose.settings import Settings
from mcts_compose.task import Task
from vm.skill import INSTRUCTIONS_ONLY
from vm.table import BY_NAME

if TYPE_CHECKING:
    from mcts_compose.cluster.session import RaySession
    from mcts_compose.curriculum.plan import Attempt

WITHOUT: Final = "without"
LATE: Final = 3
"""The last of so many equal parts of the generations that solved something is called late."""


class Comparison(NamedTuple):
    """One task with and without the library, under one budget.

    Attributes:
      task: its id.
      generation: in which it was solved; None: in none.
      executions: the budget.
      with_library: the attempt that solved it, or the last one.
      without: the same search without learnt skills.
    """

    task: str
    generation: int | None
    executions: int
    with_library: Result
    without: Result


class Totals(NamedTuple):
    """Some tasks with and without the library.

    Attributes:
      tasks: how many they are.
      solved_with: how many are right on all examples with the library.
      solved_without: and without it.
      solved_both: and with it as well as without.
      executions_with: candidates of all these searches.
      executions_without: as above.
      seconds_with: their wall time.
      seconds_without: as above.
    """

    tasks: int
    solved_with: int
    solved_without: int
    solved_both: int
    executions_with: int
    executions_without: int
    seconds_with: float
    seconds_without: float


def compare_without(
    suite: str,
    tasks: Sequence[Task],
    library: Library,
    settings: Settings,
    schedule: Schedule,
    generations: Sequence[Generation],
    *,
    on_progress: Callable[[RunProgress], None] | None = None,
    session: RaySession | None = None,
) -> list[Comparison]:
    """Searches the tasks of a run of `learn` without learnt skills; what was searched so before is not again.

    Args:
      suite: name under which the run is kept in the library.
      tasks: of the suite.
      library: that the run taught.
      settings: of the run.
      schedule: of the run.
      generations: all that the run gave.
      on_progress: called before the first search and after each task.
      session: where workers are; None has one for this where there are workers.

    Returns:
      One comparison for each task that was tried, in the suite's order.

    Raises:
      InputError: the directory belongs to other settings, or is damaged.
      OutputError: a result cannot be written.
    """
    tried = _deciding(generations)
    if not tried:
        return []
    chosen = [task for task in tasks if task.id in tried]
    bare = [
        replace(
            task, library=INSTRUCTIONS_ONLY, subtasks=_instructions(tried[task.id][0].expected),
            budget=budget_of(task, tried[task.id][0].level, schedule),
        )
        for task in chosen
    ]  # fmt: skip
    place = directory_of(library, suite) / WITHOUT / f"after-{generations[-1].plan.generation:03}"
    results = run_suite(
        {suite: bare}, settings, place, (schedule.seed,), on_progress=on_progress, session=session
    )
    solved_in = generations[-1].progress.solved_in
    return [
        Comparison(
            task.id, solved_in.get(task.id), _executions_of(task), tried[task.id][1], result
        )
        for task, result in zip(bare, results, strict=True)
    ]  # fmt: skip


def _instructions(names: Sequence[str]) -> tuple[str, ...]:
    """Returns those of some names that are instructions: a search without learnt skills expects them too."""
    return tuple(name for name in names if name in BY_NAME)


def _executions_of(task: Task) -> int:
    assert task.budget is not None and task.budget.executions is not None
    return task.budget.executions


def _deciding(generations: Sequence[Generation]) -> Mapping[str, tuple[Attempt, Result]]:
    """Returns for each task that was tried its last attempt: a task that is solved is not tried again."""
    return {
        attempt.task: (attempt, result)
        for generation in generations
        for attempt, result in zip(generation.plan.attempts, generation.results, strict=True)
    }


def totals(comparisons: Sequence[Comparison]) -> Totals:
    """Returns what tasks come to together."""
    return Totals(
        len(comparisons),
        sum(each.with_library.is_right for each in comparisons),
        sum(each.without.is_right for each in comparisons),
        sum(each.with_library.is_right and each.without.is_right for each in comparisons),
        sum(each.with_library.executions for each in comparisons),
        sum(each.without.executions for each in comparisons),
        sum(each.with_library.seconds for each in comparisons),
        sum(each.without.seconds for each in comparisons),
    )


def by_generation(comparisons: Sequence[Comparison]) -> dict[int | None, Totals]:
    """Returns what the tasks of each generation come to, in order; those of none at last."""
    groups: dict[int | None, list[Comparison]] = {}
    for each in comparisons:
        groups.setdefault(each.generation, []).append(each)
    order = sorted(groups, key=lambda generation: (generation is None, generation or 0))
    return {generation: totals(groups[generation]) for generation in order}


def late(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Returns the tasks of the last third of the generations that solved something, rounded up."""
    solved_in = sorted({each.generation for each in comparisons if each.generation is not None})
    count = -(-len(solved_in) // LATE)
    last = set(solved_in[len(solved_in) - count :])
    return [each for each in comparisons if each.generation in last]
