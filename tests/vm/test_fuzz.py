"""Differential fuzz: machine and reference agree on status, result and fuel of 20,000 random programs.

Half of them are marked slow."""

from __future__ import annotations

import functools

import pytest

from tests.vm.fuzz import fuzz
from tests.vm.mutations import MUTATIONS, ROOT, Mutation
from tests.vm.tally import REFUSED, Tally
from vm.isa import Status
from vm.table import INSTRUCTIONS

SEEDS = range(4)
QUICK = SEEDS[:2]
PROGRAMS = 5000


@functools.cache
def tally_of(seed: int) -> Tally:
    """Returns what fuzzing with a seed met."""
    return fuzz(seed, PROGRAMS)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed in QUICK else pytest.mark.slow) for seed in SEEDS]
)
def test_machine_agrees_with_reference(seed: int) -> None:
    tally = tally_of(seed)
    assert tally.mismatch is None, tally.mismatch


def test_fuzz_meets_every_outcome_and_every_instruction() -> None:
    total = Tally()
    for seed in QUICK:
        total.add(tally_of(seed))
    assert set(total.outcomes) == {
        REFUSED,
        *(status.name for status in Status if status is not Status.BAD_PROGRAM),
    }
    assert {row.name for row in INSTRUCTIONS} <= set(total.completed)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_every_fault_of_the_mutation_script_can_be_injected(mutation: Mutation) -> None:
    assert (ROOT / "vm" / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1
