"""Steps of `numeric-v1` on vectors: products, lengths and directions."""

from __future__ import annotations

import math
from typing import Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Vector, alike, dot, reals, steady
from benchmarks.suites.curricula.sources import fixed


def _unit(x: Vector) -> Vector:
    size = math.sqrt(dot(x, x))
    return [v / size for v in x]


STEPS: Final = (
    Step(
        "dot-product", "Multiply two vectors element by element and add up the products.",
        "(x: list[float], y: list[float]) -> float", "return sum(mul(x, y))",
        dot, alike(2),
    ),
    Step(
        "add-multiple", "Add a times the vector x to the vector y.",
        "(a: float, x: list[float], y: list[float]) -> list[float]", "return add(mul(a, x), y)",
        lambda a, x, y: [a * u + v for u, v in zip(x, y, strict=True)],
        lambda draws, larger: (steady(-3, 3)(draws, larger), *alike(2)(draws, larger)),
    ),
    Step(
        "blend", "Go the share t of the way from the vector x to the vector y.",
        "(x: list[float], y: list[float], t: float) -> list[float]", "return add_multiple(t, sub(y, x), x)",
        lambda x, y, t: [u + t * (v - u) for u, v in zip(x, y, strict=True)],
        alike(2, steady(0, 1)), subtasks=("add-multiple",),
    ),
    Step(
        "vector-length", "Give the length of a vector: the square root of its product with itself.",
        "(x: list[float]) -> float", "return sqrt(dot_product(x, x))",
        lambda x: math.sqrt(dot(x, x)), (reals(),), subtasks=("dot-product",),
    ),
    Step(
        "straight-distance", "Say how far apart two points are, given by their coordinates.",
        "(x: list[float], y: list[float]) -> float", "return vector_length(sub(x, y))",
        lambda x, y: math.dist(x, y), alike(2), subtasks=("vector-length",),
    ),
    Step(
        "unit-vector", "Give the vector of length one that has the same direction.",
        "(x: list[float]) -> list[float]", "return div(x, vector_length(x))",
        _unit, (reals(),), subtasks=("vector-length",), accepts=any,
    ),
    Step(
        "cosine", "Give the cosine of the angle between two vectors.",
        "(x: list[float], y: list[float]) -> float", "return dot_product(unit_vector(x), unit_vector(y))",
        lambda x, y: dot(_unit(x), _unit(y)),
        alike(2, least=2), subtasks=("dot-product", "unit-vector"), accepts=lambda x, y: any(x) and any(y),
    ),
    Step(
        "ordinals", "Number the elements as floats, beginning with one.",
        "(x: list[float]) -> list[float]", "return to_float(one_to(len(x)))",
        lambda x: [float(place) for place in range(1, len(x) + 1)], (reals(),), edges=(([0.0, 2.5, 0.0],),),
    ),
    Step(
        "running-totals", "Give the sums of all beginnings of the list, from that of nothing to that of all.",
        "(x: list[float]) -> list[float]", "return prepend(0.0, cumsum(x))",
        lambda x: [sum(x[:end]) for end in range(len(x) + 1)], (reals(),), edges=(([],),),
    ),
    Step(
        "window-sums", "Add up each run of k neighbours.",
        "(x: list[float], k: int) -> list[float]",
        "return sub(drop(running_totals(x), k), running_totals(x))",
        lambda x, k: [sum(x[begin : begin + k]) for begin in range(len(x) - k + 1)],
        (reals(least=4, most=8), fixed(1, 4)), subtasks=("running-totals",),
    ),
    Step(
        "moving-average", "Give the average of each run of k neighbours.",
        "(x: list[float], k: int) -> list[float]", "return div(window_sums(x, k), to_float(k))",
        lambda x, k: [sum(x[begin : begin + k]) / k for begin in range(len(x) - k + 1)],
        (reals(least=4, most=8), fixed(1, 4)), subtasks=("window-sums",),
    ),
    Step(
        "cumulative-mean", "Replace each element by the average of all up to it.",
        "(x: list[float]) -> list[float]", "return div(cumsum(x), ordinals(x))",
        lambda x: [sum(x[:end]) / end for end in range(1, len(x) + 1)], (reals(),), subtasks=("ordinals",),
    ),
)  # fmt: skip
