"""Operators, comparisons and conditions: kernels and their plain twins agree at every edge."""

import itertools
import random

import numpy as np
import pytest

from vm.assembly.alu import alu, compare, holds, step
from vm.assembly.isa import (
    ASSEMBLY_ROWS,
    CODE_WIDTH,
    COMPARE,
    CONDITIONAL_MOVE,
    CONDITIONS,
    EQUAL,
    GREATER,
    LESS,
    OPERATOR_ROWS,
    SUB,
)
from vm.jit import kernel
from vm.reference.assembly import apply_operator, compare_words, condition_holds, to_word


@kernel
def run_steps(code, registers, flags, width):
    """Runs straight lines."""
    for line in range(len(code)):
        flags = step(code[line], registers, flags, width)
    return flags


@kernel
def flags_of(a, b):
    """Calls an inlined kernel from Python."""
    return compare(a, b)


@kernel
def is_met(opcode, flags):
    """Calls an inlined kernel from Python."""
    return holds(opcode, flags)


def edge_words(width):
    """Words where operators have edges: zero, ones, signs, and the width as a shift."""
    numbers = {0, 1, 2, 3, -1, -2, 2 ** (width - 1), 2 ** (width - 1) - 1, width - 1, width, width + 1}
    return sorted({to_word(number, width) for number in numbers})


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("row", OPERATOR_ROWS, ids=lambda row: row.name)
def test_operators_agree_with_their_twins(row):
    draws = random.Random(row.name)
    for width in (1, 8, 16, 32, 64):
        edges = edge_words(width)
        words = [*itertools.product(edges, edges, edges[:3])]
        words += [tuple(to_word(draws.getrandbits(64), width) for _ in range(3)) for _ in range(200)]
        for a, b, c in words:
            given = alu(row.opcode, np.int64(a), np.int64(b), np.int64(c), width)
            assert given == apply_operator(row.name, width, a, b, c), (row.name, width, a, b, c)


def test_words_of_eight_bits_agree_everywhere():
    for row in OPERATOR_ROWS:
        for a in range(0, 256, 3):
            for b in range(0, 256, 7):
                assert alu(row.opcode, np.int64(a), np.int64(b), np.int64(9), 8) == apply_operator(
                    row.name, 8, a, b, 9
                ), (row.name, a, b)


def test_comparisons_are_signed():
    for a, b in itertools.product([-(2**63), -1, 0, 1, 2**63 - 1], repeat=2):
        assert flags_of(np.int64(a), np.int64(b)) == compare_words(a, b)


def test_no_condition_holds_before_the_first_comparison():
    for name, mask in CONDITIONS.items():
        assert ASSEMBLY_ROWS[f"cmov{name}"].opcode == CONDITIONAL_MOVE + mask
        for flags in (0, LESS, EQUAL, GREATER):
            for base in (f"cmov{name}", f"j{name}"):
                assert is_met(ASSEMBLY_ROWS[base].opcode, flags) == condition_holds(name, flags)


def test_steps_write_one_register_or_the_flags():
    code = np.zeros((3, CODE_WIDTH), np.int64)
    code[0] = COMPARE, 2, 0, 1, 0
    code[1] = CONDITIONAL_MOVE + CONDITIONS["g"], 2, 0, 0, 0
    code[2] = SUB, 0, 0, 1, 0
    registers = np.array([5, 3, 9], np.int64)
    assert run_steps(code, registers, 0, 64) == GREATER
    assert registers.tolist() == [2, 3, 5]
    assert run_steps(code[1:2], registers, LESS, 64) == LESS
    assert registers.tolist() == [2, 3, 5]
