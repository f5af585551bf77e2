"""Decides how a SyGuS-IF text becomes a problem, all of it checked.

Sorts are checked throughout, so that a problem that was read has no unknown name and no misplaced operand.
What is beyond this reader is refused by name; docs/formats.md lists it.

Source: Padhi, Polgreen, Raghothaman, Reynolds and Udupa, The SyGuS Language Standard, version 2.1. Of version
1 are read: a grammar without its list of nonterminals, and `(BitVec 8)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.formats.sygus.problem import Definition, Nonterminal, Problem, Unknown
from benchmarks.formats.sygus.sorts import BOOL, SIMPLE, Sort, SortError, bit_vector
from benchmarks.formats.sygus.term_sorts import check_sort, symbol
from benchmarks.formats.text_file import TextFile
from mcts_compose.errors import nearest, shown
from mcts_compose.verification.s_expressions import (
    Atom,
    Group,
    Node,
    SExpressionError,
    head_of,
    is_symbol,
    parse_all,
)

MAX_PARAMETERS: Final = 1_000
_IGNORED: Final = ("set-option", "set-info", "set-feature")
REFUSED: Final = {
    **dict.fromkeys(
        ("synth-inv", "inv-constraint", "declare-primed-var"), "invariants of transition systems"
    ),
    **dict.fromkeys(("declare-datatype", "declare-datatypes"), "data types of the problem's own"),
    **dict.fromkeys(("define-sort", "declare-sort"), "sorts of the problem's own"),
    **dict.fromkeys(("declare-fun", "declare-const"), "functions without a definition"),
    **dict.fromkeys(("define-fun-rec", "define-funs-rec"), "recursive definitions"),
    **dict.fromkeys(("chc-constraint", "declare-weight", "optimize-synth"), "this kind of constraint"),
    "assume": "assumptions",
}
"""Commands of the standard that are not read, and what they are for."""
_UNREAD_SORTS: Final = ("Real", "Array", "RegLan", "Set", "Seq", "FiniteField", "->")


def read_problem(file: TextFile) -> Problem:
    """Returns the problem that a text says.

    Raises:
      InputError: it is malformed, or has something that is not read; line and column are named.
    """
    try:
        commands = parse_all(file.text)
    except SExpressionError as error:
        raise file.error(str(error), error.line, error.column) from None
    problem = Problem(file)
    is_ended = False
    for command in commands:
        if is_ended:
            raise problem.error(command, "something stands after (check-synth), which should be the end")
        _take(problem, command)
        is_ended = head_of(command) == "check-synth"
    if not is_ended:
        raise file.error("there is no (check-synth), but a problem should end with it")
    if not problem.unknowns:
        raise file.error("there is no synth-fun, but a problem should look for a function")
    return problem


def _take(problem: Problem, command: Node) -> None:
    """Takes one command."""
    name = head_of(command)
    if not isinstance(command, Group) or not name:
        raise problem.error(command, "a command should stand in brackets and begin with its name")
    if name in REFUSED or name.startswith("oracle") or name == "declare-oracle-fun":
        raise problem.error(command, f"{name} is not read, so {REFUSED.get(name, 'oracles')} are refused")
    if name in _IGNORED:
        return
    take = _COMMANDS.get(name)
    if take is None:
        hint = nearest(name, (*_COMMANDS, *_IGNORED)) or f"; there are {', '.join(_COMMANDS)}"
        raise problem.error(command, f"there is no command {shown(name)}{hint}")
    count, what = _ARGUMENTS[name]
    if len(command.items) - 1 not in count:
        raise problem.error(command, f"{name} has {len(command.items) - 1} parts, but should have {what}")
    take(problem, command, command.items[1:])


def _set_logic(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    problem.logic = symbol(problem, parts[0], "a logic")


def _check_synth(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    return


def _declare_var(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    name = _new_name(problem, parts[0])
    problem.variables[name] = _sort(problem, parts[1])


def _define_fun(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    name = _new_name(problem, parts[0])
    parameters, sort = _parameters(problem, parts[1]), _sort(problem, parts[2])
    check_sort(problem, parts[3], sort, parameters)
    problem.definitions[name] = Definition(parameters, sort, parts[3])


def _constraint(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    check_sort(problem, parts[0], BOOL, problem.variables, has_unknowns=True)
    problem.constraints.append(parts[0])


def _synth_fun(problem: Problem, command: Group, parts: Sequence[Node]) -> None:
    name = _new_name(problem, parts[0])
    parameters, sort = _parameters(problem, parts[1]), _sort(problem, parts[2])
    grammar = _grammar(problem, parts[3:], parameters, sort) if len(parts) > 3 else None
    problem.unknowns[name] = Unknown(parameters, sort, grammar)


_COMMANDS: Final = {
    "set-logic": _set_logic,
    "declare-var": _declare_var,
    "define-fun": _define_fun,
    "synth-fun": _synth_fun,
    "constraint": _constraint,
    "check-synth": _check_synth,
}
_ARGUMENTS: Final = {
    "set-logic": ((1,), "a name"),
    "declare-var": ((2,), "a name and a sort"),
    "define-fun": ((4,), "a name, parameters, a sort and a term"),
    "synth-fun": ((3, 4, 5), "a name, parameters, a sort and perhaps a grammar"),
    "constraint": ((1,), "a term"),
    "check-synth": ((0,), "none"),
}


def _new_name(problem: Problem, node: Node) -> str:
    name = symbol(problem, node, "a name")
    if name in problem.unknowns or name in problem.variables or name in problem.definitions:
        raise problem.error(node, f"the name {shown(name)} is given twice, but should be given once")
    return name


def _sort(problem: Problem, node: Node) -> Sort:
    """Returns a sort that is read."""
    if isinstance(node, Atom) and node.text in SIMPLE:
        return SIMPLE[node.text]
    if isinstance(node, Group):
        items = node.items[1:] if node.items and is_symbol(node.items[0], "_") else node.items
        if len(items) == 2 and is_symbol(items[0], "BitVec") and isinstance(items[1], Atom):
            try:
                return bit_vector(int(items[1].text) if items[1].kind == "numeral" else 0)
            except SortError as error:
                raise problem.error(node, str(error)) from None
    name = node.text if isinstance(node, Atom) else head_of(node)
    known = "Int, Bool, String and (_ BitVec N)"
    if name in _UNREAD_SORTS:
        raise problem.error(node, f"the sort {name} is not read; those that are read are {known}")
    raise problem.error(node, f"there should be a sort: {known}")


def _parameters(problem: Problem, node: Node) -> dict[str, Sort]:
    """Returns `((x Int) (y Int))`."""
    if not isinstance(node, Group):
        raise problem.error(node, "there should be parameters, as ((x Int))")
    if len(node.items) > MAX_PARAMETERS:
        raise problem.error(
            node, f"{len(node.items):,} parameters are more than the limit of {MAX_PARAMETERS:,}"
        )
    parameters: dict[str, Sort] = {}
    for item in node.items:
        if not isinstance(item, Group) or len(item.items) != 2:
            raise problem.error(item, "a parameter should be a name and a sort, as (x Int)")
        name = symbol(problem, item.items[0], "a name")
        if name in parameters:
            raise problem.error(item, f"the name {shown(name)} is given twice, but should be given once")
        parameters[name] = _sort(problem, item.items[1])
    return parameters


def _grammar(
    problem: Problem, parts: Sequence[Node], parameters: dict[str, Sort], sort: Sort
) -> dict[str, Nonterminal]:
    """Returns the nonterminals, the first of them being where terms begin."""
    rules = parts[-1]
    if not isinstance(rules, Group) or not rules.items:
        raise problem.error(
            rules, "a grammar should be a list of rules, as ((Start Int (x 0 (+ Start Start))))"
        )
    heads: dict[str, Sort] = {}
    for rule in rules.items:
        if not isinstance(rule, Group) or len(rule.items) != 3 or not isinstance(rule.items[2], Group):
            raise problem.error(rule, "a rule should be a name, a sort and a list of terms")
        name = symbol(problem, rule.items[0], "a nonterminal")
        if name in heads:
            raise problem.error(rule, f"the nonterminal {shown(name)} has two rules, but should have one")
        heads[name] = _sort(problem, rule.items[1])
    if len(parts) == 2 and _parameters(problem, parts[0]) != heads:
        raise problem.error(parts[0], "the nonterminals declared here should be those of the rules")
    if next(iter(heads.values())) != sort:
        raise problem.error(rules, f"the first nonterminal should have the sort of the function, {sort}")
    names = {**parameters, **heads}
    grammar = {}
    for rule, (name, rule_sort) in zip(rules.items, heads.items(), strict=True):
        assert isinstance(rule, Group)
        assert isinstance(rule.items[2], Group)
        for production in rule.items[2].items:
            if not any_of_sort(production):
                check_sort(problem, production, rule_sort, names)
            else:
                assert isinstance(production, Group)
                _sort(problem, production.items[1])
        grammar[name] = Nonterminal(rule_sort, rule.items[2].items)
    return grammar


def any_of_sort(production: Node) -> bool:
    """Says whether a production is `(Constant S)` or `(Variable S)`, which stand for many terms."""
    return (
        isinstance(production, Group)
        and len(production.items) == 2
        and is_symbol(production.items[0], "Constant", "Variable")
    )
