"""The suite `bit-tricks-v1`: definition, known program and term of each trick say the same."""

import collections
import itertools

import pytest

from benchmarks.suites.bit_tricks.definition import OPERATORS, WIDTHS, documents_of, program_text
from benchmarks.suites.bit_tricks.tricks import TRICKS
from benchmarks.suites.bit_tricks_v1 import documents, load
from mcts_compose.task import Task
from tests.benchmarks import plain_assembly, smt_terms
from vm.assembly.program import AssemblyProgram

DOCUMENTS = documents()
EDGES = (0, 1, 2, 3, 6, 7, 8, 12, 85, 127, 128, 129, 170, 254, 255)


def test_every_trick_is_there_four_times():
    assert [trick.number for trick in TRICKS] == list(range(1, 26))
    expected = [
        f"p{number:02}-w{width}-{table}"
        for number in range(1, 26)
        for width in (8, 32)
        for table in ("exact", "full")
    ]
    assert [document["id"] for document in DOCUMENTS] == [task.id for task in load()] == expected
    assert all(isinstance(task, Task) for task in load())
    assert len({trick.description for trick in TRICKS}) == 25


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: f"p{trick.number}")
def test_program_and_term_are_right_on_small_words(trick):
    """On all 8-bit words for one argument, on edges for more."""
    values = range(256) if len(trick.arguments) == 1 else EDGES
    if len(trick.arguments) == 4:
        values = EDGES[:6]
    program, term = program_text(trick, 8), trick.reference(8)
    for row in itertools.product(values, repeat=len(trick.arguments)):
        wanted = trick.function(8, *row)
        assert plain_assembly.run(program, row) == wanted, row
        assert smt_terms.evaluate(term, dict(zip(trick.arguments, row, strict=True)), 8) == wanted, row


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["id"])
def test_program_and_term_are_right_on_all_examples(document):
    width = int(document["memory"]["set"][2:])
    inputs = document["inputs"] + document["test_inputs"]
    assert len(set(map(tuple, inputs))) == len(inputs) == 96
    for row, wanted in zip(inputs, document["outputs"] + document["test_outputs"], strict=True):
        assert all(0 <= word < 2**width for word in [*row, wanted])
        assert plain_assembly.run(document["solution"], row) == wanted
        words = dict(zip(document["arg_names"], row, strict=True))
        assert smt_terms.evaluate(document["reference"], words, width) == wanted


@pytest.mark.parametrize("document", DOCUMENTS[::2], ids=lambda document: document["id"])
def test_known_program_runs_on_the_machine(document):
    program = AssemblyProgram.parse(document["solution"])
    for row, wanted in zip(document["inputs"], document["outputs"], strict=True):
        assert program(*row) == wanted


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["id"])
def test_outputs_tell_something(document):
    counts = collections.Counter(document["outputs"])
    if set(counts) <= {0, 1}:
        assert min(counts[0], counts[1]) >= 8
    else:
        assert len(counts) >= 3


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: f"p{trick.number}")
def test_exact_tables_are_what_the_known_program_uses(trick):
    for exact, full in _pairs(documents_of(trick)):
        used = {part.split()[0] for part in exact["solution"].split("; ")[1:]}
        assert set(exact["memory"]["instructions"]) == used <= set(OPERATORS)
        assert full["memory"]["instructions"] == list(OPERATORS)
        assert "constants" not in full["memory"]
        for constant in exact["memory"]["constants"]:
            assert f", {constant}" in exact["solution"]
        assert exact["inputs"] == full["inputs"]


def test_known_programs_have_the_published_lengths():
    lengths = {trick.number: [len(trick.lines(width)) for width in WIDTHS] for trick in TRICKS}
    assert all(lengths[number] == [2, 2] for number in range(1, 7))
    assert lengths[20] == [7, 7] and lengths[21] == [10, 10] and lengths[25] == [16, 16]
    assert lengths[24] == [8, 12]


def test_examples_hold_edges_and_related_words():
    shown = {tuple(row) for row in next(d for d in DOCUMENTS if d["id"] == "p16-w32-full")["inputs"]}
    assert shown >= {(0, 0), (2**32 - 1, 2**32 - 1), (2**32 - 1, 0)}
    drawn = next(d for d in DOCUMENTS if d["id"] == "p16-w32-full")["test_inputs"]
    assert any(x == y for x, y in drawn) and any(abs(x - y) == 1 for x, y in drawn)


def _pairs(items):
    return zip(items[::2], items[1::2], strict=True)
