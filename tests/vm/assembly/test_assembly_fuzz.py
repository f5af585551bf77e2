"""Differential fuzz: scalar machine and plain twin agree on status, line, result and fuel."""

import functools

import pytest

from tests.vm.assembly.fuzz import TOO_LARGE, fuzz_assembly
from tests.vm.tally import REFUSED, Tally
from vm.assembly.isa import ASSEMBLY_ROWS
from vm.isa import Status

SEEDS = range(4)
QUICK = SEEDS[:2]
PROGRAMS = 5000
NEVER = {Status.BAD_PROGRAM, Status.BAD_SHAPE, Status.BAD_VALUE, Status.RAISED}


@functools.cache
def tally_of(seed):
    """What fuzzing with a seed met."""
    return fuzz_assembly(seed, PROGRAMS)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed in QUICK else pytest.mark.slow) for seed in SEEDS]
)
def test_machine_agrees_with_reference(seed):
    assert tally_of(seed).mismatch is None, tally_of(seed).mismatch


def test_fuzz_meets_every_outcome_and_every_instruction():
    total = Tally()
    for seed in QUICK:
        total.add(tally_of(seed))
    assert set(total.outcomes) == {REFUSED, TOO_LARGE, *(status.name for status in set(Status) - NEVER)}
    assert set(ASSEMBLY_ROWS) <= set(total.completed)
