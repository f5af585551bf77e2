"""Decides what can be said of a proposed sub-task without a search.

It is dropped at once if its examples are those of the task that it should help, or if it was proposed before
with the same skills at hand. If an instruction or a skill gives all its examples, the task can be tried again
with that, and nothing is searched for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mcts_compose.curriculum.behaviour import LIMITS
from mcts_compose.curriculum.plan import Proposal
from mcts_compose.curriculum.proposal_lines import Subtask
from mcts_compose.results.verdicts import columns
from mcts_compose.task import Task, default_names
from vm.assembly.program import AssemblyProgram
from vm.isa import Status
from vm.program import Program, ProgramError
from vm.skill import SkillTable
from vm.table import BY_NAME
from vm.values import equal

if TYPE_CHECKING:
    from mcts_compose.results.verdicts import AnyProgram


def judged(
    proposal: Proposal, subtask: Subtask, task: Task, table: SkillTable, before: Sequence[Proposal]
) -> Proposal:
    """Returns a proposal with a reason why it is dropped, or with what does it already, if there is either.

    Args:
      proposal: as it is written down.
      subtask: its content.
      task: that it should help.
      table: all learnt skills.
      before: what was proposed for the task before.
    """
    if _is_of(subtask, task):
        return replace(proposal, reason="its examples are those of the task")
    if any(_content(each) == _content(proposal) for each in before):
        return replace(proposal, reason="it was proposed before, with the same skills at hand")
    return replace(proposal, does_it=does_it(subtask, task, table))


def _is_of(subtask: Subtask, task: Task) -> bool:
    """Says whether every example of a sub-task is one of the task's."""
    if (subtask.input_types, subtask.output_type) != (task.input_types, task.output_type):
        return False
    own = {repr(row): repr(output) for row, output in zip(task.inputs, task.outputs, strict=True)}
    pairs = zip(subtask.inputs, subtask.outputs, strict=True)
    return all(own.get(repr(row)) == repr(output) for row, output in pairs)


def _content(proposal: Proposal) -> str:
    types = proposal.input_types, proposal.output_type
    return repr((types, proposal.inputs, proposal.outputs, proposal.skills))


def does_it(subtask: Subtask, task: Task, table: SkillTable) -> str | None:
    """Returns the name of an instruction that a task may call, or of a skill, that gives all examples."""
    for row in BY_NAME.values():
        is_allowed = row.searched if task.skills is None else row.name in task.skills
        if not is_allowed or row.arity != len(subtask.input_types):
            continue
        names = default_names(row.arity)
        typed = zip(names, subtask.input_types, strict=True)
        head = ", ".join(f"{name}: {type_}" for name, type_ in typed)
        text = f"({head}) -> {subtask.output_type}; return {row.name}({', '.join(names)})"
        try:
            program = Program.parse(text)
        except ProgramError:  # it is not for these types
            continue
        if _gives(program, subtask):
            return row.name
    for skill in table.learnt:
        types = skill.body.input_types, skill.body.output_type
        if types == (subtask.input_types, subtask.output_type) and _gives(skill.body, subtask):
            return skill.name
    return None


def _gives(program: AnyProgram, subtask: Subtask) -> bool:
    """Says whether a program gives all examples, each within the fuel of a made-up row."""
    if isinstance(program, AssemblyProgram):
        return False
    for row, wanted in zip(subtask.inputs, subtask.outputs, strict=True):
        run = program.run(columns([row], subtask.input_types), LIMITS)
        if run.status is not Status.OK or not equal(run.outputs()[0], wanted):
            return False
    return True
