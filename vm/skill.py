"""Decides what a skill is: an instruction, a learnt composition, a piece of assembly, or a Python function.

Skills are never modified. A composition may call instructions and skills that stand before it in the table,
so no skill reaches itself. Assembly calls no skill; its inputs and its result are words and lists of words,
and each of its instructions costs the caller one unit of fuel. A Python function (vm/functions) calls no
skill either; it is compiled by numba, and costs the same whatever it does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from vm.table import BY_NAME, TABLE_HASH
from vm.values import ValueType

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.functions.function import PythonFunction
    from vm.isa import Instruction
    from vm.program import Program

DEFAULT_COST = 6  # untuned; fitted weights replace it


@dataclass(frozen=True)
class Skill:
    """A named composition, piece of assembly, or Python function.

    Attributes:
      name: how programs call it.
      doc: what it does, one line.
      body: what is run; its types are the skill's signature.
      cost: default price in the search.
    """

    name: str
    doc: str
    body: Program | AssemblyProgram | PythonFunction
    cost: int = DEFAULT_COST

    @property
    def params(self) -> tuple[ValueType, ...]:
        """The types of the pointers that a call reads."""
        return self.body.input_types

    @property
    def result(self) -> ValueType:
        """The type of what a call gives."""
        return self.body.output_type

    @property
    def arity(self) -> int:
        """How many pointers a call reads."""
        return len(self.body.input_types)

    @property
    def signature(self) -> str:
        """The types in words, such as `"list[int], int -> int"`."""
        return f"{', '.join(map(str, self.params))} -> {self.result}"

    @cached_property
    def hash(self) -> str:
        """A hash of the name and of everything that decides what the skill does."""
        return hashlib.blake2b(f"{self.name}|{self.body.hash}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class SkillTable:
    """The skills that programs may call: every instruction, and learnt skills in the order they came."""

    learnt: tuple[Skill, ...] = ()
    _by_name: dict[str, Skill] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Skill] = {}
        for skill in self.learnt:
            if skill.name in BY_NAME or skill.name in by_name:
                raise ValueError(f"there are two skills with the name {skill.name!r}")
            later = sorted(name for name in skill.body.called if name not in BY_NAME and name not in by_name)
            if later:
                raise ValueError(f"skill {skill.name!r} calls {later[0]!r}, which does not stand before it")
            by_name[skill.name] = skill
        object.__setattr__(self, "_by_name", by_name)

    def find(self, name: str) -> Instruction | Skill | None:
        """Returns the skill of that name, or None."""
        return BY_NAME.get(name) or self._by_name.get(name)

    def learnt_skill(self, name: str) -> Skill | None:
        """Returns the learnt skill of that name; None for instructions and unknown names."""
        return self._by_name.get(name)

    def names(self) -> Iterator[str]:
        """Yields every name, instructions first."""
        yield from BY_NAME
        yield from self._by_name

    def with_skill(self, skill: Skill) -> SkillTable:
        """Returns a table that has one more skill."""
        return SkillTable((*self.learnt, skill))

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def hash(self) -> str:
        """A hash of everything that the table's skills do."""
        text = "|".join((TABLE_HASH, *(skill.hash for skill in self.learnt)))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


INSTRUCTIONS_ONLY = SkillTable()
