"""A search over arrays in parts: what each part is told and answers in a round, and who does the work.

All parts run alike up to the end of a level; from there on each goes its own way (shares.py), and they tell
each other nothing but what programs cost. What a part does follows from how far it is told to go alone, so
the search is the same wherever its parts run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from mcts_compose.budget import Budget
from mcts_compose.search import layout as at
from mcts_compose.search.choosing import Offers, Weights, offers_of
from mcts_compose.search.engine import OutOfRoomError
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.part import Part
from mcts_compose.search.problem import Problem
from mcts_compose.search.under_way import Search
from priors.base import Prices
from priors.uniform import UniformPrior

GOING, EXHAUSTED, FULL = 0, 1, 2


class Order(NamedTuple):
    """How far a part goes in a round.

    Attributes:
      executions: candidates that it has run at the end.
      simulations: at the end; None for any number.
      bound: cost of the cheapest program of all parts; the part is done when its root is at dearer ones.
    """

    executions: int
    simulations: int | None
    bound: int


class Report(NamedTuple):
    """What a part says after a round.

    Attributes:
      status: GOING, EXHAUSTED (nothing is left that is this part's) or FULL (memory is at its end).
      executions: candidates since the beginning, as the counts below.
      simulations: passes of its root and of its tree.
      distinct: contents that it has met.
      nodes: of its tree.
      common: executions and simulations that all parts have in common; None if that is all so far.
      level: cost level of its root; all contents of its own below that cost are known.
      best_cost: of its cheapest program.
      first_hit: candidates that it had run when it met its first program.
    """

    status: int
    executions: int
    simulations: int
    distinct: int
    nodes: int
    common: tuple[int, int] | None
    level: int
    best_cost: int
    first_hit: int


class Stage(NamedTuple):
    """What fixes the parts of a search.

    Attributes:
      num_parts: how many there are.
      problem: what may be seen of the task.
      searcher: its name.
      prices: of skills and constants, in nats.
      weights: what programs are weighed by in the end.
      seed: of everything random.
      options: switches.
      memory_mb: of each part.
    """

    num_parts: int
    problem: Problem
    searcher: str
    prices: Prices
    weights: Weights
    seed: int
    options: SearchOptions
    memory_mb: int

    @property
    def is_repeatable(self) -> bool:
        """Whether a part does the same when it is told the same."""
        return True

    @property
    def subject(self) -> None:
        """What a model is asked while parts work: nothing."""


class Crew(Protocol):
    """Who does the work of all parts, of whatever family."""

    def begin(self, stage: Any, built: Any) -> None:
        """Makes every part anew."""
        ...

    def work(self, orders: Sequence[Any]) -> list[Any]:
        """Runs a round of all parts that have an order; returns what each of them reports."""
        ...

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        ...

    def offers(self) -> list[Any]:
        """Returns what each part has to choose from; None where it found nothing."""
        ...


def part_of(stage: Stage, number: int) -> Search:
    """Returns a part of a search that has not begun."""
    prior = UniformPrior()  # is not asked
    return Search(
        stage.problem, stage.searcher, prior, prior, Budget(memory_mb=stage.memory_mb),
        stage.seed + number, stage.options, part=Part(number, stage.num_parts), prices=stage.prices,
    )  # fmt: skip


def work(search: Search, order: Order) -> Report:
    """Lets a part go on until its order is done, it goes its own way, or it has found a cheaper program.

    It stops as well where none can be cheaper.
    """
    search.budget = dataclasses.replace(
        search.budget, executions=order.executions, simulations=order.simulations
    )
    memory, engine = search.engine.memory, search.engine
    best_cost, is_common, status = engine.best_cost, search.split_after is None, GOING
    while status == GOING and search.spent() is None and memory[at.LEVEL] <= min(order.bound, best_cost):
        try:
            if not search.step():
                status = EXHAUSTED
        except OutOfRoomError:
            status = FULL
        if engine.best_cost < best_cost or (is_common and search.split_after is not None):
            break
    return Report(
        status, search.candidates, search.simulations, int(memory[at.DISTINCT]),
        search.tree.num_nodes if search.tree else 0, search.split_after, int(memory[at.LEVEL]),
        engine.best_cost, int(memory[at.FIRST_HIT_AT]),
    )  # fmt: skip


class PartsAtWork:
    """The parts of a search that one process does, one after the other."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._searches: list[Search] = []

    def make(self, parts: Sequence[int], stage: Stage) -> None:
        """Makes these parts anew."""
        self._stage = stage
        self._searches = [part_of(stage, part) for part in parts]

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of its parts, one after the other."""
        pairs = zip(self._searches, orders, strict=True)
        return [None if order is None else work(search, order) for search, order in pairs]

    def hashes(self) -> list[str]:
        """Returns a hash of what each of its parts has done."""
        return [search.tree_hash() for search in self._searches]

    def offers(self) -> list[Offers | None]:
        """Returns what each of its parts has to choose from; None where it found nothing."""
        assert self._stage is not None  # `make` comes first
        return [offers_of(search.engine, self._stage.weights) for search in self._searches]


class LocalCrew(PartsAtWork):
    """Runs the parts in turn, in this process."""

    def begin(self, stage: Stage, built: None) -> None:
        """Makes every part anew."""
        self.make(range(stage.num_parts), stage)
