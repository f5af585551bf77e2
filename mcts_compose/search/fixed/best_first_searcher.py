"""Best-first search with fixed memory, as an object that goes on step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed import best_first, handover, storage
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.searcher import Searcher
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import SOLVED

if TYPE_CHECKING:
    pass


class BestFirstSearcher(Searcher):
    """Best-first search; see `best_first`."""

    bytes_beside = 4 + 1
    limit = 2**62
    """Priority above which nothing is expanded."""

    def __init__(
        self, built: Built, options: FixedOptions, bound: int, cut: float, memory_mb: int, part: Part = WHOLE
    ) -> None:
        super().__init__(built, options, bound, cut, memory_mb, part)
        if options.heuristic == "outputs":
            of_outputs = best_first.STEP * np.arange(len(built.tables.worth), dtype=np.float32)
            of_rows = np.zeros_like(built.tables.worth_of_rows)
        else:
            unit = np.float32(options.weight * bound * best_first.STEP)
            of_outputs = unit * np.float32(1 - options.rows_share) * (1 - built.tables.worth)
            of_rows = unit * np.float32(options.rows_share) * (1 - built.tables.worth_of_rows)
        self.queue = storage.make_queue(
            built, self.most, np.rint(of_outputs).astype(np.int32), np.rint(of_rows).astype(np.int32),
            part.owns_start,
        )  # fmt: skip

    @property
    def simulations(self) -> int:
        """Positions expanded."""
        return int(self.queue.counters[best_first.EXPANDED])

    def advance(self, most: int) -> int:
        """Expands up to `most` positions."""
        status = int(
            best_first.run_best_first(
                self.built.tables, self.positions, self.queue, self.bound, self.cut,
                self.options.heuristic == "distance", self.without_dead_writes, self.merges, self.limit,
                most,
            )
        )  # fmt: skip
        if status == SOLVED:
            self.solution = self.path_to(int(self.queue.counters[best_first.GOAL]))
        return status

    @property
    def next_priority(self) -> int:
        """Priority of the position that comes next."""
        return int(best_first.next_priority(self.queue))

    @property
    def fewest_shown(self) -> NDArray[np.int32]:
        """Fewest different outputs of a position by length."""
        return self.queue.fewest_shown

    def _admit(self) -> int:
        return int(
            handover.queue_arrivals(
                self.built.tables, self.positions, self.queue, self.post.arrivals, self.post.num_admitted,
                self.bound, self.cut, self.options.heuristic == "distance", self.merges,
            )
        )  # fmt: skip

    def _grow(self) -> None:
        self.queue = storage.grow_queue(self.queue, self.most)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        return {"queue": (self.queue, storage.used_queue(self.num_positions))}
