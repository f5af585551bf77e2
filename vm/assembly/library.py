"""Decides which skills come with the machine as assembly, for programs and searches that name them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from vm.assembly.program import AssemblyProgram
from vm.skill import Skill, SkillTable

RUN_SUBLEQ: Final = """
x86 (program: list[int], fuel: int) -> [program : program_len]
mov last, program_len
sub last, 2
next:
cmp fuel, 0
jle halt
sub fuel, 1
cmp pc, 0
jl halt
cmp pc, last
jge halt
mov at, program
add at, pc
load a, [at]
load b, [at + 1]
load target, [at + 2]
cmp a, 0
jl halt
cmp a, program_len
jge halt
cmp b, 0
jl halt
cmp b, program_len
jge halt
add a, program
add b, program
load x, [a]
load y, [b]
sub y, x
store [b], y
add pc, 3
cmp y, 0
cmovle pc, target
jmp next
halt:
"""
"""Three words an instruction, `a b c`: subtract word a from word b, and go to c if that gives 0 or less.

Source: the one-instruction computer of Giannou et al., Looped Transformers as Programmable Computers, 2023.
Here any word that is no address halts, also one to be read or written.
"""

ASSEMBLY_SKILLS: Final = SkillTable(
    (
        Skill(
            "run_subleq",
            "Runs a SUBLEQ program at most so many instructions; gives its memory at the end.",
            AssemblyProgram.parse(RUN_SUBLEQ),
        ),
    )
)
"""Every skill of the library."""
ASSEMBLY_NAMES: Final = tuple(skill.name for skill in ASSEMBLY_SKILLS.learnt)


def with_assembly(library: SkillTable, names: Collection[str] = ASSEMBLY_NAMES) -> SkillTable:
    """Returns a table in which shipped skills stand before a library's; the library's own of a name stays.

    Args:
      library: learnt skills.
      names: of the shipped skills that are wanted; other names are passed over.
    """
    shipped = tuple(
        skill
        for skill in ASSEMBLY_SKILLS.learnt
        if skill.name in names and library.learnt_skill(skill.name) is None
    )
    return SkillTable((*shipped, *library.learnt)) if shipped else library
