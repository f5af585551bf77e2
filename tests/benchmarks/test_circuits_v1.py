"""The suite `circuits-v1`: truth tables against plain arithmetic, and known sizes against brute force."""

import itertools

import pytest

from benchmarks.suites.circuits_v1 import BASES, CIRCUITS, KNOWN_SIZES, documents, load
from mcts_compose.task import Task

DOCUMENTS = {document["id"]: document for document in documents()}
TABLES = {document["group"]: document["truth_tables"] for document in DOCUMENTS.values()}


def _outputs(id_, *bits):
    row = int("".join(map(str, bits)), 2)
    return "".join(table[row] for table in TABLES[id_])


def test_every_circuit_is_there_over_every_basis():
    assert list(DOCUMENTS) == [f"{circuit.id}-{basis}" for circuit in CIRCUITS for basis in BASES]
    assert len({circuit.description for circuit in CIRCUITS}) == len(CIRCUITS) == 20
    assert "memory" not in DOCUMENTS["full-adder-aig"]
    assert [task.id for task in load()] == list(DOCUMENTS)
    assert all(isinstance(task, Task) for task in load())


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda document: document["id"])
def test_tables_have_a_character_for_every_row(document):
    assert document["n_inputs"] == len(document["arg_names"]) == len(document["types"]["inputs"])
    assert document["n_outputs"] == len(document["truth_tables"])
    for table in document["truth_tables"]:
        assert len(table) == 2 ** document["n_inputs"] and set(table) == {"0", "1"}


@pytest.mark.parametrize("size", [2, 3])
def test_adders_add(size):
    for a, b in itertools.product(range(2**size), repeat=2):
        bits = f"{a:0{size}b}{b:0{size}b}"
        assert int(_outputs(f"adder-{size}", *bits), 2) == a + b


def test_small_circuits_give_what_their_names_say():
    assert TABLES["half-adder"] == ["0001", "0110"]
    assert TABLES["full-adder"] == ["00010111", "01101001"]
    assert TABLES["majority-3"] == ["00010111"]
    assert TABLES["less-1"] == ["0100"] and TABLES["greater-1"] == ["0010"] and TABLES["equal-1"] == ["1001"]
    assert TABLES["decoder-2-4"] == ["1000", "0100", "0010", "0001"]
    assert TABLES["multiplexer-2"] == ["00110101"]


def test_larger_circuits_give_what_their_names_say():
    for a, b in itertools.product(range(4), repeat=2):
        bits = f"{a:02b}{b:02b}"
        assert int(_outputs("multiplier-2", *bits), 2) == a * b
        assert [_outputs(f"{word}-2", *bits) for word in ("less", "equal", "greater")] == [
            str(int(holds)) for holds in (a < b, a == b, a > b)
        ]
    for bits in itertools.product("01", repeat=6):
        assert _outputs("multiplexer-4", *bits) == bits[2 + int(bits[0] + bits[1], 2)]
    for bits in itertools.product("01", repeat=5):
        assert _outputs("majority-5", *bits) == str(int(bits.count("1") >= 3))
        assert _outputs("parity-5", *bits) == str(bits.count("1") % 2)
    for number in range(8):
        assert _outputs("decoder-3-8", *f"{number:03b}").index("1") == number


def _fewest_gates(id_, most):
    """Returns the size of a smallest circuit by brute force over sets of functions; None above `most`.

    A function is a number whose bit k is its value in row k. In an and-inverter graph it stands for its
    complement as well.
    """
    document = DOCUMENTS[id_]
    basis, size = id_.rpartition("-")[2], document["n_inputs"]
    every = 2**2**size - 1
    inputs = frozenset(
        sum(1 << row for row in range(2**size) if row >> (size - 1 - place) & 1) for place in range(size)
    )
    goals = {sum(int(mark) << row for row, mark in enumerate(table)) for table in document["truth_tables"]}
    if basis == "aig":
        goals = {min(goal, every ^ goal) for goal in goals}

    def gates(functions):
        for x, y in itertools.combinations(functions, 2):
            if basis == "nand":
                yield every ^ (x & y)
            elif basis == "xag":
                yield from (x & y, x ^ y)
            else:
                for found in (x & y, x & ~y & every, ~x & y & every, ~x & ~y & every):
                    yield min(found, every ^ found)
        if basis != "aig":
            yield from (every ^ x for x in functions)

    start = frozenset(min(x, every ^ x) for x in inputs) if basis == "aig" else inputs
    layer = {start}
    for count in range(most + 1):
        if any(goals <= functions for functions in layer):
            return count
        layer = {functions | {gate} for functions in layer for gate in gates(functions)}
    return None


SMALL = [id_ for id_, known in KNOWN_SIZES.items() if known.is_least and known.gates <= 3]


@pytest.mark.parametrize("id_", [*SMALL, "majority-3-aig", "multiplexer-2-nand"])
def test_known_least_sizes_are_those_of_brute_force(id_):
    known = KNOWN_SIZES[id_]
    assert _fewest_gates(id_, known.gates) == known.gates


@pytest.mark.parametrize("id_", ["half-adder-nand", "equal-1-nand", "majority-3-xag", "decoder-2-4-aig"])
def test_known_least_sizes_of_few_functions_are_those_of_brute_force(id_):
    assert _fewest_gates(id_, 5) == KNOWN_SIZES[id_].gates


def test_known_sizes_are_of_tasks():
    assert KNOWN_SIZES.keys() <= DOCUMENTS.keys()
