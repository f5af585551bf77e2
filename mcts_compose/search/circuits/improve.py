"""Improvement of a circuit, from Python: loads it into arrays, walks, and keeps the smallest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mcts_compose.search.circuits import net as net_kernels
from mcts_compose.search.circuits import walk as kernels
from mcts_compose.search.circuits.basis import Basis
from mcts_compose.search.circuits.circuit import Circuit, Gate
from mcts_compose.search.circuits.rows import Rows, to_words

CHUNK = 400_000
"""Gate values between two looks at the clock, some milliseconds. Untuned."""


ROOM = 64
"""How many gates more than at first a circuit may have on the way; larger than any slack that is used."""


def new_net(rows: Rows, basis: Basis, max_gates: int) -> net_kernels.Net:
    """Returns the arrays of a circuit of up to `max_gates` gates, with the problem written in."""
    goals, cares = to_words(rows.goals & rows.cares), to_words(rows.cares)
    num_sources, num_words = len(rows.sources), goals.shape[1]
    nodes = num_sources + max_gates + 1
    net = net_kernels.Net(
        registers=np.zeros(net_kernels.NUM_REGISTERS, np.int64),
        goals=goals,
        cares=cares,
        allowed=np.zeros(32, np.uint8),
        gates=np.zeros((max_gates + 1, 3), np.int64),
        outputs=np.zeros((len(goals), 2), np.int64),
        values=np.zeros((nodes, num_words), np.uint64),
        flipped=np.zeros((nodes, num_words), np.uint64),
        cone=np.zeros(nodes, np.uint8),
        care=np.zeros(num_words, np.uint64),
        other_gates=np.zeros((max_gates + 1, 3), np.int64),
        places=np.zeros(nodes, np.int64),
        stack=np.zeros(2 * nodes, np.int64),
    )
    net.values[:num_sources] = to_words(rows.sources)
    net.allowed[list(basis.forms)] = 1
    net.registers[net_kernels.NUM_SOURCES] = num_sources
    net.registers[net_kernels.NUM_WORDS] = num_words
    net.registers[net_kernels.NUM_GOALS] = len(goals)
    net.registers[net_kernels.HAS_FREE_NOT] = int(basis.has_free_not)
    return net


def new_draw(num_words: int, seed: int) -> kernels.Draw:
    """Returns what steps work with; the seed decides all of them."""
    most = kernels.MAX_DIVISORS
    state = np.random.default_rng(seed).integers(1, 2**63, 1, dtype=np.uint64)
    return kernels.Draw(
        random=state,
        divisors=np.zeros(most, np.int64),
        target=np.zeros(num_words, np.uint64),
        care=np.zeros(num_words, np.uint64),
        literals=np.zeros(2 * most, np.int64),
        heads=np.zeros(2 * most, np.uint64),
        found=np.zeros(4, np.int64),
    )


def load(net: net_kernels.Net, circuit: Circuit) -> None:
    """Writes a circuit into the arrays and evaluates it."""
    for index, gate in enumerate(circuit.gates):
        net.gates[index] = gate
    net.outputs[:] = np.array(circuit.outputs, np.int64).reshape(-1, 2)
    net.registers[net_kernels.NUM_GATES] = len(circuit.gates)
    net_kernels.evaluate(net)


def unload(net: net_kernels.Net) -> Circuit:
    """Returns the circuit that the arrays hold."""
    registers = net.registers
    gates = net.gates[: registers[net_kernels.NUM_GATES]].tolist()
    outputs = tuple((node, bool(inverted)) for node, inverted in net.outputs.tolist())
    return Circuit(int(registers[net_kernels.NUM_SOURCES]), tuple(Gate(*gate) for gate in gates), outputs)


class Improvement:
    """Walks from a circuit to smaller ones.

    Attributes:
      best: the smallest circuit so far.
      executions: gate values made so far.
      steps: chunks of the walk done.
    """

    def __init__(self, rows: Rows, basis: Basis, circuit: Circuit, seed: int) -> None:
        self.best = circuit
        self.executions = 0
        self._net = new_net(rows, basis, circuit.size + ROOM)
        self._draw = new_draw(self._net.goals.shape[1], seed)
        load(self._net, circuit)
        self._net.registers[net_kernels.BEST] = circuit.size

    def run(
        self, executions: int, slack: int, goes_on: Callable[[], bool] = lambda: True, least: int = 0
    ) -> None:
        """Walks on from where it stands, for about `executions` gate values or to a circuit of `least` gates.

        Args:
          executions: gate values at most.
          slack: how many gates more than the best a circuit may have on the way.
          goes_on: asked between chunks.
          least: size at which there is nothing left to improve.
        """
        stop = self.executions + executions
        registers = self._net.registers
        while self.executions < stop and self.best.size > least and goes_on():
            registers[net_kernels.EXECUTIONS] = 0
            if kernels.walk(self._net, self._draw, slack, min(CHUNK, stop - self.executions)):
                self.best = unload(self._net)
            self.executions += max(1, int(registers[net_kernels.EXECUTIONS]))

    def restart(self) -> None:
        """Goes back to the best circuit."""
        load(self._net, self.best)
