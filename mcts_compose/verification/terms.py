"""Decides what a term over words is: a graph of bit-vector operators, each with its width.

Programs and references both become terms, so that one evaluator and one translation to a solver serve both.
A term of width 0 is a truth value. Operators have the names and the meaning of SMT-LIB.

Source: SMT-LIB 2.6, theory FixedSizeBitVectors and logic QF_BV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_WIDTH = 4096
TRUTH = 0
"""The width of a truth value."""

SAME_WIDTH = ("bvand", "bvor", "bvxor", "bvadd", "bvsub", "bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem",
              "bvshl", "bvlshr", "bvashr")  # fmt: skip
COMPARISONS = ("bvult", "bvule", "bvslt", "bvsle")


class TermError(ValueError):
    """Operands do not go with an operator; the message says why."""


@dataclass(frozen=True, eq=False)
class Term:
    """One node; operands are shared, not copied.

    Attributes:
      operator: `input`, `value`, or the name of an operator in SMT-LIB.
      operands: what it is applied to.
      width: bits of the result; 0 for a truth value.
      number: of an input its index, of a value the value, of `extract` the lowest bit.
    """

    operator: str
    operands: tuple[Term, ...]
    width: int
    number: int = 0


def argument(index: int, width: int) -> Term:
    """Returns the term that stands for an argument."""
    return Term("input", (), width, index)


def value(number: int, width: int) -> Term:
    """Returns a constant; it is taken modulo 2**width. Of width 0 it is true if odd."""
    return Term("value", (), width, number & ((1 << max(width, 1)) - 1))


def apply(operator: str, *operands: Term) -> Term:
    """Returns an operator applied to as many operands as it takes.

    Raises:
      TermError: their widths do not go with the operator.
    """
    first = operands[0].width
    if operator in ("not", "and", "or", "xor"):
        _require(all(each.width == TRUTH for each in operands), operator, "truth values", operands)
        return Term(operator, operands, TRUTH)
    if operator == "=":
        _require(operands[1].width == first, operator, "operands of one width", operands)
        return Term(operator, operands, TRUTH)
    if operator == "ite":
        fits = first == TRUTH and operands[1].width == operands[2].width
        _require(fits, operator, "a truth value and two operands of one width", operands)
        return Term(operator, operands, operands[1].width)
    _require(all(each.width > TRUTH for each in operands), operator, "words", operands)
    if operator == "concat":
        return Term(operator, operands, _bounded(first + operands[1].width))
    _require(all(each.width == first for each in operands), operator, "words of one width", operands)
    return Term(operator, operands, TRUTH if operator in COMPARISONS else first)


def extract(high: int, low: int, operand: Term) -> Term:
    """Returns the bits `low` .. `high` of a word.

    Raises:
      TermError: there are no such bits.
    """
    if not 0 <= low <= high < operand.width:
        raise TermError(f"bits {high} to {low} of {_kind(operand)} were asked for, but there are none such")
    return Term("extract", (operand,), high - low + 1, low)


def extended(operator: str, bits: int, operand: Term) -> Term:
    """Returns a word made longer by `zero_extend` or `sign_extend`.

    Raises:
      TermError: it is no word, or becomes too long.
    """
    if operand.width == TRUTH:
        raise TermError(f"{operator} needs a word, but has a truth value")
    return Term(operator, (operand,), _bounded(operand.width + bits))


def as_word(truth: Term, width: int) -> Term:
    """Returns the word 1 for true and 0 for false."""
    return apply("ite", truth, value(1, width), value(0, width))


def as_truth(word: Term) -> Term:
    """Returns whether a word is not 0."""
    return apply("not", apply("=", word, value(0, word.width)))


def in_order(terms: Iterable[Term]) -> Iterator[Term]:
    """Yields every node below some terms once, operands before what they are operands of."""
    seen: set[int] = set()
    stack = [(term, False) for term in reversed(list(terms))]
    while stack:
        term, is_ready = stack.pop()
        if is_ready:
            yield term
        elif id(term) not in seen:
            seen.add(id(term))
            stack.append((term, True))
            stack.extend((operand, False) for operand in term.operands if id(operand) not in seen)


def _require(holds: bool, operator: str, wanted: str, operands: Sequence[Term]) -> None:
    if not holds:
        raise TermError(f"{operator} needs {wanted}, but has {' and '.join(map(_kind, operands))}")


def _kind(term: Term) -> str:
    return "a truth value" if term.width == TRUTH else f"{term.width} bits"


def _bounded(width: int) -> int:
    if width > MAX_WIDTH:
        raise TermError(f"a word of {width} bits is longer than the limit of {MAX_WIDTH}")
    return width
