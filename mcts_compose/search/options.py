"""Switches of a search: each part can be switched off, so that its worth can be measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

LEAST_MEMORY_MB: Final = 64
"""What a search over arrays needs: with less its bank could not hold the leaves of large tasks (untuned)."""


@dataclass(frozen=True)
class SearchOptions:
    """What the search does; the defaults are one setting for all suites.

    Attributes:
      goal_directed: test of every new contents whether the goal is one call away.
      inferred_constants: operands that are the same in all examples may become constants.
      split: join two partly right contents by a condition.
      value: learned value of contents guides the tree; without it the tree follows prices alone.
      rebasing: a contents promoted to focus costs 1, as a pointer does; without it, its whole tree.
      backup: how values travel up the tree.
      tree_share: share of the candidates given to the tree, the rest goes to the root's enumeration; a third
        takes the tree about half of the time.
      patience: the search goes on for a cheaper program up to this many times the work of the first hit.
      patience_floor: candidates tried in any case after a hit that costs no more than the root's level.
      patience_doubling: a hit this many cost units above the root's level doubles that number: the dearer a
        program is, the likelier it is a coincidence, and the more is left to be tried that is cheaper.
      optimise: `"length"` prices all calls alike and goes on until no program can be shorter (as a tree of
        calls), or the budget ends.
      choose: which of the programs found is taken: `"likeliest"` weighs them by the base prior, and together
        where they do the same on made-up inputs (choosing.py); `"cheapest"` takes the search's own order.
      margin: programs are weighed that cost up to this many units more than the cheapest; a call costs less.
      unused_input_price: what a program costs more for each of the task's inputs that it does not read.
      max_cost: programs of higher cost are out of bounds.
      max_list: longest list, in words per example.
      keep_tree: keep the most visited part of the tree for display.
      keep_visits: keep the most visited focuses, to learn from.
      prove_none_shorter_than: assembly tasks: no program is wanted, but a proof that none has fewer
        instructions than this.
      all: assembly tasks: every shortest program is counted and handed out.
      max_length: assembly tasks: longest program in bounds; None leaves it to the task.
      no_prune: assembly tasks: lossless prunes that are switched off.
      cut: assembly tasks: factor of the lossy cut; None switches it off, `default` leaves it to the search.
      parts: assembly tasks: into how many parts the search is split; whoever does them, the outcome is the
        same.
      eps: where the prior is a model, the final prior is `(1 - eps) * model + eps * base`. 0.1: for prices
        on generated DeepCoder tasks 0 to 0.2 are alike; with a model that is always wrong, less than 0.1
        costs more candidates, and 0 much more.
      temperature: a model's log-probabilities are divided by it.
      top_p: of a node's arms that a model ranked, those can be selected at first that hold this probability.
      top_k: and no more than this many; 0 sets no bound.
      deterministic: wait for a model's answers at points that counts decide; `mcts_compose.solve` sets it
        where seconds do not bound the search.
      model_prices: ask a model for prices of skills and constants.
      model_ranks: ask a model to rank arms.
      model_values: use the values of arms that come with a model's ranks.
    """

    goal_directed: bool = True
    inferred_constants: bool = True
    split: bool = True
    value: bool = True
    rebasing: bool = True
    backup: Literal["max", "mean"] = "max"
    tree_share: float = 0.35
    patience: float = 3.0
    patience_floor: int = 400_000
    patience_doubling: float = 3.0
    optimise: Literal["length"] | None = None
    choose: Literal["likeliest", "cheapest"] = "likeliest"
    margin: int = 6
    unused_input_price: int = 6
    max_cost: int = 255
    max_list: int = 64
    keep_tree: bool = False
    keep_visits: bool = False
    prove_none_shorter_than: int | None = None
    all: bool = False
    max_length: int | None = None
    no_prune: frozenset[str] = frozenset()
    cut: float | Literal["default"] | None = "default"
    parts: int = 1
    eps: float = 0.1
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    deterministic: bool = False
    model_prices: bool = True
    model_ranks: bool = True
    model_values: bool = True

    @property
    def weighs_programs(self) -> bool:
        """Whether the programs found are weighed; the shortest is wanted for its length alone."""
        return self.choose == "likeliest" and self.optimise is None
