"""Decides how a term that calls functions of its problem is written without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from benchmarks.formats.sygus.problem import Problem
from mcts_compose.errors import InputError
from mcts_compose.verification.s_expressions import Atom, Group, Node, is_symbol, text_of

MAX_PARTS: Final = 20_000
"""Definitions that call each other twice can double a term again and again."""


def expanded(problem: Problem, node: Node, names: Mapping[str, str], result: str = "") -> str:
    """Returns the text of a term that has been checked, in SMT-LIB.

    Args:
      problem: where definitions stand.
      node: the term.
      names: what variables are called in the text; none may begin with `t!`.
      result: what stands for calls of the function that is looked for, where there may be some.

    Raises:
      InputError: the text would have more than `MAX_PARTS` parts.
    """
    return _Writer(problem, result).text(node, names)


@dataclass
class _Writer:
    """One text under way; every argument that is no word is bound to a name of its own."""

    problem: Problem
    result: str
    num_parts: int = 0
    num_names: int = field(default=0)

    def text(self, node: Node, names: Mapping[str, str]) -> str:
        """Returns the text of a term."""
        self.num_parts += 1
        if self.num_parts > MAX_PARTS:
            raise self._error(node)
        if isinstance(node, Atom):
            return self._atom(node, names)
        head, *operands = node.items
        if is_symbol(head, "_"):
            return text_of(node)
        if is_symbol(head, "let"):
            return self._let(node, names)
        if isinstance(head, Atom) and head.text in self.problem.unknowns:
            return self.result
        given = [self.text(operand, names) for operand in operands]
        definition = self.problem.definitions.get(head.text) if isinstance(head, Atom) else None
        if definition is None:
            return f"({text_of(head)} {' '.join(given)})"
        return self._bound(dict(zip(definition.parameters, given, strict=True)), definition.body, {})

    def _atom(self, node: Atom, names: Mapping[str, str]) -> str:
        if node.kind == "symbol" and node.text in names:
            return names[node.text]
        definition = self.problem.definitions.get(node.text) if node.kind == "symbol" else None
        return text_of(node) if definition is None else self.text(definition.body, {})

    def _let(self, node: Group, names: Mapping[str, str]) -> str:
        bindings = node.items[1]
        assert isinstance(bindings, Group)
        given = {}
        for binding in bindings.items:
            assert isinstance(binding, Group)
            assert isinstance(binding.items[0], Atom)
            given[binding.items[0].text] = self.text(binding.items[-1], names)
        return self._bound(given, node.items[2], names)

    def _bound(self, given: Mapping[str, str], body: Node, names: Mapping[str, str]) -> str:
        """Returns a body in which names stand for texts."""
        inner = dict(names)
        bindings = []
        for name, text in given.items():
            if text.startswith("("):
                inner[name] = f"t!{self.num_names}"
                self.num_names += 1
                bindings.append(f"({inner[name]} {text})")
            else:
                inner[name] = text
        written = self.text(body, inner)
        return f"(let ({' '.join(bindings)}) {written})" if bindings else written

    def _error(self, node: Node) -> InputError:
        return self.problem.error(node, f"the term takes more than {MAX_PARTS:,} parts without definitions")
