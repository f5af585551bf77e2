"""Priors that have a curriculum's key, to measure what proposals can do: no model is as good, or as bad.

`teacher` proposes the steps that the asked task was made from, with examples of their own; `stranger` those
of another task. Prices and ranks are those of the prior that they are made of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from benchmarks.suites.curricula.definition import Step, make_task
from mcts_compose.task import Task
from priors.arguments import ArgumentReader, PriorArgumentError
from priors.base import PriceRequest, Prices, Prior, RankRequest, Ranks, SubtaskRequest, Usage
from priors.registry import PRIORS, make_prior

TEACHER: Final = "teacher"
STRANGER: Final = "stranger"
STREAM: Final = "proposed"
"""Examples of proposals are drawn from streams of this name, so they are not those of the suite."""


def steps_of(suite: str) -> tuple[Step, ...]:
    """Returns the steps of a curriculum.

    Raises:
      PriorArgumentError: there is none of that name.
    """
    try:
        steps: tuple[Step, ...] = import_module(f"benchmarks.suites.{suite.replace('-', '_')}").STEPS
    except (ImportError, AttributeError):
        raise PriorArgumentError(
            f"suite={suite} is no curriculum with steps, such as arithmetic-v1"
        ) from None
    return steps


class Teacher(Prior):
    """Proposes the steps that the asked task was made from; a task is known by its description.

    Args:
      of: who prices and ranks.
      suite: name of the curriculum.
    """

    name = TEACHER
    proposes = True
    shift = 0
    """Proposals are those of the task so many places on."""

    def __init__(self, of: Prior, suite: str) -> None:
        steps_of(suite)
        self.is_model, self.ranks = of.is_model, of.ranks
        self._of, self._suite = of, suite

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Teacher:
        """Returns the prior for `of=NAME,suite=NAME`.

        Raises:
          PriorArgumentError: an argument is missing or wrong.
        """
        reader = ArgumentReader(cls.name, arguments)
        of, suite = reader.required("of", "NAME"), reader.required("suite", "NAME")
        reader.finish()
        return cls(make_prior(of, {}), suite)

    @property
    def fingerprint(self) -> str:
        """The other prior's."""
        return self._of.fingerprint

    @property
    def usage(self) -> Usage:
        """The other prior's."""
        return self._of.usage

    def prepare(self) -> None:
        """Prepares the other prior."""
        self._of.prepare()

    def price_skills(self, requests: Sequence[PriceRequest]) -> Sequence[Prices]:
        """Returns the other prior's prices."""
        return self._of.price_skills(requests)

    def rank_arms(self, requests: Sequence[RankRequest]) -> Sequence[Ranks | None]:
        """Returns the other prior's ranks."""
        return self._of.rank_arms(requests)

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns the sub-tasks of the step that a request's description belongs to, or of another."""
        return [self._lines(request) for request in requests]

    def _lines(self, request: SubtaskRequest) -> list[str]:
        steps = {step.id: step for step in steps_of(self._suite)}
        made = [step for step in steps.values() if step.subtasks]
        places = [
            place for place, step in enumerate(made) if step.description == request.price_request.description
        ]
        if not places:
            return []
        meant = made[(places[0] + self.shift) % len(made)]
        tasks = [make_task(steps[each], STREAM) for each in meant.subtasks if each in steps]
        return [line_of(task) for task in tasks][: request.num]


def line_of(task: Task) -> str:
    """Returns the line that proposes a task with its shown examples."""
    types = {"inputs": list(map(str, task.input_types)), "output": str(task.output_type)}
    return json.dumps(
        {
            "name": task.id, "description": task.description, "types": types,
            "inputs": task.inputs, "outputs": task.outputs,
        }
    )  # fmt: skip


class Stranger(Teacher):
    """Proposes the steps that another task of the same curriculum was made from."""

    name = STRANGER
    shift = 7


def register() -> None:
    """Makes both known by their names in this process."""
    for kind in (Teacher, Stranger):
        PRIORS.register(kind.name, f"{__name__}:{kind.__name__}")
