"""The exact search against every chain of gates, published counts, and itself without prunes."""

import itertools
import random
from collections import Counter

import pytest

from mcts_compose.search.circuits.basis import basis_of
from mcts_compose.search.circuits.exact import ExactSearch, wrong_rows
from mcts_compose.search.circuits.rows import problem_rows
from tests.mcts_compose.search.circuits.twin import (
    AND_INVERTER,
    BASES,
    assignments,
    function_problem,
    sizes_of_all,
    smallest_size,
    table_problem,
)

COLUMNS = [list(column) for column in zip(*assignments(3), strict=True)]


def _size(problem, free, **options):
    """Size that the exact search finds and proves, or None."""
    basis = basis_of(problem.operators, free)
    rows = problem_rows(problem, basis)
    if not len(rows.goals):
        return 0
    search = ExactSearch(rows, basis, **options)
    search.run(10**9)
    assert search.is_over and not search.is_full
    if search.circuit is None:
        return None
    assert not len(wrong_rows(search.circuit, rows))
    assert search.circuit.size == search.proven
    return search.circuit.size


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("and, xor, not", 3),
        ("nand", 4),
        ("xor, orn", 3),
        ("and-inverter", 2),
        ("all, not free", 2),
        pytest.param("and-inverter", 3, marks=pytest.mark.slow),
        pytest.param("all, not free", 3, marks=pytest.mark.slow),
    ],
)
def test_every_function_of_three_inputs_has_the_size_that_all_chains_give(name, most):
    operators, free = BASES[name]
    known = sizes_of_all(3, operators, bool(free), most)
    for goal in itertools.product((0, 1), repeat=8):
        if len(set(goal)) == 2:
            inverse = tuple(1 - bit for bit in goal)
            expected = min(known.get(goal, 99), known.get(inverse, 99) if free else 99)
            found = _size(table_problem(COLUMNS, [goal], operators), free, most_gates=most)
            assert (99 if found is None else found) == expected, goal


@pytest.mark.parametrize("name", list(BASES))
def test_several_goals_have_the_size_that_all_chains_give(name):
    operators, free = BASES[name]
    draw = random.Random(1)
    columns = [list(column) for column in zip(*assignments(2), strict=True)]
    for _ in range(40):
        goals = [[draw.randint(0, 1) for _ in range(4)] for _ in range(draw.randint(1, 3))]
        if any(len(set(goal)) == 1 for goal in goals):
            continue
        cares = [[1] * 4] * len(goals)
        expected = smallest_size(columns, goals, cares, operators, bool(free), 3)
        assert _size(table_problem(columns, goals, operators), free, most_gates=3) == expected, goals


@pytest.mark.parametrize("name", list(BASES))
def test_goals_with_rows_that_do_not_matter_have_the_size_that_all_chains_give(name):
    operators, free = BASES[name]
    draw = random.Random(2)
    for _ in range(25):
        goals = [[draw.randint(0, 1) for _ in range(8)] for _ in range(draw.randint(1, 2))]
        cares = [[draw.random() < 0.6 for _ in range(8)] for _ in goals]
        if any(len({bit for bit, cared in zip(*pair) if cared}) < 2 for pair in zip(goals, cares)):  # noqa: B905
            continue
        expected = smallest_size(COLUMNS, goals, cares, operators, bool(free), 2)
        found = _size(table_problem(COLUMNS, goals, operators, cares), free, most_gates=2)
        assert found == expected, (goals, cares)


@pytest.mark.parametrize("name", list(BASES))
def test_prunes_change_no_size(name):
    operators, free = BASES[name]
    draw = random.Random(3)
    for _ in range(12):
        goals = [[draw.randint(0, 1) for _ in range(8)] for _ in range(draw.randint(1, 2))]
        problem = table_problem(COLUMNS, goals, operators)
        sizes = {
            _size(problem, free, use_symmetry=symmetry, use_loose=loose, most_gates=6)
            for symmetry, loose in itertools.product((True, False), repeat=2)
        }
        assert len(sizes) == 1, goals


KNOWN = [
    # Textbook circuits; the least sizes with NAND are those of Knuth, TAOCP 7.1.2 and its exercises.
    ("half adder", 2, lambda a, b: (a ^ b, a & b), {"and-inverter": 3, "and, xor, not": 2, "nand": 5}),
    (
        "full adder",
        3,
        lambda a, b, c: (a ^ b ^ c, a + b + c > 1),
        {"and-inverter": 7, "and, xor, not": 5, "nand": 9, "all, not free": 5},
    ),
    ("majority of 3", 3, lambda *x: (sum(x) > 1,), {"and-inverter": 4, "and, xor, not": 4, "nand": 6}),
    ("parity of 3", 3, lambda *x: (sum(x) % 2,), {"and-inverter": 6, "and, xor, not": 2, "nand": 8}),
    ("choice", 3, lambda s, a, b: (a if s else b,), {"and-inverter": 3, "and, xor, not": 3, "nand": 4}),
    (
        "product of two bits by two",
        4,
        lambda a, b, c, d: tuple((2 * a + b) * (2 * c + d) >> bit & 1 for bit in range(4)),
        {"and-inverter": 8, "and, xor, not": 7},
    ),
]


@pytest.mark.parametrize(
    ("num_inputs", "function", "name", "size"),
    [
        pytest.param(arity, function, name, size, id=f"{task}, {name}")
        for task, arity, function, sizes in KNOWN
        for name, size in sizes.items()
    ],
)
def test_known_circuits_have_their_known_least_size(num_inputs, function, name, size):
    operators, free = BASES[name]
    assert _size(function_problem(num_inputs, function, operators), free) == size


@pytest.mark.parametrize("name", list(BASES))
def test_the_order_of_inputs_does_not_matter(name):
    operators, free = BASES[name]
    draw = random.Random(4)
    table = {row: draw.randint(0, 1) for row in assignments(3)}
    sizes = {
        _size(function_problem(3, lambda *row, p=order: (table[tuple(row[i] for i in p)],), operators), free)
        for order in itertools.permutations(range(3))
    }
    assert len(sizes) == 1


def test_a_circuit_that_fails_on_rows_left_out_is_refined():
    def function(*bits):
        return (sum(bits[:3]) > 1, bits[0] ^ bits[7])

    operators, free = BASES["all, not free"]
    assert _size(function_problem(8, function, operators), free) == 5


def _classes(num_inputs):
    """One function of each class under renaming and complement of inputs and output, and the class's size."""
    rows = 1 << num_inputs
    maps = [
        [
            sum(((row ^ flips) >> order[bit] & 1) << bit for bit in range(num_inputs))
            for row in range(rows)
        ]
        for order in itertools.permutations(range(num_inputs))
        for flips in range(rows)
    ]  # fmt: skip
    seen = bytearray(1 << rows)
    for function in range(1 << rows):
        if not seen[function]:
            members = {sum((function >> row & 1) << at for at, row in enumerate(rows)) for rows in maps}
            members |= {(1 << rows) - 1 - member for member in members}
            for member in members:
                seen[member] = 1
            yield function, len(members)


@pytest.mark.long
@pytest.mark.parametrize(
    ("num_inputs", "counts"),
    [
        # Source: Knuth, The Art of Computer Programming 4A, 7.1.2, table 1: functions of four variables.
        (4, {0: 10, 1: 60, 2: 456, 3: 2474, 4: 10624, 5: 24184, 6: 25008, 7: 2720}),
    ],
)
def test_functions_by_size_are_as_many_as_published(num_inputs, counts):
    operators, free = (*AND_INVERTER, "xor", "xnor"), ("not",)
    columns = [list(column) for column in zip(*assignments(num_inputs), strict=True)]
    found = Counter()
    for function, members in _classes(num_inputs):
        goal = [function >> row & 1 for row in range(1 << num_inputs)]
        found[_size(table_problem(columns, [goal], operators), free)] += members
    assert found == counts
