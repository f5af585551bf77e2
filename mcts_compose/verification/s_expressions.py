"""Decides how text in the syntax of SMT-LIB becomes trees of atoms and groups, each with its place.

    (constraint (= (f "a b" #x0f) -3))     ; a comment

What the words mean is not known here. Nothing recurses, and depth is bounded, so that those who read the
trees may recurse.

Source: SMT-LIB 2.6, section 3; a number with a sign is one of SyGuS-IF before version 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mcts_compose.errors import shown

MAX_DEPTH: Final = 200
MAX_DIGITS: Final = 40
"""Of a decimal number; longer ones fit in no word, and take quadratic time to convert."""

_TOKEN: Final = re.compile(
    r"""(?P<space>(?:\s+|;[^\n]*)+)
    |(?P<open>\()|(?P<close>\))
    |"(?P<string>(?:[^"]|"")*)"
    |\|(?P<quoted>[^|\\]*)\|
    |(?P<word>[^\s();"|]+)""",
    re.VERBOSE,
)
_LITERALS: Final = (
    ("numeral", re.compile(r"-?\d+")),
    ("hexadecimal", re.compile(r"#x[0-9a-fA-F]+")),
    ("binary", re.compile(r"#b[01]+")),
    ("decimal", re.compile(r"-?\d+\.\d+")),
    ("keyword", re.compile(r":.+")),
    ("symbol", re.compile(r"[A-Za-z~!@$%^&*_+=<>.?/\-][A-Za-z0-9~!@$%^&*_+=<>.?/'\-]*")),
)  # fmt: skip

Kind: TypeAlias = Literal["symbol", "numeral", "decimal", "hexadecimal", "binary", "string", "keyword"]


class SExpressionError(ValueError):
    """A text that is not in this syntax.

    Attributes:
      line: where it is wrong, from 1.
      column: where on that line, from 1.
    """

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Atom:
    """A word.

    Attributes:
      kind: which kind of word.
      text: the word; of a string and of a quoted symbol what stands between the marks.
      line: where it begins, from 1.
      column: where on that line, from 1.
    """

    kind: Kind
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two brackets.

    Attributes:
      items: in order.
      line: of the opening bracket, from 1.
      column: of the opening bracket, from 1.
    """

    items: tuple[Node, ...]
    line: int
    column: int


Node: TypeAlias = "Atom | Group"


def parse_all(text: str) -> list[Node]:
    """Returns every tree of a text.

    Raises:
      SExpressionError: brackets or quotes do not match, a word is none, or groups are nested too deep.
    """
    stack: list[tuple[list[Node], int, int]] = [([], 0, 0)]
    for token, line, column in _tokens(text):
        kind = token.lastgroup
        if kind == "open":
            if len(stack) > MAX_DEPTH:
                raise SExpressionError(f"groups are nested more than {MAX_DEPTH} deep", line, column)
            stack.append(([], line, column))
        elif kind == "close":
            if len(stack) == 1:
                raise SExpressionError("there is ')' without '('", line, column)
            items, first_line, first_column = stack.pop()
            stack[-1][0].append(Group(tuple(items), first_line, first_column))
        elif kind is not None:
            stack[-1][0].append(_atom(kind, token[kind], line, column))
    if len(stack) > 1:
        _, line, column = stack[-1]
        raise SExpressionError("there is '(' without ')'", line, column)
    return stack[0][0]


def is_symbol(node: Node, *texts: str) -> bool:
    """Says whether a node is a symbol, one of `texts` if some are given."""
    return isinstance(node, Atom) and node.kind == "symbol" and (not texts or node.text in texts)


def head_of(node: Node) -> str:
    """Returns the symbol that a group begins with, or an empty text."""
    if isinstance(node, Group) and node.items and isinstance(node.items[0], Atom):
        return node.items[0].text if node.items[0].kind == "symbol" else ""
    return ""


def text_of(node: Node) -> str:
    """Returns a tree as text on one line; `parse_all` makes the same tree of it, but for places."""
    if isinstance(node, Group):
        return f"({' '.join(map(text_of, node.items))})"
    if node.kind == "string":
        return '"' + node.text.replace('"', '""') + '"'
    is_plain = node.kind != "symbol" or _LITERALS[-1][1].fullmatch(node.text) is not None
    return node.text if is_plain else f"|{node.text}|"


def _tokens(text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Yields every token but space, with line and column."""
    at, line, line_begin = 0, 1, 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:  # only a quote that does not close starts no token
            problem = f"the quote {shown(text[at])} is not closed"
            raise SExpressionError(problem, line, at - line_begin + 1)
        if token.lastgroup != "space":
            yield token, line, at - line_begin + 1
        breaks = text.count("\n", at, token.end())
        if breaks:
            line += breaks
            line_begin = text.rindex("\n", at, token.end()) + 1
        at = token.end()


def _atom(kind: str, text: str, line: int, column: int) -> Atom:
    if kind == "string":
        return Atom("string", text.replace('""', '"'), line, column)
    if kind == "quoted":
        return Atom("symbol", text, line, column)
    for name, pattern in _LITERALS:
        if pattern.fullmatch(text):
            if name in ("numeral", "decimal") and len(text) > MAX_DIGITS:
                raise SExpressionError(f"a number of {len(text):,} digits fits in no word", line, column)
            return Atom(name, text, line, column)  # type: ignore[arg-type]  # one of the kinds
    raise SExpressionError(f"there is {shown(text)}, which is no symbol and no literal", line, column)
