"""Decides what a solver's term over texts, numbers and truth values gives: it is evaluated in plain Python.

This is the judge of a peer's answers to array tasks, so it shares nothing with the peer: every operator
stands here as the standard defines it, at its edges too. Numbers are unbounded.

Source: SMT-LIB, theories Unicode Strings and Ints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeAlias

Scalar: TypeAlias = "int | bool | str"
Tree: TypeAlias = "str | list[Tree]"
"""An atom as it is written, or what stands between two brackets."""

_TOKEN: Final = re.compile(r'\s*(?:(\()|(\))|("(?:[^"]|"")*")|([^\s()"]+))')
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-fA-F]{1,5})\}|\\u([0-9a-fA-F]{4})")


class ScalarTermError(ValueError):
    """A text is no term over texts, numbers and truth values; the message says why."""


def text_literal(text: str) -> str:
    """Returns a text as SMT-LIB writes it: quotes doubled, what is not printable ASCII by its number."""

    def written(mark: str) -> str:
        if mark == '"':
            return '""'
        return mark if " " <= mark <= "~" and mark != "\\" else f"\\u{{{ord(mark):x}}}"

    return f'"{"".join(map(written, text))}"'


def literal(value: Scalar) -> str:
    """Returns a value as SMT-LIB writes it."""
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value >= 0 else f"(- {-value})"


def parse_tree(text: str) -> Tree:
    """Returns the one expression that a text holds.

    Raises:
      ScalarTermError: it holds none, or more.
    """
    open_lists: list[list[Tree]] = [[]]
    at = 0
    while (found := _TOKEN.match(text, at)) is not None:
        at = found.end()
        opened, closed, quoted, atom = found.groups()
        if opened:
            open_lists.append([])
        elif closed:
            if len(open_lists) == 1:
                raise ScalarTermError("a bracket is closed that was never opened")
            inner = open_lists.pop()
            open_lists[-1].append(inner)
        else:
            open_lists[-1].append(quoted or atom)
    if text[at:].strip() or len(open_lists) != 1 or len(open_lists[0]) != 1:
        raise ScalarTermError(f"it is no single expression: {text[:100]!r}")
    return open_lists[0][0]


@dataclass(frozen=True)
class ScalarProgram:
    """A function that a solver gave.

    Attributes:
      names: of its arguments.
      body: its term.
    """

    names: tuple[str, ...]
    body: Tree

    @property
    def text(self) -> str:
        """The term as SMT-LIB writes it."""
        return _written(self.body)

    @property
    def length(self) -> int:
        """Operators in the term as it is written; a shared part counts once."""
        return _num_operators(self.body)

    def __call__(self, *arguments: Scalar) -> Scalar:
        """Returns the value for some arguments.

        Raises:
          ScalarTermError: the term has an operator, an atom or an operand that is not known here.
        """
        return _value(self.body, dict(zip(self.names, arguments, strict=True)))


def _written(tree: Tree) -> str:
    return tree if isinstance(tree, str) else f"({' '.join(map(_written, tree))})"


def _num_operators(tree: Tree) -> int:
    if isinstance(tree, str):
        return 0
    if tree and tree[0] == "let":
        bindings = [bound[1] for bound in tree[1] if isinstance(bound, list)]
        return sum(map(_num_operators, [*bindings, tree[2]]))
    return 1 + sum(map(_num_operators, tree[1:])) - _is_negative_number(tree)


def _is_negative_number(tree: Sequence[Tree]) -> bool:
    return len(tree) == 2 and tree[0] == "-" and isinstance(tree[1], str) and tree[1].isdecimal()


def _value(tree: Tree, names: Mapping[str, Scalar]) -> Scalar:
    if isinstance(tree, str):
        return _atom(tree, names)
    if not tree or not isinstance(tree[0], str):
        raise ScalarTermError("there is no operator between two brackets")
    head = tree[0]
    if head == "let":
        _, bindings, body = tree
        inner = dict(names)
        for bound in bindings:
            inner[str(bound[0])] = _value(bound[1], names)
        return _value(body, inner)
    if head == "ite":
        _, condition, chosen, other = tree
        return _value(chosen if _value(condition, names) else other, names)
    if head not in _OPERATORS:
        raise ScalarTermError(f"there is no operator {head[:40]!r}")
    operands = [_value(operand, names) for operand in tree[1:]]
    try:
        found: Scalar = _OPERATORS[head](*operands)
    except TypeError:
        raise ScalarTermError(f"{head} does not take such operands") from None
    return found


def _atom(text: str, names: Mapping[str, Scalar]) -> Scalar:
    if text in names:
        return names[text]
    if text in ("true", "false"):
        return text == "true"
    if text.startswith('"'):
        return _ESCAPE.sub(lambda mark: chr(int(mark[1] or mark[2], 16)), text[1:-1].replace('""', '"'))
    if text.isdecimal() and text.isascii():
        return int(text)
    raise ScalarTermError(f"there is no {text[:40]!r}")


def _substring(text: str, start: int, count: int) -> str:
    return text[start : start + count] if 0 <= start < len(text) and count > 0 else ""


def _index_of(text: str, part: str, start: int) -> int:
    return text.find(part, start) if 0 <= start <= len(text) else -1


def _replaced(text: str, part: str, other: str) -> str:
    return text.replace(part, other, 1) if part else other + text


def _to_int(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else -1


def _minus(first: int, *others: int) -> int:
    return first - sum(others) if others else -first


_OPERATORS: Final[dict[str, Callable[..., Any]]] = {
    "str.++": lambda *parts: "".join(parts),
    "str.replace": _replaced,
    "str.at": lambda text, place: _substring(text, place, 1),
    "str.substr": _substring,
    "str.from_int": lambda number: str(number) if number >= 0 else "",
    "str.len": len,
    "str.to_int": _to_int,
    "str.indexof": _index_of,
    "str.prefixof": lambda part, text: text.startswith(part),
    "str.suffixof": lambda part, text: text.endswith(part),
    "str.contains": lambda text, part: part in text,
    "+": lambda *terms: sum(terms),
    "-": _minus,
    "*": lambda *factors: reduce(lambda left, right: left * right, factors),
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "not": lambda truth: not truth,
    "and": lambda *truths: all(truths),
    "or": lambda *truths: any(truths),
}
