"""What a search for words reports, while it runs and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mcts_compose.search.straight_lines import StraightLine


class WordsProgress(NamedTuple):
    """How far a running search is.

    Attributes:
      seconds: since it began.
      executions: candidates computed, of contents and of goals.
      distinct: different contents among their results.
      level: cost that the enumeration is at.
      nodes: nodes of the tree.
      best_length: lines of the best program so far, None before the first.
    """

    seconds: float
    executions: int
    distinct: int
    level: int
    nodes: int
    best_length: int | None


@dataclass(frozen=True)
class WordsOutcome:
    """The end of a search.

    Attributes:
      solution: the program chosen, or None.
      executions: candidates computed, of contents and of goals.
      distinct: different contents among their results.
      simulations: passes of select, expand and back up.
      nodes: nodes of the tree.
      stopped: `solved`, `exhausted`, or `budget:` with the measure that ended it.
      seconds: wall time.
      tree_hash: hash of the bank and the tree; equal for equal seeds and budgets that are no seconds.
    """

    solution: StraightLine | None
    executions: int
    distinct: int
    simulations: int
    nodes: int
    stopped: str
    seconds: float
    tree_hash: str
