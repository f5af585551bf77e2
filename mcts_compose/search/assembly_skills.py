"""Which skills with assembly bodies a search may call: those that the task names.

Such a skill is called as a derived action is, as a loop of its own kind whose body is a record of the scalar
machine: `mcts_compose/search/higher.py` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vm.assembly.library import ASSEMBLY_SKILLS
from vm.assembly.program import AssemblyProgram
from vm.isa import Body, Convention, Instruction, Overload, Work
from vm.skill import INSTRUCTIONS_ONLY, Skill, SkillTable

FAMILY: Final = "assembly"
NO_OPCODE: Final = -1
MAX_OPERANDS: Final = 3


def _row(skill: Skill) -> Instruction:
    """Returns a skill as a row that the search can choose, as it chooses instructions."""
    overload = Overload(NO_OPCODE, skill.params, skill.result)
    body = Body(NO_OPCODE, Convention.HIGHER, None, skill.signature, (overload,))
    return Instruction(
        skill.name, FAMILY, skill.doc, "", "", skill.cost, searched=False, commutative=False, lifts=False,
        work=Work.LINEAR, bodies=(body,),
    )  # fmt: skip


_ROWS: Final = {
    skill.name: _row(skill) for skill in ASSEMBLY_SKILLS.learnt if 1 <= skill.arity <= MAX_OPERANDS
}


def assembly_names() -> tuple[str, ...]:
    """Returns the names of the skills that a task may name beside the instructions."""
    return tuple(_ROWS)


def assembly_rows(names: Sequence[str]) -> tuple[Instruction, ...]:
    """Returns the rows of those names that are skills with assembly bodies."""
    return tuple(_ROWS[name] for name in names if name in _ROWS)


def body_of(row: Instruction) -> AssemblyProgram | None:
    """Returns the assembly body of a row; None for instructions."""
    skill = ASSEMBLY_SKILLS.learnt_skill(row.name) if row.family == FAMILY else None
    return skill.body if skill is not None and isinstance(skill.body, AssemblyProgram) else None


def skill_table(names: Sequence[str] | None) -> SkillTable:
    """Returns the table that a search's programs look their skills up in."""
    return ASSEMBLY_SKILLS if names and assembly_rows(names) else INSTRUCTIONS_ONLY
