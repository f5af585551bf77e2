"""Decides how long a search goes on for a cheaper program after it has found one."""

from __future__ import annotations

import math

from mcts_compose.search.options import SearchOptions


def patience_end(options: SearchOptions, best_cost: int, level: int, first_hit: int) -> int | None:
    """Returns the candidates after which a program is good enough; None if only a proof settles it.

    Args:
      options: say how much patience there is.
      best_cost: of the program.
      level: cost level that the root's enumeration is at.
      first_hit: candidates that had been run when the first program was met.
    """
    if options.optimise is not None:
        return None
    floor = options.patience_floor * 2.0 ** min((best_cost - level) / options.patience_doubling, 30.0)
    end: int = math.ceil(max(options.patience * first_hit, first_hit + floor))
    return end
