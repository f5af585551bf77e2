"""Decides which sort a term of a problem has, and so that it has no unknown name and no misplaced operand."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.formats.sygus.problem import Definition, Problem, Unknown
from benchmarks.formats.sygus.sorts import (
    BOOL,
    INT,
    STRING,
    Sort,
    SortError,
    bit_vector,
    indexed_sort,
    result_sort,
)
from mcts_compose.errors import nearest, shown
from mcts_compose.verification.s_expressions import Atom, Group, Node, is_symbol


def symbol(problem: Problem, node: Node, wanted: str) -> str:
    """Returns the text of a symbol; `wanted` says what it should be.

    Raises:
      InputError: it is none.
    """
    if not isinstance(node, Atom) or node.kind != "symbol":
        raise problem.error(node, f"there should be {wanted}")
    return node.text


def check_sort(
    problem: Problem, node: Node, wanted: Sort, names: Mapping[str, Sort], *, has_unknowns: bool = False
) -> None:
    """Checks that a term has a sort; arguments as of `sort_of`.

    Raises:
      InputError: it has another, or none.
    """
    found = sort_of(problem, node, names, has_unknowns=has_unknowns)
    if found != wanted:
        raise problem.error(node, f"the term has sort {found}, but should have {wanted}")


def sort_of(problem: Problem, node: Node, names: Mapping[str, Sort], *, has_unknowns: bool = False) -> Sort:
    """Returns the sort of a term.

    Args:
      problem: where definitions stand.
      node: the term.
      names: sorts of what is bound.
      has_unknowns: whether the functions that are looked for may be called.

    Raises:
      InputError: a name is unknown, or operands do not go with their operator.
    """
    if isinstance(node, Atom):
        return _atom_sort(problem, node, names, has_unknowns=has_unknowns)
    if not node.items:
        raise problem.error(node, "there is nothing between the brackets, but should be a term")
    head = node.items[0]
    if is_symbol(head, "let"):
        return _let_sort(problem, node, names, has_unknowns=has_unknowns)
    if is_symbol(head, "_"):
        return _indexed_literal(problem, node)
    if is_symbol(head, "forall", "exists", "!", "match", "lambda", "as"):
        raise problem.error(head, f"terms with {head.text} are not read")  # type: ignore[union-attr]
    given = [sort_of(problem, item, names, has_unknowns=has_unknowns) for item in node.items[1:]]
    try:
        if isinstance(head, Group):
            operator, numbers = indexed_operator(problem, head)
            return indexed_sort(operator, numbers, given)
        name = symbol(problem, head, "a function")
        declared = _declared(problem, name, has_unknowns=has_unknowns)
        if declared is None:
            return result_sort(name, given)
    except SortError as error:
        raise problem.error(head, str(error)) from None
    if list(declared.parameters.values()) != given:
        wanted = " and ".join(map(str, declared.parameters.values())) or "nothing"
        found = " and ".join(map(str, given)) or "nothing"
        raise problem.error(head, f"{name} needs {wanted}, but has {found}")
    return declared.sort


def _declared(problem: Problem, name: str, *, has_unknowns: bool) -> Definition | Unknown | None:
    if has_unknowns and name in problem.unknowns:
        return problem.unknowns[name]
    return problem.definitions.get(name)


def _atom_sort(problem: Problem, node: Atom, names: Mapping[str, Sort], *, has_unknowns: bool) -> Sort:
    if node.kind == "symbol":
        if node.text in names:
            return names[node.text]
        if node.text in ("true", "false"):
            return BOOL
        declared = _declared(problem, node.text, has_unknowns=has_unknowns)
        if declared is not None and not declared.parameters:
            return declared.sort
        raise problem.error(node, f"there is no {shown(node.text)} here{nearest(node.text, names)}")
    if node.kind in ("hexadecimal", "binary"):
        try:
            return bit_vector((len(node.text) - 2) * (4 if node.kind == "hexadecimal" else 1))
        except SortError as error:
            raise problem.error(node, str(error)) from None
    if node.kind in ("numeral", "string"):
        return INT if node.kind == "numeral" else STRING
    raise problem.error(node, f"there is {shown(node.text)}, but should be a term")


def _let_sort(problem: Problem, node: Group, names: Mapping[str, Sort], *, has_unknowns: bool) -> Sort:
    if len(node.items) != 3 or not isinstance(node.items[1], Group):
        raise problem.error(node, "let should have bindings and a term, as (let ((y x)) y)")
    inner = dict(names)
    for binding in node.items[1].items:
        # Version 1 wrote the sort of a binding between its name and its term.
        if not isinstance(binding, Group) or len(binding.items) not in (2, 3):
            raise problem.error(binding, "a binding should be a name and a term, as (y x)")
        name = symbol(problem, binding.items[0], "a name")
        inner[name] = sort_of(problem, binding.items[-1], names, has_unknowns=has_unknowns)
    return sort_of(problem, node.items[2], inner, has_unknowns=has_unknowns)


def indexed_operator(problem: Problem, node: Group) -> tuple[str, list[int]]:
    """Returns the operator and the numbers of `(_ extract 7 0)`.

    Raises:
      InputError: it is something else.
    """
    if len(node.items) < 3 or not is_symbol(node.items[0], "_"):
        raise problem.error(node, "there should be a function, or one with numbers as (_ extract 7 0)")
    numbers = []
    for item in node.items[2:]:
        if not isinstance(item, Atom) or item.kind != "numeral" or item.text.startswith("-"):
            raise problem.error(item, "there should be a number")
        numbers.append(int(item.text))
    return symbol(problem, node.items[1], "a function"), numbers


def _indexed_literal(problem: Problem, node: Group) -> Sort:
    """Returns the sort of `(_ bv5 8)`."""
    operator, numbers = indexed_operator(problem, node)
    if not operator.startswith("bv") or not operator[2:].isdecimal() or len(numbers) != 1:
        raise problem.error(node, f"there is {shown(operator)}, but should be a value as (_ bv5 8)")
    try:
        return bit_vector(numbers[0])
    except SortError as error:
        raise problem.error(node, str(error)) from None
