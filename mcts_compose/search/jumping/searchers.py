"""The two ways to search for programs with jumps, as objects that go on a little at a time."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.jumping import enumeration, tree
from mcts_compose.search.jumping.machine import NUM_STATES
from mcts_compose.search.jumping.partial import Partial, make_partial
from mcts_compose.search.jumping.tables import Built

GOING, FOUND, EXHAUSTED, FULL = tree.GOING, tree.FOUND, tree.EXHAUSTED, tree.FULL
ENUMERATION_CHUNK: Final = 50_000
TREE_CHUNK: Final = 256
"""Programs and simulations of one step; both take about 10 ms, so that taking turns shares the time."""
EDGES_PER_NODE: Final = 32
"""More than most nodes have on the tasks of the SUBLEQ suite; a tree that needs more is full sooner."""
BYTES_PER_EDGE: Final = 16
BYTES_PER_NODE: Final = 16
MOST_NODES: Final = 2**24


class Searcher(Protocol):
    """A search within a bound."""

    @property
    def bound(self) -> int:
        """Most lines of a program."""

    @property
    def partial(self) -> Partial:
        """The program at hand; the one that was found, after FOUND."""

    @property
    def simulations(self) -> int:
        """Passes of select, expand and back up, or chunks of an enumeration."""

    @property
    def executions(self) -> int:
        """Programs that were run, as far as they were chosen."""

    @property
    def nodes(self) -> int:
        """Positions met: things to be chosen."""

    def advance(self, most: int) -> int:
        """Goes on for some milliseconds, and for at most so many programs or simulations.

        Returns:
          GOING, FOUND, EXHAUSTED or FULL.
        """

    def state(self) -> bytes:
        """Returns what decides how the search goes on."""


class EnumerationSearcher:
    """All programs of at most `bound` lines, depth first."""

    def __init__(self, problem: FixedProblem, built: Built, bound: int) -> None:
        self.bound = bound
        self._built = built
        num_registers = len(problem.registers)
        self._partial = make_partial(bound, num_registers)
        self._stack = enumeration.make_stack(bound, num_registers)
        self._chunks = 0
        enumeration.start(built.tables, self._partial, built.cases, built.registers, built.state, self._stack)

    @property
    def partial(self) -> Partial:
        """As of `Searcher`."""
        return self._partial

    @property
    def simulations(self) -> int:
        """As of `Searcher`."""
        return self._chunks

    @property
    def executions(self) -> int:
        """As of `Searcher`."""
        return int(self._stack.scalars[enumeration.EXECUTIONS])

    @property
    def nodes(self) -> int:
        """As of `Searcher`."""
        return int(self._stack.scalars[enumeration.POSITIONS])

    def advance(self, most: int) -> int:
        """As of `Searcher`."""
        self._chunks += 1
        built = self._built
        return int(
            enumeration.advance(
                built.tables, self._partial, built.cases, built.registers, built.state, self._stack,
                min(most, ENUMERATION_CHUNK),
            )
        )  # fmt: skip

    def state(self) -> bytes:
        """As of `Searcher`."""
        return self._stack.choice.tobytes() + self._stack.scalars.tobytes()


class DeepeningSearcher:
    """All programs, the shortest first: one bound after the other, each a proof when it is exhausted."""

    def __init__(self, problem: FixedProblem, built: Built, longest: int) -> None:
        self._problem, self._built, self._longest = problem, built, longest
        self._current = EnumerationSearcher(problem, built, 1)
        self._before = (0, 0, 0)

    @property
    def bound(self) -> int:
        """As of `Searcher`; none of fewer lines than this is left, once all that were FOUND are known."""
        return self._current.bound

    @property
    def partial(self) -> Partial:
        """As of `Searcher`."""
        return self._current.partial

    @property
    def simulations(self) -> int:
        """As of `Searcher`."""
        return self._before[0] + self._current.simulations

    @property
    def executions(self) -> int:
        """As of `Searcher`."""
        return self._before[1] + self._current.executions

    @property
    def nodes(self) -> int:
        """As of `Searcher`."""
        return self._before[2] + self._current.nodes

    def advance(self, most: int) -> int:
        """As of `Searcher`; EXHAUSTED where the longest bound is."""
        status = self._current.advance(most)
        if status != EXHAUSTED or self.bound >= self._longest:
            return status
        self._before = (self.simulations, self.executions, self.nodes)
        self._current = EnumerationSearcher(self._problem, self._built, self.bound + 1)
        return GOING

    def state(self) -> bytes:
        """As of `Searcher`."""
        return self._current.state()


class TreeSearcher:
    """PUCT over partly chosen programs of at most `bound` lines."""

    def __init__(
        self, problem: FixedProblem, built: Built, bound: int, c_puct: float, memory_mb: int
    ) -> None:
        self.bound = bound
        self._built, self._c_puct = built, float(c_puct)
        self._partial = make_partial(bound, len(problem.registers))
        bytes_per_node = BYTES_PER_NODE + EDGES_PER_NODE * BYTES_PER_EDGE
        most = max(min(memory_mb * 2**20 // bytes_per_node, MOST_NODES), 2)
        depth = enumeration.CHOICES_PER_LINE * bound + 1
        edges = EDGES_PER_NODE * most
        self._tree = tree.Tree(
            visits=np.empty(most, np.int32),
            first_edge=np.empty(most, np.int64),
            num_edges=np.empty(most, np.int32),
            edge_child=np.empty(edges, np.int32),
            edge_choice=np.empty(edges, np.int32),
            edge_visits=np.empty(edges, np.int32),
            edge_value=np.empty(edges, np.float32),
            path_nodes=np.zeros(depth, np.int64),
            path_edges=np.zeros(depth, np.int64),
            registers=np.tile(built.registers, 2),
            states=np.zeros(2 * NUM_STATES, np.int64),
            counters=np.zeros(tree.NUM_TREE_COUNTERS, np.int64),
        )
        tree.new_node(self._tree)

    @property
    def partial(self) -> Partial:
        """As of `Searcher`."""
        return self._partial

    @property
    def simulations(self) -> int:
        """As of `Searcher`."""
        return int(self._tree.counters[tree.SIMULATIONS])

    @property
    def executions(self) -> int:
        """As of `Searcher`."""
        return int(self._tree.counters[tree.EXECUTIONS])

    @property
    def nodes(self) -> int:
        """As of `Searcher`."""
        return int(self._tree.counters[tree.NUM_NODES])

    def advance(self, most: int) -> int:
        """As of `Searcher`."""
        built = self._built
        return int(
            tree.simulate_many(
                built.tables, self._partial, built.cases, built.registers, built.state, self._tree,
                self._c_puct, min(most, TREE_CHUNK),
            )
        )  # fmt: skip

    def state(self) -> bytes:
        """As of `Searcher`."""
        edges = int(self._tree.counters[tree.NUM_EDGES])
        return self._tree.edge_visits[:edges].tobytes() + self._tree.edge_value[:edges].tobytes()


class MixedSearcher:
    """Takes turns between the tree and all programs, so that short ones are found whatever the values say."""

    def __init__(
        self, problem: FixedProblem, built: Built, bound: int, c_puct: float, memory_mb: int
    ) -> None:
        self.bound = bound
        self.deepening = DeepeningSearcher(problem, built, bound)
        self._tree = TreeSearcher(problem, built, bound, c_puct, memory_mb)
        self._now: Searcher = self._tree

    @property
    def partial(self) -> Partial:
        """As of `Searcher`."""
        return self._now.partial

    @property
    def simulations(self) -> int:
        """As of `Searcher`."""
        return self.deepening.simulations + self._tree.simulations

    @property
    def executions(self) -> int:
        """As of `Searcher`."""
        return self.deepening.executions + self._tree.executions

    @property
    def nodes(self) -> int:
        """As of `Searcher`."""
        return self.deepening.nodes + self._tree.nodes

    def advance(self, most: int) -> int:
        """As of `Searcher`; a full tree leaves the rest to the other."""
        if self._now is self.deepening and not self._is_full:
            self._now = self._tree
        else:
            self._now = self.deepening
        status = self._now.advance(most)
        if status == FULL:
            self._is_full = True
            return GOING
        return status

    _is_full = False

    def state(self) -> bytes:
        """As of `Searcher`."""
        return self.deepening.state() + self._tree.state()
