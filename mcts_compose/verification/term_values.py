"""Decides what terms give on many inputs at once; words are Python ints, so that any width is exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mcts_compose.verification.terms import TRUTH, Term, in_order

Words: TypeAlias = NDArray[Any]
"""One entry per input: Python ints 0 .. 2**width - 1, or bools for truth values."""


def evaluate(terms: Sequence[Term], arguments: Sequence[Sequence[int]], count: int) -> list[Words]:
    """Returns what every term gives on each of `count` inputs.

    Args:
      terms: what is asked for.
      arguments: by index of the argument, its words on all inputs.
      count: how many inputs there are.
    """
    columns = [np.array(list(words), dtype=object) for words in arguments]
    found: dict[int, Words] = {}
    for term in in_order(terms):
        if term.operator == "input":
            found[id(term)] = columns[term.number]
        elif term.operator == "value":
            constant = bool(term.number) if term.width == TRUTH else term.number
            found[id(term)] = np.full(count, constant, dtype=bool if term.width == TRUTH else object)
        else:
            found[id(term)] = _applied(term, [found[id(operand)] for operand in term.operands])
    return [found[id(term)] for term in terms]


def signed(words: Words, width: int) -> Words:
    """Returns words read as two's complement."""
    negative: Words = (words >> (width - 1)) << width
    return words - negative


def _applied(term: Term, given: list[Words]) -> Words:
    width = term.operands[0].width
    ones = (1 << width) - 1
    if term.operator in _TRUTHS:
        return np.asarray(_TRUTHS[term.operator](*given), dtype=bool)
    if term.operator in _SIGNED_TRUTHS:
        both = (signed(words, width) for words in given)
        return np.asarray(_SIGNED_TRUTHS[term.operator](*both), dtype=bool)
    if term.operator in _MODULAR:
        return np.asarray(_MODULAR[term.operator](*given), dtype=object) & ones
    if term.operator == "ite":
        return np.where(*given)
    if term.operator == "concat":
        return (given[0] << term.operands[1].width) | given[1]
    if term.operator == "extract":
        return (given[0] >> term.number) & ((1 << term.width) - 1)
    if term.operator == "zero_extend":
        return given[0]
    if term.operator == "sign_extend":
        return signed(given[0], width) & ((1 << term.width) - 1)
    scalar = _SCALARS[term.operator]
    return np.array([scalar(x, y, width) & ones for x, y in zip(*given, strict=True)], dtype=object)


_TRUTHS: dict[str, Callable[..., Words]] = {
    "not": np.logical_not,
    "and": np.logical_and,
    "or": np.logical_or,
    "xor": np.logical_xor,
    "=": lambda x, y: x == y,
    "bvult": lambda x, y: x < y,
    "bvule": lambda x, y: x <= y,
}
_SIGNED_TRUTHS: dict[str, Callable[..., Words]] = {
    "bvslt": lambda x, y: x < y,
    "bvsle": lambda x, y: x <= y,
}
_MODULAR: dict[str, Callable[..., Words]] = {
    "bvnot": lambda x: ~x,
    "bvneg": lambda x: -x,
    "bvand": lambda x, y: x & y,
    "bvor": lambda x, y: x | y,
    "bvxor": lambda x, y: x ^ y,
    "bvadd": lambda x, y: x + y,
    "bvsub": lambda x, y: x - y,
    "bvmul": lambda x, y: x * y,
}


def _signed(word: int, width: int) -> int:
    return word - (word >> (width - 1) << width)


def _quotient(x: int, y: int, width: int) -> int:
    """Rounds towards zero; by 0 gives 1 for negative words, else -1."""
    x, y = _signed(x, width), _signed(y, width)
    if y == 0:
        return 1 if x < 0 else -1
    size = abs(x) // abs(y)
    return size if (x < 0) == (y < 0) else -size


def _remainder(x: int, y: int, width: int) -> int:
    """Has the sign of the dividend; by 0 gives the dividend."""
    x, y = _signed(x, width), _signed(y, width)
    if y == 0:
        return x
    size = abs(x) % abs(y)
    return -size if x < 0 else size


_SCALARS: dict[str, Callable[[int, int, int], int]] = {
    "bvudiv": lambda x, y, width: x // y if y else -1,
    "bvurem": lambda x, y, width: x % y if y else x,
    "bvsdiv": _quotient,
    "bvsrem": _remainder,
    "bvshl": lambda x, y, width: x << y if y < width else 0,
    "bvlshr": lambda x, y, width: x >> y if y < width else 0,
    "bvashr": lambda x, y, width: _signed(x, width) >> min(y, width),
}
