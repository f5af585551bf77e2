"""Decides what is sent to every worker once: the solver and the tasks; jobs name a task by its number."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.cluster.jobs import AnyTask, Job, JobSolver
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.errors import InputError, one_sentence

if TYPE_CHECKING:
    from priors.base import Prior


class Payload(NamedTuple):
    """What workers are sent.

    Attributes:
      solver: the pickled solver.
      tasks: the pickled tasks, each once.
      numbers: for every job the number of its task.
    """

    solver: bytes
    tasks: bytes
    numbers: tuple[int, ...]


def pack(solver: JobSolver, jobs: Sequence[Job]) -> Payload:
    """Returns what the workers of these jobs are sent.

    Raises:
      InputError: a prior, or the solver, cannot be sent.
    """
    tasks: dict[int, AnyTask] = {}
    numbers: dict[int, int] = {}
    for job in jobs:
        if id(job.task) not in numbers:
            numbers[id(job.task)] = len(tasks)
            tasks[len(tasks)] = job.task
    return Payload(
        solver=_pickled(solver),
        tasks=pickle.dumps(list(tasks.values()), protocol=pickle.HIGHEST_PROTOCOL),
        numbers=tuple(numbers[id(job.task)] for job in jobs),
    )


def _pickled(solver: JobSolver) -> bytes:
    """Returns a pickled solver; a prior of a third party may fail to be pickled in any way."""
    for prior in _priors(solver):
        pickled_prior(prior)
    return _dumped(solver, "the solver")


def pickled_prior(prior: Prior) -> bytes:
    """Returns a pickled prior.

    Raises:
      InputError: it cannot be pickled.
    """
    return _dumped(prior, f"prior {prior.name!r}")


def _dumped(sent: object, what: str) -> bytes:
    from ray.cloudpickle import dumps  # also takes what is defined in a script

    try:
        pickled: bytes = dumps(sent)
    except Exception as error:
        raise InputError(
            f"{what} cannot be sent to workers ({one_sentence(error)}), but should be one that can be pickled"
        ) from None
    return pickled


def _priors(solver: JobSolver) -> list[Prior]:
    searcher = solver.solver
    return [*searcher.priors.values(), searcher.base_prior] if isinstance(searcher, SearchSolver) else []
