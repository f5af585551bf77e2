"""Decides how a task of a suite is searched, in this process or in a worker to which the solver is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.cluster.jobs import AnyTask, prior_name
from mcts_compose.cluster.served_prior import ServedPrior
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.errors import InputError
from mcts_compose.families.choice import Family, Request, family_of
from mcts_compose.families.warm_up import TINY, warm_up
from mcts_compose.results.record import Result
from mcts_compose.results.run_directory import Key, search_directory
from mcts_compose.saves.saver import Saves
from mcts_compose.settings import Settings
from mcts_compose.solving import checked_request, prepare_prior, solve
from mcts_compose.task import Task

if TYPE_CHECKING:
    from mcts_compose.search.fixed.crew import Crew
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram

MACHINE_PROGRAM = "(x: int) -> int; v1 = neg(x); return v1"
"""Run once to have the machine's kernels ready, with which found programs are run again."""


@dataclass(frozen=True)
class SearchSolver:
    """Searches with one set of settings; pickled if the priors can be, without `on_program` and `crew`.

    Attributes:
      settings: of every search.
      priors: the priors that are asked, by name.
      base_prior: what a prior that is a model is mixed with.
      on_program: called with every shortest program, when the settings ask for all.
      run_directory: where searches are saved, if the settings ask for it; workers elsewhere have their own.
      crew: who does the parts of searches in parts; None: this process.
    """

    settings: Settings
    priors: Mapping[str, Prior]
    base_prior: Prior
    on_program: Callable[[AssemblyProgram], None] | None = None
    run_directory: Path | None = None
    crew: Crew | None = None

    def __call__(self, task: Task, *, seed: int, suite: str) -> Result:
        """Returns the result of one search."""
        budget = self.settings.budget_for(task.budget)
        prior = self.priors[prior_name(task, self.settings)]
        if isinstance(prior, ServedPrior):
            prior.merges = budget.seconds is not None and not self.settings.deterministic
        return solve(
            task, search=self.settings.search, prior=prior,
            base_prior=self.base_prior, budget=budget, seed=seed,
            options=self.settings.options(), on_program=self.on_program, suite=suite,
            saves=self._saves((suite, task.id, seed)), crew=self.crew,
        )  # fmt: skip

    def check(self, task: AnyTask) -> None:
        """Checks that a task can be searched with these settings.

        Raises:
          InputError: it cannot.
        """
        if not isinstance(task, Task):
            raise InputError(task.reason)
        checked_request(
            task, search=self.settings.search, prior=self.priors[prior_name(task, self.settings)],
            base_prior=self.base_prior, budget=self.settings.budget_for(task.budget),
            options=self.settings.options(),
        )  # fmt: skip

    def _saves(self, key: Key) -> Saves | None:
        every = self.settings.save_every
        if every is None or self.run_directory is None:
            return None
        return Saves(search_directory(self.run_directory, key), every)

    def prepare(self, tasks: Iterable[AnyTask]) -> None:
        """Makes priors and kernels ready that searches of these tasks need, so that none waits for them.

        Of several processes on one machine one compiles, and the others load what it has compiled.

        Raises:
          InputError: a prior cannot be made ready.
        """
        for prior in self.priors.values():
            prepare_prior(prior)
        search = self.settings.search
        of_tasks = {
            family.name: family for task in tasks if isinstance(task, Task) for family in (family_of(task),)
        }
        for family in of_tasks.values():
            if search in family.searchers:
                self._warm_up(family)

    def _warm_up(self, family: Family) -> None:
        from vm.program import Program

        search, options = self.settings.search, self.settings.options()
        switches = (search, options.all, options.optimise, options.prove_none_shorter_than is not None)
        with warming_up_alone(family.room, "-".join(map(str, (*switches, family.name)))):
            if family.room:
                request = Request(
                    searcher=search, prior=self.base_prior, base_prior=self.base_prior, budget=TINY, seed=0,
                    options=options,
                )  # fmt: skip
                warm_up(family, request)
            else:
                from mcts_compose.search.warm_up import warm_up as warm_up_arrays

                warm_up_arrays(search)
                Program.parse(MACHINE_PROGRAM)(1)
