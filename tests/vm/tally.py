"""What a fuzz has met."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

REFUSED = "REFUSED"


@dataclass
class Tally:
    """What was met: outcomes by name, and how often each skill stood in a program that ran to its end.

    Attributes:
      mismatch: the first disagreement in words, None so far.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    completed: Counter[str] = field(default_factory=Counter)
    mismatch: str | None = None

    def add(self, other: Tally) -> None:
        """Adds another tally."""
        self.outcomes += other.outcomes
        self.completed += other.completed
        self.mismatch = self.mismatch or other.mismatch
