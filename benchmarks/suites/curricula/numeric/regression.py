"""Steps of `numeric-v1` towards linear regression: residuals, the gradient, a step of descent, the solution.

A data set is one matrix: a row for each observation, its features first and its target last.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Matrix, Vector, dot, mean, quarters, vector
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws

_RATE = 0.5
_FLAT = 1e-8
_SHOWN_STEPS = 40
"""A shown descent ends within so many steps, so that trying one is cheap."""


def _data(draws: Draws, features: int, observations: int) -> Matrix:
    """Draws observations of which no feature is large, so that descent with steps of a half ends."""
    hidden = vector(draws, features, -3, 3)
    rows = []
    for _ in range(observations):
        x = [draws.choice((-1.5, -1.25, -1.0, -0.75, 0.5, 0.75, 1.0, 1.25, 1.5)) for _ in range(features)]
        rows.append([*x, round(4 * dot(hidden, x)) / 4 + quarters(draws, -1, 1)])
    return rows


def _weights_and_data(draws: Draws, larger: int) -> tuple[Any, ...]:
    features = draws.between(1, 3)
    return vector(draws, features, -3, 3), _data(draws, features, length(draws, features, 4, larger))


def _residuals(w: Vector, d: Matrix) -> Vector:
    return [dot(w, row[:-1]) - row[-1] for row in d]


def _slopes(w: Vector, d: Matrix) -> Vector:
    off = _residuals(w, d)
    return [dot(off, [row[place] for row in d]) / len(d) for place in range(len(w))]


def _step(w: Vector, d: Matrix) -> Vector:
    return [value - _RATE * slope for value, slope in zip(w, _slopes(w, d), strict=True)]


def _steps(w: Vector, d: Matrix, n: int) -> Vector:
    for _ in range(n):
        w = _step(w, d)
    return w


def _is_flat(w: Vector, d: Matrix) -> bool:
    return max(map(abs, _slopes(w, d))) < _FLAT


def _product(rows: list[list[Fraction]], one: int, other: int) -> Fraction:
    return sum((row[one] * row[other] for row in rows), Fraction())


def least_squares(d: Matrix) -> Vector:
    """Returns the weights with the smallest sum of squared residuals, by the normal equations.

    Raises:
      ZeroDivisionError: the features depend on each other, so that many weights are as good.
    """
    rows = [[Fraction(value) for value in row] for row in d]
    size = len(rows[0]) - 1
    left = [[_product(rows, i, j) for j in range(size + 1)] for i in range(size)]
    for i in range(size):
        pivot = left[i][i]
        left[i] = [value / pivot for value in left[i]]
        for j in range(size):
            if j != i:
                left[j] = [value - left[j][i] * own for value, own in zip(left[j], left[i], strict=True)]
    return [float(line[-1]) for line in left]


def _are_independent(d: Matrix) -> bool:
    """Says whether one solution is better than all others."""
    try:
        least_squares(d)
    except ZeroDivisionError:
        return False
    return True


def _flattens(w: Vector, d: Matrix, *more: Any) -> bool:
    """Says whether descent ends; with few observations, soon."""
    if not _are_independent(d):
        return False
    limit = _SHOWN_STEPS if len(d) < 12 else 20 * _SHOWN_STEPS
    for _ in range(limit):
        if _is_flat(w, d):
            return True
        w = _step(w, d)
    return False


def _any_data(draws: Draws, larger: int) -> tuple[Any, ...]:
    return (_data(draws, draws.between(1, 3), length(draws, 2, 9, larger)),)


def _near_solution(draws: Draws, larger: int) -> tuple[Any, ...]:
    """Draws data with weights of which half are on each side of what counts as flat."""
    features = draws.between(1, 2)
    d = _data(draws, features, length(draws, features + 1, 4, larger))
    offsets = [
        draws.choice((-1.0, 1.0)) * draws.choice((1e-9, 4e-9, 8e-9, 1.2e-8, 2e-8, 1e-3))
        for _ in range(features)
    ]
    solution = least_squares(d) if _are_independent(d) else offsets
    return [value + offset for value, offset in zip(solution, offsets, strict=True)], d


def _descents(draws: Draws, larger: int) -> tuple[Any, ...]:
    return (
        *_weights_and_data(draws, larger),
        draws.between(0, 3) if larger == 1 else draws.between(100, 200),
    )


_SIGNATURE = "(w: list[float], data: matrix)"
STEPS: Final = (
    Step(
        "residuals",
        "Say how far each prediction, weights w times features, is above the target in the last column.",
        f"{_SIGNATURE} -> list[float]", "return matrix_vector(data, append(w, -1.0))",
        _residuals, _weights_and_data, subtasks=("matrix-vector",),
    ),
    Step(
        "squared-error", "Give the average of the squared residuals.",
        f"{_SIGNATURE} -> float", "return average(square(residuals(w, data)))",
        lambda w, d: mean([off * off for off in _residuals(w, d)]), _weights_and_data,
        subtasks=("average", "residuals"),
    ),
    Step(
        "summed-slopes", "Multiply each feature by the residuals and add up over the observations.",
        f"{_SIGNATURE} -> list[float]", "return init(transposed_times(data, residuals(w, data)))",
        lambda w, d: [slope * len(d) for slope in _slopes(w, d)], _weights_and_data,
        subtasks=("transposed-times", "residuals"),
    ),
    Step(
        "observations", "Count the observations, the rows of the matrix, as a float.",
        "(data: matrix) -> float", "return to_float(height(data))", lambda d: float(len(d)),
        _any_data,
    ),
    Step(
        "gradient", "Multiply each feature by the residuals and take the average over the observations.",
        f"{_SIGNATURE} -> list[float]", "return div(summed_slopes(w, data), observations(data))",
        _slopes, _weights_and_data, subtasks=("summed-slopes", "observations"),
    ),
    Step(
        "descent-step", "Make one step of gradient descent with rate one half on the weights.",
        f"{_SIGNATURE} -> list[float]", "return sub(w, mul(0.5, gradient(w, data)))",
        _step, _weights_and_data, subtasks=("gradient",),
    ),
    Step(
        "descent", "Make n steps of gradient descent with rate one half on the weights.",
        "(w: list[float], data: matrix, n: int) -> list[float]",
        "return iterate(&descent_step(_, data), n, w)",
        _steps, _descents, subtasks=("descent-step",), accepts=_flattens, measure=lambda w, d, n: max(1, n),
    ),
    Step(
        "steepest-slope", "Give the component of the gradient that is farthest from zero, without its sign.",
        f"{_SIGNATURE} -> float", "return maximum(abs(gradient(w, data)))",
        lambda w, d: max(map(abs, _slopes(w, d))), _weights_and_data, subtasks=("gradient",),
    ),
    Step(
        "is-flat", "Say whether every component of the gradient is closer to zero than a hundred millionth.",
        f"{_SIGNATURE} -> bool", "return lt(steepest_slope(w, data), 0.00000001)",
        _is_flat, _near_solution, subtasks=("steepest-slope",), shown=20, constants=(0.00000001,),
    ),
    Step(
        "least-squares", "Descend from the weights w to those with the smallest sum of squared residuals.",
        f"{_SIGNATURE} -> list[float]", "return until(&descent_step(_, data), &is_flat(_, data), w)",
        lambda w, d: least_squares(d), _weights_and_data, subtasks=("descent-step", "is-flat"),
        accepts=_flattens,
    ),
)  # fmt: skip
