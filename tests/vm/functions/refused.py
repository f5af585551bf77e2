"""Python functions that can be no skills, each with what is said of it."""

import random

import numba
import numpy as np

from vm.functions import function_skill

TABLE = [1, 2]
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
    "int -> int", "on 0 it calls itself too often; let it raise an exception where its inputs are too large"
)
def calls_itself(n):
    return deeper(n)


@numba.njit
def deeper(n):
    """Comes back late."""
    if n > 1_000_000:
        return n
    return deeper(n + 1)
