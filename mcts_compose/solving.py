"""Decides how one task is solved: who searches, and when the answer is believed.

The search gets a problem without the held-out examples and the reference. What it returns is run again by the
machine on every example before it counts as solved, and checked beyond them where the task allows; what is
found wrong becomes an example of the next search. The held-out ones are looked at only then, for the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from mcts_compose.budget import DEFAULT_SECONDS, Budget
from mcts_compose.errors import InputError, one_sentence
from mcts_compose.families.choice import Request, check_parts, check_search, family_of
from mcts_compose.families.identity import identity_of
from mcts_compose.families.warm_up import warm_up
from mcts_compose.results.record import Result
from mcts_compose.results.verdicts import does_generalise, is_solved
from mcts_compose.task import Task, UnsupportedTask

if TYPE_CHECKING:
    from mcts_compose.saves.saver import Saves
    from mcts_compose.search import Progress, SearchOutcome
    from mcts_compose.search.fixed.crew import Crew
    from mcts_compose.search.options import SearchOptions
    from mcts_compose.search.tree_view import TreeView
    from mcts_compose.verification.cegis import Checked
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program

DEFAULT_SEARCH = "mcts"
DEFAULT_BASE_PRIOR = "frequency"
REFUTED = "the program that was found does not fit the examples when it is run again"


NO_MODEL: dict[str, Any] = {
    "model_calls": 0, "model_passes": 0, "model_tokens": 0, "reused_tokens": 0, "cache_hits": 0,
    "model_seconds": 0.0, "refined": 0, "prior_failures": 0, "prior_failure": None, "prior_fingerprint": "",
}  # fmt: skip
"""What a result, and an outcome as well, says of a model where none was asked."""


class Solution(NamedTuple):
    """A result with the tree that was asked for."""

    result: Result
    tree: TreeView | None


def solve(
    task: Task,
    *,
    search: str = DEFAULT_SEARCH,
    prior: str | Prior | None = None,
    prior_args: Mapping[str, str] | None = None,
    base_prior: str | Prior = DEFAULT_BASE_PRIOR,
    base_prior_args: Mapping[str, str] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    options: SearchOptions | None = None,
    on_start: Callable[[], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    suite: str = "",
    saves: Saves | None = None,
    crew: Crew | None = None,
) -> Result:
    """Searches for a program that fits the task's examples.

    Args:
      task: its held-out examples are not shown to the search.
      search: name of a searcher.
      prior: name of a prior, or a prior; None takes that of the kind of task: `bundled` for array tasks.
      prior_args: arguments of a prior given by name.
      base_prior: what a prior that is a model is mixed with; name of a prior, or a prior.
      base_prior_args: arguments of a base prior given by name.
      budget: bounds of the search; None takes the task's own, else 10 seconds.
      seed: seed of everything random; equal seeds and simulation budgets give equal trees.
      options: switches of the search.
      on_start: called once, when names and options have been checked; then kernels and the prior are made
        ready, and the search begins.
      on_progress: called now and then while the search runs.
      on_program: called with every shortest program, when `options.all` asks for them.
      suite: the name under which the result is recorded.
      saves: where the search is saved now and then; it goes on from what an earlier process saved there.
      crew: who does the parts of a search in parts; None: this process, in turn. The result is the same.

    Returns:
      The result; its `program` runs, and is None when none was found.

    Raises:
      InputError: a name, an argument or a skill of the task is unknown, or nothing bounds the search.
    """
    return solve_with_tree(
        task, search=search, prior=prior, prior_args=prior_args, base_prior=base_prior,
        base_prior_args=base_prior_args, budget=budget, seed=seed, options=options, on_start=on_start,
        on_progress=on_progress, on_program=on_program, suite=suite, saves=saves, crew=crew,
    ).result  # fmt: skip


def solve_with_tree(
    task: Task,
    *,
    search: str = DEFAULT_SEARCH,
    prior: str | Prior | None = None,
    prior_args: Mapping[str, str] | None = None,
    base_prior: str | Prior = DEFAULT_BASE_PRIOR,
    base_prior_args: Mapping[str, str] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    options: SearchOptions | None = None,
    on_start: Callable[[], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    suite: str = "",
    saves: Saves | None = None,
    crew: Crew | None = None,
) -> Solution:
    """Does as `solve`, and also returns the tree when `options.keep_tree` asks for it."""
    from mcts_compose.verification.cegis import search_and_check
    from mcts_compose.verification.check import verify

    family = family_of(task)
    prior = family.prior if prior is None else prior
    if isinstance(prior, str):
        prior = load_prior(prior, prior_args)
    if isinstance(base_prior, str):
        base_prior = load_prior(base_prior, base_prior_args)
    request = checked_request(
        task, search=search, prior=prior, base_prior=base_prior, budget=budget, seed=seed, options=options,
        on_progress=on_progress, on_program=on_program, crew=crew,
    )  # fmt: skip
    if on_start is not None:
        on_start()
    prepare_prior(prior)
    warm_up(family, request)
    of_round: list[AssemblyProgram] = []
    if task.reference is not None:  # a check may refute what a round hands out: only the last round's counts
        request = replace(request, on_program=of_round.append)

    rounds = count(1)

    def search_round(shown: Task, left: Budget) -> SearchOutcome:
        of_round.clear()
        saver = None
        if saves is not None:
            # A save for each round: who goes on makes the earlier ones again, from their last saves.
            saver = saves.saver(f"round-{next(rounds)}", identity_of(shown, family, request))
        return family.load().search(shown, replace(request, budget=left, saver=saver))

    checked = search_and_check(task, search_round, verify, request.budget)
    if on_program is not None and checked.verification is not None:
        for program in of_round:
            on_program(program)
    return Solution(
        judged(task, checked, search=search, prior=prior.name, seed=seed, suite=suite), checked.outcome.tree
    )


def checked_request(
    task: Task,
    *,
    search: str,
    prior: Prior,
    base_prior: Prior,
    budget: Budget | None = None,
    seed: int = 0,
    options: SearchOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    crew: Crew | None = None,
) -> Request:
    """Returns what a search is given, with its defaults; nothing is compiled and no model asked for it.

    Raises:
      InputError: the task cannot be searched so.
    """
    from mcts_compose.search.options import SearchOptions

    check_search(search, task)
    options = options or SearchOptions()
    check_parts(task, options.parts)
    check_base_prior(base_prior)
    bounds = budget or task.budget or Budget(seconds=DEFAULT_SECONDS)
    if not bounds.is_bounded:
        raise InputError(
            "the budget bounds neither seconds nor simulations nor executions, but should bound one"
        )
    if bounds.seconds is None:
        # What only counts bound can be repeated; it has time to wait for a model.
        options = replace(options, deterministic=True)
    request = Request(
        searcher=search, prior=prior, base_prior=base_prior, budget=bounds, seed=seed, options=options,
        on_progress=on_progress, on_program=on_program, crew=crew,
    )  # fmt: skip
    family_of(task).load().check(task, request)
    return request


def load_prior(name: str, arguments: Mapping[str, str] | None = None) -> Prior:
    """Returns the prior of that name.

    Raises:
      InputError: the name or an argument is wrong, or the prior cannot be made.
    """
    from priors.registry import make_prior

    try:
        return make_prior(name, arguments)
    except ValueError as error:
        raise InputError(str(error)) from error


def check_base_prior(prior: Prior) -> None:
    """Checks that a prior can be what a model is mixed with.

    Raises:
      InputError: it is a model itself.
    """
    if prior.is_model:
        raise InputError(f"--base-prior is {prior.name}, which is a model, but should be none")


def prepare_prior(prior: Prior) -> None:
    """Makes the prior ready, so that what is wrong with its model is said before the search.

    Raises:
      InputError: it cannot be made ready.
    """
    from priors.arguments import PriorArgumentError
    from priors.failures import cause

    try:
        prior.prepare()
    except PriorArgumentError as error:
        raise InputError(str(error)) from None
    except (Exception, SystemExit) as error:
        raise InputError(f"prior {prior.name!r} cannot be made ready: {cause(error)}") from error


def judged(task: Task, checked: Checked, *, search: str, prior: str, seed: int, suite: str) -> Result:
    """Returns the result of an outcome, its program run again and its held-out examples looked at."""
    outcome, verification = checked.outcome, checked.verification
    program = outcome.program
    solved = program is not None and is_solved(program, task)
    refuted = program is not None and not solved
    bound = outcome.none_shorter_than
    is_least = task.memory is not None and outcome.cost is not None and outcome.cost <= (bound or 0)
    verified = verification if solved else None
    return _result(
        task, suite=suite, search=search, prior=prior, seed=seed,
        solved=solved,
        generalises=does_generalise(program, task) if solved and program is not None else None,
        program_text=None if program is None else program.text,
        skills=() if program is None else _skills_of(program, task),
        length=None if program is None else program.length,
        cost=outcome.cost,
        seconds=outcome.seconds,
        simulations=outcome.simulations,
        executions=outcome.executions,
        distinct=outcome.distinct,
        nodes=outcome.nodes,
        stopped="error" if refuted else outcome.stopped,
        error=REFUTED if refuted else None,
        tree_hash=outcome.tree_hash,
        verified=None if verified is None else verified.method,
        unverified=None if verified is None else verified.reason,
        check_seconds=checked.check_seconds,
        counterexamples=checked.num_counterexamples,
        optimal=solved and is_least,
        none_shorter_than=bound,
        lossy=outcome.lossy,
        table_seconds=outcome.table_seconds,
        solutions=outcome.num_programs,
        first_hit=outcome.first_hit,
        visits=outcome.visits,
        weighed=outcome.num_weighed,
        save_seconds=outcome.save_seconds,
        **{name: getattr(outcome, name) for name in NO_MODEL},
    )  # fmt: skip


def _skills_of(program: Program | AssemblyProgram, task: Task) -> tuple[tuple[str, str, str], ...]:
    """Returns the learnt skills that a program reaches, as text; shipped ones are known without it."""
    from vm.skill_text import reached_skills, text_of

    return tuple(text_of(skill) for skill in reached_skills(program)) if task.library.learnt else ()


def failed(task: Task | UnsupportedTask, error: BaseException | str, **names: Any) -> Result:
    """Returns the result of a task that could not be searched; `names` are suite, search, prior, seed."""
    text = error if isinstance(error, str) else one_sentence(error)
    return _result(
        task, **names, solved=False, generalises=None, program_text=None, length=None, cost=None, seconds=0.0,
        simulations=0, executions=0, distinct=0, nodes=0, stopped="error", error=text,
        tree_hash="", verified=None, unverified=None, check_seconds=0.0, counterexamples=0, optimal=False,
        none_shorter_than=None, lossy=(), table_seconds=0.0, solutions=None, first_hit=None,
        **NO_MODEL,
    )  # fmt: skip


def _result(task: Task | UnsupportedTask, **found: Any) -> Result:
    from mcts_compose import __version__
    from vm.assembly.isa import ASSEMBLY_HASH
    from vm.table import TABLE_HASH

    table_hash = ASSEMBLY_HASH if isinstance(task, Task) and task.memory is not None else TABLE_HASH
    return Result(task=task.id, task_hash=task.hash, table_hash=table_hash, version=__version__, **found)
