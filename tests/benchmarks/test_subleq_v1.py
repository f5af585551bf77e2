"""The suite `subleq-v1`: known programs are right, in their bounds, and the examples tell something."""

import pytest

from benchmarks.suites.subleq.running import FUEL, SHAPES, run
from benchmarks.suites.subleq_v1 import documents, load
from mcts_compose.task import Task
from tests.benchmarks import plain_assembly
from vm.assembly.library import ASSEMBLY_SKILLS
from vm.assembly.program import AssemblyProgram
from vm.program import Program

DOCUMENTS = documents()
FINDING = [document for document in DOCUMENTS if document["id"].startswith("find-")]
RUNNING = [document for document in DOCUMENTS if document["id"].startswith("run-")]


def test_ids_and_descriptions_are_different():
    assert len({document["id"] for document in DOCUMENTS}) == len(DOCUMENTS)
    assert len({document["description"] for document in DOCUMENTS}) == len(DOCUMENTS)
    assert len(FINDING) >= 20 and len(RUNNING) == 7
    assert all(isinstance(task, Task) for task in load())


@pytest.mark.parametrize("document", FINDING, ids=lambda document: document["id"])
def test_known_program_is_right_and_within_the_bound(document):
    text = document["solution"]
    lines = [part for part in text.split("; ")[1:] if not part.endswith(":")]
    assert len(lines) == document["memory"]["max_length"]
    inputs = document["inputs"] + document["test_inputs"]
    assert len({tuple(row) for row in inputs}) == len(inputs) == 22
    for row, wanted in zip(inputs, document["outputs"] + document["test_outputs"], strict=True):
        assert plain_assembly.run(text, row) == wanted, row
        assert AssemblyProgram.parse(text)(*row) == wanted, row


@pytest.mark.parametrize("document", FINDING, ids=lambda document: document["id"])
def test_known_program_keeps_to_the_cells_and_constants_of_the_task(document):
    memory = document["memory"]
    cells = {*document["arg_names"], *(f"s{number + 1}" for number in range(memory["scratch"]))}
    for part in document["solution"].split("; ")[1:]:
        if not part.endswith(":"):
            first, second = part.removeprefix("subleq ").split(", ")[:2]
            assert second in cells
            assert first in cells or int(first) in memory["constants"]
    assert set(memory["outputs"]) <= cells


@pytest.mark.parametrize("document", FINDING, ids=lambda document: document["id"])
def test_outputs_differ(document):
    if document["id"] != "find-clear":
        assert len({tuple(row) for row in document["outputs"]}) >= 2


@pytest.mark.parametrize("document", RUNNING, ids=lambda document: document["id"])
def test_known_composition_runs_given_programs(document):
    program = Program.parse(document["solution"], ASSEMBLY_SKILLS)
    inputs = document["inputs"] + document["test_inputs"]
    assert len({tuple(row[0]) for row in inputs}) == len(inputs) == 28
    for row, wanted in zip(inputs, document["outputs"] + document["test_outputs"], strict=True):
        assert program(*row) == wanted


def test_given_programs_end_and_do_what_their_shapes_say():
    by_number = {number: shape for number, shape in enumerate(SHAPES)}
    programs = [row[0] for document in RUNNING for row in document["inputs"]]
    assert all(run(program, FUEL) == run(program, 10 * FUEL) for program in programs)
    assert run([6, 7, 3, 5, 5, -1, 4, 9], FUEL)[-1] == 5
    add, multiply = by_number[1], by_number[5]
    assert [cell for cell, _ in add.cells] == ["z", "x", "y"]
    drawn = [4, 6, 9]
    assert run([10, 9, 3, 9, 11, 6, 9, 9, -1, 0, *drawn[:2]], FUEL)[-1] == 10
    assert len(multiply.lines) == 5
