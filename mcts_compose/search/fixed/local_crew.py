"""The parts of a search in this process: the reference for all who share them out among processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mcts_compose.search.fixed.crew import Order, Report, Stage
from mcts_compose.search.fixed.parts_at_work import PartsAtWork

if TYPE_CHECKING:
    from mcts_compose.search.fixed.model_work import ModelWork
    from mcts_compose.search.fixed.table_building import Built
    from priors.base import Prior


class LocalCrew:
    """Runs the parts in turn, in this process; they share tables and model."""

    def __init__(self) -> None:
        self._parts = PartsAtWork()

    def lend(self, prior: Prior, *, waits: bool) -> None:
        """Gives all parts the model, which is ready in this process."""
        self._parts.prior = prior

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher."""
        self._parts.begin(range(stage.num_parts), stage, built)

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of one part after the other."""
        return self._parts.work(orders)

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        return self._parts.hashes()

    def leave_model(self) -> list[ModelWork]:
        """Ends what is under way with the model; returns what it has done for each part."""
        return self._parts.leave_model()
