"""One search over arrays from problem to outcome, until something stops it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mcts_compose.saves.save_file import SaveError
from mcts_compose.search import layout as at
from mcts_compose.search.engine import OutOfRoomError
from mcts_compose.search.kept_tree import kept_tree, most_visited_focuses
from mcts_compose.search.model_account import account_of
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.outcome import Progress, SearchOutcome
from mcts_compose.search.problem import Problem
from mcts_compose.search.under_way import Search
from mcts_compose.search.warm_up import warm_up
from priors.base import Usage
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.saver import Saver
    from priors.base import Prior

PROGRESS_EVERY_S = 0.25


def run_search(
    problem: Problem,
    *,
    searcher: str,
    prior: Prior,
    budget: Budget,
    seed: int,
    options: SearchOptions,
    base_prior: Prior | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    saver: Saver | None = None,
) -> SearchOutcome:
    """Searches for a program that gives the goal on all shown examples.

    Args:
      problem: what may be seen of the task.
      searcher: a name of `SEARCHERS`.
      prior: asked once for prices; broken answers are counted, and replaced by the base prior's if it is a
        model, else by uniform prices.
      budget: whichever measure ends the search is named in the outcome.
      seed: of everything random.
      options: switches.
      base_prior: what a prior that is a model is mixed with; None takes uniform prices.
      on_progress: called about four times a second.
      saver: saves the search now and then; what an earlier process saved of the same search is gone on with.

    Returns:
      The outcome; the same for equal arguments when the budget is in simulations or executions, and the prior
      is no model or is waited for.
    """
    warm_up(searcher)
    begin = partial(Search, problem, searcher, prior, base_prior or UniformPrior(), budget, seed, options)
    search = _begun(begin, saver)
    try:
        stopped = _run_until_stopped(search, on_progress, saver)
        choice = search.choice()
        seconds = search.seconds
    finally:
        if search.model is not None:
            search.model.close()
        if saver is not None:
            saver.close()
    engine = search.engine
    program = None if choice is None else choice.program
    used = Usage() if search.model is None else search.model.usage
    outcome = SearchOutcome(
        program=program,
        cost=None if choice is None else float(choice.cost),
        num_weighed=0 if choice is None else choice.num_weighed,
        simulations=search.simulations,
        executions=search.candidates,
        distinct=int(engine.memory[at.DISTINCT]),
        nodes=search.tree.num_nodes if search.tree else 0,
        stopped="solved" if program is not None and options.optimise is None else stopped,
        seconds=seconds,
        tree_hash=search.tree_hash(),
        tree=kept_tree(engine, search.tree, search.simulations) if options.keep_tree else None,
        visits=most_visited_focuses(engine, search.tree) if options.keep_visits else None,
        first_hit=int(engine.memory[at.FIRST_HIT_AT]) if engine.best_cost < at.INFINITE_COST else None,
        refined=search.refinement.num_refined if search.refinement else 0,
        **account_of(search.prior, used),
        save_seconds=0.0 if saver is None else saver.cost,
    )
    engine.release()
    return outcome


def _begun(begin: Callable[..., Search], saver: Saver | None) -> Search:
    """Returns the search that was saved, or a new one if none was or what was saved is damaged."""
    save = None if saver is None else saver.load()
    if saver is not None and save is not None:
        try:
            return begin(save=save)
        except SaveError as error:
            saver.refuse(error)
    return begin()


def _run_until_stopped(
    search: Search, on_progress: Callable[[Progress], None] | None, saver: Saver | None
) -> str:
    """Runs a search and returns why it stopped."""
    told = 0.0
    while True:
        try:
            more = search.step()
        except OutOfRoomError:
            return "budget:memory"
        if search.is_settled():
            return "solved"
        if not more:
            return "exhausted"
        stopped = search.spent()
        if stopped is not None:
            return stopped
        search.refine()
        if saver is not None:
            saver.keep(search.seconds, search.state)
        if on_progress is not None and search.seconds - told > PROGRESS_EVERY_S:
            told = search.seconds
            on_progress(search.progress())
