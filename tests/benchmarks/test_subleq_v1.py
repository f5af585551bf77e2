"""The suite `subleq-v1`: known programs are right, in their bounds, and the examples tell something."""

import pytest

from benchmarks.suites.subleq_v1 import documents
from tests.benchmarks import plain_assembly

DOCUMENTS = documents()
FINDING = [document for document in DOCUMENTS if document["id"].startswith("find-")]


def test_ids_and_descriptions_are_different():
    assert len({document["id"] for document in DOCUMENTS}) == len(DOCUMENTS)
    assert len({document["description"] for document in DOCUMENTS}) == len(DOCUMENTS)
    assert len(FINDING) >= 20


@pytest.mark.parametrize("document", FINDING, ids=lambda document: document["id"])
def test_known_program_is_right_and_within_the_bound(document):
    text = document["solution"]
    lines = [part for part in text.split("; ")[1:] if not part.endswith(":")]
    assert len(lines) == document["memory"]["max_length"]
    inputs = document["inputs"] + document["test_inputs"]
    assert len({tuple(row) for row in inputs}) == len(inputs) == 22
    for row, wanted in zip(inputs, document["outputs"] + document["test_outputs"], strict=True):
        assert plain_assembly.run(text, row) == wanted, row


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
