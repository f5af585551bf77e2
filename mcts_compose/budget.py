"""Decides what may bound a search; whichever bound ends it is named in the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from types import UnionType

from mcts_compose.errors import InputError, shown

LARGEST_COUNT = 2**62
DEFAULT_SECONDS = 10.0
DEFAULT_MEMORY_MB = 6000
"""What a search may take that keeps all it has met; untuned. Some need far less and take less."""


@dataclass(frozen=True)
class Budget:
    """Upper bounds of one search; None leaves that measure free.

    Attributes:
      seconds: wall time of the search, loading and compiling not counted.
      simulations: passes of select, expand, backup.
      executions: candidates that the machine ran.
      model_calls: requests answered by a language model, or from a record of its answers; 0 asks for none,
        and ends the search of a prior that is one at once. It bounds nothing where the prior is no model.
      memory_mb: resident memory of the search's own arrays, in units of 2**20 bytes. Searches over arrays
        need 64 or more; row tables of fixed memory are counted only beyond 256.
    """

    seconds: float | None = None
    simulations: int | None = None
    executions: int | None = None
    model_calls: int | None = None
    memory_mb: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            place = f"budget {field.name} is {shown(value)}"
            if field.name == "seconds":
                if not _is_number(value, int | float) or not 0 < value < math.inf:
                    raise InputError(f"{place}, but should be a number above 0")
                continue
            least = 0 if field.name == "model_calls" else 1
            if not _is_number(value, int) or not least <= value <= LARGEST_COUNT:
                raise InputError(f"{place}, but should be a whole number from {least} to 2**62")

    @property
    def is_bounded(self) -> bool:
        """Whether any measure that ends a search is set; memory alone does not promise an end."""
        return any(value is not None for value in (self.seconds, self.simulations, self.executions))


def _is_number(value: object, kind: type | UnionType) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
