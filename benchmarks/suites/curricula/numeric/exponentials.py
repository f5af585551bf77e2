"""Steps of `numeric-v1` with exponentials: probabilities from scores."""

from __future__ import annotations

import math
from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.networks import affine, layer
from benchmarks.suites.curricula.numeric.reals import Vector, alike, reals, total
from benchmarks.suites.draws import Draws

_TALL = (([800.0, 801.5],), ([-2000.0, 750.25, 751.0],))
"""Scores whose plain exponentials overflow, or are all zero."""


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _scaled(x: Vector) -> Vector:
    return [math.exp(v - max(x)) for v in x]


def _softmax(x: Vector) -> Vector:
    return [v / total(_scaled(x)) for v in _scaled(x)]


def _log_of_sum(x: Vector) -> float:
    return max(x) + math.log(total(_scaled(x)))


def _scores_and_class(draws: Draws, larger: int) -> tuple[Any, ...]:
    (x,) = alike(1, least=2)(draws, larger)
    return x, draws.below(len(x))


STEPS: Final = (
    Step(
        "probability-of-odds", "Turn odds into probabilities: each number divided by one more than it.",
        "(x: list[float]) -> list[float]", "return div(x, add(1.0, x))",
        lambda x: [v / (1 + v) for v in x], (reals(0, 9),),
    ),
    Step(
        "sigmoid", "Map each number to between 0 and 1: the probability whose odds are e to the power of it.",
        "(x: list[float]) -> list[float]", "return probability_of_odds(exp(x))",
        lambda x: list(map(_sigmoid, x)), (reals(),), subtasks=("probability-of-odds",),
    ),
    Step(
        "logistic-layer",
        "Give the output of a layer with weights w and biases b, the sums squashed by the sigmoid.",
        "(w: matrix, b: list[float], x: list[float]) -> list[float]", "return sigmoid(affine_map(w, b, x))",
        lambda w, b, x: list(map(_sigmoid, affine(w, b, x))), layer, subtasks=("affine-map", "sigmoid"),
    ),
    Step(
        "shares", "Divide each element by the sum of all of them.",
        "(x: list[float]) -> list[float]", "return div(x, sum(x))",
        lambda x: [v / total(x) for v in x], (reals(1, 12),),
    ),
    Step(
        "scaled-exponentials",
        "Give e to the power of each element, all divided by the largest of these powers.",
        "(x: list[float]) -> list[float]", "return exp(sub(x, maximum(x)))",
        _scaled, (reals(),), edges=_TALL,
    ),
    Step(
        "softmax",
        "Turn scores into probabilities: e to the power of each, divided by the sum of these powers.",
        "(x: list[float]) -> list[float]", "return shares(scaled_exponentials(x))",
        _softmax, (reals(),), edges=_TALL, subtasks=("shares", "scaled-exponentials"),
    ),
    Step(
        "log-of-scaled-sum",
        "Give the logarithm of the sum of e to the power of each element, all divided by the largest power.",
        "(x: list[float]) -> float", "return log(sum(scaled_exponentials(x)))",
        lambda x: math.log(total(_scaled(x))), (reals(),), edges=_TALL, subtasks=("scaled-exponentials",),
    ),
    Step(
        "log-sum-exp", "Give the logarithm of the sum of e to the power of each element.",
        "(x: list[float]) -> float", "return add(maximum(x), log_of_scaled_sum(x))",
        _log_of_sum, (reals(),), edges=_TALL, subtasks=("log-of-scaled-sum",),
    ),
    Step(
        "cross-entropy", "Give minus the logarithm of the probability that softmax gives the class k.",
        "(x: list[float], k: int) -> float", "return sub(log_sum_exp(x), index(x, k))",
        lambda x, k: _log_of_sum(x) - x[k], _scores_and_class,
        edges=(([800.0, 801.5], 0), ([-2000.0, 750.25, 751.0], 0)), subtasks=("log-sum-exp",),
    ),
    Step(
        "class-probabilities",
        "Give the probabilities of a linear classifier with weights w and biases b: softmax of its scores.",
        "(w: matrix, b: list[float], x: list[float]) -> list[float]", "return softmax(affine_map(w, b, x))",
        lambda w, b, x: _softmax(affine(w, b, x)), layer, subtasks=("affine-map", "softmax"),
    ),
)  # fmt: skip
