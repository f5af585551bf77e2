"""Parts of a search in one process: each has its searcher and, where a model ranks, its ranker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mcts_compose.search.fixed.best_first_searcher import BestFirstSearcher
from mcts_compose.search.fixed.crew import Order, Report, Stage
from mcts_compose.search.fixed.level_searcher import LevelSearcher
from mcts_compose.search.fixed.model_work import ModelWork
from mcts_compose.search.fixed.part import Part
from mcts_compose.search.fixed.ranking import Ranker
from mcts_compose.search.fixed.searcher import Searcher
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import FULL, GOING
from mcts_compose.search.fixed.tree_searcher import TreeSearcher
from priors.guard import GuardedPrior

if TYPE_CHECKING:
    from priors.base import Prior


def searcher_of(stage: Stage, built: Built, index: int) -> Searcher:
    """Returns the searcher of a part."""
    part, options = Part(index, stage.num_parts, stage.spacing), stage.options
    if stage.kind == "enumerate":
        return LevelSearcher(built, options, stage.bound, stage.memory_mb, part)
    arguments = built, options, stage.bound, stage.cut, stage.memory_mb, part
    if stage.kind == "best-first":
        return BestFirstSearcher(*arguments)
    return TreeSearcher(*arguments, with_model=stage.subject is not None)


def advance(searcher: Searcher, ranker: Ranker | None, order: Order) -> int:
    """Makes the expansions of one round; returns what ended it, or GOING.

    The model gets its turns where it would in a search of one part: after as many expansions.
    """
    end, until = searcher.simulations + order.most, time.perf_counter() + order.seconds
    status = GOING
    if ranker is not None:
        ranker.allow(order.calls)
    while status == GOING and searcher.simulations < end:
        most = end - searcher.simulations
        if ranker is not None:
            most = min(most, ranker.chunk(searcher.simulations))
        status = searcher.advance(most)
        if status == FULL and searcher.make_room():
            status = GOING
        elif status == GOING and ranker is not None and isinstance(searcher, TreeSearcher):
            ranker.refine(searcher, until - time.perf_counter())
            if time.perf_counter() >= until:
                break
    return status


def work(searcher: Searcher, ranker: Ranker | None, order: Order) -> Report:
    """Runs one round of one part."""
    searcher.bound = order.bound
    fewest = searcher.fewest_shown
    if fewest is not None and order.fewest_shown is not None:
        np.minimum(fewest, order.fewest_shown, out=fewest)
    if isinstance(searcher, LevelSearcher):
        searcher.until = order.until
    if isinstance(searcher, BestFirstSearcher):
        searcher.limit = order.until
    for parcel in order.parcels:
        searcher.post.receive(parcel)
    status = advance(searcher, ranker, order) if searcher.admit() else FULL
    # A level's positions are handed over when all ways to them are known.
    is_open = isinstance(searcher, LevelSearcher) and status == GOING
    at = searcher.next_priority if isinstance(searcher, BestFirstSearcher) else order.until
    return Report(
        status, at, searcher.solution, searcher.simulations, searcher.executions, searcher.num_distinct,
        searcher.fewest_shown, [] if is_open else searcher.hand_over(),
        None if ranker is None else ranker.work(),
    )  # fmt: skip


class PartsAtWork:
    """Parts that take turns.

    Attributes:
      prior: the model that ranks, where one does.
    """

    def __init__(self) -> None:
        self.prior: Prior | None = None
        self._searchers: list[Searcher] = []
        self._rankers: list[Ranker | None] = []

    def begin(self, parts: Sequence[int], stage: Stage, built: Built) -> None:
        """Gives parts new searchers, and rankers that have asked nothing; they share the tables."""
        self._searchers = [searcher_of(stage, built, part) for part in parts]
        self._rankers = [self._ranker(stage, built) for _ in parts]

    def _ranker(self, stage: Stage, built: Built) -> Ranker | None:
        if stage.subject is None:
            return None
        assert self.prior is not None  # it was lent before
        guard = GuardedPrior(self.prior)
        return Ranker(stage.subject, built.actions, guard, stage.options, 0)

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of one part after the other."""
        trios = zip(self._searchers, self._rankers, orders, strict=True)
        return [None if order is None else work(searcher, ranker, order) for searcher, ranker, order in trios]

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        return [searcher.hash() for searcher in self._searchers]

    def leave_model(self) -> list[ModelWork]:
        """Ends what is under way with the model; returns what it has done for each part."""
        for ranker in self._rankers:
            if ranker is not None:
                ranker.close()
        return [ModelWork() if ranker is None else ranker.work() for ranker in self._rankers]
