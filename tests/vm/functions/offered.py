"""Python functions as skills, of every type: what a package could offer."""

import numba
import numpy as np

from vm.functions import function_skill
from vm.skill import SkillTable

LIMIT = 4
WEIGHTS = np.array([3, 1, 2])


@numba.njit
def place(n, size):
    """Calls nothing; `turn` calls it."""
    return n % size if size > 0 else 0


@function_skill("list[int], int -> list[int]")
def turn(x, n):
    """Turns a list to the left."""
    k = place(n, len(x))
    return np.concatenate((x[k:], x[:k]))


@function_skill("int -> int", doc="Squares and adds one; wraps.")
def square_plus(n):
    return n * n + 1


@function_skill("int -> int", doc="Adds one.")
def plus_one(n):
    return n + 1


@function_skill("int, bool -> int", doc="Changes the sign where a flag is set.")
def flip_if(n, flag):
    return -n if flag else n


@function_skill("list[bool], list[float] -> float", doc="Adds what the mask keeps.")
def masked_sum(mask, x):
    total = 0.0
    for i in range(min(len(mask), len(x))):
        if mask[i]:
            total += x[i]
    return total


@function_skill("str -> str", doc="Doubles each letter.")
def double_letters(s):
    return np.repeat(s, 2)


@function_skill("char -> char", doc="Gives the next character.")
def next_char(c):
    return c + 1


@function_skill("grid -> grid", doc="Mirrors a grid at its diagonal.")
def mirrored(g):
    return g.T


@function_skill("list[str] -> list[str]", doc="Puts the last line first.")
def from_below(lines):
    return lines[::-1]


@function_skill("matrix -> list[float]", doc="Adds each row.")
def row_totals(m):
    return [sum_of(m[i]) for i in range(m.shape[0])]


@numba.njit
def sum_of(x):
    """Adds from left to right, as Python's sum does."""
    total = 0.0
    for item in x:
        total += item
    return total


@function_skill("list[int] -> list[bool]", doc="Says where a list rises.")
def rises(x):
    return [x[i] > x[i - 1] for i in range(1, len(x))]


@function_skill("int -> bool", doc="Says whether a number is below four.")
def is_small(n):
    return n < LIMIT


@function_skill("int, int -> int", doc="Adds, but not to negative numbers.")
def add_positive(total, n):
    if n < 0:
        raise ValueError("negative")
    return total + n


@function_skill("int -> int", doc="Halves an even number; of an odd one gives three times it and one.")
def collatz(n):
    return n // 2 if n % 2 == 0 else 3 * n + 1


@function_skill("list[int] -> int", doc="Weighs the first three by 3, 1 and 2.")
def weighed(x):
    total = 0
    for i in range(min(len(x), len(WEIGHTS))):
        total += WEIGHTS[i] * x[i]
    return total


@numba.njit(boundscheck=False, error_model="python", fastmath=True)
def last_of(x, n):
    """Has options that no skill has."""
    return x[len(x) - n] / n


@function_skill("list[float], int -> float", doc="Gives an n-th of the item that is n places before the end.")
def share_from_end(x, n):
    return PARTS[0](x, n)


PARTS = (last_of,)


def adding(step):
    """Returns a helper that has an outer variable."""

    @numba.njit
    def add(n):
        return n + step

    return add


add_two, add_five = adding(2), adding(5)


@function_skill("int -> int", doc="Adds seven.")
def plus_seven(n):
    return add_two(add_five(n))


SKILLS = (
    turn, square_plus, flip_if, masked_sum, double_letters, next_char, mirrored, from_below, row_totals,
    rises, is_small, add_positive, collatz, weighed,
    share_from_end, plus_seven,
)  # fmt: skip
TABLE = SkillTable(SKILLS)
