"""Circuits as the searches hold them, and how they become straight-line programs of gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcts_compose.search.circuits.basis import (
    FORMS,
    INVERT_FIRST,
    INVERT_LAST,
    INVERT_SECOND,
    MNEMONICS,
    NOT,
    XOR,
    Basis,
    gate_word,
)


class Gate(NamedTuple):
    """One gate: its form and the nodes it reads; NOT reads one node twice."""

    form: int
    first: int
    second: int


class Circuit(NamedTuple):
    """Gates in order; node i is source i, and node num_sources + i is gate i.

    Attributes:
      num_sources: how many nodes are given.
      gates: each reads earlier nodes.
      outputs: node of each goal, and whether its complement is meant (only where inverters are free).
    """

    num_sources: int
    gates: tuple[Gate, ...]
    outputs: tuple[tuple[int, bool], ...]

    @property
    def size(self) -> int:
        """Number of gates that count."""
        return len(self.gates)


def circuit_words(circuit: Circuit, sources: Sequence[int], rows: int) -> list[int]:
    """Returns the value of each output on words of rows (Python integers of any length)."""
    values = list(sources)
    for form, first, second in circuit.gates:
        values.append(gate_word(form, values[first], values[second], rows))
    return [values[node] ^ (rows if inverted else 0) for node, inverted in circuit.outputs]


def without_unused(circuit: Circuit) -> Circuit:
    """Returns the circuit without gates that no output needs."""
    needed = {node for node, _ in circuit.outputs}
    for index in range(len(circuit.gates) - 1, -1, -1):
        if circuit.num_sources + index in needed:
            needed.update(circuit.gates[index][1:])
    place = {node: node for node in range(circuit.num_sources)}
    gates: list[Gate] = []
    for index, (form, first, second) in enumerate(circuit.gates):
        if circuit.num_sources + index in needed:
            place[circuit.num_sources + index] = circuit.num_sources + len(gates)
            gates.append(Gate(form, place[first], place[second]))
    outputs = tuple((place[node], inverted) for node, inverted in circuit.outputs)
    return Circuit(circuit.num_sources, tuple(gates), outputs)


Line = tuple[str, tuple[int, int] | tuple[int]]


class _Writer:
    """Writes a circuit's gates as lines; where inverters are free it chooses each gate's polarity."""

    def __init__(self, circuit: Circuit, basis: Basis) -> None:
        self._basis = basis
        self._sources = circuit.num_sources
        self.lines: list[Line] = []
        self._pointers: dict[tuple[int, bool], int] = {
            (node, False): node for node in range(circuit.num_sources)
        }
        wishes = dict.fromkeys((node for node, _ in circuit.outputs), True)
        for node, inverted in circuit.outputs:
            wishes[node] = wishes[node] and inverted
        for index, gate in enumerate(circuit.gates):
            node = circuit.num_sources + index
            self._write_gate(gate, node, wishes.get(node, False))

    def _add(self, line: Line) -> int:
        self.lines.append(line)
        return self._sources + len(self.lines) - 1

    def pointer(self, node: int, inverted: bool) -> int:
        """Returns where a node, or its complement, stands; a complement may take an inverter."""
        found = self._pointers.get((node, inverted))
        if found is None:
            found = self._add(("not", (self._pointers[node, not inverted],)))
            self._pointers[node, inverted] = found
        return found

    def _choices(self, gate: Gate, wish: bool) -> list[tuple[int, int, int]]:
        """Lists the ways to write a gate: inverters and a wish not met, form, operands to invert."""
        allowed = {form for name in self._basis.operators for form in FORMS[name]}
        ways = []
        for flips in range(8):
            form = gate.form ^ (flips & 7)
            if form & XOR:
                form ^= INVERT_LAST * ((form & 1) ^ (form >> 1 & 1))
                form &= XOR | INVERT_LAST
            if form not in allowed:
                continue
            price = 2 * ((gate.first, bool(flips & 1)) not in self._pointers)
            price += 2 * ((gate.second, bool(flips >> 1 & 1)) not in self._pointers)
            ways.append((price + (bool(flips >> 2) is not wish), form, flips))
        return ways

    def _write_gate(self, gate: Gate, node: int, wish: bool) -> None:
        if not self._basis.has_free_not:
            self._pointers[node, False] = self._add(self._plain(gate))
            return
        _, form, flips = min(self._choices(gate, wish))
        first = self.pointer(gate.first, bool(flips & INVERT_FIRST))
        second = self.pointer(gate.second, bool(flips & INVERT_SECOND))
        name, swapped = MNEMONICS[form]
        operands = (second, first) if swapped else (first, second)
        self._pointers[node, bool(flips & INVERT_LAST)] = self._add((name, operands))

    def _plain(self, gate: Gate) -> Line:
        first, second = self._pointers[gate.first, False], self._pointers[gate.second, False]
        if gate.form != NOT:
            name, swapped = MNEMONICS[gate.form]
            return name, (second, first) if swapped else (first, second)
        if "not" in self._basis.operators:
            return "not", (first,)
        return "nand" if "nand" in self._basis.operators else "nor", (first, first)


def circuit_lines(circuit: Circuit, basis: Basis) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """Returns a circuit's lines, with operands that point to sources or lines, and a pointer for each output.

    Where inverters are free a line `not` is written only where both polarities of a function are needed or
    the operators leave no other way.
    """
    writer = _Writer(circuit, basis)
    outputs = tuple(writer.pointer(node, inverted) for node, inverted in circuit.outputs)
    return tuple(writer.lines), outputs
