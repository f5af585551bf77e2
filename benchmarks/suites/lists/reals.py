"""Tasks of `lists-v1` on floats."""

from __future__ import annotations

import math

from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import floats, real


def _total(x: list[float]) -> float:
    """Returns the sum from left to right; `sum` rounds otherwise in some versions of Python."""
    total = 0.0
    for value in x:
        total += value
    return total


def _mean(x: list[float]) -> float:
    return _total(x) / len(x)


TASKS = (
    Definition(
        "average", "Give the average.",
        "(x: list[float]) -> float", "return mean(x)",
        _mean, (floats(),), edges=(([2.5],),),
    ),
    Definition(
        "move-to-the-centre", "Subtract the average from all.",
        "(x: list[float]) -> list[float]", "return sub(x, mean(x))",
        lambda x: [v - _mean(x) for v in x], (floats(),), edges=(([2.5],),),
    ),
    Definition(
        "share-of-the-total", "Divide each by the sum of all.",
        "(x: list[float]) -> list[float]", "return div(x, sum(x))",
        lambda x: [v / _total(x) for v in x], (floats(1, 12),), edges=(([2.5],),),
    ),
    Definition(
        "root-mean-square", "Give the square root of the average of the squares.",
        "(x: list[float]) -> float", "return sqrt(mean(square(x)))",
        lambda x: math.sqrt(_mean([v * v for v in x])), (floats(),), edges=(([-2.5],),),
    ),
    Definition(
        "variance", "Give the average squared distance from the average.",
        "(x: list[float]) -> float", "return mean(square(sub(x, mean(x))))",
        lambda x: _mean([(v - _mean(x)) ** 2 for v in x]), (floats(),), edges=(([2.5],), ([1.0, 3.0],)),
    ),
    Definition(
        "straight-distance", "How far apart are two points, given by their coordinates?",
        "(x: list[float], y: list[float]) -> float", "return sqrt(sum(square(sub(x, y))))",
        lambda x, y: math.sqrt(_total([(a - b) ** 2 for a, b in zip(x, y, strict=True)])),
        (floats(least=3, most=3), floats(least=3, most=3)), edges=(([1.0, 2.0], [1.0, 2.0]), ([0.0], [-2.5])),
        accepts=lambda x, y: len(x) == len(y),
    ),
    Definition(
        "to-fahrenheit", "Turn degrees Celsius into degrees Fahrenheit.",
        "(celsius: float) -> float", "return add(mul(celsius, 1.8), 32.0)",
        lambda celsius: 1.8 * celsius + 32.0, (real(-40, 110),), edges=((0.0,), (100.0,)),
        constants=(1.8, 32.0),
    ),
    Definition(
        "squash", "Map a number to between 0 and 1: one over one plus e to the minus x.",
        "(x: float) -> float", "return div(1.0, add(1.0, exp(neg(x))))",
        lambda x: 1 / (1 + math.exp(-x)), (real(-5, 5),), edges=((0.0,),), constants=(1.0,),
    ),
    Definition(
        "round-and-add", "Round all to the nearest whole numbers and add those up.",
        "(x: list[float]) -> int", "return sum(round(x))",
        lambda x: sum(round(v) for v in x), (floats(),), edges=(([0.25],), ([1.75, 1.75],)),
    ),
)  # fmt: skip
