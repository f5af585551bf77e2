"""Decides how suites are run: each (suite, task, seed) once, safely on disk, here or by workers.

A task that cannot be searched, or whose search fails, becomes a result that says so; the run goes on. A run
that was interrupted or killed goes on where it stopped when the same call is made again. Results are written
as they come; a run that is complete has them in the order of its suites, whoever searched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.cluster.jobs import AnyTask, Job, JobSolver, News, Solver, WorkerState, prior_name
from mcts_compose.cluster.search_solver import SearchSolver
from mcts_compose.cluster.spreading import Spreading
from mcts_compose.families.choice import check_search
from mcts_compose.results.record import Result
from mcts_compose.results.run_directory import Key, RunDirectory, open_run
from mcts_compose.settings import Settings
from mcts_compose.solving import check_base_prior, load_prior, prepare_prior

if TYPE_CHECKING:
    from mcts_compose.cluster.session import RaySession
    from mcts_compose.search.fixed.crew import Crew
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram


class RunProgress(NamedTuple):
    """What is told before the first task, after every task, and while workers search.

    Attributes:
      done: results that exist, those of an earlier run of the same command included.
      total: results that there will be.
      result: the newest one; None in the first report, which comes before any search, and with mere news.
      dropped_bytes: length of a torn last line that a killed run left; said in the first report only.
      workers: what every worker does; empty without workers.
      notice: one sentence for the user, or None.
      is_opening: whether this is the first report.
    """

    done: int
    total: int
    result: Result | None
    dropped_bytes: int = 0
    workers: tuple[WorkerState, ...] = ()
    notice: str | None = None
    is_opening: bool = False


def run_suite(
    suites: Mapping[str, Sequence[AnyTask]],
    settings: Settings,
    out_dir: Path,
    seeds: Sequence[int] = (0,),
    on_progress: Callable[[RunProgress], None] | None = None,
    *,
    solver: Solver | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    solver_config: Mapping[str, object] | None = None,
    crew: Crew | None = None,
    served: Mapping[str, Prior] | None = None,
    are_checked_first: bool = False,
    session: RaySession | None = None,
) -> list[Result]:
    """Runs every task of every suite with every seed, and returns all results in order.

    Args:
      suites: tasks by the name under which their results are recorded.
      settings: the same for all tasks.
      out_dir: the run directory; the results that it holds are not computed again.
      seeds: one result per task for each.
      on_progress: called once before the first search and after each task.
      solver: what solves one task; None takes the search that the settings name.
      on_program: called with every shortest program, when the settings ask for all.
      solver_config: what its results depend on besides the settings.
      crew: who does the parts of searches in parts.
      served: priors by name that a server has already, as this process asks them.
      are_checked_first: refuse a task that cannot be searched so, which else is recorded as failed.
      session: where workers are; None has one for this run where there are workers.

    Raises:
      InputError: a setting or a task that is checked first is wrong, or the directory belongs to other
        settings; nothing is written over.
      OutputError: a result cannot be written; earlier ones are kept.
      KeyboardInterrupt: the user stopped the run; all finished results are kept.
    """
    steps = suite_steps(
        suites,
        settings,
        out_dir,
        seeds,
        solver=solver,
        on_program=on_program,
        solver_config=solver_config,
        crew=crew,
        served=served,
        are_checked_first=are_checked_first,
        session=session,
    )
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            results: list[Result] = end.value
            return results
        if on_progress is not None and progress is not None:
            on_progress(progress)


def suite_steps(
    suites: Mapping[str, Sequence[AnyTask]],
    settings: Settings,
    out_dir: Path,
    seeds: Sequence[int] = (0,),
    *,
    solver: Solver | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    solver_config: Mapping[str, object] | None = None,
    crew: Crew | None = None,
    served: Mapping[str, Prior] | None = None,
    are_checked_first: bool = False,
    session: RaySession | None = None,
) -> Generator[RunProgress | None, None, list[Result]]:
    """Does as `run_suite`, one task whenever the next step is asked for, so that runs can take turns.

    The first step opens the directory, which stays open until the last, or until the generator is closed.
    Each further step is one task, or news of workers; it yields None if the task's result was there before.
    """
    more = dict(solver_config or {})
    jobs = [Job(suite, task, seed) for seed in seeds for suite, tasks in suites.items() for task in tasks]
    with ExitStack() as stack:
        spreading = Spreading(settings, stack, session)
        if not out_dir.exists():  # one that exists may hold all results
            spreading.begin()
        if solver is None:
            priors = {**_loaded_priors(suites, settings), **(served or {})}
            spreading.serve(priors)
            own = {name: prior for name, prior in priors.items() if name not in spreading.served}
            for prior in own.values():
                prepare_prior(prior)
            solver = searcher = _searcher(settings, own, on_program, out_dir, crew)
            if are_checked_first:
                for job in jobs:
                    searcher.check(job.task)
            more.update(_fingerprints({**priors, **spreading.served}))
        config = {**run_config(suites, settings, seeds), **more}
        runner = spreading.runner(JobSolver(settings, solver))
        directory = stack.enter_context(open_run(out_dir, config))
        total = len(jobs)
        yield RunProgress(len(directory.results), total, None, directory.dropped_bytes, is_opening=True)
        left, passed = _left(jobs, directory)
        num_done = 0
        yield from repeat(None, passed[0])
        for event in stack.enter_context(closing(runner.run(left))):
            if isinstance(event, News):
                workers, notice = event
                yield RunProgress(len(directory.results), total, None, 0, workers, notice)
                continue
            directory.append(event.result)
            num_done += 1
            yield RunProgress(len(directory.results), total, event.result)
            yield from repeat(None, passed[num_done])
        directory.put_in_order([job.key for job in jobs])
        return [directory.results[job.key] for job in jobs]


def _left(jobs: Sequence[Job], directory: RunDirectory) -> tuple[list[Job], list[int]]:
    """Returns the jobs that have no result yet, and how many others stand before each and at the end."""
    left: dict[Key, Job] = {}
    passed = [0]
    for job in jobs:
        if job.key in directory.results or job.key in left:
            passed[-1] += 1
        else:
            left[job.key] = job
            passed.append(0)
    return list(left.values()), passed


def _loaded_priors(suites: Mapping[str, Sequence[AnyTask]], settings: Settings) -> dict[str, Prior]:
    """Returns the priors that will be asked, by name, each made once for all tasks."""
    check_search(settings.search)
    names = {prior_name(task, settings) for tasks in suites.values() for task in tasks}
    return {name: load_prior(name, settings.prior_args) for name in sorted(names)}


def check_names(suites: Mapping[str, Sequence[AnyTask]], settings: Settings) -> None:
    """Checks that there are the search and the priors that settings name for tasks.

    Raises:
      InputError: there is no such search or prior, or a prior does not take its arguments.
    """
    _loaded_priors(suites, settings)
    check_base_prior(load_prior(settings.base_prior, settings.base_prior_args))


def _fingerprints(priors: Mapping[str, Prior]) -> dict[str, object]:
    """Returns what fixes the answers of the models among the priors, for the configuration."""
    from priors.guard import GuardedPrior

    found = [GuardedPrior(prior).fingerprint for prior in priors.values() if prior.is_model]
    return {"prior_fingerprint": ", ".join(found)} if found else {}


def _searcher(
    settings: Settings,
    priors: Mapping[str, Prior],
    on_program: Callable[[AssemblyProgram], None] | None,
    out_dir: Path,
    crew: Crew | None,
) -> SearchSolver:
    """Returns the search that the settings name."""
    base_prior = load_prior(settings.base_prior, settings.base_prior_args)
    check_base_prior(base_prior)
    return SearchSolver(settings, priors, base_prior, on_program, out_dir.resolve(), crew)


def run_config(
    suites: Mapping[str, Sequence[AnyTask]], settings: Settings, seeds: Sequence[int]
) -> dict[str, object]:
    """Returns what must be equal for a run to be resumed, as plain values, but for fingerprints of models."""
    from mcts_compose import __version__
    from vm.assembly.isa import ASSEMBLY_HASH
    from vm.table import TABLE_HASH

    return {
        **settings.to_config(),
        "seeds": list(seeds),
        "suites": {name: _suite_hash(tasks) for name, tasks in suites.items()},
        "table_hash": TABLE_HASH,
        "assembly_hash": ASSEMBLY_HASH,
        "version": __version__,
    }


def _suite_hash(tasks: Sequence[AnyTask]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for task in tasks:
        digest.update(f"{task.id} {task.hash}\n".encode())
    return f"{len(tasks)} tasks, {digest.hexdigest()}"
