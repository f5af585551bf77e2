"""A search in parts as one searcher: says what each part does next, and puts together what they report."""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.crew import Crew, Order, Report, Stage
from mcts_compose.search.fixed.model_in_parts import ModelInParts
from mcts_compose.search.fixed.post import Parcel
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import EXHAUSTED, FULL, GOING, SOLVED

FIRST_ROUND = 256
LAST_ROUND = 1 << 14
"""Expansions of one part in its first round and in late ones (untuned): the later take some 0.1 s."""
SLACK = 16
"""By how much a part of best-first search may be ahead of all others, in units of priority (untuned)."""


class SearcherInParts:
    """Parts that work in rounds; for whoever runs it, a searcher like any other.

    Attributes:
      bound: longest program that is wanted.
      solution: numbers of the actions of the shortest program that the last round found.
    """

    def __init__(self, crew: Crew, stage: Stage, built: Built, model: ModelInParts | None = None) -> None:
        self._model = model
        self._crew, self._num_parts, self._kind = crew, stage.num_parts, stage.kind
        self.bound, self._until = stage.bound, 0
        self.solution: list[int] = []
        self._size, self._num_rounds = FIRST_ROUND, 0
        self._fewest: NDArray[np.int32] | None = None
        self._reports: dict[int, Report] = {}
        self._mail: list[list[Parcel]] = [[] for _ in range(stage.num_parts)]
        crew.begin(stage, built)

    @property
    def chunk(self) -> int:
        """Expansions of all parts in the round that comes next."""
        size = self._size if self._model is None else self._model.round_size(self._size)
        return size * self._num_parts

    @property
    def simulations(self) -> int:
        """Expansions of all parts."""
        return sum(report.simulations for report in self._reports.values())

    @property
    def executions(self) -> int:
        """Actions that all parts ran."""
        return sum(report.executions for report in self._reports.values())

    @property
    def num_distinct(self) -> int:
        """Different positions of all parts."""
        return sum(report.distinct for report in self._reports.values())

    def advance(self, most: int) -> int:
        """Runs a round of at most so many expansions, shared among the parts."""
        self._until = self._next_until()
        self._num_rounds += 1
        # In turn, so that a budget of few expansions does not always go to the same part.
        turns = [(part + self._num_rounds) % self._num_parts for part in range(self._num_parts)]
        shares = [(most + turn) // self._num_parts for turn in turns]
        calls: list[int | None] = [None] * self._num_parts
        if self._model is not None:
            calls = self._model.shares(turns)
        told = enumerate(zip(shares, calls, strict=True))
        self._take(self._crew.work([self._order(part, *share) for part, share in told]))
        self._size = min(2 * self._size, LAST_ROUND)
        return self._status()

    def _order(self, part: int, most: int, calls: int | None) -> Order | None:
        """Returns what a part is told; None if it may do nothing in this round."""
        if not most:
            return None
        parcels, self._mail[part] = self._mail[part], []
        seconds = math.inf if self._model is None else self._model.seconds
        return Order(most, self.bound, self._until, self._fewest, parcels, calls, seconds)

    def _take(self, reports: list[Report | None]) -> None:
        """Keeps what the parts report, and what each hands to others until that one's turn."""
        self._solved = []
        for part, report in enumerate(reports):
            if report is None:
                continue
            self._reports[part] = report
            if self._model is not None and report.model is not None:
                self._model.take(part, report.model)
            for owner, parcel in enumerate(report.parcels):
                if len(parcel.lengths):
                    self._mail[owner].append(parcel)
            if report.status == SOLVED:
                self._solved.append(report.solution)
        shown = [report.fewest_shown for report in self._reports.values() if report.fewest_shown is not None]
        self._fewest = np.minimum.reduce(shown) if shown else None

    _solved: list[list[int]]

    def _next_until(self) -> int:
        """Returns up to where all parts go in the next round."""
        reports = self._reports.values()
        if self._kind == "best-first":
            return min((report.at for report in reports), default=0) + SLACK
        are_done = [report.status != GOING and report.at == self._until for report in reports]
        return self._until + (len(are_done) == self._num_parts and all(are_done))

    def _status(self) -> int:
        if self._solved:
            self.solution = min(self._solved, key=len)
            return SOLVED
        states = [report.status for report in self._reports.values()]
        if FULL in states:
            return FULL
        is_over = len(states) == self._num_parts and set(states) == {EXHAUSTED} and not any(self._mail)
        return EXHAUSTED if is_over else GOING

    def make_room(self) -> bool:
        """Says that memory is at its end: each part has taken what there was."""
        return False

    def hash(self) -> str:
        """Returns a hash of what all parts have done."""
        return hashlib.blake2b(" ".join(self._crew.hashes()).encode(), digest_size=8).hexdigest()

    def leave_model(self) -> None:
        """Ends what is under way with the model."""
        if self._model is not None:
            self._model.end(self._crew.leave_model())
