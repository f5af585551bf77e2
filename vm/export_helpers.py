"""Functions that exported programs carry along beside those of the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vm.limits import DEFAULT_LIMITS
from vm.reference.forms import form_words
from vm.reference.registry import require_room

LIMIT = DEFAULT_LIMITS.capacity
# A round of a loop costs the machine at least three units of fuel: for the round, its call and the merging.
MAX_ROUNDS = DEFAULT_LIMITS.fuel // 3
ROUNDS = [0]


def fault_unless(condition: bool, status: str) -> None:
    """Ends the run unless the condition holds."""
    if not condition:
        raise ValueError(status)


def tidy(grid: Any) -> Any:
    """Returns a grid; one without elements has no rows either."""
    return grid if any(grid) else []


def fold(step: Callable[[Any, Any], Any], value: Any, items: Any) -> Any:
    """Carries a value through a list."""
    for item in items:
        value = step(value, item)
        require_room(form_words(value), LIMIT)
    return value


def count_round() -> None:
    """Counts a round of a loop, and ends the run after too many."""
    ROUNDS[0] += 1
    fault_unless(ROUNDS[0] <= MAX_ROUNDS, "OUT_OF_FUEL")


def iterate(step: Callable[[Any], Any], count: int, value: Any) -> Any:
    """Applies a function so many times."""
    for _ in range(count):
        count_round()
        value = step(value)
        require_room(form_words(value), LIMIT)
    return value


def until(step: Callable[[Any], Any], is_done: Callable[[Any], bool], value: Any) -> Any:
    """Applies a function until it is done."""
    while not is_done(value):
        count_round()
        value = step(value)
        require_room(form_words(value), LIMIT)
    return value
