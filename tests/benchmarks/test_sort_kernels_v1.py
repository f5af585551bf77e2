"""The suite `sort-kernels-v1`: what is shown and held out, known solutions, and the bounds on length."""

import itertools
import math

import pytest

from benchmarks.suites.sort_kernels.kernels import SHORTEST
from benchmarks.suites.sort_kernels_v1 import documents, load
from mcts_compose.task import Task
from tests.benchmarks import plain_assembly
from vm.assembly.program import AssemblyProgram
from vm.values import Elem, ValueType, encode

DOCUMENTS = {document["id"]: document for document in documents()}
SIZES = (2, 3, 4, 5)


def test_ids_and_groups():
    tasks = load()
    assert [task.id for task in tasks] == [document["id"] for document in documents()] == list(DOCUMENTS)
    assert all(isinstance(task, Task) for task in tasks)
    for id_, document in DOCUMENTS.items():
        assert id_ in (f"{document['group']}-{end}" for end in ("cmov", "minmax", "jumps"))


@pytest.mark.parametrize("machine", ["cmov", "minmax"])
@pytest.mark.parametrize("size", SIZES)
def test_sorts_show_all_orders_and_hold_out_all_ties(size, machine):
    document = DOCUMENTS[f"sort{size}-{machine}"]
    assert len(document["inputs"]) == math.factorial(size)
    everything = document["inputs"] + document["test_inputs"]
    ranks = {
        tuple(sorted(set(values)).index(value) + 1 for value in values)
        for values in itertools.product(range(size), repeat=size)
    }
    assert sorted(map(tuple, everything)) == sorted(ranks)
    assert len(ranks) == {2: 3, 3: 13, 4: 75, 5: 541}[size]  # the ordered Bell numbers
    assert document["outputs"] + document["test_outputs"] == [sorted(values) for values in everything]


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda document: document["id"])
def test_known_solution_is_right_on_ties_too_and_within_the_bound(document):
    if "solution" not in document:
        assert document["group"] in ("sort3", "sort5")
        return
    text = document["solution"]
    length = sum(not part.strip().endswith(":") for part in text.split(";")[1:])
    assert length <= document["memory"]["max_length"]
    rows = zip(
        document["inputs"] + document["test_inputs"],
        document["outputs"] + document["test_outputs"],
        strict=True,
    )
    rows = list(rows)
    assert all(plain_assembly.run(text, arguments) == wanted for arguments, wanted in rows)
    columns = zip(*(arguments for arguments, _ in rows), strict=True)
    batches = [encode(column, ValueType(Elem.INT, 0)) for column in columns]
    assert AssemblyProgram.parse(text).run(batches).outputs() == [wanted for _, wanted in rows]


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda document: document["id"])
def test_known_solution_uses_the_instructions_of_the_task(document):
    for part in document.get("solution", "").split(";")[1:]:
        if not part.strip().endswith(":"):
            assert part.split()[0] in document["memory"]["instructions"]


@pytest.mark.parametrize("machine", ["cmov", "minmax"])
def test_no_shorter_kernel_sorts_two_values(machine):
    document = DOCUMENTS[f"sort2-{machine}"]
    header = document["solution"].split(";")[0]
    lines = [
        f"{mnemonic} {first}, {second}"
        for mnemonic in document["memory"]["instructions"]
        for first, second in itertools.permutations(("a", "b", "s1"), 2)
    ]
    shortest = next(
        length
        for length in itertools.count(1)
        if any(
            all(
                plain_assembly.run("; ".join((header, *body)), arguments) == wanted
                for arguments, wanted in zip(document["inputs"], document["outputs"], strict=True)
            )
            for body in itertools.product(lines, repeat=length)
        )
    )
    assert shortest == SHORTEST[2][machine][0] == document["memory"]["max_length"]


def test_kernels_of_variable_length_leave_the_other_registers_alone():
    document = DOCUMENTS["varsort3-cmov"]
    answers = dict(zip(map(tuple, document["test_inputs"]), document["test_outputs"], strict=True))
    assert answers[0, 3, 2, 1] == answers[1, 3, 2, 1] == [3, 2, 1]
    assert answers[2, 3, 2, 1] == [2, 3, 1]
    assert answers[3, 3, 2, 1] == [1, 2, 3]


def test_values_say_nothing_of_the_length():
    for length, *values in DOCUMENTS["varsort2-jumps"]["inputs"]:
        assert all(value > length for value in values) or all(value < length for value in values)
    assert len(DOCUMENTS["varsort4-cmov"]["inputs"]) == 2 * 5 * 24


def test_merges_show_sorted_parts_only():
    assert DOCUMENTS["merge-1-2-cmov"]["inputs"] == [[1, 2, 3], [2, 1, 3], [3, 1, 2]]
    assert len(DOCUMENTS["merge-2-2-cmov"]["inputs"]) == math.comb(4, 2)
