"""Decides which of a generation's results become skills: what is right, and does what no skill does yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mcts_compose.curriculum.behaviour import Behaviour, sole_call
from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.entry import Entry, Provenance
from mcts_compose.library.library import Library
from mcts_compose.library.names import doc_of, free_name, name_of_task
from mcts_compose.library.shelf import NameTakenError
from mcts_compose.results.record import Result
from mcts_compose.task import Task
from vm.skill import SkillTable


class Admitted(NamedTuple):
    """What a generation gave.

    Attributes:
      skill_of: for each solved task the skill or instruction that solves it.
      new: the skills that were not in the library when the generation began, in order.
      refused: for each task whose solution may not be in a library the reason, one sentence.
    """

    skill_of: dict[str, str]
    new: tuple[str, ...]
    refused: dict[str, str]


def admit(
    library: Library,
    results: Sequence[Result],
    tasks: Mapping[str, Task],
    names: Sequence[str],
    generation: int,
) -> Admitted:
    """Adds what a generation found to a library, each skill at once; what is there already stays as it is.

    Args:
      library: it may hold more than it did when the generation began, also skills of this very generation.
      results: of the generation, in the order of its plan.
      tasks: by id.
      names: of the skills that were there when the generation began.
      generation: its number.

    Raises:
      OutputError: a skill cannot be written; those before it are kept.
    """
    known = list(names)
    skill_of: dict[str, str] = {}
    new: list[str] = []
    refused: dict[str, str] = {}
    for result in results:
        if not result.is_right:
            continue
        task = tasks[result.task]
        name = equivalent(library.subset(known), result, task)
        if name is None:
            try:
                name = _add(library, result, task, generation)
            except OutputError:
                raise
            except InputError as error:  # it goes too deep, or calls what no library has
                refused[task.id] = str(error)
                continue
            known.append(name)
            new.append(name)
        skill_of[task.id] = name
    return Admitted(skill_of, tuple(new), refused)


def equivalent(table: SkillTable, result: Result, task: Task) -> str | None:
    """Returns the skill or instruction that does what a result's program does, or None.

    Args:
      table: learnt skills that are looked at.
      result: of a search that found a program.
      task: that was searched.
    """
    program = result.program
    assert program is not None
    called = sole_call(program)
    if called is not None:
        return called
    behaviour = Behaviour(task)
    for skill in table.learnt:
        if behaviour.is_of(skill.body) and behaviour.same(skill.body, program):
            return skill.name
    return None


def _add(library: Library, result: Result, task: Task, generation: int) -> str:
    """Adds a skill under the first name that is free or has this very content; returns the name."""
    assert result.program_text is not None
    provenance = Provenance(
        suite=result.suite, task=task.id, description=task.description or "", generation=generation,
        seed=result.seed, search=result.search, prior=result.prior, program_cost=result.cost,
    )  # fmt: skip
    doc = doc_of(task.description, task.name)

    def entry(name: str) -> Entry:
        return library.new_entry(name, doc, result.program_text or "", provenance=provenance)

    def is_taken(name: str) -> bool:
        there = library.entry(name)
        return there is not None and there.hash != entry(name).hash

    while True:
        name = free_name(name_of_task(task.id), is_taken)
        try:
            library.add([entry(name)])
        except NameTakenError:  # by another process, just now
            library.refresh()
            continue
        return name
