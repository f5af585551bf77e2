"""Functions that exported programs carry along beside those of the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vm.limits import DEFAULT_LIMITS
from vm.reference.forms import form_words
from vm.reference.registry import require_room

LIMIT = DEFAULT_LIMITS.capacity
MAX_ROUNDS = DEFAULT_LIMITS.fuel


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


def iterate(step: Callable[[Any], Any], count: int, value: Any) -> Any:
    """Applies a function so many times."""
    for number in range(count):
        fault_unless(number < MAX_ROUNDS, "OUT_OF_FUEL")
        value = step(value)
        require_room(form_words(value), LIMIT)
    return value


def until(step: Callable[[Any], Any], is_done: Callable[[Any], bool], value: Any) -> Any:
    """Applies a function until it is done."""
    for _ in range(MAX_ROUNDS):
        if is_done(value):
            return value
        value = step(value)
        require_room(form_words(value), LIMIT)
    raise ValueError("OUT_OF_FUEL")
