"""Decides how learnt skills are written down beside a program that calls them, and read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vm.assembly.program import AssemblyProgram
from vm.program import Program
from vm.program_text import parse_program
from vm.skill import INSTRUCTIONS_ONLY, Skill, SkillTable


class SkillText(NamedTuple):
    """A learnt skill as text.

    Attributes:
      name: by which programs call it.
      doc: what it does, one line.
      body: text of its program.
    """

    name: str
    doc: str
    body: str


def reached_skills(program: Program | AssemblyProgram) -> tuple[Skill, ...]:
    """Returns every learnt skill that a program reaches, itself or through others, in the table's order."""
    if isinstance(program, AssemblyProgram) or not program.skills.learnt:
        return ()
    reached: set[str] = set()
    waiting = list(program.called)
    while waiting:
        name = waiting.pop()
        skill = program.skills.learnt_skill(name)
        if skill is not None and name not in reached:
            reached.add(name)
            waiting.extend(skill.body.called)
    return tuple(skill for skill in program.skills.learnt if skill.name in reached)


def text_of(skill: Skill) -> SkillText:
    """Returns a skill as text."""
    return SkillText(skill.name, skill.doc, skill.body.text)


def table_of(texts: Iterable[SkillText], before: SkillTable = INSTRUCTIONS_ONLY) -> SkillTable:
    """Returns the table of some skills, each of which may call those before it.

    Raises:
      ProgramError: a body is no program, or one that may not run.
      ValueError: two skills have one name.
    """
    table = before
    for name, doc, body in texts:
        table = table.with_skill(Skill(name, doc, parse_program(body, table)))
    return table
