"""Decides how a contents is written as text: its cheapest known derivation, as nested calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mcts_compose.search import layout as at
from mcts_compose.search.start import Start
from vm.program import Constant
from vm.values import Batch, Elem, HostValue, ValueType, decode

INT = ValueType(Elem.INT, 0)


class Derivations(Protocol):
    """What tells how contents were made: an engine, or a copy of what it knew at one moment."""

    def derivation(self, contents: int) -> tuple[int, Sequence[int]]:
        """Returns the action address (or leaf number) and operand ids of a contents' cheapest derivation."""
        ...

    def values(self, contents: int) -> Batch:
        """Returns the words of a contents as a batch."""
        ...


def expression(start: Start, known: Derivations, contents: int, depth: int, focus: int = 0) -> str:
    """Returns a contents' derivation as nested calls, `...` below `depth`; a focus by name.

    Of `start` it reads only what stays as it is while a search runs.
    """
    if contents == focus:
        return "focus"
    action, operands = known.derivation(contents)
    kind, number = start.leaf(contents) if action < 0 else ("call", 0)
    if kind == "input":
        return start.problem.input_names[number]
    if kind == "constant":
        return _constant_text(*start.constants[number])
    if kind == "literal":
        batch = known.values(contents)
        return _constant_text(batch.type, decode(batch)[0])
    if depth == 0:
        return "..."
    chosen = start.actions[(action - start.first_action) // at.ACTION_WORDS]
    texts = [expression(start, known, operand, depth - 1, focus) for operand in operands]
    skills = [skill.text(texts) for skill in chosen.skills]
    num_bound = sum(len(skill.bound) for skill in chosen.skills)
    return f"{chosen.row.name}({', '.join(skills + texts[num_bound:])})"


def _constant_text(type_: ValueType, value: HostValue) -> str:
    return str(value) if type_ == INT else Constant(type_, value).text
