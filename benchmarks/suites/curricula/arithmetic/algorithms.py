"""Steps of `arithmetic-v1` on divisors, primes, roots and the Collatz sequence."""

from __future__ import annotations

from math import isqrt

from benchmarks.suites.curricula.definition import Step, magnitude
from benchmarks.suites.curricula.sources import lists, numbers
from benchmarks.suites.draws import Draws


def _divisors(number: int) -> list[int]:
    return [divisor for divisor in range(1, number + 1) if number % divisor == 0]


def _is_prime(number: int) -> bool:
    return _divisors(number) == [1, number] and number > 1


def _abundance(number: int) -> int:
    excess = sum(_divisors(number)) - 2 * number
    return (excess > 0) - (excess < 0)


def _next(number: int) -> int:
    return 3 * number + 1 if number % 2 else number // 2


def _path(number: int) -> list[int]:
    path = [number]
    while path[-1] != 1:
        path.append(_next(path[-1]))
    return path


def _perhaps_perfect(draws: Draws, larger: int) -> int:
    if larger == 1:
        return draws.choice((6, 28)) if draws.chance(30) else draws.between(2, 45)
    return draws.choice((496, 8128)) if draws.chance(30) else draws.between(450, 9000)


def _ways(draws: Draws, larger: int) -> int:
    return (
        draws.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 13, 16, 20, 21, 32))
        if larger == 1
        else draws.between(27, 3000)
    )


def _ending(draws: Draws, larger: int) -> list[int]:
    return [*lists(1, 20, 1, 5)(draws, larger)[1:], draws.choice((1, 1, 2, 4, 5))]


STEPS = (
    Step(
        "divisors", "List all numbers that divide n, from 1 to n.",
        "(n: int) -> list[int]",
        "k = one_to(n); return compress(k, eq(mod(n, k), 0))",
        _divisors, (numbers(2, 60),), edges=((1,), (12,), (13,)), measure=magnitude,
    ),
    Step(
        "divisor-sum", "Add up all numbers that divide n, n included.",
        "(n: int) -> int", "return sum(divisors(n))",
        lambda n: sum(_divisors(n)), (numbers(2, 60),), subtasks=("divisors",),
        edges=((1,), (12,), (13,)), measure=magnitude,
    ),
    Step(
        "is-prime", "Say whether a number has exactly two divisors, 1 and itself.",
        "(n: int) -> bool", "return eq(len(divisors(n)), 2)",
        _is_prime, (lambda draws, larger: draws.between(2, 60) if larger == 1 else draws.between(600, 2000),),
        subtasks=("divisors",), without=("prime",),
        edges=((1,), (2,), (4,), (9,), (25,), (49,), (15,)), shown=16, measure=magnitude,
    ),
    Step(
        "primes-up-to", "List the prime numbers up to n.",
        "(n: int) -> list[int]", "return filter(&is_prime, one_to(n))",
        lambda n: [number for number in range(2, n + 1) if _is_prime(number)],
        (lambda draws, larger: draws.between(2, 13) if larger == 1 else draws.between(300, 700),),
        subtasks=("is-prime",), without=("prime",), edges=((1,), (2,), (4,), (10,), (13,)), measure=magnitude,
    ),
    Step(
        "abundance",
        "Compare the sum of the divisors of n below n with n: -1 if it is smaller, 0 if they are equal and "
        "n is perfect, 1 if it is larger.",
        "(n: int) -> int", "return sign(sub(divisor_sum(n), add(n, n)))",
        _abundance, (_perhaps_perfect,), subtasks=("divisor-sum",), shown=16,
        edges=((6,), (28,), (1,), (12,), (24,), (18,), (27,), (20,), (30,), (36,), (40,), (2,)),
        measure=magnitude,
    ),
    Step(
        "integer-square-root", "Give the largest number whose square is not above n.",
        "(n: int) -> int", "return count(le(square(one_to(n)), n))",
        isqrt, (numbers(2, 120),), without=("sqrt",), edges=((0,), (1,), (3,), (4,), (99,), (100,)), shown=14,
        measure=magnitude,
    ),
    Step(
        "triple-and-one", "Multiply by three and add one.",
        "(n: int) -> int", "return add(mul(n, 3), 1)",
        lambda n: 3 * n + 1, (numbers(0, 50),), edges=((0,), (1,)), measure=magnitude,
    ),
    Step(
        "collatz-step", "Halve an even number; multiply an odd one by three and add one.",
        "(n: int) -> int", "return select(even(n), div(n, 2), triple_and_one(n))",
        _next, (numbers(1, 60),), subtasks=("triple-and-one",), edges=((1,), (2,), (7,), (16,)), shown=10,
        measure=magnitude,
    ),
    Step(
        "collatz-on",
        "Lengthen a path: write behind it the Collatz step of its last number, which is half of an "
        "even number, and three times an odd one plus one.",
        "(x: list[int]) -> list[int]", "return append(x, collatz_step(last(x)))",
        lambda x: [*x, _next(x[-1])], (lists(1, 30, 1, 5),), subtasks=("collatz-step",),
    ),
    Step(
        "ends-in-one", "Say whether the last element of a list is one.",
        "(x: list[int]) -> bool", "return eq(last(x), 1)",
        lambda x: x[-1] == 1, (_ending,), shown=12,
        edges=(([1],), ([2],), ([1, 2],), ([2, 1],), ([1, 0],), ([0],), ([4, 2, 1],)),
    ),
    Step(
        "collatz-path",
        "List the numbers from n down to 1 that the Collatz steps pass through, both included.",
        "(n: int) -> list[int]", "return until(&collatz_on, &ends_in_one, singleton(n))",
        _path, (_ways,), subtasks=("collatz-on", "ends-in-one"), edges=((1,), (3,), (8,)),
        measure=lambda n: len(_path(n)),
    ),
    Step(
        "collatz-length",
        "Count the Collatz steps from n to 1: halve even numbers, turn odd ones n into 3 n + 1.",
        "(n: int) -> int", "return len(tail(collatz_path(n)))",
        lambda n: len(_path(n)) - 1, (_ways,), subtasks=("collatz-path",), edges=((1,), (3,), (8,)),
        measure=lambda n: len(_path(n)),
    ),
)  # fmt: skip
