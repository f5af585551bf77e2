"""Array tasks: growing pointers to values, searched over the bank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mcts_compose.budget import DEFAULT_MEMORY_MB
from mcts_compose.errors import InputError, nearest, shown
from mcts_compose.families.choice import Request, refuse
from mcts_compose.results.verdicts import columns
from mcts_compose.task import Task

if TYPE_CHECKING:
    from mcts_compose.search import SearchOutcome
    from mcts_compose.search.problem import Problem


def check(task: Task, request: Request) -> None:
    """Checks the task's skills, the options and the budget.

    Raises:
      InputError: the task names a skill that does not exist, an option is not for array tasks, the memory is
        too small for a bank, or the prior cannot do what the searcher needs.
    """
    from mcts_compose.search import SAMPLE
    from mcts_compose.search.options import LEAST_MEMORY_MB
    from mcts_compose.search.skill_rows import assembly_names
    from priors.base import ProgramSampler
    from priors.registry import priors_with
    from vm.table import BY_NAME

    refuse(task, request, ("prove_none_shorter_than", "all", "max_length"), "array tasks")
    if request.searcher == SAMPLE and not isinstance(request.prior, ProgramSampler):
        raise InputError(
            f"search {SAMPLE!r} needs a prior that writes whole programs, which {request.prior.name!r} does "
            f"not; those that do are {', '.join(priors_with('sample_programs')) or 'none of those installed'}"
        )
    memory_mb = request.budget.memory_mb
    if request.searcher != SAMPLE and memory_mb is not None and memory_mb < LEAST_MEMORY_MB:
        raise InputError(
            f"task {task.id}: budget memory_mb is {memory_mb}, but a search over arrays needs "
            f"{LEAST_MEMORY_MB} or more"
        )
    if request.options.parts > 1:
        _check_parts(task, request)
    known = (*BY_NAME, *assembly_names())
    for name in task.skills or ():
        if name not in known:
            raise InputError(
                f"task {task.id}, field skills: there is no skill {shown(name)}{nearest(name, known)}"
            )


def _check_parts(task: Task, request: Request) -> None:
    """Checks what is asked of a search in parts: parts ask no model, and keep no tree to be shown.

    Raises:
      InputError: it is asked for what it does not do.
    """
    from mcts_compose.search import SAMPLE
    from mcts_compose.search.options import LEAST_MEMORY_MB

    options, prior = request.options, request.prior
    memory_mb = request.budget.memory_mb or DEFAULT_MEMORY_MB
    if request.searcher == SAMPLE:
        raise InputError(f"task {task.id}: search {SAMPLE!r} has no parts; leave out --parts")
    if options.keep_tree or options.keep_visits:
        raise InputError(f"task {task.id}: the tree of a search in parts is not kept; leave out --parts")
    if prior.is_model and prior.ranks and (options.model_ranks or options.model_values):
        raise InputError(
            f"task {task.id}: prior {prior.name!r} is a model that ranks, which a search in parts asks for "
            "prices alone; leave out --parts, or give --no-model-ranks and --no-model-values"
        )
    if memory_mb < LEAST_MEMORY_MB * options.parts:
        raise InputError(
            f"task {task.id}: the parts of the search have {memory_mb} MB, but {options.parts} parts need "
            f"{LEAST_MEMORY_MB * options.parts} or more; give fewer --parts or more --memory-mb"
        )


def search(task: Task, request: Request) -> SearchOutcome:
    """Searches for an array program."""
    from mcts_compose.search.one_row import as_lists, with_grids
    from vm.program import Program

    problem = problem_of(task)
    lists = as_lists(problem)
    if lists is None:
        return _outcome(problem, request)
    outcome = _outcome(lists, request)
    found = outcome.program
    return replace(outcome, program=with_grids(found, problem)) if isinstance(found, Program) else outcome


def _outcome(problem: Problem, request: Request) -> SearchOutcome:
    from mcts_compose.search import SAMPLE, run_search

    if request.searcher == SAMPLE:
        from mcts_compose.search.sampling import run_sampling

        return run_sampling(
            problem, prior=request.prior, base_prior=request.base_prior, budget=request.budget,
            seed=request.seed, options=request.options, on_progress=request.on_progress,
        )  # fmt: skip
    wanted: dict[str, Any] = {
        "searcher": request.searcher, "prior": request.prior, "base_prior": request.base_prior,
        "budget": request.budget, "seed": request.seed, "options": request.options,
        "on_progress": request.on_progress,
    }  # fmt: skip
    if request.options.parts > 1:
        from mcts_compose.search.in_parts import run_in_parts

        wanted["crew"] = request.crew
        return run_in_parts(problem, **wanted)
    return run_search(problem, saver=request.saver, **wanted)


def problem_of(task: Task) -> Problem:
    """Returns what the search may see of a task."""
    from mcts_compose.library.expected import expected_names
    from mcts_compose.search.problem import Problem

    return Problem(
        input_names=task.arg_names,
        input_types=task.input_types,
        output_type=task.output_type,
        inputs=columns(task.inputs, task.input_types),
        goal=columns([(output,) for output in task.outputs], (task.output_type,))[0],
        description=task.description,
        constants=task.constants,
        skills=task.skills,
        library=task.library,
        expected=expected_names(task),
    )
