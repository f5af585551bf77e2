"""Steps of `numeric-v1` on polynomials: Horner's scheme, derivatives, Newton's method.

A polynomial is the list of its coefficients, that of the constant term first.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Vector, largest_number, real, reals, steady, vector
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws


def _value(c: Vector, x: float) -> float:
    result = 0.0
    for coefficient in reversed(c):
        result = result * x + coefficient
    return result


def _derivative(c: Vector) -> Vector:
    return [power * coefficient for power, coefficient in enumerate(c)][1:]


def _newton_step(x: float, c: Vector) -> float:
    return x - _value(c, x) / _value(_derivative(c), x)


def _newton(x: float, c: Vector, n: int) -> float:
    for _ in range(n):
        x = _newton_step(x, c)
    return x


def _is_steep(x: float, c: Vector) -> bool:
    """Says whether the polynomial climbs or falls at x, so that Newton's step is no long jump."""
    return abs(_value(_derivative(c), x)) > 0.5


def _stays_steep(x: float, c: Vector, n: int) -> bool:
    """Says whether Newton's method comes near a root within eight steps, without long jumps."""
    for _ in range(8):
        if not _is_steep(x, c):
            return False
        x = _newton_step(x, c)
    return abs(_value(c, x)) < 1e-9


def _start_and_polynomial(draws: Draws, larger: int) -> tuple[Any, ...]:
    return steady(-1, 1)(draws, larger), vector(draws, length(draws, 2, 5, larger), -4, 4)


def _newton_arguments(draws: Draws, larger: int) -> tuple[Any, ...]:
    steps = draws.between(0, 3) if larger == 1 else draws.between(30, 40)
    return steady(-4, 4)(draws, 1), vector(draws, draws.between(3, 5), -4, 4), steps


STEPS: Final = (
    Step(
        "horner-step", "Multiply the value so far by x and add the next coefficient.",
        "(value: float, coefficient: float, x: float) -> float", "return add(mul(value, x), coefficient)",
        lambda value, coefficient, x: value * x + coefficient, (real(-9, 9), real(-9, 9), real(-4, 4)),
        measure=largest_number,
    ),
    Step(
        "polynomial-value",
        "Give the value at x of the polynomial with these coefficients, that of the constant term first.",
        "(coefficients: list[float], x: float) -> float",
        "return fold(&horner_step(_, _, x), 0.0, reverse(coefficients))",
        _value, (reals(-4, 4), steady(-1, 1)), subtasks=("horner-step",),
    ),
    Step(
        "derivative", "Give the coefficients of a polynomial's derivative; the constant term stands first.",
        "(coefficients: list[float]) -> list[float]",
        "return mul(ordinals(coefficients), tail(coefficients))",
        _derivative, (reals(),), subtasks=("ordinals",),
    ),
    Step(
        "derivative-value", "Give the slope at x of the polynomial with these coefficients.",
        "(coefficients: list[float], x: float) -> float",
        "return polynomial_value(derivative(coefficients), x)",
        lambda coefficients, x: _value(_derivative(coefficients), x),
        (reals(-4, 4, least=2), steady(-1, 1)), subtasks=("polynomial-value", "derivative"),
    ),
    Step(
        "newton-step", "Make one step of Newton's method from x towards a root of the polynomial.",
        "(x: float, coefficients: list[float]) -> float",
        "return sub(x, div(polynomial_value(coefficients, x), derivative_value(coefficients, x)))",
        _newton_step, _start_and_polynomial, subtasks=("polynomial-value", "derivative-value"),
        accepts=_is_steep,
    ),
    Step(
        "newton-method", "Make n steps of Newton's method from x towards a root of the polynomial.",
        "(x: float, coefficients: list[float], n: int) -> float",
        "return iterate(&newton_step(_, coefficients), n, x)",
        _newton, _newton_arguments, subtasks=("newton-step",), accepts=_stays_steep,
        measure=lambda x, c, n: max(1, n),
    ),
)  # fmt: skip
