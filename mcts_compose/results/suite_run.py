"""Decides how suites are run: each (suite, task, seed) once, in a fixed order, and safely on disk.

A task that cannot be searched, or whose search fails, becomes a result that says so; the run goes on. A run
that was interrupted or killed goes on where it stopped when the same call is made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from mcts_compose.errors import OutputError
from mcts_compose.families.choice import check_search, default_prior
from mcts_compose.results.record import Result
from mcts_compose.results.run_directory import RunDirectory, open_run
from mcts_compose.settings import Settings
from mcts_compose.solving import check_base_prior, failed, load_prior, prepare_prior, solve
from mcts_compose.task import Task, UnsupportedTask

if TYPE_CHECKING:
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram

AnyTask: TypeAlias = Task | UnsupportedTask


class RunProgress(NamedTuple):
    """What is told after every task.

    Attributes:
      done: results that exist, those of an earlier run of the same command included.
      total: results that there will be.
      result: the newest one; None in the first report, which comes before any search.
      dropped_bytes: length of a torn last line that a killed run left; said in the first report only.
    """

    done: int
    total: int
    result: Result | None
    dropped_bytes: int = 0


class Solver(Protocol):
    """Solves one task; the default searches."""

    def __call__(self, task: Task, *, seed: int, suite: str) -> Result:
        """Returns the result, or raises whatever went wrong."""
        ...


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

    Raises:
      InputError: a setting is wrong, or the directory belongs to other settings; nothing is written over.
      OutputError: a result cannot be written; earlier ones are kept.
      KeyboardInterrupt: the user stopped the run; all finished results are kept.
    """
    steps = suite_steps(
        suites, settings, out_dir, seeds, solver=solver, on_program=on_program, solver_config=solver_config
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
) -> Generator[RunProgress | None, None, list[Result]]:
    """Does as `run_suite`, one task whenever the next step is asked for, so that runs can take turns.

    The first step opens the directory, which stays open until the last, or until the generator is closed.
    Each further step is one task; it yields None if the task's result was there before.
    """
    more = dict(solver_config or {})
    if solver is None:
        priors = _prepared_priors(suites, settings)
        solver = _searcher(settings, priors, on_program)
        more.update(_fingerprints(priors))
    work = [(suite, task, seed) for seed in seeds for suite, tasks in suites.items() for task in tasks]
    with open_run(out_dir, {**run_config(suites, settings, seeds), **more}) as directory:
        yield RunProgress(len(directory.results), len(work), None, directory.dropped_bytes)
        for suite, task, seed in work:
            if (suite, task.id, seed) in directory.results:
                yield None
                continue
            result = _one(task, suite, seed, settings, solver)
            directory.append(result)
            yield RunProgress(len(directory.results), len(work), result)
        return _ordered(directory, work)


def _ordered(directory: RunDirectory, work: Sequence[tuple[str, AnyTask, int]]) -> list[Result]:
    return [directory.results[suite, task.id, seed] for suite, task, seed in work]


def _one(task: AnyTask, suite: str, seed: int, settings: Settings, solver: Solver) -> Result:
    names = {
        "suite": suite,
        "search": settings.search,
        "prior": _prior_name(task, settings),
        "seed": seed,
    }
    if isinstance(task, UnsupportedTask):
        return failed(task, task.reason, **names)
    try:
        return solver(task, seed=seed, suite=suite)
    except (BrokenPipeError, OutputError):  # what the programs are handed to fails, and not the search
        raise
    except Exception as error:
        return failed(task, error, **names)


def _prior_name(task: AnyTask, settings: Settings) -> str:
    return default_prior(task) if settings.prior is None else settings.prior


def _prepared_priors(suites: Mapping[str, Sequence[AnyTask]], settings: Settings) -> dict[str, Prior]:
    """Returns the priors that will be asked, by name, each made once for all tasks."""
    check_search(settings.search)
    names = {_prior_name(task, settings) for tasks in suites.values() for task in tasks}
    priors = {name: load_prior(name, settings.prior_args) for name in sorted(names)}
    for prior in priors.values():
        prepare_prior(prior)
    return priors


def _fingerprints(priors: Mapping[str, Prior]) -> dict[str, object]:
    """Returns what fixes the answers of the models among the priors, for the configuration."""
    from priors.guard import GuardedPrior

    found = [GuardedPrior(prior).fingerprint for prior in priors.values() if prior.is_model]
    return {"prior_fingerprint": ", ".join(found)} if found else {}


def _searcher(
    settings: Settings, priors: Mapping[str, Prior], on_program: Callable[[AssemblyProgram], None] | None
) -> Solver:
    """Returns the search that the settings name."""
    base_prior = load_prior(settings.base_prior, settings.base_prior_args)
    check_base_prior(base_prior)
    options = settings.options()

    def search_one(task: Task, *, seed: int, suite: str) -> Result:
        budget = settings.budget_for(task.budget)
        return solve(
            task, search=settings.search, prior=priors[_prior_name(task, settings)],
            base_prior=base_prior, budget=budget, seed=seed,
            options=options, on_program=on_program, suite=suite,
        )  # fmt: skip

    return search_one


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
