"""Switches of a search with fixed memory: each part can be switched off, so that its worth can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mcts_compose.search.fixed.prunes import LOSSLESS


@dataclass(frozen=True)
class FixedOptions:
    """What the search does; the defaults are one setting for all tasks.

    Attributes:
      prunes: names of the lossless prunes in use; see `prunes`.
      cut: factor of the lossy cut where nothing is to be proved; None switches it off. When a search with the
        cut has seen everything, it goes on without. 1 is the factor of the published search.
      c_puct: exploration constant; chosen by benchmark: sorting kernels of four and five.
      backup: how values travel up the tree.
      heuristic: what `best-first` adds to the length: the scaled logarithm of the number of different
        outputs, that number itself, or the largest distance of a row state. Only the last is admissible.
      weight: what the scaled logarithm counts against the length, in `best-first` and in the tree's values
        (chosen by benchmark: sorting kernels of four and five; of 1, 1.2, 1.5, 2 and 3).
      rows_share: share of the number of row states beside that of different outputs in both (chosen by
        benchmark: sort-kernels-v1; of 0, 0.3, 0.6 and 1).
      optimise: `"length"` goes on until none can be shorter.
      prove_none_shorter_than: no program is wanted, but a proof that none has fewer instructions than this.
      all: counts every shortest program, and hands them out.
    """

    prunes: frozenset[str] = frozenset(LOSSLESS)
    cut: float | None = 1.0
    c_puct: float = 0.001
    backup: Literal["max", "mean"] = "max"
    heuristic: Literal["log-outputs", "outputs", "distance"] = "log-outputs"
    weight: float = 1.2
    rows_share: float = 0.3
    optimise: Literal["length"] | None = None
    prove_none_shorter_than: int | None = None
    all: bool = False
