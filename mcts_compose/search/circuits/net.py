"""A circuit that changes in place: its values, what of them can be seen, and its order.

Node i is source i, and node num_sources + i is gate i; gates stand in an order in which each reads earlier
nodes. What can be seen of a gate are the rows in which some output that matters changes with it: its *care*.
Any function that agrees with the gate there may take its place (observability don't-cares; source: Mishchenko
and Brayton 2006, "SAT-based complete don't-care computation for network optimization"; exact here, by
simulation).
"""

from typing import NamedTuple

import numpy as np

from mcts_compose.search.circuits.basis import INVERT_FIRST, INVERT_LAST, INVERT_SECOND, NOT, XOR
from vm.jit import inlined, kernel

ZERO = np.uint64(0)
NOWHERE = -1

# Registers.
NUM_SOURCES, NUM_GATES, NUM_WORDS, NUM_GOALS, HAS_FREE_NOT, EXECUTIONS, BEST = 0, 1, 2, 3, 4, 5, 6
NUM_REGISTERS = 16


class Net(NamedTuple):
    """A circuit with room for `max_gates` gates; all of it is written by the kernels that change circuits.

    Attributes:
      registers: int64 [NUM_REGISTERS], named above.
      goals: uint64 [num_goals, num_words]; by the host.
      cares: uint64 [num_goals, num_words]; by the host.
      allowed: uint8 [32], 1 for forms of the basis; by the host.
      gates: int64 [max_gates + 1, 3], form and the nodes read.
      outputs: int64 [num_goals, 2], node, and 1 if its complement is meant.
      values: uint64 [max_nodes, num_words].
      flipped: uint64 [max_nodes, num_words], values when one gate is inverted.
      cone: uint8 [max_nodes], 1 for that gate and all that depends on it.
      care: uint64 [num_words], where that gate is seen.
      other_gates: int64 [max_gates + 1, 3], where a new order is written.
      places: int64 [max_nodes], place of a node in the new order.
      stack: int64 [2 * max_nodes].
    """

    registers: np.ndarray
    goals: np.ndarray
    cares: np.ndarray
    allowed: np.ndarray
    gates: np.ndarray
    outputs: np.ndarray
    values: np.ndarray
    flipped: np.ndarray
    cone: np.ndarray
    care: np.ndarray
    other_gates: np.ndarray
    places: np.ndarray
    stack: np.ndarray


@inlined
def form_word(form, a, b):
    """Returns a gate's value on words of rows; bits that are no rows are arbitrary."""
    if form == NOT:
        return ~a
    if form & XOR:
        value = a ^ b
    else:
        value = (~a if form & INVERT_FIRST else a) & (~b if form & INVERT_SECOND else b)
    return ~value if form & INVERT_LAST else value


@kernel
def evaluate_gate(net, gate, values):
    """Writes one gate's row of `values`."""
    form, first, second = net.gates[gate, 0], net.gates[gate, 1], net.gates[gate, 2]
    node = net.registers[NUM_SOURCES] + gate
    for word in range(net.registers[NUM_WORDS]):
        values[node, word] = form_word(form, values[first, word], values[second, word])


@kernel
def evaluate(net):
    """Writes the values of all gates."""
    for gate in range(net.registers[NUM_GATES]):
        evaluate_gate(net, gate, net.values)


@kernel
def evaluate_flipped(net, gate, form, a, b, a_flipped, b_flipped):
    """Writes a gate's row of `flipped`, of operands that may be in the cone of what is inverted."""
    values, flipped, node = net.values, net.flipped, net.registers[NUM_SOURCES] + gate
    for word in range(net.registers[NUM_WORDS]):
        left = flipped[a, word] if a_flipped else values[a, word]
        right = flipped[b, word] if b_flipped else values[b, word]
        flipped[node, word] = form_word(form, left, right)


@kernel
def find_care(net, gate):
    """Finds what depends on a gate, `cone`, and the rows in which an output shows it, `care`."""
    registers, cone, care = net.registers, net.cone, net.care
    num_sources, num_words = registers[NUM_SOURCES], registers[NUM_WORDS]
    node = num_sources + gate
    for other in range(num_sources + registers[NUM_GATES]):
        cone[other] = 0
    cone[node] = 1
    for word in range(num_words):
        net.flipped[node, word] = ~net.values[node, word]
        care[word] = ZERO
    for later in range(gate + 1, registers[NUM_GATES]):
        form, first, second = net.gates[later, 0], net.gates[later, 1], net.gates[later, 2]
        if cone[first] or cone[second]:
            cone[num_sources + later] = 1
            evaluate_flipped(net, later, form, first, second, cone[first], cone[second])
    for goal in range(registers[NUM_GOALS]):
        output = net.outputs[goal, 0]
        if cone[output] == 0:
            continue
        for word in range(num_words):
            seen = (net.flipped[output, word] ^ net.values[output, word]) & net.cares[goal, word]
            care[word] |= seen


@kernel
def place_below(net, root, count):
    """Writes the gates that `root` needs, and it, behind the `count` that stand in the new order."""
    stack, places, num_sources = net.stack, net.places, net.registers[NUM_SOURCES]
    stack[0] = root
    top = 1
    while top > 0:
        node = stack[top - 1]
        if places[node] != NOWHERE:
            top -= 1
            continue
        gate = node - num_sources
        form, first, second = net.gates[gate, 0], net.gates[gate, 1], net.gates[gate, 2]
        if places[first] == NOWHERE or places[second] == NOWHERE:
            for child in (second, first):
                if places[child] == NOWHERE:
                    stack[top] = child
                    top += 1
            continue
        net.other_gates[count, 0] = form
        net.other_gates[count, 1] = places[first]
        net.other_gates[count, 2] = places[second]
        places[node] = num_sources + count
        count += 1
        top -= 1
    return count


@kernel
def reorder(net):
    """Writes into `other_gates` the gates that outputs need, in order; returns how many these are."""
    registers, places = net.registers, net.places
    num_sources = registers[NUM_SOURCES]
    for node in range(num_sources + registers[NUM_GATES]):
        places[node] = node if node < num_sources else NOWHERE
    count = 0
    for goal in range(registers[NUM_GOALS]):
        count = place_below(net, net.outputs[goal, 0], count)
    return count


@kernel
def take_order(net, count):
    """Makes the order that `reorder` wrote the circuit's own, and evaluates it."""
    for gate in range(count):
        for field in range(3):
            net.gates[gate, field] = net.other_gates[gate, field]
    for goal in range(net.registers[NUM_GOALS]):
        net.outputs[goal, 0] = net.places[net.outputs[goal, 0]]
    net.registers[NUM_GATES] = count
    evaluate(net)
