"""Monte Carlo tree search with fixed memory, as an object that goes on step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed import handover, storage, tree
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.searcher import Searcher
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import SOLVED

if TYPE_CHECKING:
    pass


class TreeSearcher(Searcher):
    """Monte Carlo tree search; see `tree`."""

    bytes_beside = 4 + 4 + 8 + 4 + storage.EDGES_PER_NODE * (4 + 2 + 4 + 4)

    def __init__(
        self,
        built: Built,
        options: FixedOptions,
        bound: int,
        cut: float,
        memory_mb: int,
        part: Part = WHOLE,
        *,
        with_model: bool = False,
    ) -> None:
        if with_model:
            self.bytes_beside += 2 + 4 + storage.EDGES_PER_NODE * 4
        super().__init__(built, options, bound, cut, memory_mb, part)
        self.tree = storage.make_tree(self.most)
        self.ranking = storage.make_ranking(self.most) if with_model else None
        # A*'s length + weight * length in bounds * (1 - worth), turned round and scaled to [0, 1].
        of_length = 1 / (1 + options.weight)
        of_rows = options.rows_share * (1 - of_length)
        self.tree.weights[:] = 1 - of_length - of_rows, of_rows, of_length / bound, options.c_ranked
        tree.start_tree(built.tables, self.positions, self.tree, built.num_shown)
        if part.num_parts > 1:
            handover.start_top(self.positions, self.tree, part.owns_start)

    @property
    def simulations(self) -> int:
        """Walks of the tree."""
        return int(self.tree.counters[tree.SIMULATIONS])

    def advance(self, most: int) -> int:
        """Runs up to `most` simulations."""
        status = int(
            tree.simulate(
                self.built.tables, self.positions, self.tree, self.ranking, self.bound, self.cut,
                self.options.c_puct, self.options.backup == "mean", self.without_dead_writes, self.merges,
                most,
            )
        )  # fmt: skip
        if status == SOLVED:
            length = int(self.tree.counters[tree.SOLUTION_LENGTH])
            self.solution = self.tree.solution[:length].tolist()
            if self.part.num_parts > 1:  # the walk does not know how what arrived came to be
                way = self.path_to(int(self.tree.counters[tree.SOLVED_NODE]))
                self.solution = [*way, self.solution[-1]]
        return status

    @property
    def fewest_shown(self) -> NDArray[np.int32]:
        """Fewest different outputs of a position by length."""
        return self.tree.fewest_shown

    def admit(self) -> bool:
        """Takes in what has arrived, in groups below the top; says whether memory allowed it."""
        if not self.post.num_waiting:
            return True
        self._adopted, self._num_adopted = np.zeros(self.post.num_waiting, np.int32), 0
        if not super().admit():
            return False
        while not handover.have_groups_room(self.positions, self.tree, self._num_adopted):
            if not self.make_room():
                return False
        if self._num_adopted:
            handover.group_nodes(self.positions, self.tree, self._adopted, self._num_adopted)
        return True

    _adopted: NDArray[np.int32]
    _num_adopted = 0

    def _admit(self) -> int:
        num_admitted, self._num_adopted = handover.adopt_arrivals(
            self.built.tables, self.positions, self.tree, self.post.arrivals, self.post.num_admitted,
            self.bound, self.cut, self.merges, self._adopted, self._num_adopted,
        )  # fmt: skip
        return int(num_admitted)

    def actions_of(self, node: int) -> list[int]:
        """Returns the actions that an expanded node still has, in the order of its edges."""
        first = int(self.tree.first_edge[node])
        actions: list[int] = self.tree.edge_action[first : first + int(self.tree.num_edges[node])].tolist()
        return actions

    def _grow(self) -> None:
        self.tree = storage.grow_tree(self.tree, self.most)
        if self.ranking is not None:
            self.ranking = storage.grow_ranking(self.ranking, self.most)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        nodes = self.num_positions
        parts: dict[str, tuple[Any, dict[str, int]]] = {
            "tree": (self.tree, storage.used_tree(self.tree, nodes))
        }
        if self.ranking is not None:
            parts["ranking"] = (self.ranking, storage.used_ranking(self.tree, nodes))
        return parts

    def _statistics(self) -> Iterator[NDArray[Any]]:
        nodes, edges = self.num_positions, int(self.tree.counters[tree.NUM_EDGES])
        yield self.tree.visits[:nodes]
        yield self.tree.value[:nodes]
        yield self.tree.edge_visits[:edges]
