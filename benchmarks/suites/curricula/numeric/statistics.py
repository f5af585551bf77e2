"""Steps of `numeric-v1` on samples: averages, spread, and how two samples go together."""

from __future__ import annotations

import math
from typing import Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Vector, alike, mean, reals


def _centred(x: Vector) -> Vector:
    middle = mean(x)
    return [v - middle for v in x]


def _covariance(x: Vector, y: Vector) -> float:
    return mean([u * v for u, v in zip(_centred(x), _centred(y), strict=True)])


def _deviation(x: Vector) -> float:
    return math.sqrt(_covariance(x, x))


def _slope(x: Vector, y: Vector) -> float:
    return _covariance(x, y) / _covariance(x, x)


def _varies(x: Vector) -> bool:
    return len(set(x)) > 1


def _both_vary(x: Vector, y: Vector) -> bool:
    return _varies(x) and _varies(y)


STEPS: Final = (
    Step(
        "average", "Give the average: the sum divided by the number of elements.",
        "(x: list[float]) -> float", "return div(sum(x), to_float(len(x)))", mean, (reals(),),
    ),
    Step(
        "centred", "Subtract the average from all, so that the new average is zero.",
        "(x: list[float]) -> list[float]", "return sub(x, average(x))",
        _centred, (reals(),), subtasks=("average",),
    ),
    Step(
        "variance", "Give the average squared distance from the average.",
        "(x: list[float]) -> float", "return average(square(centred(x)))",
        lambda x: _covariance(x, x), (reals(),), subtasks=("average", "centred"),
    ),
    Step(
        "standard-deviation", "Give the square root of the average squared distance from the average.",
        "(x: list[float]) -> float", "return sqrt(variance(x))", _deviation, (reals(),),
        subtasks=("variance",),
    ),
    Step(
        "standardised", "Shift and stretch the sample so that its average is zero and its deviation one.",
        "(x: list[float]) -> list[float]", "return div(centred(x), standard_deviation(x))",
        lambda x: [v / _deviation(x) for v in _centred(x)],
        (reals(least=2),), subtasks=("centred", "standard-deviation"), accepts=_varies,
    ),
    Step(
        "covariance", "Average the products of the distances of two samples from their averages.",
        "(x: list[float], y: list[float]) -> float", "return average(mul(centred(x), centred(y)))",
        _covariance, alike(2), subtasks=("average", "centred"),
    ),
    Step(
        "correlation", "Average the products of two samples, each brought to average zero and deviation one.",
        "(x: list[float], y: list[float]) -> float", "return average(mul(standardised(x), standardised(y)))",
        lambda x, y: _covariance(x, y) / (_deviation(x) * _deviation(y)),
        alike(2, least=3), subtasks=("average", "standardised"), accepts=_both_vary,
    ),
    Step(
        "fitted-slope", "Give the slope of the straight line that fits the points (x, y) best.",
        "(x: list[float], y: list[float]) -> float", "return div(covariance(x, y), variance(x))",
        _slope, alike(2, least=3), subtasks=("covariance", "variance"), accepts=_both_vary,
    ),
    Step(
        "fitted-line", "Give the values at x of the straight line that fits the points (x, y) best.",
        "(x: list[float], y: list[float]) -> list[float]",
        "return add(mul(fitted_slope(x, y), centred(x)), average(y))",
        lambda x, y: [_slope(x, y) * v + mean(y) for v in _centred(x)],
        alike(2, least=3), subtasks=("average", "centred", "fitted-slope"), accepts=_both_vary,
    ),
)  # fmt: skip
