"""10,000 mutated sources: an error with line and column, or a program that round-trips."""

import random

import pytest

from tests.vm.assembly.generator import AssemblyGenerator
from vm.assembly.assembler import assemble
from vm.assembly.library import RUN_SUBLEQ
from vm.assembly.program import AssemblyProgram
from vm.assembly.verifier import verify
from vm.program import ProgramError

SOURCES = 2500
PIECES = (
    *"()[],:;+-#&@ \n\t\0é", "->", "mov", "add", "jmp", "x86", "bv8", "a", "x0", "l0", "l0:",
    "list[int]", "bool", "0", "-1", "0x", "0xff", "256", "9223372036854775808", "-9223372036854775809",
    "[x0 + 1]", "[3]", "7" * 30,
)  # fmt: skip


def mutate(draws, text):
    """Returns the text with a few characters or pieces deleted, doubled, swapped or put in."""
    for _ in range(draws.choice((1, 1, 1, 2, 3))):
        at = draws.randint(0, len(text))
        end = min(len(text), at + draws.choice((0, 1, 1, 2, 5)))
        kind = draws.randrange(4)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:at] + draws.choice(PIECES) + text[end:]
        elif kind == 2:
            text = text[:at] + text[at:end] * 2 + text[end:]
        else:
            other = draws.randint(0, len(text))
            text = text[:at] + text[other : other + 4] + text[at:]
    return text


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_mutated_sources_give_an_error_with_a_place_or_a_program(seed):
    draws, generator = random.Random(seed), AssemblyGenerator(seed)
    refused = 0
    for number in range(SOURCES):
        program = generator.program()
        source = RUN_SUBLEQ if number % 50 == 0 else draws.choice((str(program), program.text))
        source = mutate(draws, source)
        try:
            read = assemble.__wrapped__(source)
        except ProgramError as error:
            refused += 1
            lines = source.split("\n")
            assert 1 <= error.line <= len(lines), source
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1, source
            assert str(error).startswith(f"line {error.line}, column {error.column}: ")
            continue
        assert verify(read) == [], source
        assert AssemblyProgram.parse(read.text) == AssemblyProgram.parse(str(read)) == read, source
        assert AssemblyProgram.parse(read.text).text == read.text
    assert SOURCES / 4 < refused < SOURCES
