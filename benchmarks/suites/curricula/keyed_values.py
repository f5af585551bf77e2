"""The step by which several curricula read a table off what was looked up in it."""

from __future__ import annotations

from typing import Any

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws


def by_key(keys: list[int], values: list[int]) -> list[int]:
    """Returns for each different key, the smallest first, the value at its first place."""
    return [values[keys.index(key)] for key in sorted(set(keys))]


def _keys_and_values(draws: Draws, larger: int) -> tuple[Any, ...]:
    size = length(draws, 3, 8, larger)
    return [draws.below(5) for _ in range(size)], [draws.between(-9, 9) for _ in range(size)]


VALUES_BY_KEY = Step(
    "values-by-key",
    "Give for each different key, the smallest first, the value at the key's first place.",
    "(keys: list[int], values: list[int]) -> list[int]",
    "return compress(order_by(values, keys), starts(sort(keys)))",
    by_key,
    _keys_and_values,
    edges=(([], []),),
)
