"""Tasks of `lists-v1` on single ints."""

from __future__ import annotations

import math

from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import number

_DIGITS = (number(10, 99_999),)

TASKS = (
    Definition(
        "double-plus-one", "Double the number and add one.",
        "(x: int) -> int", "return add(mul(x, 2), 1)",
        lambda x: 2 * x + 1, (number(-30, 60),), edges=((0,), (-5,)),
    ),
    Definition(
        "triangle-number", "Add up all whole numbers from 1 to n.",
        "(n: int) -> int", "return sum(one_to(n))",
        lambda n: n * (n + 1) // 2, (number(2, 40),), edges=((0,), (1,)),
    ),
    Definition(
        "factorial", "Multiply all whole numbers from 1 to n.",
        "(n: int) -> int", "return product(one_to(n))",
        math.factorial, (number(2, 20),), edges=((0,), (1,)),
    ),
    Definition(
        "digit-sum", "Add up the decimal digits of the number.",
        "(x: int) -> int", "return sum(digits(x))",
        lambda x: sum(map(int, str(x))), _DIGITS, edges=((0,), (7,)),
    ),
    Definition(
        "largest-digit", "Find the largest decimal digit of the number.",
        "(x: int) -> int", "return maximum(digits(x))",
        lambda x: max(map(int, str(x))), _DIGITS, edges=((0,), (7,)),
    ),
    Definition(
        "divisible-by-three", "Is the number divisible by 3?",
        "(x: int) -> bool", "return eq(mod(x, 3), 0)",
        lambda x: x % 3 == 0, (number(-40, 200),), edges=((0,), (1,), (2,), (-3,)), shown=16,
    ),
    Definition(
        "distance", "How far apart are the two numbers?",
        "(x: int, y: int) -> int", "return abs(sub(x, y))",
        lambda x, y: abs(x - y), (number(-30, 60), number(-30, 60)), edges=((4, 4),),
    ),
    Definition(
        "sum-of-two-squares", "Square both numbers and add the squares.",
        "(x: int, y: int) -> int", "return add(square(x), square(y))",
        lambda x, y: x * x + y * y, (number(-15, 25), number(-15, 25)), edges=((0, 0),),
    ),
    Definition(
        "middle-of-two", "Give the average of the two numbers, rounded down.",
        "(x: int, y: int) -> int", "return div(add(x, y), 2)",
        lambda x, y: (x + y) // 2, (number(-30, 60), number(-30, 60)), edges=((-3, 0), (5, 5)),
    ),
    Definition(
        "clamp-to-ten", "Move the number into the range from 0 to 10.",
        "(x: int) -> int", "return max(min(x, 10), 0)",
        lambda x: max(0, min(10, x)), (number(-12, 25),), edges=((0,), (10,), (-4,), (17,)), shown=10,
    ),
    Definition(
        "count-down", "List the numbers from n down to 1.",
        "(n: int) -> list[int]", "return reverse(one_to(n))",
        lambda n: list(range(n, 0, -1)), (number(2, 20),), edges=((0,), (1,)),
    ),
    Definition(
        "primes-up-to", "How many primes are there up to and with n?",
        "(n: int) -> int", "return count(prime(one_to(n)))",
        lambda n: sum(all(k % d for d in range(2, k)) for k in range(2, n + 1)), (number(2, 120),),
        edges=((0,), (1,), (2,)),
    ),
    Definition(
        "divisors", "List all divisors of the number, the smallest first.",
        "(n: int) -> list[int]", "a = one_to(n); return compress(a, eq(mod(n, a), 0))",
        lambda n: [d for d in range(1, n + 1) if n % d == 0], (number(2, 90),), edges=((1,), (12,), (13,)),
    ),
    Definition(
        "power-of-two", "Is the number a power of two?",
        "(x: int) -> bool", "return eq(popcount(x), 1)",
        lambda x: x > 0 and x & (x - 1) == 0,
        (lambda draws, longer: 2 ** draws.below(20) + draws.below(4) * draws.below(3),),
        edges=((0,), (1,), (6,), (64,), (7,), (96,)), shown=16,
    ),
)  # fmt: skip
