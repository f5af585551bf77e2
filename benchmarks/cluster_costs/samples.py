"""Decides on what costs are measured: tasks of a public suite, results and questions of real searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from benchmarks.model_share import SleepingModel
from mcts_compose.budget import Budget
from mcts_compose.cluster.jobs import JobSolver
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.settings import Settings
from mcts_compose.solving import load_prior, solve
from mcts_compose.task import Task
from mcts_compose.task_sources import find_suite

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from priors.base import RankRequest, Ranks

SUITE: Final = "deepcoder-v1"
HARD: Final = "t8-000"
"""A task that no search of seconds solves, so that a search of it asks about as many nodes as are wanted."""


def some_tasks() -> list[Task]:
    """Returns the tasks of the suite."""
    return [task for task in find_suite(SUITE).tasks if isinstance(task, Task)]


def hard_task() -> Task:
    """Returns the task whose nodes a model is asked about."""
    return next(task for task in some_tasks() if task.id == HARD)


def job_solver(prior: str) -> JobSolver:
    """Returns what workers are sent, as a run of suites sends it."""
    settings = Settings(prior=prior, simulations=200)
    base = load_prior(settings.base_prior)
    return JobSolver(settings, SearchSolver(settings, {prior: load_prior(prior)}, base))


def some_results(num: int) -> list[Result]:
    """Returns results of short searches, solved and not."""
    budget = Budget(executions=20_000)
    return [solve(task, prior="frequency", budget=budget, suite=SUITE) for task in some_tasks()[:num]]


class Listener(SleepingModel):
    """A model that answers at once, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(0.0)
        self.asked: list[RankRequest] = []

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns draws."""
        self.asked += requests
        return super().rank_arms(requests)


def rank_requests(num: int) -> list[RankRequest]:
    """Returns so many different nodes of one search, as a model is shown them, in the order of asking."""
    listener = Listener()
    solve(hard_task(), prior=listener, budget=Budget(executions=40_000 * num, model_calls=num + 32))
    different: Mapping[tuple[str, tuple[str, ...]], RankRequest] = {
        (request.focus, tuple(arm.text for arm in request.arms)): request for request in listener.asked
    }
    if len(different) < num:
        raise RuntimeError(f"the search asked about {len(different)} different nodes, but {num} are needed")
    return list(different.values())[:num]
