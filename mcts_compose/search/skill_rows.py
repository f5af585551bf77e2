"""Which skills that are no instructions a search may call: its library's, and assembly that the task names.

The search chooses such a skill as it chooses instructions, by a row of its own. An assembly body is called as
a derived action is, as a loop of its own kind whose body is a record of the scalar machine (higher.py); a
composition is run as the machine's code (machine_calls.py).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mcts_compose.search.problem import Problem
from vm.assembly.library import ASSEMBLY_SKILLS, with_assembly
from vm.assembly.program import AssemblyProgram
from vm.isa import Body, Convention, Instruction, Overload, Work
from vm.skill import Skill, SkillTable
from vm.table import BY_NAME

ASSEMBLY: Final = "assembly"
COMPOSITION: Final = "composition"
FAMILIES: Final = frozenset({ASSEMBLY, COMPOSITION})
NO_OPCODE: Final = -1
MAX_OPERANDS: Final = 3


@lru_cache(maxsize=4096)
def _row(skill: Skill) -> Instruction:
    """Returns a skill as a row that the search can choose, as it chooses instructions."""
    family = ASSEMBLY if isinstance(skill.body, AssemblyProgram) else COMPOSITION
    overload = Overload(NO_OPCODE, skill.params, skill.result)
    body = Body(NO_OPCODE, Convention.HIGHER, None, skill.signature, (overload,))
    return Instruction(
        skill.name, family, skill.doc, "", "", skill.cost, searched=False, commutative=False, lifts=False,
        work=Work.LINEAR, bodies=(body,),
    )  # fmt: skip


def _is_callable(skill: Skill) -> bool:
    return 1 <= skill.arity <= MAX_OPERANDS


def assembly_names() -> tuple[str, ...]:
    """Returns the names of the shipped skills that a task may name beside the instructions."""
    return tuple(skill.name for skill in ASSEMBLY_SKILLS.learnt if _is_callable(skill))


def skill_rows(problem: Problem) -> tuple[Instruction, ...]:
    """Returns the rows of what the search may call besides instructions, in the order of its table."""
    return tuple(_row(skill) for skill in skill_table(problem).learnt if _is_callable(skill))


def assembly_of(row: Instruction, table: SkillTable) -> AssemblyProgram | None:
    """Returns the assembly body of a row; None for all others."""
    skill = table.learnt_skill(row.name) if row.family == ASSEMBLY else None
    return skill.body if skill is not None and isinstance(skill.body, AssemblyProgram) else None


def skill_table(problem: Problem) -> SkillTable:
    """Returns the table that a search's programs look their skills up in."""
    return _table(problem.skills or (), problem.library)


@lru_cache(maxsize=64)
def _table(names: tuple[str, ...], library: SkillTable) -> SkillTable:
    return with_assembly(library, names)


def unknown_names(problem: Problem) -> list[str]:
    """Returns the names that the problem gives which are neither instructions nor skills."""
    known = {*BY_NAME, *(skill.name for skill in skill_table(problem).learnt)}
    return [name for name in problem.skills or () if name not in known]
