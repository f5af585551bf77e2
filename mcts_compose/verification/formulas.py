"""Decides what a formula over integers and truth values is, and what it gives for plain values.

    (and (>= result x) (>= result y) (or (= result x) (= result y)))

Integers have no bounds, as in SMT-LIB. A formula is folded with a table of operators, so that the solver's
translation is the same fold with other operators.

Source: SMT-LIB 2.6, theories Core and Ints, without division.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any, Final, TypeAlias

from mcts_compose.errors import nearest, shown
from mcts_compose.verification.s_expressions import Atom, Group, Node, SExpressionError, is_symbol, parse_all
from vm.values import Elem

Operators: TypeAlias = Mapping[str, Callable[..., Any]]

MAX_BITS: Final = 4_096
"""Of numbers, where names stand for words of 64; squares of squares in nested `let` have no end. Untuned."""
_INT, _BOOL = Elem.INT, Elem.BOOL
_KINDS: Final[Mapping[str, tuple[Elem | None, Elem | None, int, int]]] = {
    **dict.fromkeys(("+", "*"), (_INT, _INT, 2, 1_000)),
    "-": (_INT, _INT, 1, 1_000),
    "abs": (_INT, _INT, 1, 1),
    **dict.fromkeys(("<", "<=", ">", ">="), (_INT, _BOOL, 2, 1_000)),
    **dict.fromkeys(("=", "distinct"), (None, _BOOL, 2, 1_000)),
    **dict.fromkeys(("and", "or"), (_BOOL, _BOOL, 1, 1_000)),
    **dict.fromkeys(("xor", "=>"), (_BOOL, _BOOL, 2, 2)),
    "not": (_BOOL, _BOOL, 1, 1),
}
"""Of an operator: the kind of operands, None for any one kind; that of the result; least and most of them."""


class FormulaError(ValueError):
    """A text that is no formula; the message says why, with line and column where there is one."""


def parse_formula(text: str, names: Mapping[str, Elem]) -> Node:
    """Returns a formula, all of it checked: `Elem.INT` or `Elem.BOOL` is given for every name it may have.

    Raises:
      FormulaError: it is none.
    """
    try:
        trees = parse_all(text)
    except SExpressionError as error:
        raise FormulaError(f"line {error.line}, column {error.column}: {error}") from None
    if len(trees) != 1:
        raise FormulaError(f"there are {len(trees)} formulas, but there should be one")
    if _kind_of(trees[0], names) is not _BOOL:
        raise _error(trees[0], "it gives a number, but should be true or false")
    _bits_of(trees[0], dict.fromkeys(names, 64))
    return trees[0]


def _bits_of(node: Node, names: Mapping[str, int]) -> int:
    """Returns a bound on the bits of what a checked term gives, from bounds on those of its names."""
    if isinstance(node, Atom):
        return int(node.text).bit_length() if node.kind == "numeral" else names.get(node.text, 1)
    head, *operands = node.items
    assert isinstance(head, Atom)
    if head.text == "let":
        inner = {name: _bits_of(term, names) for name, term in _bindings(operands[0])}
        return _bits_of(operands[1], {**names, **inner})
    each = [_bits_of(operand, names) for operand in operands]
    if head.text not in ("+", "-", "*", "abs", "ite"):
        return 1
    bits = max(each)
    if head.text == "*":
        bits = sum(each)
    elif head.text in ("+", "-"):
        bits += len(each).bit_length()
    if bits > MAX_BITS:
        raise _error(node, f"its numbers may have more than {MAX_BITS:,} bits, which is the limit")
    return bits


def folded(node: Node, values: Mapping[str, Any], operators: Operators) -> Any:
    """Returns what a checked formula or term gives for values of its names, by these operators."""
    if isinstance(node, Atom):
        if node.kind == "numeral":
            return int(node.text)
        return values[node.text] if node.text in values else node.text == "true"
    head, *operands = node.items
    assert isinstance(head, Atom)
    if head.text != "let":
        return operators[head.text](*(folded(operand, values, operators) for operand in operands))
    bindings, body = operands
    inner = {name: folded(term, values, operators) for name, term in _bindings(bindings)}
    return folded(body, {**values, **inner}, operators)


def literals_of(node: Node) -> set[int]:
    """Returns the numbers that stand in a formula."""
    if isinstance(node, Atom):
        return {int(node.text)} if node.kind == "numeral" else set()
    return set().union(*map(literals_of, node.items))


def _chain(holds: Callable[[Any, Any], Any]) -> Callable[..., bool]:
    return lambda *values: all(holds(one, other) for one, other in pairwise(values))


PLAIN: Final[Operators] = {
    "+": lambda *values: sum(values),
    "*": lambda *values: reduce(lambda one, other: one * other, values),
    "-": lambda first, *others: first - sum(others) if others else -first,
    "abs": abs,
    "<": _chain(lambda one, other: one < other),
    "<=": _chain(lambda one, other: one <= other),
    ">": _chain(lambda one, other: one > other),
    ">=": _chain(lambda one, other: one >= other),
    "=": _chain(lambda one, other: one == other),
    "distinct": lambda *values: len(set(values)) == len(values),
    "and": lambda *values: all(values),
    "or": lambda *values: any(values),
    "xor": lambda one, other: one != other,
    "=>": lambda one, other: not one or other,
    "not": lambda value: not value,
    "ite": lambda condition, chosen, other: chosen if condition else other,
}
"""The operators on ints and bools of Python."""


def _error(node: Node, problem: str) -> FormulaError:
    return FormulaError(f"line {node.line}, column {node.column}: {problem}")


def _kind_of(node: Node, names: Mapping[str, Elem]) -> Elem:
    """Returns whether a term is a number or a truth value, or refuses it."""
    if isinstance(node, Atom):
        if node.text in names and node.kind == "symbol":
            return names[node.text]
        if node.kind == "numeral":
            return _INT
        if node.text in ("true", "false") and node.kind == "symbol":
            return _BOOL
        known = ", ".join(names)
        raise _error(node, f"there is no {shown(node.text)}; names are {known}")
    head = node.items[0] if node.items else None
    if not isinstance(head, Atom):
        raise _error(node, "there should be an operator and its operands between the brackets")
    if head.text == "let":
        return _let_kind(node, names)
    kinds = [_kind_of(operand, names) for operand in node.items[1:]]
    if head.text == "ite":
        if len(kinds) != 3 or kinds[0] is not _BOOL or kinds[1] is not kinds[2]:
            raise _error(head, "ite needs a truth value and two operands of one kind")
        return kinds[1]
    if head.text not in _KINDS:
        raise _error(
            head, f"there is no operator {shown(head.text)}{nearest(head.text, (*_KINDS, 'ite', 'let'))}"
        )
    wanted, result, least, most = _KINDS[head.text]
    if not least <= len(kinds) <= most or len(set(kinds)) != 1 or wanted not in (None, kinds[0]):
        what = {_INT: "numbers", _BOOL: "truth values", None: "operands of one kind"}[wanted]
        raise _error(head, f"{head.text} needs {what}, {least}{' or more' if most > least else ''} of them")
    return result or kinds[0]


def _let_kind(node: Group, names: Mapping[str, Elem]) -> Elem:
    if len(node.items) != 3 or not isinstance(node.items[1], Group):
        raise _error(node, "let should have bindings and a term, as (let ((y x)) y)")
    for binding in node.items[1].items:
        is_pair = isinstance(binding, Group) and len(binding.items) == 2
        if not is_pair or not is_symbol(binding.items[0]):  # type: ignore[union-attr]  # a group by now
            raise _error(binding, "a binding should be a name and a term, as (y x)")
        if is_symbol(binding.items[0], "true", "false"):  # type: ignore[union-attr]
            raise _error(binding, "true and false are no names, but a binding should have one, as (y x)")
    inner = {name: _kind_of(term, names) for name, term in _bindings(node.items[1])}
    return _kind_of(node.items[2], {**names, **inner})


def _bindings(node: Node) -> Sequence[tuple[str, Node]]:
    """Returns the names and terms of `((y x) ...)`, which has been checked."""
    assert isinstance(node, Group)
    return [(binding.items[0].text, binding.items[1]) for binding in node.items]  # type: ignore[union-attr]
