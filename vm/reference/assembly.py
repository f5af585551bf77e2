"""The plain twin of the scalar machine: what every instruction does, written from the table's words.

A word of `width` bits is an int: 0 .. 2**width - 1 below 64 bits, signed at 64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vm.assembly.isa import CONDITIONS, EQUAL, GREATER, LESS


def unsigned(word: int, width: int) -> int:
    """Returns the number 0 .. 2**width - 1 that a word stands for."""
    return word % (1 << width)


def signed(word: int, width: int) -> int:
    """Returns the number -2**(width - 1) .. 2**(width - 1) - 1 that a word stands for."""
    number = unsigned(word, width)
    return number - (1 << width) if number >= 1 << (width - 1) else number


def to_word(number: int, width: int) -> int:
    """Returns a number as a word."""
    return signed(number, 64) if width == 64 else unsigned(number, width)


def _quotient(a: int, b: int) -> int:
    """Returns the quotient of two signed numbers, rounded towards zero; by zero as SMT-LIB has it."""
    if b == 0:
        return 1 if a < 0 else -1
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _remainder(a: int, b: int) -> int:
    return a if b == 0 else a - b * _quotient(a, b)


_UNSIGNED: Final[dict[str, Callable[..., int]]] = {
    "mov": lambda a, b, c, width: a,
    "not": lambda a, b, c, width: 2**width - 1 - a,
    "and": lambda a, b, c, width: a & b,
    "or": lambda a, b, c, width: a | b,
    "xor": lambda a, b, c, width: a ^ b,
    "nand": lambda a, b, c, width: 2**width - 1 - (a & b),
    "nor": lambda a, b, c, width: 2**width - 1 - (a | b),
    "xnor": lambda a, b, c, width: 2**width - 1 - (a ^ b),
    "andn": lambda a, b, c, width: (2**width - 1 - a) & b,
    "orn": lambda a, b, c, width: (2**width - 1 - a) | b,
    "add": lambda a, b, c, width: a + b,
    "sub": lambda a, b, c, width: a - b,
    "neg": lambda a, b, c, width: -a,
    "mul": lambda a, b, c, width: a * b,
    "imul": lambda a, b, c, width: a * b,
    "ite": lambda a, b, c, width: b if a else c,
    "shl": lambda a, b, c, width: a * 2**b if b < width else 0,
    "lshr": lambda a, b, c, width: a // 2**b if b < width else 0,
    "shr": lambda a, b, c, width: a // 2**b if b < width else 0,
    "udiv": lambda a, b, c, width: a // b if b else 2**width - 1,
    "urem": lambda a, b, c, width: a % b if b else a,
    "ult": lambda a, b, c, width: a < b,
    "ule": lambda a, b, c, width: a <= b,
    "eq": lambda a, b, c, width: a == b,
    "ne": lambda a, b, c, width: a != b,
}
"""What operators give on unsigned numbers, before it is made a word."""

_SIGNED: Final[dict[str, Callable[..., int]]] = {
    "min": lambda a, b, width: min(a, b),
    "max": lambda a, b, width: max(a, b),
    "ashr": lambda a, b, width: a // 2 ** min(unsigned(b, width), width),
    "sar": lambda a, b, width: a // 2 ** min(unsigned(b, width), width),
    "sdiv": lambda a, b, width: _quotient(a, b),
    "srem": lambda a, b, width: _remainder(a, b),
    "slt": lambda a, b, width: a < b,
    "sle": lambda a, b, width: a <= b,
}
"""What operators give on signed numbers, before it is made a word."""

REFERENCE_OPERATORS: Final[frozenset[str]] = frozenset({*_UNSIGNED, *_SIGNED})


def apply_operator(name: str, width: int, a: int, b: int = 0, c: int = 0) -> int:
    """Returns the word that an operator gives on words of `width` bits."""
    if name in _SIGNED:
        return to_word(int(_SIGNED[name](signed(a, width), signed(b, width), width)), width)
    words = [unsigned(word, width) for word in (a, b, c)]
    return to_word(int(_UNSIGNED[name](*words, width)), width)


def compare_words(a: int, b: int) -> int:
    """Returns the flags after comparing two signed words."""
    if a == b:
        return EQUAL
    return LESS if a < b else GREATER


def condition_holds(suffix: str, flags: int) -> bool:
    """Says whether the condition named `e`, `ne`, `l`, ... holds; 0 stands for nothing compared yet."""
    return flags in (LESS, EQUAL, GREATER) and CONDITIONS[suffix] & flags == flags
