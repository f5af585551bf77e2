"""What a search may see of a task: types, shown examples, description; no held-out examples."""

from __future__ import annotations

from dataclasses import dataclass

from vm.skill import INSTRUCTIONS_ONLY, SkillTable
from vm.values import Batch, HostValue, ValueType


@dataclass(frozen=True)
class Problem:
    """A task without its held-out examples, in machine form.

    Attributes:
      input_names: one per input.
      input_types: one per input.
      output_type: what the program must give.
      inputs: one batch per input, over the shown examples.
      goal: the outputs of the shown examples.
      description: words for the prior, if there are any.
      constants: values that the task says may matter.
      skills: names that the search may use besides the library's; None for all instructions.
      library: learnt skills that the search may call.
      expected: names of the skills that the task expects to help; others may be among them.
    """

    input_names: tuple[str, ...]
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    inputs: tuple[Batch, ...]
    goal: Batch
    description: str | None = None
    constants: tuple[HostValue, ...] = ()
    skills: tuple[str, ...] | None = None
    library: SkillTable = INSTRUCTIONS_ONLY
    expected: frozenset[str] = frozenset()
