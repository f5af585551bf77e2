"""Random host values of every type, with edge values far more often than chance would give them."""

from __future__ import annotations

import math
import random

from vm.values import INT_MAX, INT_MIN, Elem, HostValue, ValueType

EDGE_INTS = (
    0,
    1,
    -1,
    2,
    -2,
    63,
    64,
    -63,
    -64,
    2**31,
    2**53 + 1,
    10**18,
    INT_MIN,
    INT_MIN + 1,
    INT_MAX,
    INT_MAX - 1,
)
EDGE_FLOATS = (
    0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 3.5, 1e-320, 1e300, -1e300, 9.3e18, -9.3e18, 2.0**63, -(2.0**63),
    math.inf, -math.inf, math.nan, -math.nan,
)  # fmt: skip
EDGE_CHARS = "\0\t\r @AZ[`az{/09:-+\x7f\xa0\u00e9\u00df\ud7ff\ue000\U0010ffff"
TEXT_ALPHABETS = ("a", "ab", "ab", "ab ,", "aB1 ", EDGE_CHARS)
EDGE_NUMBERS = (INT_MAX, INT_MAX + 1, INT_MIN, INT_MIN - 1, 10**18, 10**19, 10**20 + 1, -(10**19), 2**64 + 1)
LENGTHS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 7)
SIDES = (0, 1, 2, 2, 3, 4)
LONG = 25  # the length from which on heap sort is used


def random_int(rng: random.Random) -> int:
    """Returns an int: mostly a small one, often an edge, sometimes any."""
    kind = rng.random()
    if kind < 0.6:
        return rng.randint(-4, 9)
    return rng.choice(EDGE_INTS) if kind < 0.85 else rng.randint(INT_MIN, INT_MAX) >> rng.randint(0, 60)


def random_scalar(rng: random.Random, elem: Elem) -> HostValue:
    """Returns a value of rank 0."""
    if elem is Elem.INT:
        return random_int(rng)
    if elem is Elem.BOOL:
        return rng.random() < 0.5
    if elem is Elem.CHAR:
        return rng.choice(rng.choice(TEXT_ALPHABETS))
    kind = rng.random()
    if kind < 0.4:
        return rng.randint(-8, 8) / 2
    return rng.choice(EDGE_FLOATS) if kind < 0.7 else rng.gauss(0.0, 1.0) * 10.0 ** rng.randint(-3, 20)


def random_text(rng: random.Random, length: int) -> str:
    """Returns a text: letters of one small alphabet, or something like a number."""
    if rng.random() < 0.2:
        number = str(rng.choice(EDGE_NUMBERS) if rng.random() < 0.3 else random_int(rng))
        return (
            rng.choice(("", " ", "\t"))
            + rng.choice(("", "", "+", "-", "000"))
            + number
            + rng.choice(("", " ", "x"))
        )
    alphabet = rng.choice(TEXT_ALPHABETS)
    return "".join(rng.choice(alphabet) for _ in range(length))


def random_list(rng: random.Random, elem: Elem, length: int) -> HostValue:
    """Returns a value of rank 1; half of the time with few different elements."""
    if elem is Elem.CHAR:
        return random_text(rng, length)
    if rng.random() < 0.5:
        few = [random_scalar(rng, elem) for _ in range(3)]
        return [rng.choice(few) for _ in range(length)]
    return [random_scalar(rng, elem) for _ in range(length)]


def random_value(rng: random.Random, type_: ValueType, *, long: float = 0.06) -> HostValue:
    """Returns a value of `type_`; a list is as long as `LONG` and more with probability `long`."""
    if type_.rank == 0:
        return random_scalar(rng, type_.elem)
    if type_.rank == 1:
        length = rng.randint(LONG, 3 * LONG) if rng.random() < long else rng.choice(LENGTHS)
        return random_list(rng, type_.elem, length)
    num_rows, num_cols = rng.choice(SIDES), rng.choice(SIDES)
    rows = [[random_scalar(rng, type_.elem) for _ in range(num_cols)] for _ in range(num_rows)]
    return ["".join(map(str, row)) for row in rows] if type_.elem is Elem.CHAR else list(rows)
