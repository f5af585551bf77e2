"""Decides how learnt skills are written down beside a program that calls them, and read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from vm.program import Program
from vm.program_text import parse_body
from vm.skill import INSTRUCTIONS_ONLY, Skill, SkillTable

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.functions.function import PythonFunction


class SkillText(NamedTuple):
    """A learnt skill as text.

    Attributes:
      name: by which programs call it.
      doc: what it does, one line.
      body: its text.
    """

    name: str
    doc: str
    body: str


def reached_skills(program: Program | AssemblyProgram | PythonFunction) -> tuple[Skill, ...]:
    """Returns every learnt skill that a body reaches, itself or through others, in the table's order."""
    if not isinstance(program, Program) or not program.skills.learnt:
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
      ProgramError: a body is none, or one that may not run, or a Python function that is not installed.
      ValueError: two skills have one name.
    """
    table = before
    for name, doc, body in texts:
        table = table.with_skill(Skill(name, doc, parse_body(body, table)))
    return table
