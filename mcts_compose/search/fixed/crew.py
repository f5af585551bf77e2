"""A search in parts: what each part is told and answers in a round, and who does the work.

Parts work in rounds: each makes as many expansions as it is told, then what belongs to others changes hands.
What a round does follows from what it is told alone, so the search is the same wherever its parts run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import Part
from mcts_compose.search.fixed.post import Parcel
from mcts_compose.search.fixed.searchers import (
    BestFirstSearcher,
    LevelSearcher,
    Searcher,
    TreeSearcher,
)
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import FULL, GOING


class Order(NamedTuple):
    """What one part is told to do in a round.

    Attributes:
      most: expansions that it makes at most.
      bound: longest program that is wanted.
      until: up to where a search in order goes: the longest position that the search level by level expands,
        the highest priority of best-first search.
      fewest_shown: of all parts, see `Searcher.fewest_shown`.
      parcels: what other parts hand to it.
    """

    most: int
    bound: int
    until: int
    fewest_shown: NDArray[np.int32] | None
    parcels: Sequence[Parcel]


class Report(NamedTuple):
    """What one part says after a round.

    Attributes:
      status: GOING, SOLVED, EXHAUSTED (nothing is left unless something arrives), FULL (memory is at its end)
        or WAITING.
      at: how far a search in order is, in the units of `Order.until`.
      solution: numbers of the actions of the last program found.
      simulations: since the beginning, as the next two.
      executions: actions run.
      distinct: different positions that are this part's.
      fewest_shown: see `Searcher.fewest_shown`.
      parcels: what it hands to each part.
    """

    status: int
    at: int
    solution: list[int]
    simulations: int
    executions: int
    distinct: int
    fewest_shown: NDArray[np.int32] | None
    parcels: list[Parcel]


class Stage(NamedTuple):
    """What fixes the searchers of all parts.

    Attributes:
      num_parts: how many parts there are.
      kind: name of the searcher.
      bound: longest program that is wanted.
      cut: factor of the lossy cut, 0 without.
      memory_mb: of each part.
      spacing: see `Part`.
      options: switches.
    """

    num_parts: int
    kind: str
    bound: int
    cut: float
    memory_mb: int
    spacing: int
    options: FixedOptions


class Crew(Protocol):
    """Who does the work of all parts."""

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher."""
        ...

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of all parts that have an order; returns what each of them reports."""
        ...

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        ...


def searcher_of(stage: Stage, built: Built, index: int) -> Searcher:
    """Returns the searcher of a part."""
    part, options = Part(index, stage.num_parts, stage.spacing), stage.options
    if stage.kind == "enumerate":
        return LevelSearcher(built, options, stage.bound, stage.memory_mb, part)
    kind = BestFirstSearcher if stage.kind == "best-first" else TreeSearcher
    return kind(built, options, stage.bound, stage.cut, stage.memory_mb, part)


def work(searcher: Searcher, order: Order) -> Report:
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
    before = searcher.simulations
    status = GOING if searcher.admit() else FULL
    while status == GOING and searcher.simulations - before < order.most:
        status = searcher.advance(order.most - (searcher.simulations - before))
        if status == FULL and searcher.make_room():
            status = GOING
    # A level's positions are handed over when all ways to them are known.
    is_open = isinstance(searcher, LevelSearcher) and status == GOING
    at = searcher.next_priority if isinstance(searcher, BestFirstSearcher) else order.until
    return Report(
        status, at, searcher.solution, searcher.simulations, searcher.executions, searcher.num_distinct,
        searcher.fewest_shown, [] if is_open else searcher.hand_over(),
    )  # fmt: skip


class LocalCrew:
    """Runs the parts in turn, in this process."""

    def __init__(self) -> None:
        self._searchers: list[Searcher] = []

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher; they share the tables."""
        self._searchers = [searcher_of(stage, built, index) for index in range(stage.num_parts)]

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of one part after the other."""
        pairs = zip(self._searchers, orders, strict=True)
        return [None if order is None else work(searcher, order) for searcher, order in pairs]

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        return [searcher.hash() for searcher in self._searchers]
