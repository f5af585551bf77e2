"""Decides which kind of body a text is: assembly begins with the name of an instruction set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vm.program import Program, ProgramError

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.functions.function import PythonFunction
    from vm.skill import SkillTable

FUNCTION_KEYWORD: Final = "python"
_FIRST_NAME: Final = re.compile(r"(?:[\s;]|#[^\n]*(?:\n|$))*[A-Za-z_]")


def parse_body(text: str, skills: SkillTable | None = None) -> Program | AssemblyProgram | PythonFunction:
    """Returns the body of a skill that `text` says, verified: a program, or an installed Python function.

    Raises:
      ProgramError: the text is none, or one that may not run, or the function is not installed.
    """
    if text.startswith(f"{FUNCTION_KEYWORD} "):
        from vm.functions.installed import parse_function

        return parse_function(text)
    return parse_program(text, skills)


def parse_program(text: str, skills: SkillTable | None = None) -> Program | AssemblyProgram:
    """Returns the program that `text` says, verified.

    The scalar machine is loaded only for texts that need it, since a tenth of the time of a short command
    would go there.

    Args:
      text: what a program prints.
      skills: what an array program may call besides instructions; None stands for the library of assembly.

    Raises:
      ProgramError: the text is no program, or one that may not run; line and column are named.
    """
    if _FIRST_NAME.match(text):
        from vm.assembly.program import AssemblyProgram

        return AssemblyProgram.parse(text)
    if skills is not None:
        return Program.parse(text, skills)
    try:
        return Program.parse(text)
    except ProgramError:
        from vm.assembly.library import ASSEMBLY_SKILLS

        return Program.parse(text, ASSEMBLY_SKILLS)
