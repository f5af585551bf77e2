"""The skills that come as assembly."""

import random

from vm.assembly.library import ASSEMBLY_SKILLS
from vm.program import Program

RUN = ASSEMBLY_SKILLS.learnt_skill("run_subleq")


def run_subleq(memory, fuel):
    """The plain twin: three words an instruction; a word that is no address halts."""
    memory, at = list(memory), 0
    for _ in range(fuel):
        if not 0 <= at < len(memory) - 2:
            break
        a, b, target = memory[at : at + 3]
        if not (0 <= a < len(memory) and 0 <= b < len(memory)):
            break
        memory[b] = (memory[b] - memory[a] + 2**63) % 2**64 - 2**63
        at = target if memory[b] <= 0 else at + 3
    return memory


def test_every_skill_is_documented():
    for skill in ASSEMBLY_SKILLS.learnt:
        assert skill.doc.endswith(".") and len(skill.doc) <= 100


def test_subleq_moves_and_adds():
    # Memory: the code in 0 .. 14, then a = 15, b = 16, zero = 17. It gives b := a + b, then halts.
    code = [15, 17, 3, 17, 16, 6, 17, 17, 9, 0, 0, -1, 0, 0, 0, 5, 7, 0]
    assert RUN.body(code, 100)[15:] == [5, 12, 0]


def test_random_subleq_programs_agree_with_the_twin():
    draws = random.Random(3)
    for _ in range(300):
        memory = [draws.randint(-2, 14) for _ in range(draws.randint(0, 14))]
        fuel = draws.choice((0, 1, 5, 50, 500))
        assert RUN.body(memory, fuel) == run_subleq(memory, fuel), (memory, fuel)


def test_array_programs_call_it():
    program = Program.parse(
        "(code: list[int], x: int) -> int; m = run_subleq(append(code, x), 100); return last(m)",
        ASSEMBLY_SKILLS,
    )
    # Cell 9 becomes minus the input, which stands in cell 12; that is cleared, and gets it back.
    code = [12, 9, 3, 12, 12, 6, 9, 12, -1, 0, 0, 0]
    assert program(code, 21) == 21
