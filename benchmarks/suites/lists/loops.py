"""Tasks of `lists-v1` that carry a skill through a list, or repeat it."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate, pairwise
from math import gcd
from operator import sub, xor
from typing import Any

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import bools, ints, number


def _multiples(draws: Draws, longer: int) -> list[int]:
    factor = draws.between(1, 12)
    return [factor * draws.between(1, 30) for _ in range(draws.between(3, 6 + longer))]


def _multiples_of_powers(draws: Draws, longer: int) -> list[int]:
    return [2 * 6 ** draws.below(3) * draws.between(1, 20) for _ in range(draws.between(4, 7 + longer))]


def _repeated(function: Any, times: int, value: Any) -> Any:
    for _ in range(times):
        value = function(value)
    return value


def _odd_part(value: int) -> int:
    while value % 2 == 0:
        value //= 2
    return value


def _power_of_three_above(limit: int) -> int:
    power = 1
    while power <= limit:
        power *= 3
    return power


TASKS = (
    Definition(
        "common-divisor", "Give the greatest common divisor of all elements.",
        "(x: list[int]) -> int", "return fold(&gcd, 0, x)",
        lambda x: reduce(gcd, x, 0),
        (_multiples,),
        edges=(([],), ([8],), ([12, 18, 8],), ([6, 10, 15],)), shown=12,
    ),
    Definition(
        "running-common-divisor", "Replace each element by the greatest common divisor of all up to it.",
        "(x: list[int]) -> list[int]", "return scan(&gcd, x)",
        lambda x: list(accumulate(x, gcd)),
        (_multiples_of_powers,),
        edges=(([],), ([8],), ([12, 18, 27],), ([6, 10, 15],)), shown=12,
    ),
    Definition(
        "subtract-in-turn", "Carry a difference along: from the value so far, subtract the next element.",
        "(x: list[int]) -> list[int]", "return scan(&sub, x)",
        lambda x: list(accumulate(x, sub)), (ints(least=3, most=7),), edges=(([],), ([5],)),
    ),
    Definition(
        "running-parity", "Say at each position whether the number of trues up to it is odd.",
        "(m: list[bool]) -> list[bool]", "return scan(&xor, m)",
        lambda m: list(accumulate(m, xor)), (bools(2, 8),), edges=(([],), ([True],), ([False],)),
    ),
    Definition(
        "n-th-differences", "Take the differences between neighbours, n times over.",
        "(x: list[int], n: int) -> list[int]", "return iterate(&diff, n, x)",
        lambda x, n: _repeated(lambda y: [b - a for a, b in pairwise(y)], n, x),
        (ints(least=5, most=8), number(0, 3)), edges=(([4, 7], 0), ([], 2)),
    ),
    Definition(
        "n-fold-sums", "Take running sums, n times over.",
        "(x: list[int], n: int) -> list[int]", "return iterate(&cumsum, n, x)",
        lambda x, n: _repeated(lambda y: list(accumulate(y)), n, x), (ints(-3, 5, 2, 6), number(0, 4)),
        edges=(([4, 7], 0), ([], 2)),
    ),
    Definition(
        "halve-until-odd", "Halve the number until it is odd.",
        "(x: int) -> int", "return until(&div(_, 2), &odd, x)",
        _odd_part, (lambda draws, longer: draws.between(1, 15) * 2 ** draws.below(7),),
        edges=((1,), (64,), (7,), (40,), (6,), (48,)), shown=14,
    ),
    Definition(
        "first-power-of-three-above", "Give the first power of three that is larger than the number.",
        "(k: int) -> int", "return until(&mul(_, 3), &lt(k, _), 1)",
        _power_of_three_above, (number(1, 800),), edges=((0,), (2,), (3,), (9,), (100,)),
    ),
)  # fmt: skip
