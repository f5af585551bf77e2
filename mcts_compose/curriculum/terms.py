"""Decides how a program looks as a tree of calls, for what compares and compresses programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vm.program import FREE, Bind, Constant, Program
from vm.values import ValueType
from vm.verifier import SKILL_TYPE, type_program


class Term(NamedTuple):
    """A call, a skill as a value, a constant, an input, or a hole of a pattern.

    Attributes:
      head: name of the skill, with `&` before it if it is a value; the text of a constant; `$0`, `$1`, ...
        for inputs, `#0`, `#1`, ... for holes, `_` for a slot that stays free.
      args: operands of a call, slots of a value.
      type: of what it gives; None for skills as values, free slots and holes.
    """

    head: str
    args: tuple[Term, ...] = ()
    type: ValueType | None = None

    @property
    def is_call(self) -> bool:
        """Whether it calls a skill."""
        return bool(self.args) and not self.head.startswith("&")

    @property
    def num_calls(self) -> int:
        """How many skills it calls, as a tree."""
        return self.is_call + sum(arg.num_calls for arg in self.args)

    def parts(self) -> Iterator[Term]:
        """Yields it and all that is inside, outer ones first."""
        yield self
        for arg in self.args:
            yield from arg.parts()

    def text(self, names: Mapping[str, str]) -> str:
        """Returns it as program text; `names` says what inputs and holes are called."""
        if self.args:
            return f"{self.head}({', '.join(arg.text(names) for arg in self.args)})"
        return names.get(self.head, self.head)


def term_of(program: Program) -> Term:
    """Returns a program as a tree; what is used twice stands in it twice."""
    types = type_program(program).types
    terms: list[Term] = [Term(f"${number}", (), type_) for number, type_ in enumerate(program.input_types)]
    for number, line in enumerate(program.lines, start=program.num_inputs):
        found = types[number]
        type_ = None if found is None or found == SKILL_TYPE else found
        if isinstance(line, Constant):
            terms.append(Term(line.text, (), type_))
        elif isinstance(line, Bind):
            slots = tuple(Term(FREE) if slot is None else terms[slot] for slot in line.slots)
            terms.append(Term(f"&{line.skill}", slots))
        else:
            terms.append(Term(line.skill, tuple(terms[arg] for arg in line.args), type_))
    return terms[program.output]


def match(pattern: Term, term: Term, holes: dict[str, Term]) -> bool:
    """Says whether a term is a pattern with its holes filled, equal ones alike; `holes` takes what fills."""
    if pattern.head.startswith("#"):
        return holes.setdefault(pattern.head, term) == term
    if pattern.head != term.head or len(pattern.args) != len(term.args):
        return False
    return all(match(one, other, holes) for one, other in zip(pattern.args, term.args, strict=True))
