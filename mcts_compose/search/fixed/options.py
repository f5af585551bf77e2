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
      c_ranked: the same in nodes that a model has ranked; chosen by experiment: sorting kernels of four, with
        made-up models that know the next instruction always, or at half of the nodes.
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
      eps: where the prior is a model, a node's instructions have `(1 - eps) * model + eps / number`.
      temperature: a model's log-probabilities are divided by it.
      top_p: of a node's instructions that a model ranked, those can be selected at first that hold this
        probability.
      top_k: and no more than this many; 0 sets no bound.
      deterministic: wait for a model's answers.
      model_ranks: ask a model to rank instructions.
    """

    prunes: frozenset[str] = frozenset(LOSSLESS)
    cut: float | None = 1.0
    c_puct: float = 0.001
    c_ranked: float = 0.1
    backup: Literal["max", "mean"] = "max"
    heuristic: Literal["log-outputs", "outputs", "distance"] = "log-outputs"
    weight: float = 1.2
    rows_share: float = 0.3
    optimise: Literal["length"] | None = None
    prove_none_shorter_than: int | None = None
    all: bool = False
    eps: float = 0.1
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    deterministic: bool = False
    model_ranks: bool = True
