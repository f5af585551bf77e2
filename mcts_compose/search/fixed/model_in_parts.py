"""Decides how often the model of a search in parts is asked by each part, and adds up what it has done.

Every part asks on its own, about nodes of its own tree. What bounds all of them is shared out anew in every
round, from what all have reported by then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from mcts_compose.search.fixed.model_work import ModelWork
from mcts_compose.search.fixed.ranking import CHUNK_IF_DETERMINISTIC

LONGEST_ROUND: Final = 1 << 12
"""Expansions of one part in a round while a model works meanwhile: what it likes is to change hands soon
(untuned)."""


class ModelInParts:
    """One model as all parts of one run after another ask it.

    Attributes:
      seconds: how long parts may wait for it in the next round.
    """

    def __init__(self, most_calls: int | None, waits: bool, before: ModelWork) -> None:
        """Begins with no part.

        Args:
          most_calls: requests that all parts may ask together; None if nothing bounds them.
          waits: whether parts wait for answers.
          before: what counts as done before.
        """
        self.seconds = math.inf
        self._most_calls, self._waits = most_calls, waits
        self._before = before
        self._works: dict[int, ModelWork] = {}

    @property
    def work(self) -> ModelWork:
        """What the model has done for all parts since the run began."""
        total = self._before
        for _, work in sorted(self._works.items()):
            total = total.plus(work)
        return total

    @property
    def is_spent(self) -> bool:
        """Whether the model has answered as many requests as it may."""
        work = self.work
        return self._most_calls is not None and work.answered >= self._most_calls and not work.in_flight

    def shares(self, turns: Sequence[int]) -> list[int | None]:
        """Returns how many requests each part may ask in the next round.

        Args:
          turns: a number from 0 on for each part; the highest ones get what cannot be divided.
        """
        if self._most_calls is None:
            return [None] * len(turns)
        work = self.work
        left = max(0, self._most_calls - work.answered - work.in_flight)
        return [(left + turn) // len(turns) for turn in turns]

    def round_size(self, size: int) -> int:
        """Returns the expansions of one part in the next round, where it would be `size` without a model."""
        if self._works and not self.work.goes_on:
            return size
        return CHUNK_IF_DETERMINISTIC if self._waits else min(size, LONGEST_ROUND)

    def take(self, part: int, work: ModelWork) -> None:
        """Notes what the model has done for a part since that began."""
        self._works[part] = work

    def end(self, works: Sequence[ModelWork]) -> None:
        """Notes what it has done for each part at the end of a search; the next one has new parts."""
        self._works = dict(enumerate(works))
        self._before = self.work._replace(in_flight=0, goes_on=False)
        self._works = {}
