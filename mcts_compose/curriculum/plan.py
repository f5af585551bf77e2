"""Decides what is written down before a generation begins: its attempts, and the skills that they may call.

A generation that was interrupted goes on with the same plan, whatever has come to the library meanwhile. So a
run that was killed ends as one that was not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mcts_compose.checked_lines import DamagedLineError, body_of_line, checked_line
from mcts_compose.errors import InputError, OutputError, located
from priors.whole_files import write_whole


class Attempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One task that a generation tries.

    Attributes:
      task: its id.
      level: how often the budget has been raised for it.
      skills: names of the skills of the library that its program may call.
      expected: names of skills and instructions that its sub-tasks mean.
    """

    task: str
    level: int
    skills: tuple[str, ...]
    expected: tuple[str, ...]


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sub-task that a prior proposed.

    Attributes:
      id: that of the task that it should help, `/proposal-` and a number.
      task: the id of that task.
      name: what a skill that solves it is called.
      description: what it does, in the prior's words.
      input_types: names of types, one per argument.
      output_type: the same, of the result.
      inputs: of its examples.
      outputs: the same.
      skills: names of the skills of the library that its program may call.
      does_it: name of a skill or an instruction that does it already, with which nothing is searched.
      reason: why it is dropped at once.
    """

    id: str
    task: str
    name: str
    description: str
    input_types: tuple[str, ...]
    output_type: str
    inputs: list[list[Any]]
    outputs: list[Any]
    skills: tuple[str, ...] = ()
    does_it: str | None = None
    reason: str | None = None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a prior said when it was asked for sub-tasks of one task.

    Attributes:
      task: the task's id.
      proposals: what could be read.
      unread: why other lines, or steps of a plan, could not.
      more_unread: how many others there were, of which it is not kept why.
      failure: why there is no answer, one sentence.
    """

    task: str
    proposals: tuple[Proposal, ...] = ()
    unread: tuple[str, ...] = ()
    more_unread: int = 0
    failure: str | None = None

    @property
    def num_unread(self) -> int:
        """How many lines, or steps of a plan, could not be read."""
        return len(self.unread) + self.more_unread


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a generation does.

    Attributes:
      generation: counted from 1.
      attempts: in the order in which they are made.
      known: names of the skills of the library when the generation began.
      asked: proposals that are tried first; the attempts are made if they solve nothing.
    """

    generation: int
    attempts: tuple[Attempt, ...]
    known: tuple[str, ...]
    asked: tuple[Asked, ...] = ()

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """All proposals, in order."""
        return tuple(proposal for asked in self.asked for proposal in asked.proposals)


def read_plan(path: Path) -> Plan | None:
    """Returns the plan in a file, None if there is none.

    Raises:
      InputError: it is damaged.
    """
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(located(f"cannot be read ({error.strerror})", path)) from None
    try:
        return msgspec.json.decode(body_of_line(line.rstrip(b"\n")), type=Plan)
    except (DamagedLineError, msgspec.MsgspecError) as error:
        raise InputError(
            located(f"the plan of a generation is damaged ({error}); remove it and what came later", path)
        ) from None


def write_plan(path: Path, plan: Plan) -> None:
    """Writes a plan, whole or not at all.

    Raises:
      OutputError: it cannot be written.
    """
    try:
        write_whole(path, checked_line(msgspec.json.encode(plan)))
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None
