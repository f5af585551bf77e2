"""Decides what is told of each task when a library has learnt: when it was solved, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

import msgspec

from mcts_compose.task import Task

if TYPE_CHECKING:
    from mcts_compose.curriculum.learning import Generation
    from mcts_compose.results.record import Result

REPORT_WIDTH = 140
"""Columns of the table when it does not go to a terminal."""


class Lesson(NamedTuple):
    """What became of one task.

    Attributes:
      task: its id.
      generation: in which it was solved and right on held-out examples; None: in none.
      skill: the skill or instruction that solves it.
      program: in one line; of an unsolved task what fits the shown examples alone, if anything does.
      uses: the learnt skills that the program names, in order.
      attempts: how often it was tried.
      executions: candidates of all attempts together.
      seconds: wall time of all attempts together.
    """

    task: str
    generation: int | None
    skill: str | None
    program: str | None
    uses: tuple[str, ...]
    attempts: int
    executions: int
    seconds: float


def lessons(tasks: Sequence[Task], generations: Sequence[Generation]) -> list[Lesson]:
    """Returns what became of each task, in the suite's order."""
    results: dict[str, list[Result]] = {task.id: [] for task in tasks}
    for generation in generations:
        for result in generation.results:
            results[result.task].append(result)
    last = generations[-1].progress if generations else None
    found = []
    for task in tasks:
        tried = results[task.id]
        newest = tried[-1] if tried else None
        found.append(
            Lesson(
                task.id,
                last.solved_in.get(task.id) if last else None,
                last.skill_of.get(task.id) if last else None,
                newest.program_text if newest else None,
                _uses(newest),
                len(tried),
                sum(result.executions for result in tried),
                sum(result.seconds for result in tried),
            )
        )
    return found


def _uses(result: Result | None) -> tuple[str, ...]:
    """Returns the learnt skills that a result's program names itself."""
    program = None if result is None else result.program
    if result is None or program is None:
        return ()
    return tuple(name for name, _, _ in result.skills if name in program.called)


def print_lessons(found: Sequence[Lesson], out: TextIO, *, as_json: bool = False) -> None:
    """Prints what became of each task: a table, or one JSON object a line."""
    if as_json:
        for lesson in found:
            print(msgspec.json.encode(lesson._asdict()).decode(), file=out)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("task", "gen", "program", "uses", title=None)
    for lesson in found:
        generation = "-" if lesson.generation is None else str(lesson.generation)
        table.add_row(lesson.task, generation, lesson.program or "", ", ".join(lesson.uses))
    Console(file=out, width=None if out.isatty() else REPORT_WIDTH, markup=False, highlight=False).print(
        table
    )
