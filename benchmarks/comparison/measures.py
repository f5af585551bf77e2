"""Decides what a run says that it has not measured: its figures are then left out, instead of being 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

UNMEASURED: Final = "unmeasured"
"""Key of a run's configuration: the measures that its results do not have. A run without it has all."""
CANDIDATES: Final = "candidates"
SECONDS: Final = "seconds"
RIGHT: Final = "right"
"""Whether a program that fits is right on held-out examples."""
MEASURES: Final = frozenset({CANDIDATES, SECONDS, RIGHT})


def measures_of(config: Mapping[str, Any]) -> frozenset[str]:
    """Returns the measures that the results of a run with this configuration have."""
    missing = config.get(UNMEASURED, ())
    return MEASURES - frozenset(missing if isinstance(missing, list | tuple) else ())
