"""A search in parts: what each part is told and answers in a round, and who does the work.

Parts work in rounds: each makes as many expansions as it is told, then what belongs to others changes hands.
What a round does follows from what it is told alone, so the search is the same wherever its parts run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.model_work import ModelWork
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.post import Parcel
from mcts_compose.search.fixed.table_building import Built

if TYPE_CHECKING:
    from mcts_compose.search.fixed.ranking import Subject
    from priors.base import Prior


class Order(NamedTuple):
    """What one part is told to do in a round.

    Attributes:
      most: expansions that it makes at most.
      bound: longest program that is wanted.
      until: up to where a search in order goes: the longest position that the search level by level expands,
        the highest priority of best-first search.
      fewest_shown: of all parts, see `Searcher.fewest_shown`.
      parcels: what other parts hand to it.
      calls: requests that its model may get in this round; None if nothing bounds them.
      seconds: how long the round may wait for a model.
    """

    most: int
    bound: int
    until: int
    fewest_shown: NDArray[np.int32] | None
    parcels: Sequence[Parcel]
    calls: int | None
    seconds: float


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
      model: what the model has done since the beginning; None where none ranks.
    """

    status: int
    at: int
    solution: list[int]
    simulations: int
    executions: int
    distinct: int
    fewest_shown: NDArray[np.int32] | None
    parcels: list[Parcel]
    model: ModelWork | None


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
      subject: what a model is asked about; None where none ranks.
    """

    num_parts: int
    kind: str
    bound: int
    cut: float
    memory_mb: int
    spacing: int
    options: FixedOptions
    subject: Subject | None

    @property
    def is_repeatable(self) -> bool:
        """Whether a part does the same when it is told the same: no answer comes at its own time."""
        return self.subject is None or self.options.deterministic


class Crew(Protocol):
    """Who does the work of all parts."""

    def lend(self, prior: Prior, *, waits: bool) -> None:
        """Gives every part the model that ranks in the searches to come; returns when it can be asked.

        Args:
          prior: the model, which this process has made ready.
          waits: whether searches wait for its answers, and so are the same again.

        Raises:
          InputError: it cannot be made ready where the parts are.
        """
        ...

    def begin(self, stage: Stage, built: Built) -> None:
        """Gives every part a new searcher."""
        ...

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of all parts that have an order; returns what each of them reports."""
        ...

    def hashes(self) -> list[str]:
        """Returns a hash of what each part has done."""
        ...

    def leave_model(self) -> list[ModelWork]:
        """Ends what is under way with the model; returns what it has done for each part since it began."""
        ...
