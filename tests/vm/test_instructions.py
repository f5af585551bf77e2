"""Every instruction: its row is complete, its example is true, and its kernels agree with the reference."""

from __future__ import annotations

import random

import pytest

from tests.vm.kernel_calls import call_overload
from tests.vm.random_values import random_value
from vm.isa import Convention, Instruction, Overload, Status
from vm.parser import parse_literal
from vm.program import Program
from vm.reference import (
    REFERENCE_NAMES,
    Form,
    ReferenceFault,
    apply_instruction,
    form_words,
    forms_agree,
    to_form,
)
from vm.reference.machine import run_reference
from vm.table import BY_NAME, INSTRUCTIONS, ROW_OF_OPCODE
from vm.values import Batch, HostValue, decode, encode

LANES = 4
CASES = 12  # for each overload
MIN_CASES = 300  # for each instruction
CAPACITIES = (4096, 4096, 4096, 40, 12, 5)
WITH_KERNELS = [row for row in INSTRUCTIONS if row.bodies[0].convention is not Convention.HIGHER]


def reference_call(
    name: str, overload: Overload, operands: list[list[HostValue]], capacity: int
) -> tuple[Status, list[Form]]:
    """Returns status and results of an instruction on all lanes, in order, by the reference."""
    types = overload.params
    forms = [
        [to_form(value, type_) for value in values] for values, type_ in zip(operands, types, strict=True)
    ]
    results: list[Form] = []
    used = 0
    bounded = overload.result.rank > 0 and not BY_NAME[name].lifts
    for args in zip(*forms, strict=True):
        try:
            results.append(apply_instruction(name, args, types, capacity - used if bounded else 2**63))
        except ReferenceFault as fault:
            return fault.status, []
        used += form_words(results[-1])
        if bounded and used > capacity:
            return Status.OUT_OF_MEMORY, []
    return Status.OK, results


@pytest.mark.parametrize("row", INSTRUCTIONS, ids=lambda row: row.name)
def test_row_says_everything_about_its_instruction(row: Instruction) -> None:
    for text in (row.doc, row.edge):
        assert text.endswith("."), text
    assert row.example.startswith(f"{row.name}(") and ") = " in row.example
    assert row.cost > 0
    assert (row.name in REFERENCE_NAMES) == (row.bodies[0].convention is not Convention.HIGHER)
    assert row.lifts == (row.bodies[0].convention is Convention.ELEMENTWISE)


def test_reference_has_no_function_without_a_row() -> None:
    assert REFERENCE_NAMES <= set(BY_NAME)


@pytest.mark.parametrize("row", INSTRUCTIONS, ids=lambda row: row.name)
def test_example_is_true_of_machine_and_reference(row: Instruction) -> None:
    call, _, literal = row.example.rpartition(" = ")
    wanted = parse_literal(literal)
    program = Program.parse(f"() -> {wanted.type}; return {call}")
    assert forms_agree(to_form(program(), wanted.type), to_form(wanted.value, wanted.type))
    outcome = run_reference(program, [])
    assert outcome.outputs is not None
    assert forms_agree(to_form(outcome.outputs[0], wanted.type), to_form(wanted.value, wanted.type))


@pytest.mark.parametrize("row", WITH_KERNELS, ids=lambda row: row.name)
def test_kernels_agree_with_reference(row: Instruction) -> None:
    rng = random.Random(row.name)
    for overload in row.overloads:
        for _ in range(max(CASES, MIN_CASES // len(row.overloads))):
            capacity = rng.choice(CAPACITIES)
            lanes = rng.choice((1, LANES))
            operands = [[random_value(rng, type_) for _ in range(lanes)] for type_ in overload.params]
            batches = [encode(values, type_) for values, type_ in zip(operands, overload.params, strict=True)]
            status, result = call_overload(overload, batches, capacity)
            # Encoding decides what an operand is: a grid without elements has no rows.
            wanted_status, wanted = reference_call(
                row.name, overload, [decode(batch) for batch in batches], capacity
            )
            what = f"{row.name}: {overload} of {operands}, capacity {capacity}"
            assert status is wanted_status, f"{what}: {status.name}, reference {wanted_status.name}"
            if result is not None:
                assert_agrees(result, wanted, what)


def assert_agrees(result: Batch, wanted: list[Form], what: str) -> None:
    """Fails unless the batch holds what the reference gave."""
    for lane, (value, form) in enumerate(zip(decode(result), wanted, strict=True)):
        assert forms_agree(to_form(value, result.type), form), (
            f"{what}: lane {lane} is {value!r}, reference {form!r}"
        )


def test_every_opcode_belongs_to_the_row_that_holds_it() -> None:
    assert [row.name for row in ROW_OF_OPCODE] == [row.name for row in INSTRUCTIONS for _ in row.bodies]
