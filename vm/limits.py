"""Decides what a run may use at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of a run.

    Attributes:
      fuel: units of work.
      capacity: most words of one value, over all examples.
      heap: words of all values that are alive together.
    """

    fuel: int = 10_000_000
    capacity: int = 1 << 18
    heap: int = 1 << 20

    def __post_init__(self) -> None:
        if not (0 <= self.fuel < 2**62 and 0 < self.capacity <= 2**28 and 0 < self.heap <= 2**32):
            raise ValueError(f"limits are out of range: {self}")


DEFAULT_LIMITS = Limits()
