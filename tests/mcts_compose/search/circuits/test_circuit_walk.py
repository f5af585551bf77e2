"""The walk's kernels against plain Python: values, what is seen of a gate, and circuits that stay right."""

import random

import numpy as np
import pytest

from mcts_compose.search.circuits import net as nets
from mcts_compose.search.circuits import walk as walks
from mcts_compose.search.circuits.basis import NOT, basis_of
from mcts_compose.search.circuits.build import build_circuit, find_parts
from mcts_compose.search.circuits.circuit import Circuit, Gate, circuit_words
from mcts_compose.search.circuits.exact import wrong_rows
from mcts_compose.search.circuits.improve import Improvement, load, new_draw, new_net, unload
from mcts_compose.search.circuits.rows import Rows, Wanted, problem_rows, to_bits
from tests.mcts_compose.search.circuits.twin import BASES, assignments, function_problem


def _rows(num_inputs, draw, num_goals):
    """Random goals, with rows that do not matter."""
    sources = np.array(assignments(num_inputs), np.bool_).T
    goals = np.array([[draw.random() < 0.5 for _ in sources[0]] for _ in range(num_goals)])
    cares = np.array([[draw.random() < 0.8 for _ in sources[0]] for _ in range(num_goals)])
    outputs = tuple(Wanted("goal", index, False) for index in range(num_goals))
    return Rows(sources, tuple(range(num_inputs)), goals & cares, cares, outputs, True)


def _random_circuit(num_sources, num_gates, num_outputs, draw, forms):
    gates = []
    for gate in range(num_gates):
        first, second = (draw.randrange(num_sources + gate) for _ in range(2))
        form = draw.choice(forms)
        gates.append(Gate(form, first, first if form == NOT else second))
    outputs = [(draw.randrange(num_sources + num_gates), draw.random() < 0.5) for _ in range(num_outputs)]
    return Circuit(num_sources, tuple(gates), tuple(outputs))


def _numbers(bits):
    return [sum(int(bit) << row for row, bit in enumerate(row_bits)) for row_bits in bits]


@pytest.mark.parametrize("num_inputs", [4, 7])
def test_values_and_cares_are_those_of_plain_python(num_inputs):
    draw = random.Random(1)
    basis = basis_of(("and", "or", "xor", "not", "nand"), ())
    all_rows = (1 << (1 << num_inputs)) - 1
    for _ in range(20):
        rows = _rows(num_inputs, draw, 3)
        circuit = _random_circuit(num_inputs, 12, 3, draw, [*range(9), 12, NOT])
        net = new_net(rows, basis, circuit.size)
        load(net, circuit)
        sources = _numbers(rows.sources)
        outputs = circuit_words(circuit, sources, all_rows)
        values = to_bits(net.values)[:, : 1 << num_inputs]
        made = [(values[node] ^ inverted) for node, inverted in circuit.outputs]
        assert _numbers(made) == outputs
        for gate in range(circuit.size):
            nets.find_care(net, gate)
            # The gate replaced by its complement: the same operands, the result inverted.
            flipped = circuit_words(_with_inverse(circuit, gate), sources, all_rows)
            seen = 0
            for output, other, care in zip(outputs, flipped, _numbers(rows.cares), strict=True):
                seen |= (output ^ other) & care
            assert _numbers(to_bits(net.care[None])[:, : 1 << num_inputs]) == [seen]


def _with_inverse(circuit, gate):
    form, first, second = circuit.gates[gate]
    replaced = Gate(0, first, first) if form == NOT else Gate(form ^ 4, first, second)
    return circuit._replace(gates=(*circuit.gates[:gate], replaced, *circuit.gates[gate + 1 :]))


@pytest.mark.parametrize("num_inputs", [4, 7])
@pytest.mark.parametrize("name", list(BASES))
def test_every_step_keeps_the_circuit_right_and_in_order(name, num_inputs):
    draw = random.Random(2)
    basis = basis_of(*BASES[name])
    rows = _rows(num_inputs, draw, 3)
    circuit = build_circuit(rows, basis, find_parts(basis))
    net = new_net(rows, basis, circuit.size + 64)
    steps = new_draw(net.goals.shape[1], 3)
    load(net, circuit)
    net.registers[nets.BEST] = circuit.size
    for _ in range(300):
        walks.step(net, steps, 4)
        found = unload(net)
        assert not len(wrong_rows(found, rows))
        assert found.size <= circuit.size + 4
        for index, (form, first, second) in enumerate(found.gates):
            assert max(first, second) < found.num_sources + index
            assert form in basis.forms


def test_a_gate_that_another_node_can_replace_goes():
    operators, free = BASES["and-inverter"]
    basis = basis_of(operators, free)
    rows = problem_rows(function_problem(2, lambda a, b: (a & b,), operators), basis)
    # (a and b) and b is a and b.
    improvement = Improvement(rows, basis, Circuit(2, (Gate(0, 0, 1), Gate(0, 2, 1)), ((3, False),)), 0)
    improvement.run(10_000, 0)
    assert improvement.best.size == 1


@pytest.mark.parametrize("name", list(BASES))
def test_decompositions_are_right(name):
    basis = basis_of(*BASES[name])
    parts = find_parts(basis)
    draw = random.Random(4)
    for seed in (None, 1, 2):
        rows = _rows(6, draw, 4)
        random_choice = None if seed is None else np.random.default_rng(seed)
        circuit = build_circuit(rows, basis, parts, random_choice)
        assert not len(wrong_rows(circuit, rows))


def test_gates_that_cannot_make_everything_have_no_parts():
    assert find_parts(basis_of(("and", "or"))) is None
    assert find_parts(basis_of(("nor",))) is not None
