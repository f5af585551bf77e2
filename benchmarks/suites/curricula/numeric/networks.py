"""Steps of `numeric-v1` with matrices: layers of a network, and repeated multiplication."""

from __future__ import annotations

import math
from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Matrix, Vector, dot, matrix, reals, times, vector
from benchmarks.suites.draws import Draws


def _size(draws: Draws, larger: int) -> int:
    """Returns a height or width; that of a larger matrix makes ten times the elements."""
    return draws.between(1, 3) if larger == 1 else draws.between(11, 14)


def _matrix_and_vector(draws: Draws, larger: int) -> tuple[Any, ...]:
    width = _size(draws, larger)
    return matrix(draws, _size(draws, larger), width, -3, 4), vector(draws, width, -3, 4)


def _transposed_and_vector(draws: Draws, larger: int) -> tuple[Any, ...]:
    m, x = _matrix_and_vector(draws, larger)
    return _transposed(m), x


def layer(draws: Draws, larger: int) -> tuple[Any, ...]:
    """Draws the weights and biases of a layer, and what goes into it."""
    w, x = _matrix_and_vector(draws, larger)
    return w, vector(draws, len(w), -6, 6), x


def _biased_arguments(draws: Draws, larger: int) -> tuple[Any, ...]:
    w, b, x = layer(draws, larger)
    return [[*line, bias] for line, bias in zip(w, b, strict=True)], x


def _network(draws: Draws, larger: int) -> tuple[Any, ...]:
    w, x = _biased_arguments(draws, larger)
    return matrix(draws, _size(draws, larger), len(w) + 1, -3, 4), w, x


def _vector_and_square(draws: Draws, larger: int) -> tuple[Any, ...]:
    size = draws.between(2, 3) if larger == 1 else draws.between(10, 14)
    return vector(draws, size, 1, 4), matrix(draws, size, size, 0, 4)


def _transposed(m: Matrix) -> Matrix:
    return [list(line) for line in zip(*m, strict=True)]


def affine(w: Matrix, b: Vector, x: Vector) -> Vector:
    """Returns weights times x, and biases added."""
    return [value + shift for value, shift in zip(times(w, x), b, strict=True)]


def _biased(w: Matrix, x: Vector) -> Vector:
    return times(w, [*x, 1.0])


def _rectified(x: Vector) -> Vector:
    return [max(v, 0.0) for v in x]


def _layer_value(w: Matrix, b: Vector, x: Vector) -> Vector:
    return _rectified(affine(w, b, x))


def _power_step(x: Vector, m: Matrix) -> Vector:
    y = times(m, x)
    size = math.sqrt(dot(y, y))
    return [v / size for v in y]


def _power_steps(x: Vector, m: Matrix, n: int) -> Vector:
    for _ in range(n):
        x = _power_step(x, m)
    return x


def _vector_square_steps(draws: Draws, larger: int) -> tuple[Any, ...]:
    x, m = _vector_and_square(draws, 1)
    return x, m, draws.between(0, 5) if larger == 1 else draws.between(50, 60)


def _moves(x: Vector, m: Matrix, *_: Any) -> bool:
    """Says whether no multiplication comes near to nothing."""
    return all(any(line) for line in m)


STEPS: Final = (
    Step(
        "as-column", "Write the vector as a matrix with one column.",
        "(x: list[float]) -> matrix", "return reshape(x, len(x), 1)", lambda x: [[v] for v in x], (reals(),),
    ),
    Step(
        "matrix-vector", "Multiply a matrix by a vector.",
        "(m: matrix, x: list[float]) -> list[float]", "return flatten(matmul(m, as_column(x)))",
        times, _matrix_and_vector, subtasks=("as-column",),
    ),
    Step(
        "transposed-times", "Multiply the transposed matrix by a vector.",
        "(m: matrix, x: list[float]) -> list[float]", "return matrix_vector(transpose(m), x)",
        lambda m, x: times(_transposed(m), x),
        _transposed_and_vector,
        subtasks=("matrix-vector",),
    ),
    Step(
        "affine-map", "Multiply the weights by the vector x and add the biases b.",
        "(w: matrix, b: list[float], x: list[float]) -> list[float]", "return add(matrix_vector(w, x), b)",
        affine, layer, subtasks=("matrix-vector",),
    ),
    Step(
        "rectified", "Put zero in the place of each negative number.",
        "(x: list[float]) -> list[float]", "return max(x, 0.0)", _rectified, (reals(-6, 6),),
    ),
    Step(
        "linear-layer",
        "Give the output of a layer of a network with weights w and biases b: negative sums become zero.",
        "(w: matrix, b: list[float], x: list[float]) -> list[float]", "return rectified(affine_map(w, b, x))",
        _layer_value, layer, subtasks=("affine-map", "rectified"),
    ),
    Step(
        "biased-product",
        "Multiply the weights by the vector x; the biases are the last column of the weights.",
        "(w: matrix, x: list[float]) -> list[float]", "return matrix_vector(w, append(x, 1.0))",
        _biased, _biased_arguments, subtasks=("matrix-vector",),
    ),
    Step(
        "two-layer-network",
        "Give the output of a network: a layer with weights w, whose negative sums become zero, then a "
        "linear layer with weights v. Biases are the last columns of the weights.",
        "(v: matrix, w: matrix, x: list[float]) -> list[float]",
        "return biased_product(v, rectified(biased_product(w, x)))",
        lambda v, w, x: _biased(v, _rectified(_biased(w, x))), _network,
        subtasks=("rectified", "biased-product"),
    ),
    Step(
        "quadratic-form", "Give x times the matrix times x.",
        "(x: list[float], m: matrix) -> float", "return dot_product(x, matrix_vector(m, x))",
        lambda x, m: dot(x, times(m, x)), _vector_and_square, subtasks=("dot-product", "matrix-vector"),
    ),
    Step(
        "power-step", "Multiply the matrix by the vector and stretch the result to length one.",
        "(x: list[float], m: matrix) -> list[float]", "return unit_vector(matrix_vector(m, x))",
        _power_step, _vector_and_square, subtasks=("matrix-vector", "unit-vector"), accepts=_moves,
    ),
    Step(
        "power-iteration",
        "Multiply the matrix by the vector and stretch the result to length one, n times over.",
        "(x: list[float], m: matrix, n: int) -> list[float]", "return iterate(&power_step(_, m), n, x)",
        _power_steps, _vector_square_steps, subtasks=("power-step",), accepts=_moves,
        measure=lambda x, m, n: n,
    ),
)  # fmt: skip
