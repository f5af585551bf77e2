"""Decides what is told of each task when a library has learnt: when it was solved, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

import msgspec

from mcts_compose.task import Task

if TYPE_CHECKING:
    from mcts_compose.curriculum.learning import Generation
    from mcts_compose.curriculum.trying import Fate
    from mcts_compose.results.record import Result

REPORT_WIDTH = 140
"""Columns of the table when it does not go to a terminal."""


class ProposalLesson(NamedTuple):
    """What became of one proposed sub-task.

    Attributes:
      name: what its skill is or would have been called.
      description: in the prior's words.
      generation: in which it was proposed.
      verdict: `kept`, `known` (a skill or an instruction does it), or `dropped`.
      reason: why.
      executions: candidates of its own search.
    """

    name: str
    description: str
    generation: int
    verdict: str
    reason: str
    executions: int


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
      proposals: what became of each sub-task that a prior proposed for it.
      unread: lines of the prior that were no proposals.
    """

    task: str
    generation: int | None
    skill: str | None
    program: str | None
    uses: tuple[str, ...]
    attempts: int
    executions: int
    seconds: float
    proposals: tuple[ProposalLesson, ...] = ()
    unread: int = 0

    @property
    def proposed(self) -> str:
        """The proposals in a few words: how many were kept, and which, and how many not."""
        kept = [each.name for each in self.proposals if each.verdict == "kept"]
        counts = Counter(each.verdict for each in self.proposals)
        told = [f"kept {', '.join(kept)}"] if kept else []
        told += [f"{counts[verdict]} {verdict}" for verdict in ("known", "dropped") if counts[verdict]]
        told += [f"{self.unread} unread"] if self.unread else []
        return "; ".join(told)


def lessons(tasks: Sequence[Task], generations: Sequence[Generation]) -> list[Lesson]:
    """Returns what became of each task, in the suite's order."""
    results: dict[str, list[Result]] = {task.id: [] for task in tasks}
    proposals: dict[str, list[ProposalLesson]] = {task.id: [] for task in tasks}
    unread: Counter[str] = Counter()
    for generation in generations:
        for result in generation.all_results:
            results[result.task].append(result)
        for fate in () if generation.tried is None else generation.tried.fates:
            proposals[fate.proposal.task].append(_told(generation.plan.generation, fate))
        unread.update({asked.task: asked.num_unread for asked in generation.plan.asked})
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
                tuple(proposals[task.id]),
                unread[task.id],
            )
        )
    return found


def _told(generation: int, fate: Fate) -> ProposalLesson:
    proposal = fate.proposal
    return ProposalLesson(
        proposal.name, proposal.description, generation, fate.verdict, fate.reason, fate.executions
    )


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
            told = {**lesson._asdict(), "proposals": [each._asdict() for each in lesson.proposals]}
            print(msgspec.json.encode(told).decode(), file=out)
        return
    from rich.console import Console
    from rich.table import Table

    has_proposals = any(lesson.proposed for lesson in found)
    table = Table("task", "gen", "program", "uses", *["proposed"] * has_proposals, title=None)
    for lesson in found:
        generation = "-" if lesson.generation is None else str(lesson.generation)
        cells = [lesson.task, generation, lesson.program or "", ", ".join(lesson.uses)]
        table.add_row(*cells, *[lesson.proposed] * has_proposals)
    Console(file=out, width=None if out.isatty() else REPORT_WIDTH, markup=False, highlight=False).print(
        table
    )
