"""Decides how a term is written: the part of SMT-LIB that says what bits are made of bits.

(bvand x (bvsub x #x01))        ((_ extract 63 32) (bvmul ((_ zero_extend 32) x) ((_ zero_extend 32) y)))
(let ((s (bvlshr x #x1f))) (ite (= s #x01) (bvneg x) x))
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

from mcts_compose.verification.terms import (
    COMPARISONS,
    SAME_WIDTH,
    TRUTH,
    Term,
    TermError,
    apply,
    extended,
    extract,
    value,
)

MAX_DEPTH = 200
MAX_TOKENS = 20_000
CHAINED = ("bvand", "bvor", "bvxor", "bvadd", "bvmul", "and", "or", "xor", "concat")
"""Operators that take two operands or more, from the left."""
SWAPPED = {"bvugt": "bvult", "bvuge": "bvule", "bvsgt": "bvslt", "bvsge": "bvsle"}
NEGATED = {"bvnand": "bvand", "bvnor": "bvor", "bvxnor": "bvxor", "distinct": "="}
INDEXED = ("zero_extend", "sign_extend", "rotate_left", "rotate_right", "repeat", "extract")
TWO = frozenset({*SAME_WIDTH, *COMPARISONS, *SWAPPED, *NEGATED, "=", "bvcomp", "=>"} - set(CHAINED))
KNOWN = (*CHAINED, *sorted(TWO), "bvnot", "bvneg", "not", "ite", "let")

_TOKEN = re.compile(r"\s*(?:;[^\n]*\n?\s*)*(\(|\)|[^\s();]+)?")
_VALUE = re.compile(r"#x(?P<hex>[0-9a-fA-F]{1,1024})|#b(?P<bin>[01]{1,4096})")


class TermSyntaxError(ValueError):
    """A text that is no term; the message names line and column."""


class _Token(NamedTuple):
    text: str
    at: int


def parse_term(text: str, names: Mapping[str, Term]) -> Term:
    """Returns the term that `text` says over named terms.

    Raises:
      TermSyntaxError: it is no term, or its widths do not go together; line and column are named.
    """
    parser = _Parser(text, names)
    term = parser.term(dict(names), 0)
    parser.end()
    return term


class _Parser:
    """One pass over the tokens of a text."""

    def __init__(self, text: str, names: Mapping[str, Term]) -> None:
        self.text = text
        self.names = names
        self.tokens: list[_Token] = []
        self.position = 0
        at = 0
        while (found := _TOKEN.match(text, at)) is not None and found.group(1):
            self.tokens.append(_Token(found.group(1), found.start(1)))
            at = found.end()
            if len(self.tokens) > MAX_TOKENS:
                raise self.error(f"the term has more than {MAX_TOKENS:,} parts", self.tokens[-1])

    def error(self, problem: str, token: _Token | None) -> TermSyntaxError:
        """Returns an error that names the place of a token, or the end."""
        at = len(self.text) if token is None else token.at
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return TermSyntaxError(f"line {line}, column {column}: {problem}")

    def next(self, wanted: str) -> _Token:
        """Takes a token, which is there."""
        if self.position == len(self.tokens):
            raise self.error(f"the text ends, but should go on with {wanted}", None)
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, mark: str) -> _Token:
        """Takes a token that must be `mark`."""
        token = self.next(repr(mark))
        if token.text != mark:
            raise self.error(f"there is {token.text[:40]!r}, but should be {mark!r}", token)
        return token

    def peek(self) -> str:
        """Returns the next token's text, empty at the end."""
        return self.tokens[self.position].text if self.position < len(self.tokens) else ""

    def end(self) -> None:
        """Checks that nothing is left."""
        if self.position < len(self.tokens):
            token = self.tokens[self.position]
            raise self.error(f"there is {token.text[:40]!r} after the end of the term", token)

    def number(self) -> int:
        """Takes a small number."""
        token = self.next("a number")
        if not re.fullmatch(r"\d{1,5}", token.text):
            raise self.error(f"there is {token.text[:40]!r}, but should be a number", token)
        return int(token.text)

    def term(self, names: Mapping[str, Term], depth: int) -> Term:
        """Takes one term."""
        token = self.next("a term")
        if token.text != "(":
            return self.atom(token, names)
        if depth == MAX_DEPTH:
            raise self.error(f"the term is nested more than {MAX_DEPTH} deep", token)
        if self.peek() == "(":
            return self.indexed(names, depth)
        head = self.next("an operator")
        if head.text == ")":
            raise self.error("there is no operator between the brackets", head)
        if head.text == "_":
            return self.literal(head)
        if head.text == "let":
            return self.let(names, depth)
        operands = self.operands(names, depth)
        try:
            return _applied(head.text, operands)
        except TermError as error:
            raise self.error(str(error), head) from None

    def operands(self, names: Mapping[str, Term], depth: int) -> list[Term]:
        """Takes terms up to the closing bracket, and that."""
        operands = []
        while self.peek() != ")":
            operands.append(self.term(names, depth + 1))
        self.position += 1
        return operands

    def atom(self, token: _Token, names: Mapping[str, Term]) -> Term:
        """Returns what a name or a literal stands for."""
        if token.text in names:
            return names[token.text]
        if token.text in ("true", "false"):
            return value(token.text == "true", TRUTH)
        found = _VALUE.fullmatch(token.text)
        if found is None:
            known = ", ".join(self.names)
            raise self.error(f"there is no {token.text[:40]!r}; arguments are {known}", token)
        digits = found.group("hex")
        if digits is not None:
            return value(int(digits, 16), 4 * len(digits))
        return value(int(found.group("bin"), 2), len(found.group("bin")))

    def literal(self, token: _Token) -> Term:
        """Takes the rest of `(_ bv5 32)`."""
        name = self.next("a value such as bv5")
        width = self.number()
        self.expect(")")
        if not re.fullmatch(r"bv\d{1,1300}", name.text) or not 1 <= width <= 4096:
            raise self.error(f"there is {name.text[:40]!r}, but should be a value such as bv5", token)
        return value(int(name.text[2:]), width)

    def indexed(self, names: Mapping[str, Term], depth: int) -> Term:
        """Takes the rest of `((_ operator numbers) operand)`."""
        self.expect("(")
        self.expect("_")
        head = self.next("an operator")
        if head.text not in INDEXED:
            problem = f"there is no operator {head.text[:40]!r} with numbers; there are {', '.join(INDEXED)}"
            raise self.error(problem, head)
        numbers = [self.number() for _ in range(2 if head.text == "extract" else 1)]
        self.expect(")")
        operands = self.operands(names, depth)
        if len(operands) != 1:
            raise self.error(f"{head.text} takes one operand, but has {len(operands)}", head)
        try:
            return _with_numbers(head.text, numbers, operands[0])
        except TermError as error:
            raise self.error(str(error), head) from None

    def let(self, names: Mapping[str, Term], depth: int) -> Term:
        """Takes the rest of `(let ((name term) ...) term)`."""
        self.expect("(")
        inner = dict(names)
        while self.peek() != ")":
            self.expect("(")
            name = self.next("a name")
            if not re.fullmatch(r"[A-Za-z_][\w.!$%&*+<=>?@^~-]*", name.text):
                raise self.error(f"the name is {name.text[:40]!r}, but should be a name", name)
            inner[name.text] = self.term(names, depth + 1)
            self.expect(")")
        self.expect(")")
        term = self.term(inner, depth + 1)
        self.expect(")")
        return term


def _applied(operator: str, operands: list[Term]) -> Term:
    """Returns an operator of SMT-LIB applied; those that are short for others are written out."""
    least, most = (2, len(operands)) if operator in CHAINED else (2, 2)
    if operator in ("bvnot", "bvneg", "not"):
        least = most = 1
    elif operator == "ite":
        least = most = 3
    elif operator not in CHAINED and operator not in TWO:
        raise TermError(f"there is no operator {operator[:40]!r}; there are {', '.join(KNOWN)}")
    if not least <= len(operands) <= max(least, most):
        wanted = f"{least} or more" if operator in CHAINED else str(least)
        raise TermError(f"{operator} takes {wanted} operands, but has {len(operands)}")
    if operator in CHAINED:
        return reduce(lambda left, right: apply(operator, left, right), operands)
    if operator in SWAPPED:
        return apply(SWAPPED[operator], operands[1], operands[0])
    if operator in NEGATED:
        inner = apply(NEGATED[operator], *operands)
        return apply("not" if inner.width == TRUTH else "bvnot", inner)
    if operator == "=>":
        return apply("or", apply("not", operands[0]), operands[1])
    if operator == "bvcomp":
        return apply("ite", apply("=", *operands), value(1, 1), value(0, 1))
    return apply(operator, *operands)


def _with_numbers(operator: str, numbers: list[int], operand: Term) -> Term:
    if operator == "extract":
        return extract(numbers[0], numbers[1], operand)
    count = numbers[0]
    if operator in ("zero_extend", "sign_extend"):
        return extended(operator, count, operand)
    if operand.width == TRUTH:
        raise TermError(f"{operator} needs a word, but has a truth value")
    if operator == "repeat":
        if not 1 <= count <= 4096:
            raise TermError(f"repeat needs a number from 1 to 4096, but has {count}")
        return reduce(lambda left, right: apply("concat", left, right), [operand] * count)
    low = count % operand.width if operator == "rotate_right" else -count % operand.width
    if low == 0:
        return operand
    return apply("concat", extract(low - 1, 0, operand), extract(operand.width - 1, low, operand))
