"""Search level by level with fixed memory, as an object that goes on step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed import handover, levels, storage
from mcts_compose.search.fixed.best_first import is_goal
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.post import Parcel
from mcts_compose.search.fixed.prunes import COMMUTES, DEAD_WRITE
from mcts_compose.search.fixed.searcher import Searcher
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import EXHAUSTED, SOLVED

if TYPE_CHECKING:
    pass


class LevelSearcher(Searcher):
    """Search level by level; see `levels`. It knows all shortest programs when it wants edges."""

    bytes_beside = 1

    def __init__(
        self,
        built: Built,
        options: FixedOptions,
        bound: int,
        memory_mb: int,
        part: Part = WHOLE,
        *,
        with_edges: bool = False,
    ) -> None:
        super().__init__(built, options, bound, 0.0, memory_mb, part)
        self.with_edges = with_edges
        self.until = bound
        self.levels = storage.make_levels(self.most, with_edges, part.owns_start)

    @property
    def simulations(self) -> int:
        """Positions expanded."""
        return int(self.levels.counters[levels.EXPANDED] - self.levels.counters[levels.PASSED])

    def advance(self, most: int) -> int:
        """Expands up to `most` positions, none longer than `until`.

        A solution counts when all positions as long are known.
        """
        prunes = self.options.prunes
        barred = 0
        if not self.with_edges:
            barred = DEAD_WRITE * ("dead-writes" in prunes) | COMMUTES * ("commutation" in prunes)
        status = int(
            levels.run_levels(
                self.built.tables, self.positions, self.levels, self.bound, barred, self.merges,
                self.with_edges, self.until, most,
            )
        )  # fmt: skip
        if status != EXHAUSTED:
            return status
        goal = int(self.levels.counters[levels.GOAL])
        if goal == levels.NO_GOAL:
            return EXHAUSTED
        self.solution = self.path_to(goal)
        return SOLVED

    def _admit(self) -> int:
        return int(
            handover.place_arrivals(
                self.built.tables, self.positions, self.levels, self.post.arrivals, self.post.marks,
                self.post.num_admitted, self.merges,
            )
        )  # fmt: skip

    def hand_over(self) -> list[Parcel]:
        """Returns what belongs to each other part, with whether more than one path led there."""
        return self.post.send(self.built.tables, self.positions, self.levels.is_mixed)

    def _grow(self) -> None:
        self.levels = storage.grow_levels(self.levels, self.most, self.with_edges)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        return {"levels": (self.levels, storage.used_levels(self.levels, self.num_positions))}

    def count_programs(self) -> tuple[int, NDArray[np.int64]]:
        """Returns how many programs are as short as the one found, and the ways on from each position.

        Counts above 2**63 wrap; so many cannot be handed out in any case.
        """
        paths = np.zeros(self.num_positions, np.int64)
        paths[self._goals()] = 1
        levels.count_paths(self.levels, paths)
        return int(paths[0]), paths

    def _goals(self) -> list[int]:
        """Returns the positions as long as the solution in which every example is at its goal."""
        lengths = self.positions.length[: self.num_positions]
        candidates = np.flatnonzero(lengths == len(self.solution)).tolist()
        return [at for at in candidates if is_goal(self.built.tables, self.positions, at)]

    def programs(self, paths: NDArray[np.int64]) -> Iterator[list[int]]:
        """Yields the actions of every program that is as short as the one found.

        Args:
          paths: ways on from each position, as `count_programs` returns them.
        """
        count = int(self.levels.counters[levels.NUM_EDGES])
        leads_on = np.flatnonzero(paths[self.levels.edge_child[:count]] > 0)
        successors: dict[int, list[tuple[int, int]]] = {}
        for parent, child, action in zip(
            self.levels.edge_parent[leads_on].tolist(),
            self.levels.edge_child[leads_on].tolist(),
            self.levels.edge_action[leads_on].tolist(),
            strict=True,
        ):
            successors.setdefault(parent, []).append((child, action))
        walks = [iter(successors.get(0, []))]
        actions: list[int] = []
        while walks:
            step = next(walks[-1], None)
            if step is None:
                walks.pop()
                actions = actions[:-1]
            elif len(walks) == len(self.solution):
                yield [*actions, step[1]]
            else:
                actions.append(step[1])
                walks.append(iter(successors[step[0]]))
