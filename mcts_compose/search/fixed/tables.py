"""The tables that a search with fixed memory gathers from: what each instruction makes of each row state.

A *row state* is what the registers and the flags of one example hold, with the example's goal. Where few can
be reached they are enumerated once; then an instruction is a look-up, and the distance of a row state to its
goal is known exactly (source of the idea: experiments on sorting kernels). States that cannot reach their
goal are one state, LOST, whose number is `num_rows` and whose distance is NEVER.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = 255
"""Distance of what cannot reach its goal; also the longest program's bound."""

# Places in `RowTables.sizes`.
STRIDE, NUM_ACTIONS, NUM_SHOWN, HAS_PAIRS = 0, 1, 2, 3
NUM_SIZES = 4


class RowTables(NamedTuple):
    """Everything that is known of the row states.

    Shapes: `A` actions, `S` row states that can reach their goal, `P` different outputs with goals.

    Attributes:
      moves: `[A * (S + 1)]` uint16 row state after action `a` in row state `s`, at `a * (S + 1) + s`.
      distance: `[S + 1]` uint8 fewest actions from a row state to its goal.
      shown: `[S + 1]` int32 number of what the outputs hold together with the goal, in 0 .. P - 1.
      keys: `[S + 1]` uint64 random words; a position's hash is the sum over its row states.
      pairs: `[S * S]` uint8 fewest actions that bring two row states to their goals together; `[1]` without.
      worth: `[P + 1]` float32 value in [0, 1] of a position with so many different outputs.
      worth_of_rows: `[rows at the start + 1]` float32 the same of so many row states.
      blocked: `[(A + 1) * A]` uint8 bits of why an action need not follow another; row A: the start.
      sizes: S + 1, A, P, and whether there are pairs.
    """

    moves: NDArray[np.uint16]
    distance: NDArray[np.uint8]
    shown: NDArray[np.int32]
    keys: NDArray[np.uint64]
    pairs: NDArray[np.uint8]
    worth: NDArray[np.float32]
    worth_of_rows: NDArray[np.float32]
    blocked: NDArray[np.uint8]
    sizes: NDArray[np.int64]
