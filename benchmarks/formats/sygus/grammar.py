"""Decides what of a grammar a task says: its constants, and its operators where a skill does the very same.

A task knows which operations a program may use, but not how they may be nested: so what is found may be
outside the grammar, with operators and constants of the grammar alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.formats.format import TaskFields
from benchmarks.formats.sygus.literals import literal_value
from benchmarks.formats.sygus.problem import Problem, Unknown
from benchmarks.formats.sygus.reading import any_of_sort
from benchmarks.formats.sygus.sorts import STRING
from mcts_compose.verification.s_expressions import Atom, Group, Node, is_symbol
from vm.assembly.sets import SETS

_OF_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **{
        f"bv{name}": (name,)
        for name in ("not", "neg", "and", "or", "xor", "add", "sub", "mul", "udiv", "urem", "sdiv", "srem",
                     "shl", "lshr", "ashr", "ult", "ule", "slt", "sle")
    },
    "bvugt": ("ult",), "bvuge": ("ule",), "bvsgt": ("slt",), "bvsge": ("sle",),
    "bvnand": ("and", "not"), "bvnor": ("or", "not"), "bvxnor": ("xor", "not"),
    "=": ("eq",), "distinct": ("ne",), "ite": ("ite",),
    "and": ("and",), "or": ("or",), "xor": ("xor",), "not": ("eq",), "=>": ("ule",),
}  # fmt: skip
"""Instructions that do what operators do; a truth value is the word 1 or 0, so that `not` asks for 0."""

_OF_GATES: Final[Mapping[str, tuple[str, ...]]] = {
    "and": ("and",),
    "or": ("or",),
    "xor": ("xor",),
    "not": ("not",),
}

_OF_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "+": ("add",), "-": ("sub", "neg"), "*": ("mul",), "abs": ("abs",), "ite": ("select",),
    "<": ("lt",), "<=": ("le",), ">": ("gt",), ">=": ("ge",), "=": ("eq",), "distinct": ("ne",),
    "and": ("and",), "or": ("or",), "xor": ("xor",), "not": ("not",),
}  # fmt: skip
"""Skills that do what operators on numbers and truth values do. `div` and `mod` round otherwise for negative
divisors, and what SMT-LIB has for texts differs from the machine's at the edges: neither is here."""


def grammar_fields(problem: Problem, unknown: Unknown) -> TaskFields:
    """Returns what a task says of the grammar of its function: `memory`, or `skills` and `constants`.

    Where some operator has no skill that does the same, programs may use every skill.
    """
    found = _Found(problem)
    for nonterminal in (unknown.grammar or {}).values():
        for production in nonterminal.productions:
            found.look_at(production)
    width = unknown.sort.width
    if width:
        return _of_words(unknown, found, width)
    if unknown.sort.name == "Bool" and all(sort.name == "Bool" for sort in unknown.parameters.values()):
        names = _mapped(found.operators, _OF_GATES)
        if not names:
            return {}
        kept = [name for name in SETS["gates"].mnemonics if name in names]
        return {"memory": {"kind": "growing", "set": "gates", "instructions": kept}}
    fields: TaskFields = {}
    if found.literals:
        fields["constants"] = list(found.literals)
    has_texts = any(nonterminal.sort == STRING for nonterminal in (unknown.grammar or {}).values())
    skills = None if has_texts else _mapped(found.operators, _OF_NUMBERS)
    if skills:
        fields["skills"] = sorted(skills)
    return fields


def _of_words(unknown: Unknown, found: _Found, width: int) -> TaskFields:
    name = f"bv{width}"
    if unknown.grammar is None or name not in SETS:
        return {}
    memory: TaskFields = {"kind": "growing", "set": name}
    names = _mapped(found.operators, _OF_WORDS)
    if names:
        memory["instructions"] = [name for name in SETS[name].mnemonics if name in names]
    constants = sorted(value for value in found.literals if isinstance(value, int) and value < 2**width)
    if not found.has_any_constant:
        memory["constants"] = constants
        return {"memory": memory}
    return {"memory": memory, "constants": constants}


def _mapped(operators: set[str], table: Mapping[str, tuple[str, ...]]) -> set[str] | None:
    """Returns what does the same as all of the operators; None if one has no such, or there is none."""
    if not operators or not operators <= table.keys():
        return None
    return {name for operator in operators for name in table[operator]}


class _Found:
    """Operators and literals of productions, and of the definitions that they call."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.operators: set[str] = set()
        self.literals: dict[int | str, None] = {}
        self.has_any_constant = False
        self._seen: set[str] = set()

    def look_at(self, node: Node) -> None:
        """Looks at a term."""
        if any_of_sort(node):
            assert isinstance(node, Group)
            self.has_any_constant |= is_symbol(node.items[0], "Constant")
            return
        value = literal_value(node)
        if value is not None:
            if not isinstance(value, bool):
                self.literals[value] = None
            return
        if isinstance(node, Atom):
            self._definition(node.text)
            return
        head, *operands = node.items
        if not isinstance(head, Atom):
            self.operators.add("_")
        elif head.text in self.problem.definitions:
            self._definition(head.text)
        else:
            self.operators.add(head.text)
        if not is_symbol(head, "let"):  # nothing does what it does, so its bindings do not matter
            for operand in operands:
                self.look_at(operand)

    def _definition(self, name: str) -> None:
        definition = self.problem.definitions.get(name)
        if definition is not None and name not in self._seen:
            self._seen.add(name)
            self.look_at(definition.body)
