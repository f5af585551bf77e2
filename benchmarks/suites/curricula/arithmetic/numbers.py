"""Steps of `arithmetic-v1` on sums, products and remainders of ints."""

from __future__ import annotations

from math import comb, factorial, gcd, lcm

from benchmarks.suites.curricula.definition import Step, magnitude
from benchmarks.suites.curricula.place_value import digits_of, value_of
from benchmarks.suites.curricula.sources import fixed, lists, numbers, numerals
from benchmarks.suites.draws import Draws


def _fibonacci(place: int) -> int:
    one, other = 0, 1
    for _ in range(place):
        one, other = other, one + other
    return one


def _pair(draws: Draws, larger: int) -> tuple[list[int]]:
    return ([draws.between(0, 30 * larger), draws.between(20 * larger, 40 * larger)],)


def _base_and_exponent(draws: Draws, larger: int) -> tuple[int, int]:
    if larger == 1:
        return draws.between(-4, 9), draws.between(0, 6)
    return draws.between(-2, 2), draws.between(60, 62)


def _with_common_factor(draws: Draws, larger: int) -> tuple[int, int]:
    factor = draws.between(1, 12) * larger
    return factor * draws.between(1, 15), factor * draws.between(1, 15)


def _residues(draws: Draws, larger: int) -> tuple[int, int, int]:
    modulus = draws.between(3, 40) if larger == 1 else draws.between(400 * 2, 9000)
    return draws.below(modulus), draws.below(modulus), modulus


def _power_step(draws: Draws, larger: int) -> tuple[int, int, list[int]]:
    base, _, modulus = _residues(draws, larger)
    return draws.below(modulus), draws.below(2), [base, modulus]


def _power(draws: Draws, larger: int) -> tuple[int, int, int]:
    # Exponents are so large that the power itself does not fit a word, and moduli so that this is seen.
    modulus = 2 * draws.between(20, 400) + 1
    exponent = draws.between(0, 90) if larger == 1 else draws.between(1000, 5000)
    return draws.between(2, modulus - 1), exponent, modulus


def _up_to_eight(draws: Draws, larger: int) -> int:
    return draws.between(0, 8) if larger == 1 else draws.between(80, 100)


def _pair_power(draws: Draws, larger: int) -> tuple[list[int], int]:
    base, exponent, modulus = _power(draws, larger)
    return [base, modulus], exponent


STEPS = (
    Step(
        "triangular-number", "Add up all numbers from 1 to n.",
        "(n: int) -> int", "return sum(one_to(n))",
        lambda n: comb(n + 1, 2), (numbers(2, 30),), edges=((0,), (1,), (2,)), measure=magnitude,
    ),
    Step(
        "digit-sum", "Add up the decimal digits of a number.",
        "(n: int) -> int", "return sum(digits(n))",
        lambda n: sum(digits_of(n)), (numbers(10, 9999),), edges=((7,), (10,), (99,)), measure=magnitude,
    ),
    Step(
        "power",
        "Multiply a by itself so that it stands n times in the product; with n = 0 the product is 1.",
        "(a: int, n: int) -> int", "return product(replicate(a, n))",
        lambda a, n: a**n, _base_and_exponent, without=("pow",),
        edges=((2, 5), (3, 0), (0, 2), (7, 1)), shown=10, measure=lambda a, n: max(n, 1),
    ),
    Step(
        "times-int", "Multiply a number given by its decimal digits, the lowest first, by an int.",
        "(x: list[int], n: int) -> list[int]", "return multiply_numbers(x, lowest_digit_first(n))",
        lambda x, n: digits_of(value_of(x) * n), (numerals(10, 1, 4), fixed(0, 120)),
        subtasks=("multiply-numbers", "lowest-digit-first"), edges=(([1], 1), ([5, 2], 10)),
    ),
    Step(
        "factorial", "Multiply all numbers from 1 to n; give the product's decimal digits, the lowest first.",
        "(n: int) -> list[int]", "return fold(&times_int, singleton(1), one_to(n))",
        lambda n: digits_of(factorial(n)), (_up_to_eight,), subtasks=("times-int",),
        without=("product", "cumprod", "mul", "square", "pow", "dot", "matmul"),
        edges=((0,), (1,), (4,)), held_out=4, measure=magnitude,
    ),
    Step(
        "fibonacci-step",
        "From two neighbours of the Fibonacci sequence give the next two: the second and the sum.",
        "(x: list[int]) -> list[int]", "return pair(last(x), sum(x))",
        lambda x: [x[1], x[0] + x[1]], _pair, edges=(([0, 1],), ([1, 1],), ([2, 3],)),
        measure=lambda x: max(x),
    ),
    Step(
        "fibonacci",
        "Give the n-th Fibonacci number: the sequence begins with 0 and 1, and each is the sum of the "
        "two before it.",
        "(n: int) -> int", "return head(iterate(&fibonacci_step, n, pair(0, 1)))",
        _fibonacci, (lambda draws, larger: draws.between(0, 8) if larger == 1 else draws.between(80, 92),),
        subtasks=("fibonacci-step",), edges=((0,), (1,), (2,), (8,)), measure=magnitude,
    ),
    Step(
        "euclid-step",
        "One step of Euclid's algorithm on a pair: give the second number, and the remainder of the "
        "first divided by it.",
        "(x: list[int]) -> list[int]", "return pair(last(x), mod(head(x), last(x)))",
        lambda x: [x[1], x[0] % x[1]],
        (lambda draws, larger: [draws.between(1, 60) * larger**2, draws.between(1, 40) * larger**2],),
        edges=(([12, 18],), ([18, 12],), ([35, 5],)), measure=lambda x: max(x),
    ),
    Step(
        "ends-in-zero", "Say whether the last element of a list is zero.",
        "(x: list[int]) -> bool", "return eq(last(x), 0)",
        lambda x: x[-1] == 0, (lists(0, 1, 1, 5),), shown=12,
        edges=(([0],), ([3],), ([0, 4],), ([5, 0],), ([0, 0, 2],), ([-1],), ([4, -2],), ([7, 7, 0],)),
    ),
    Step(
        "greatest-common-divisor", "Give the largest number that divides both.",
        "(a: int, b: int) -> int", "return head(until(&euclid_step, &ends_in_zero, pair(a, b)))",
        gcd, _with_common_factor, subtasks=("euclid-step", "ends-in-zero"), without=("gcd",),
        edges=((12, 18), (9, 27), (35, 5), (8, 15)), shown=14, measure=magnitude,
    ),
    Step(
        "least-common-multiple", "Give the smallest number above zero that both divide.",
        "(a: int, b: int) -> int", "return div(mul(a, b), greatest_common_divisor(a, b))",
        lcm, _with_common_factor, subtasks=("greatest-common-divisor",), without=("gcd",),
        edges=((4, 6), (5, 7), (3, 12)), measure=magnitude,
    ),
    Step(
        "modular-addition",
        "Add two numbers on a clock with m hours: give the sum's remainder when divided by m.",
        "(a: int, b: int, m: int) -> int", "return mod(add(a, b), m)",
        lambda a, b, m: (a + b) % m, _residues, edges=((5, 6, 12), (8, 7, 12)), measure=magnitude,
    ),
    Step(
        "modular-multiplication", "Multiply two numbers and give the product's remainder when divided by m.",
        "(a: int, b: int, m: int) -> int", "return mod(mul(a, b), m)",
        lambda a, b, m: a * b % m, _residues, edges=((5, 6, 12), (2, 3, 12)), measure=magnitude,
    ),
    Step(
        "square-modulo", "Give the remainder of the square of p when divided by the last element of k.",
        "(p: int, k: list[int]) -> int", "return modular_multiplication(p, p, last(k))",
        lambda p, k: p * p % k[1], lambda draws, larger: _power_step(draws, larger)[::2],
        subtasks=("modular-multiplication",), edges=((3, [5, 7]), (6, [2, 40])), measure=lambda p, k: k[1],
    ),
    Step(
        "multiply-modulo",
        "Give the remainder of p times the first element of k when divided by the last element of k.",
        "(p: int, k: list[int]) -> int", "return modular_multiplication(p, head(k), last(k))",
        lambda p, k: p * k[0] % k[1], lambda draws, larger: _power_step(draws, larger)[::2],
        subtasks=("modular-multiplication",), edges=((3, [5, 7]), (6, [2, 40])), measure=lambda p, k: k[1],
    ),
    Step(
        "square-and-multiply",
        "One step of a power modulo m, with k = [base, m]: square the power so far, p, multiply by the base "
        "if the bit is 1, and give the remainder.",
        "(p: int, bit: int, k: list[int]) -> int",
        "return iterate(&multiply_modulo(_, k), bit, square_modulo(p, k))",
        lambda p, bit, k: p * p * (k[0] if bit else 1) % k[1], _power_step,
        subtasks=("square-modulo", "multiply-modulo"), edges=((3, 1, [5, 7]), (3, 0, [5, 7])), shown=14,
        measure=lambda p, bit, k: k[1],
    ),
    Step(
        "power-of-pair",
        "Give the remainder of the n-th power of the first element of k when divided by the second: square "
        "and multiply for every bit of n.",
        "(k: list[int], n: int) -> int",
        "return fold(&square_and_multiply(_, _, k), 1, binary_highest_first(n))",
        lambda k, n: pow(k[0], n, k[1]), _pair_power,
        subtasks=("square-and-multiply", "binary-highest-first"),
        edges=(([2, 41], 5), ([3, 45], 0)), shown=10, measure=lambda k, n: max(n, 1),
    ),
    Step(
        "modular-power", "Give the remainder of the n-th power of a when divided by m.",
        "(a: int, n: int, m: int) -> int", "return power_of_pair(pair(a, m), n)",
        lambda a, n, m: pow(a, n, m), _power, subtasks=("power-of-pair",),
        edges=((2, 5, 41), (3, 0, 45)), shown=10, measure=lambda a, n, m: max(n, 1),
    ),
)  # fmt: skip
