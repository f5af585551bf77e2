"""Decides what a SyGuS-IF problem is: functions to find, with grammars, and constraints on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.formats.sygus.sorts import Sort
from benchmarks.formats.text_file import TextFile
from mcts_compose.errors import InputError
from mcts_compose.verification.s_expressions import Node


class NoTaskError(Exception):
    """A problem that was read can be no task; the message says why."""


class Definition(NamedTuple):
    """A function that the problem defines."""

    parameters: dict[str, Sort]
    sort: Sort
    body: Node


class Nonterminal(NamedTuple):
    """One rule of a grammar: a sort, and what the nonterminal can become."""

    sort: Sort
    productions: tuple[Node, ...]


class Unknown(NamedTuple):
    """A function that is looked for; its grammar is None when it may be anything."""

    parameters: dict[str, Sort]
    sort: Sort
    grammar: dict[str, Nonterminal] | None


@dataclass
class Problem:
    """A whole text.

    Attributes:
      file: where it was read.
      logic: as `set-logic` names it.
      unknowns: functions that are looked for, by name.
      variables: universal variables and their sorts.
      definitions: functions that the problem defines.
      constraints: what must hold for all values of the variables, each of sort Bool.
    """

    file: TextFile
    logic: str = ""
    unknowns: dict[str, Unknown] = field(default_factory=dict)
    variables: dict[str, Sort] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    constraints: list[Node] = field(default_factory=list)

    def error(self, node: Node, problem: str) -> InputError:
        """Returns an error that names file, line and column."""
        return self.file.error(problem, node.line, node.column)
