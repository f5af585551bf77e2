"""Decides which kind of program a text is: assembly begins with the name of an instruction set."""

from __future__ import annotations

import re
from typing import Final

from vm.assembly.library import ASSEMBLY_SKILLS
from vm.assembly.program import AssemblyProgram
from vm.program import Program
from vm.skill import SkillTable

_FIRST_NAME: Final = re.compile(r"(?:[\s;]|#[^\n]*(?:\n|$))*[A-Za-z_]")


def parse_program(text: str, skills: SkillTable = ASSEMBLY_SKILLS) -> Program | AssemblyProgram:
    """Returns the program that `text` says, verified; by default it may call the skills of the library.

    Raises:
      ProgramError: the text is no program, or one that may not run; line and column are named.
    """
    if _FIRST_NAME.match(text):
        return AssemblyProgram.parse(text)
    return Program.parse(text, skills)
