"""Measures what one prior server gives two searches, against a model of its own in each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.cluster_costs.figures import Figure, figure
from benchmarks.cluster_costs.made_up_model import SMALL, num_parameters, write_model
from benchmarks.cluster_costs.samples import some_tasks
from mcts_compose.cluster.driver import RayRunner
from mcts_compose.cluster.jobs import Finished, Job, JobSolver
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings
from mcts_compose.solving import load_prior

if TYPE_CHECKING:
    from mcts_compose.cluster.batching import BatchCounts
    from mcts_compose.results.record import Result
    from priors.base import Prior

PRIOR: Final = "causal-lm"
SEARCHES: Final = 2
SEARCH_S: Final = 20.0
TASKS: Final = {"different tasks": ("t8-000", "t8-001"), "the same task": ("t8-000", "t8-000")}
"""Tasks that no search of seconds solves."""


def sharing(repeat: int) -> list[Figure]:
    """Returns how many nodes are read together and in a second, by a server and by own models."""
    repeat = min(repeat, 3)
    with tempfile.TemporaryDirectory() as directory:
        arguments = {"pretrained": str(write_model(Path(directory), SMALL)), "threads": "1", "device": "cpu"}
        settings = Settings(
            prior=PRIOR, prior_args=arguments, workers=SEARCHES, seconds=SEARCH_S,
        )  # fmt: skip
        with RaySession(settings) as session:
            size = figure("parameters of the made-up model", "", [num_parameters(SMALL)])
            return [size, *(each for tasks in TASKS for each in _of(tasks, session, settings, repeat))]


def _of(tasks: str, session: RaySession, settings: Settings, repeat: int) -> list[Figure]:
    questions, batches, ratios = [], [], []
    alone, together = [], []
    for _ in range(repeat):
        alone.append(_results(tasks, session, settings, {}))
        results, counts = _shared(tasks, session, settings)
        together.append(results)
        questions.append(counts.requests / counts.questions)
        batches.append(counts.batched_requests / counts.batches)
        ratios.append(batches[-1] / questions[-1])
    return [
        figure(f"nodes in a search's own question, {tasks}", "", questions),
        figure(f"nodes in a server's batch, {tasks}", "", batches),
        figure(f"the one in parts of the other, {tasks}", "", ratios),
        figure(f"nodes a second, one server, {tasks}", "1/s", map(_nodes_a_second, together)),
        figure(f"nodes a second, two own models, {tasks}", "1/s", map(_nodes_a_second, alone)),
        figure(f"candidates a second, one server, {tasks}", "1/s", map(_candidates_a_second, together)),
        figure(f"candidates a second, two own models, {tasks}", "1/s", map(_candidates_a_second, alone)),
    ]


def _shared(tasks: str, session: RaySession, settings: Settings) -> tuple[list[Result], BatchCounts]:
    from mcts_compose.cluster.prior_servers import start_servers

    session.start()
    servers = start_servers(PRIOR, settings.prior_args)
    try:
        priors = {number: {PRIOR: servers.prior_for(number)} for number in range(1, SEARCHES + 1)}
        results = _results(tasks, session, settings, priors)
        (status,) = servers.look().statuses
        assert status is not None  # it has just answered
        return results, status.counts
    finally:
        servers.close()


def _results(
    tasks: str, session: RaySession, settings: Settings, priors: Mapping[int, Mapping[str, Prior]]
) -> list[Result]:
    """Returns the results of two searches at once; each worker gets one."""
    own = load_prior(PRIOR, settings.prior_args)
    solver = SearchSolver(settings, {PRIOR: own}, load_prior(settings.base_prior))
    runner = RayRunner(JobSolver(settings, solver), session, priors_for=lambda number: priors.get(number, {}))
    by_id = {task.id: task for task in some_tasks()}
    jobs = [Job("", by_id[name], seed) for seed, name in enumerate(TASKS[tasks])]
    return [event.result for event in runner.run(jobs) if isinstance(event, Finished)]


def _nodes_a_second(results: Sequence[Result]) -> float:
    return sum(result.model_calls / result.seconds for result in results)


def _candidates_a_second(results: Sequence[Result]) -> float:
    return sum(result.executions / result.seconds for result in results)
