"""Decides what a task is: typed examples, with held-out ones that the search and the prior never see.

Reading files is `task_files`; running searches is `solving`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from mcts_compose.budget import Budget
from mcts_compose.task_memory import FixedMemory, TruthTable, WordMemory
from vm.skill import INSTRUCTIONS_ONLY, SkillTable
from vm.values import HostValue, ValueType


@dataclass(frozen=True)
class Task:
    """Input-output examples with their types.

    Attributes:
      id: unique within a suite.
      name: short title.
      description: what the task is about in words, or None; the prior may read it.
      input_types: one type per argument.
      output_type: type of the result.
      inputs: `inputs[k]` are the arguments of example k.
      outputs: `outputs[k]` is the result of example k.
      test_inputs: held-out examples, in the same form; empty when there are none.
      test_outputs: their results.
      arg_names: one identifier per argument.
      group: tasks with one group have (nearly) the same hidden function; splits keep them on one side.
      constants: values that the search may use as they are.
      skills: the names that the search may use besides the library's; None for all of the machine's.
      subtasks: ids of tasks whose skills are expected to help.
      library: learnt skills that the program may call; a task file has none.
      budget: the task's own bounds; flags override them.
      solution: text of a known program; for tests and fitting, never shown to a search.
      memory: the cells or words of an assembly task; None for array tasks. Words of bit-vector types are
        ints from 0 to 2**width - 1 in the examples.
      table: the truth table that the examples come from; what may be any is false in `outputs`.
      reference: what the right program computes, for checks on inputs that no example shows: an SMT-LIB
        term over the arguments, or the text of an assembly program; never shown to a search.
      specification: of an array task on int and bool, what right outputs fulfil: an SMT-LIB formula over the
        arguments and `result`; never shown to a search.
    """

    id: str
    name: str
    description: str | None
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    inputs: tuple[tuple[HostValue, ...], ...]
    outputs: tuple[HostValue, ...]
    test_inputs: tuple[tuple[HostValue, ...], ...] = ()
    test_outputs: tuple[HostValue, ...] = ()
    arg_names: tuple[str, ...] = ()
    group: str = ""
    constants: tuple[HostValue, ...] = ()
    skills: tuple[str, ...] | None = None
    subtasks: tuple[str, ...] = ()
    library: SkillTable = INSTRUCTIONS_ONLY
    budget: Budget | None = None
    solution: str | None = None
    memory: FixedMemory | WordMemory | None = None
    table: TruthTable | None = None
    reference: str | None = None
    specification: str | None = None

    def __post_init__(self) -> None:
        if not self.arg_names:
            object.__setattr__(self, "arg_names", default_names(len(self.input_types)))

    @cached_property
    def hash(self) -> str:
        """A hash of all that decides a search and its verdicts; id and known solution are not in it."""
        content: dict[str, object] = {
            "types": [str(type_) for type_ in (*self.input_types, self.output_type)],
            "examples": [self.inputs, self.outputs],
            "tests": [self.test_inputs, self.test_outputs],
            "description": self.description,
            "arg_names": self.arg_names,
            "constants": self.constants,
            "skills": self.skills,
        }
        if self.subtasks:
            content |= {"subtasks": self.subtasks}
        if self.specification is not None:
            content |= {"specification": self.specification}
        if self.library.learnt:
            # Docs and costs decide prices.
            told = [[skill.doc, skill.cost] for skill in self.library.learnt]
            content |= {"library": self.library.hash, "told": told}
        if self.memory is not None:
            content |= {"memory": [type(self.memory).__name__, asdict(self.memory)]}
            content |= {"table": self.table and self.table.outputs, "reference": self.reference}
        return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class UnsupportedTask:
    """A well-formed task of a suite that this version cannot search; it is recorded with its reason.

    Attributes:
      id: as of a task.
      name: as of a task.
      group: as of a task.
      reason: one sentence.
      hash: hash of the text that it was read from.
    """

    id: str
    name: str
    group: str
    reason: str
    hash: str


def default_names(count: int) -> tuple[str, ...]:
    """Returns names for `count` arguments: x, y, z, or x1, x2, ... when there are more."""
    return ("x", "y", "z")[:count] if count <= 3 else tuple(f"x{index}" for index in range(1, count + 1))
