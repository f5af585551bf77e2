"""Steps of `numeric-v1` towards square roots: Heron's method and halving of intervals; `sqrt` is left out."""

from __future__ import annotations

import math
from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.numeric.reals import Vector, largest_number, quarters, real, vector
from benchmarks.suites.draws import Draws

_NO_ROOT = ("sqrt",)


def _heron(guess: float, a: float) -> float:
    return 0.5 * (guess + a / guess)


def _steps(a: float, n: int) -> float:
    guess = a
    for _ in range(n):
        guess = _heron(guess, a)
    return guess


def _is_root(guess: float, a: float) -> bool:
    return abs(guess * guess - a) < 1e-6


def _guess(draws: Draws, larger: int) -> tuple[float, float]:
    """Draws a guess of a root and its number; the square is off by one or two millionths, less or more."""
    a = quarters(draws, 1, 20) * (1 if larger == 1 else draws.between(400, 2_000))
    off = draws.choice((-1.0, 1.0)) * draws.choice((5e-7, 8e-7, 1.2e-6, 2e-6, 1e-2, 3.0))
    return math.sqrt(max(a + off, 0.25)), a


def _ends(draws: Draws, larger: int) -> Vector:
    return sorted(vector(draws, 2, 0, 9 * larger))


def _ends_and_square(draws: Draws, larger: int) -> tuple[Vector, float]:
    ends = _ends(draws, larger)
    return ends, quarters(draws, 0, int(ends[1] ** 2) + 1)


def _is_above(ends: Vector, a: float) -> bool:
    return ((ends[0] + ends[1]) / 2) ** 2 < a


def _halve(ends: Vector, a: float) -> Vector:
    middle = (ends[0] + ends[1]) / 2
    return [middle, ends[1]] if _is_above(ends, a) else [ends[0], middle]


def _halvings(ends: Vector, a: float, n: int) -> Vector:
    for _ in range(n):
        ends = _halve(ends, a)
    return ends


def _halving_arguments(draws: Draws, larger: int) -> tuple[Any, ...]:
    return (*_ends_and_square(draws, 1), draws.between(0, 4) if larger == 1 else draws.between(40, 60))


STEPS: Final = (
    Step(
        "heron-step",
        "Make a better guess of the square root of a: the average of the guess and of a divided by it.",
        "(guess: float, a: float) -> float", "return mul(0.5, add(guess, div(a, guess)))",
        _heron, (real(1, 9), real(1, 60)), without=_NO_ROOT, measure=largest_number,
    ),
    Step(
        "heron-method", "Begin with a and make n times a better guess of its square root, as Heron did.",
        "(a: float, n: int) -> float", "return iterate(&heron_step(_, a), n, a)",
        _steps,
        (real(1, 30), lambda draws, larger: draws.between(0, 3) if larger == 1 else draws.between(30, 40)),
        without=_NO_ROOT, subtasks=("heron-step",), measure=lambda a, n: max(1, n),
    ),
    Step(
        "distance-from-square", "Say how far the square of the guess is from a.",
        "(guess: float, a: float) -> float", "return abs(sub(square(guess), a))",
        lambda guess, a: abs(guess * guess - a), (real(1, 9), real(1, 60)), without=_NO_ROOT,
        measure=largest_number,
    ),
    Step(
        "is-square-root", "Say whether the square of the guess is less than a millionth away from a.",
        "(guess: float, a: float) -> bool", "return lt(distance_from_square(guess, a), 0.000001)",
        _is_root, _guess, without=_NO_ROOT, subtasks=("distance-from-square",), shown=24,
        constants=(0.000001,), measure=largest_number,
    ),
    Step(
        "square-root", "Give the square root, up to a millionth of the square.",
        "(a: float) -> float", "return until(&heron_step(_, a), &is_square_root(_, a), a)",
        math.sqrt, (real(1, 60),), without=_NO_ROOT, subtasks=("heron-step", "is-square-root"),
        edges=((0.25,), (1.0,)), measure=largest_number,
    ),
    Step(
        "lower-half", "Give the two ends of the lower half of an interval.",
        "(ends: list[float]) -> list[float]", "return pair(head(ends), average(ends))",
        lambda ends: [ends[0], (ends[0] + ends[1]) / 2], (_ends,), subtasks=("average",),
        measure=largest_number,
    ),
    Step(
        "upper-half", "Give the two ends of the upper half of an interval.",
        "(ends: list[float]) -> list[float]", "return pair(average(ends), last(ends))",
        lambda ends: [(ends[0] + ends[1]) / 2, ends[1]], (_ends,), subtasks=("average",),
        measure=largest_number,
    ),
    Step(
        "root-is-above", "Say whether the square of the middle of an interval is less than a.",
        "(ends: list[float], a: float) -> bool", "return lt(square(average(ends)), a)",
        _is_above, _ends_and_square, without=_NO_ROOT, subtasks=("average",), shown=20,
        measure=largest_number,
    ),
    Step(
        "halving-step",
        "Halve the interval in which the square root of a lies: take the upper half if the square of its "
        "middle is less than a, else the lower half.",
        "(ends: list[float], a: float) -> list[float]",
        "return choose(root_is_above(ends, a), upper_half(ends), lower_half(ends))",
        _halve, _ends_and_square, without=_NO_ROOT, subtasks=("lower-half", "upper-half", "root-is-above"),
        shown=12, measure=largest_number,
    ),
    Step(
        "halving-method", "Halve n times the interval in which the square root of a lies.",
        "(ends: list[float], a: float, n: int) -> list[float]",
        "return iterate(&halving_step(_, a), n, ends)",
        _halvings, _halving_arguments, without=_NO_ROOT, subtasks=("halving-step",),
        measure=lambda ends, a, n: max(1, n),
    ),
)  # fmt: skip
