"""Decides which sorts a problem may have, and what operators make of them.

Source: SMT-LIB 2.6, theories Core, Ints, FixedSizeBitVectors and Strings, and the older names of string
operators that SyGuS problems use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from mcts_compose.errors import nearest, shown
from mcts_compose.verification.terms import MAX_WIDTH


class SortError(ValueError):
    """Operands do not go with an operator, or there is none such; the message says why."""


class Sort(NamedTuple):
    """A sort.

    Attributes:
      name: `Int`, `Bool`, `String` or `BitVec`.
      width: bits of a bit vector, else 0.
    """

    name: str
    width: int = 0

    def __str__(self) -> str:
        return f"(_ BitVec {self.width})" if self.width else self.name

    @property
    def task_type(self) -> str:
        """The type of a task file."""
        return f"bv{self.width}" if self.width else {"Int": "int", "Bool": "bool", "String": "str"}[self.name]


INT: Final = Sort("Int")
BOOL: Final = Sort("Bool")
STRING: Final = Sort("String")
SIMPLE: Final = {sort.name: sort for sort in (INT, BOOL, STRING)}


def bit_vector(width: int) -> Sort:
    """Returns the sort of words.

    Raises:
      SortError: there are none so wide.
    """
    if not 1 <= width <= MAX_WIDTH:
        raise SortError(f"a word has {width} bits, but should have 1 to {MAX_WIDTH}")
    return Sort("BitVec", width)


_CHAINS: Final = {
    **dict.fromkeys(("and", "or", "xor", "=>"), (BOOL, BOOL)),
    **dict.fromkeys(("+", "*", "div"), (INT, INT)),
    **dict.fromkeys(("<", "<=", ">", ">="), (INT, BOOL)),
    "str.++": (STRING, STRING),
    **dict.fromkeys(("str.<", "str.<="), (STRING, BOOL)),
}
"""Operators of two operands or more: the sort of all of them, and of the result."""

_FIXED: Final = {
    "not": ((BOOL,), BOOL),
    "mod": ((INT, INT), INT),
    "abs": ((INT,), INT),
    "str.len": ((STRING,), INT),
    "str.at": ((STRING, INT), STRING),
    "str.substr": ((STRING, INT, INT), STRING),
    **dict.fromkeys(("str.prefixof", "str.suffixof", "str.contains"), ((STRING, STRING), BOOL)),
    "str.indexof": ((STRING, STRING, INT), INT),
    **dict.fromkeys(("str.replace", "str.replace_all"), ((STRING, STRING, STRING), STRING)),
    **dict.fromkeys(("str.to.int", "str.to_int", "str.to_code"), ((STRING,), INT)),
    **dict.fromkeys(("int.to.str", "str.from_int", "str.from_code"), ((INT,), STRING)),
    "str.is_digit": ((STRING,), BOOL),
}
_WORD_CHAINS: Final = ("bvand", "bvor", "bvxor", "bvadd", "bvmul")
_WORD_PAIRS: Final = (
    "bvsub", "bvudiv", "bvurem", "bvsdiv", "bvsrem", "bvsmod", "bvshl", "bvlshr", "bvashr", "bvnand", "bvnor",
    "bvxnor",
)  # fmt: skip
_WORD_COMPARISONS: Final = ("bvult", "bvule", "bvugt", "bvuge", "bvslt", "bvsle", "bvsgt", "bvsge")
_OTHERS: Final = ("=", "distinct", "ite", "-", "bvnot", "bvneg", "bvcomp", "concat")
_INDEXED: Final = ("extract", "zero_extend", "sign_extend", "rotate_left", "rotate_right", "repeat")

KNOWN: Final = (*_CHAINS, *_FIXED, *_WORD_CHAINS, *_WORD_PAIRS, *_WORD_COMPARISONS, *_OTHERS)


def result_sort(operator: str, given: Sequence[Sort]) -> Sort:
    """Returns the sort of an operator applied to operands.

    Raises:
      SortError: there is no such operator, or the operands do not go with it.
    """
    if operator in _FIXED:
        wanted, result = _FIXED[operator]
        if tuple(given) != wanted:
            raise _wrong(operator, " and ".join(map(str, wanted)), given)
        return result
    if operator in _CHAINS:
        wanted_of_all, result = _CHAINS[operator]
        if len(given) < 2 or set(given) != {wanted_of_all}:
            raise _wrong(operator, f"two or more operands of sort {wanted_of_all}", given)
        return result
    if operator in ("=", "distinct"):
        if len(given) < 2 or len(set(given)) != 1:
            raise _wrong(operator, "two or more operands of one sort", given)
        return BOOL
    if operator == "ite":
        if len(given) != 3 or given[0] != BOOL or given[1] != given[2]:
            raise _wrong(operator, "Bool and two operands of one sort", given)
        return given[1]
    if operator == "-":
        if not given or set(given) != {INT}:
            raise _wrong(operator, "one or more operands of sort Int", given)
        return INT
    if operator in KNOWN:
        return _of_words(operator, given)
    hint = nearest(operator, KNOWN)
    raise SortError(f"there is no function {shown(operator)}{hint}")


def _of_words(operator: str, given: Sequence[Sort]) -> Sort:
    least, most = (2, 2)
    if operator in ("bvnot", "bvneg"):
        least = most = 1
    elif operator in _WORD_CHAINS or operator == "concat":
        most = max(2, len(given))
    if not least <= len(given) <= most or any(not sort.width for sort in given):
        raise _wrong(operator, f"{least}{' or more' if most > least else ''} words", given)
    if operator == "concat":
        return bit_vector(sum(sort.width for sort in given))
    if len(set(given)) > 1:
        raise _wrong(operator, "words of one width", given)
    if operator == "bvcomp":
        return bit_vector(1)
    return BOOL if operator in _WORD_COMPARISONS else given[0]


def indexed_sort(operator: str, numbers: Sequence[int], given: Sequence[Sort]) -> Sort:
    """Returns the sort of an operator with numbers, as `(_ extract 7 0)`, applied to operands.

    Raises:
      SortError: there is no such operator, or numbers or operands do not go with it.
    """
    if operator not in _INDEXED:
        raise SortError(f"there is no function {shown(operator)} with numbers{nearest(operator, _INDEXED)}")
    wanted = 2 if operator == "extract" else 1
    if len(numbers) != wanted:
        raise SortError(f"{operator} takes {wanted} numbers, but has {len(numbers)}")
    if len(given) != 1 or not given[0].width:
        raise _wrong(operator, "one word", given)
    width = given[0].width
    if operator == "extract":
        high, low = numbers
        if not low <= high < width:
            raise SortError(f"bits {high} to {low} of {width} bits were asked for, but there are none such")
        return bit_vector(high - low + 1)
    if operator in ("zero_extend", "sign_extend"):
        return bit_vector(width + numbers[0])
    return bit_vector(width * numbers[0]) if operator == "repeat" else given[0]


def _wrong(operator: str, wanted: str, given: Sequence[Sort]) -> SortError:
    found = " and ".join(map(str, given[:6])) or "nothing"
    return SortError(f"{operator} needs {wanted}, but has {found}{' and more' if len(given) > 6 else ''}")
