"""A first circuit for any table: decomposition of each goal input by input, with all functions shared.

What is wanted is an interval: the rows that must be 1 and those that must be 0. A function made before that
lies between them is taken. Else an input splits the rows: into an AND or OR with the input if one half is
constant, into an XOR if the halves are complements, else into a multiplexer (Shannon's expansion). Basis of
the gates: the smallest circuits of these few functions are searched once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mcts_compose.search.circuits.basis import Basis, gate_word
from mcts_compose.search.circuits.circuit import Circuit, Gate, without_unused
from mcts_compose.search.circuits.exact import ExactSearch
from mcts_compose.search.circuits.rows import Rows, Wanted, to_number

PARTS: dict[str, tuple[int, Callable[..., bool]]] = {
    "not": (1, lambda x: not x),
    "and": (2, lambda x, y: x and y),
    "andn": (2, lambda x, y: not x and y),
    "or": (2, lambda x, y: x or y),
    "orn": (2, lambda x, y: not x or y),
    "xor": (2, lambda x, y: x != y),
    "mux": (3, lambda x, y, z: y if x else z),
}
"""Functions that a decomposition is made of: number of operands, and what they give."""
PART_EXECUTIONS = 10_000_000
"""More gate values than any part takes in a complete basis. Measured: OR and NOT, 0.01 million."""


def find_parts(basis: Basis) -> dict[str, Circuit] | None:
    """Returns a smallest circuit of each part; None if the basis cannot make them all."""
    parts = {}
    for name, (arity, function) in PARTS.items():
        columns = [[bool(row >> (arity - 1 - i) & 1) for i in range(arity)] for row in range(1 << arity)]
        goal = np.array([[function(*column) for column in columns]], np.bool_)
        sources = np.array(columns, np.bool_).T
        if basis.has_free_not and name == "not":
            parts[name] = Circuit(1, (), ((0, True),))
            continue
        wanted = (Wanted("goal", 0, False),)
        rows = Rows(sources, tuple(range(arity)), goal, np.ones_like(goal), wanted, True)
        search = ExactSearch(rows, basis)
        search.run(PART_EXECUTIONS)
        if search.circuit is None:
            return None
        parts[name] = search.circuit
    return parts


class Literal(NamedTuple):
    """A node, or its complement where inverters are free; or a constant, as node -1."""

    node: int
    inverted: bool


CONSTANT = -1


class _Builder:
    """Makes goals one after the other, over one growing list of functions."""

    def __init__(
        self, rows: Rows, basis: Basis, parts: dict[str, Circuit], random: np.random.Generator | None
    ) -> None:
        self._parts = parts
        self._has_free_not = basis.has_free_not
        self._random = random
        self._rows = (1 << rows.num_rows) - 1
        self.gates: list[Gate] = []
        self.values = [to_number(row) for row in rows.sources]
        self._num_sources = len(self.values)
        self._node_of = {value: node for node, value in reversed(list(enumerate(self.values)))}

    def _add(self, form: int, first: Literal, second: Literal) -> Literal:
        """Adds a gate, or returns the node that has its value."""
        if first.inverted:
            form ^= 4 if form & 8 else 1
        if second.inverted:
            form ^= 4 if form & 8 else 2
        value = gate_word(form, self.values[first.node], self.values[second.node], self._rows)
        known = self._node_of.get(value)
        if known is None and self._has_free_not:
            known = self._node_of.get(value ^ self._rows)
            if known is not None:
                return Literal(known, True)
        if known is None:
            known = len(self.values)
            self._node_of[value] = known
            self.values.append(value)
            self.gates.append(Gate(form, first.node, second.node))
        return Literal(known, False)

    def part(self, name: str, *operands: Literal) -> Literal:
        """Adds the circuit of a part."""
        circuit = self._parts[name]
        nodes = list(operands)
        for form, first, second in circuit.gates:
            nodes.append(self._add(form, nodes[first], nodes[second]))
        node, inverted = circuit.outputs[0]
        return Literal(nodes[node].node, nodes[node].inverted ^ inverted)

    def _known(self, on: int, off: int) -> Literal | None:
        """Returns a function made before that lies in the interval."""
        inverse = None
        for node, value in enumerate(self.values):
            if not on & ~value and not off & value:
                return Literal(node, False)
            if inverse is None and not off & ~value and not on & value:
                inverse = node
        if inverse is None:
            return None
        return self.part("not", Literal(inverse, False))

    def _best_split(self, on: int, off: int) -> int:
        """Returns the input whose halves are nearest to constant."""
        costs = []
        for index in range(self._num_sources):
            high = self.values[index]
            halves = ((on & high, off & high), (on & ~high, off & ~high))
            cost = sum(_impurity(ones.bit_count(), zeros.bit_count()) for ones, zeros in halves)
            is_split = all(ones | zeros for ones, zeros in halves)
            noise = 1.0 + 0.3 * self._random.random() if self._random is not None else 1.0
            costs.append((not is_split, cost * noise, index))
        return min(costs)[2]

    def make(self, on: int, off: int) -> Literal:
        """Returns a function that is 1 on the rows `on` and 0 on the rows `off`."""
        if not on or not off:
            return Literal(CONSTANT, bool(on))
        known = self._known(on, off)
        if known is not None:
            return known
        split = self._best_split(on, off)
        high, source = self.values[split], Literal(split, False)
        ones, zeros = (on & high, off & high), (on & ~high, off & ~high)
        upper = self.make(*ones)
        if upper.node == CONSTANT:
            return self.part("or" if upper.inverted else "andn", source, self.make(*zeros))
        value = self.values[upper.node] ^ (self._rows if upper.inverted else 0)
        if not zeros[0] & value and not zeros[1] & ~value:
            return self.part("xor", source, self.part("not", upper))
        lower = self.make(*zeros)
        if lower.node == CONSTANT:
            return self.part("orn" if lower.inverted else "and", source, upper)
        return self.part("mux", source, upper, lower)


def _impurity(ones: int, zeros: int) -> float:
    """Returns the rows of a half times its Gini impurity; source: Breiman et al. 1984."""
    return ones * zeros / (ones + zeros) if ones + zeros else 0.0


def build_circuit(
    rows: Rows, basis: Basis, parts: dict[str, Circuit], random: np.random.Generator | None = None
) -> Circuit:
    """Returns a circuit that makes all goals; with a generator, one of many such.

    Args:
      rows: the problem; equal inputs must not want different outputs.
      basis: the gates.
      parts: what `find_parts` returned.
      random: varies the order of the goals and the choice of inputs.
    """
    builder = _Builder(rows, basis, parts, random)
    wanted = [
        (to_number(goal & care), to_number(~goal & care))
        for goal, care in zip(rows.goals, rows.cares, strict=True)
    ]
    order = sorted(range(len(wanted)), key=lambda goal: _impurity(*map(int.bit_count, wanted[goal])))
    if random is not None:
        order = random.permutation(len(wanted)).tolist()
    outputs: dict[int, Literal] = {goal: builder.make(*wanted[goal]) for goal in order}
    found = tuple((outputs[goal].node, outputs[goal].inverted) for goal in range(len(wanted)))
    return without_unused(Circuit(len(rows.sources), tuple(builder.gates), found))
