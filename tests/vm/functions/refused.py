"""Python functions that can be no skills, each with what is said of it."""

import random

import numba
import numpy as np

from vm.functions import function_skill

TABLE = [1, 2]
LIMIT = 3
SAID = {}


def plain(n):
    """Is not compiled by numba."""
    return n


def refused(signature, said):
    """Makes a skill of a function that will be refused with these words."""

    def make(function):
        SAID[function.__name__] = said
        return function_skill(signature, doc="Is refused.")(function)

    return make


@refused(
    "list[int] -> list[int]", "writes into one of its inputs, which are read-only; let it work on a copy"
)
def writes(x):
    x[0] = 1
    return x


@refused("list[int] -> int", "returns float64, but its signature says int")
def gives_a_float(x):
    return len(x) / 2


@refused("int -> list[int]", "returns array.int64, 2d, C., but its signature says list.int.")
def gives_a_grid(n):
    return np.zeros((2, 2), np.int64)


@refused("int -> int", "returns unicode_type, but its signature says int")
def gives_a_text(n):
    return "text"


@refused(
    "int -> int", r"cannot be compiled by numba: Unknown attribute 'foo' of type int64 \(refused.py, line"
)
def has_no_such_attribute(n):
    return n.foo


@refused("int -> int", r"on 0 it does not end within 100,000 lines; let it raise an exception")
def runs_for_ever(n):
    while n != 1:
        n = n // 2
    return n


@refused("int -> list[int]", "on 1099511627776 it takes too much memory; let it raise an exception where its")
def fills_memory(n):
    return np.zeros(max(n, 0), np.int64)


@refused("list[float] -> list[float]", "on .* it gives .*, (and then|but) .*")
def draws(x):
    return x + np.random.random(len(x))  # noqa: NPY002 - what numba knows


@refused(
    "int -> int", "uses TABLE, a list; from outside it may take numbers, texts, tuples, arrays of numbers"
)
def reads_a_list(n):
    return TABLE[n]


@refused("int -> int", "uses plain, a function that numba does not compile; put @numba.njit above it")
def calls_plain_python(n):
    return plain(n)


@refused("int -> int", "uses random, a module whose contents may change; import what is needed of it by name")
def reads_a_module(n):
    return random.randint(0, n)


@refused("int -> int", "uses nowhere, which means nothing there")
def reads_nothing(n):
    return nowhere + n  # noqa: F821


@refused(
    "int -> int", "can be no skill: deeper calls itself, which on long inputs ends the process; use a loop"
)
def calls_what_calls_itself(n):
    return deeper(n)


@numba.njit
def deeper(n):
    """Comes back, if n is not too large."""
    return n if n <= 0 else deep(n - 1)


@numba.njit
def deep(n):
    """Calls what called it."""
    return deeper(n - 1)


@refused("int -> int", "cannot be compiled by numba: compiler re-entrant to the same function signature")
def calls_itself_as_a_value(n):
    return passed_on(passed_on, n)


@numba.njit
def passed_on(function, n):
    """Comes back late."""
    return n if n > 1_000_000 else function(function, n + 1)


@refused("int -> int", "uses shifted, whose parameters have default values; give it all values where it is c")
def leaves_out_a_value(n):
    return shifted(n)


@numba.njit
def shifted(n, by=LIMIT):
    """Takes its step from what LIMIT was."""
    return n + by


@refused("list[float] -> list[float]", "uses of_neighbours, a StencilFunc; from outside it may take numbers,")
def uses_a_stencil(x):
    return of_neighbours(x)


@numba.stencil
def of_neighbours(x):
    """Has its own source, which no hash covers."""
    return x[0] + x[1]


@refused(
    "list[int] -> int", "on .* it keeps memory when it raises; let it look at its inputs before it makes"
)
def raises_with_an_array(x):
    ones = np.ones(100, np.int64)
    ones[0] = x[len(x) - 1]
    return ones.sum()


@refused("int -> int", "on .* it keeps memory when it raises; .*, and raise with fixed texts only")
def raises_with_a_value(n):
    if n < 0:
        raise ValueError("too small", n)
    return n
