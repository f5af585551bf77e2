"""One search with fixed memory under way: the searcher at work, what it has spent, and whose turn it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mcts_compose.budget import DEFAULT_MEMORY_MB
from mcts_compose.saves.save_file import SavedState, joined
from mcts_compose.search.fixed.actions import list_actions
from mcts_compose.search.fixed.best_first_searcher import BestFirstSearcher
from mcts_compose.search.fixed.crew import Crew, Stage
from mcts_compose.search.fixed.in_parts import SearcherInParts
from mcts_compose.search.fixed.level_searcher import LevelSearcher
from mcts_compose.search.fixed.local_crew import LocalCrew
from mcts_compose.search.fixed.model_in_parts import ModelInParts
from mcts_compose.search.fixed.model_work import ModelWork
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.prunes import CUT, UNSET_READS
from mcts_compose.search.fixed.ranking import Ranker, Subject, price_request
from mcts_compose.search.fixed.searcher import Searcher
from mcts_compose.search.fixed.table_building import Built, build_tables, only_moves
from mcts_compose.search.fixed.tables import NEVER
from mcts_compose.search.fixed.tree import EXHAUSTED, GOING, SOLVED
from mcts_compose.search.fixed.tree_searcher import TreeSearcher
from mcts_compose.search.outcome import Progress
from priors.guard import GuardedPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.save_file import Save
    from mcts_compose.saves.saver import Saver
    from priors.base import Prior

PROGRESS_EVERY_S = 0.25
LONGEST = NEVER - 1
SPACING, SPACINGS = 8, 4
"""Positions are shared out among the parts of a search at every eighth length at least, and four times on the
way to the longest program (experiment: best-first search for sorting kernels of five, where lengths that are
multiples of 4, 8, 11 and 16 were tried)."""


class UnderWay:
    """The state of one `run_fixed` call, and how it goes on; `run` decides which searchers it needs."""

    def __init__(
        self,
        problem: FixedProblem,
        searcher: str,
        budget: Budget,
        seed: int,
        options: FixedOptions,
        on_progress: Callable[[Progress], None] | None,
        prior: Prior,
        base_prior: Prior,
        saver: Saver | None = None,
        save: Save | None = None,
        parts: int = 1,
        crew: Crew | None = None,
    ) -> None:
        self.problem, self.options, self.budget = problem, options, budget
        self.num_parts, self.crew = parts, crew or LocalCrew()
        self._kind, self._on_progress = searcher, on_progress
        self._actions = list_actions(problem)
        self._order = np.random.default_rng(seed).permutation(len(self._actions))
        self.table_seconds = 0.0
        self.stages = self._stages()
        self.lossy = self.stages[0]
        self.built = self.build()
        self.ranker: Ranker | None = None
        self.model_in_parts: ModelInParts | None = None
        self._subject: Subject | None = None
        if prior.is_model and prior.ranks and options.model_ranks and searcher == "mcts":
            self._meet(prior, base_prior)
        self.current: Searcher | SearcherInParts | None = None
        self.best: list[int] | None = None
        self.first_hit: int | None = None
        self.bound_proved = 0
        self._before = {"simulations": 0, "executions": 0, "distinct": 0}
        self.hashes: list[str] = []
        self.place = 0
        self.is_shortening = False
        self._saver, self._save = saver, save
        self.started = time.perf_counter()
        if save is not None:
            for name in _KEPT:
                setattr(self, name, save.facts[name])
            self.started -= save.facts["seconds"]
        self._next_progress = self.started + PROGRESS_EVERY_S

    def _meet(self, prior: Prior, base_prior: Prior) -> None:
        """Makes a model ready to rank instructions, before the search is timed."""
        options, calls, guard = self.options, self.budget.model_calls, GuardedPrior(prior)
        request = guard.with_base(price_request(self.problem), base_prior)
        self._subject = Subject(self.problem, request)
        if self.num_parts > 1:
            before = ModelWork(failures=guard.num_failures, first_failure=guard.first_failure)
            self.model_in_parts = ModelInParts(calls, options.deterministic, before)
            self.crew.lend(prior, waits=options.deterministic)
        else:
            self.ranker = Ranker(self._subject, self.built.actions, guard, options, calls)
        TreeSearcher(self.built, options, 1, 0.0, 1, with_model=True).advance(0)  # compiles

    @property
    def seconds(self) -> float:
        """Wall time of searching; building tables is counted apart."""
        return time.perf_counter() - self.started

    def state(self) -> SavedState:
        """Returns all that a run must know to go on as this one would; between two chunks."""
        assert isinstance(self.current, Searcher)  # a search in parts is not saved
        parts = {"searcher": self.current.state()}
        if self.ranker is not None:
            parts["ranker"] = self.ranker.state()
        facts = {"seconds": self.seconds, **{name: getattr(self, name) for name in _KEPT}}
        return joined(facts, parts, epoch=len(self.hashes))

    def saved_or(self, new: Searcher | SearcherInParts) -> Searcher | SearcherInParts:
        """Returns the searcher that was saved, if this run goes on with it now; else the new one.

        Raises:
          SaveError: the save is damaged; this run is then of no use.
        """
        save, self._save = self._save, None
        if save is not None and isinstance(new, Searcher):
            new.restore(save, save.facts["searcher"])
            if self.ranker is not None and isinstance(new, TreeSearcher):
                self.ranker.restore(save, save.facts["ranker"], new)
        return new

    def _stages(self) -> list[tuple[str, ...]]:
        """Returns the lossy prunes in effect, stage by stage; the last has none, so that it can prove."""
        options, problem = self.options, self.problem
        proves = options.all or options.optimise or options.prove_none_shorter_than is not None
        if proves or self._kind == "enumerate":
            return [()]
        has_no_zero = bool(problem.rows[:, : problem.num_inputs].all() and problem.goals.all())
        unset_reads = (UNSET_READS,) if has_no_zero and only_moves(self._actions) else ()
        cut = (CUT,) if options.cut is not None else ()
        return list(dict.fromkeys([(*cut, *unset_reads), unset_reads, ()]))

    def build(self) -> Built:
        """Builds the tables of the stage at hand."""
        longest = max(self.longest(), (self.options.prove_none_shorter_than or 1) - 1)
        built = build_tables(
            self.problem, self.options, self._order, longest,
            known_only=UNSET_READS in self.lossy, memory_mb=self.memory_mb(),
        )  # fmt: skip
        self.table_seconds += built.seconds
        return built

    def total(self, name: str) -> int:
        """Returns a count over all searchers of this run."""
        now = 0 if self.current is None else getattr(self.current, _COUNTS[name])
        return self._before[name] + int(now)

    def spent(self) -> str | None:
        """Returns which measure of the budget is used up."""
        budget = self.budget
        if budget.simulations is not None and self.total("simulations") >= budget.simulations:
            return "budget:simulations"
        if budget.executions is not None and self.total("executions") >= budget.executions:
            return "budget:executions"
        if budget.seconds is not None and self.seconds >= budget.seconds:
            return "budget:seconds"
        model = self.ranker or self.model_in_parts
        if model is not None and model.is_spent:
            return "budget:model_calls"
        return None

    def chunk(self) -> int:
        """Returns how many expansions to make before the clock and the model are looked at."""
        assert self.current is not None
        chunk, budget = self.current.chunk, self.budget
        if self.ranker is not None:
            chunk = self.ranker.chunk(self.current.simulations)
        if budget.simulations is not None:
            chunk = min(chunk, budget.simulations - self.total("simulations"))
        if budget.executions is not None and self.num_parts > 1:
            # A round is long: it must not run much more than is left.
            left = budget.executions - self.total("executions")
            chunk = min(chunk, math.ceil(left / len(self._actions)))
        return chunk

    def seconds_left(self) -> float:
        """Returns how long the search may still take."""
        return math.inf if self.budget.seconds is None else max(0.0, self.budget.seconds - self.seconds)

    def refine(self) -> None:
        """Lets the model have its say in the tree, if there are both."""
        if self.ranker is not None and isinstance(self.current, TreeSearcher):
            self.ranker.refine(self.current, self.seconds_left())

    def use(self, searcher: Searcher | SearcherInParts) -> None:
        """Goes on with another searcher; what the last one did is kept in the counts."""
        self.retire()
        self.current = searcher

    def retire(self) -> None:
        """Ends the searcher at work."""
        if self.current is not None:
            self._before = {name: self.total(name) for name in self._before}
            self.hashes.append(self.current.hash())
            if isinstance(self.current, SearcherInParts):
                self.current.leave_model()
            self.current = None
            if self.ranker is not None:
                self.ranker.leave_tree()

    def go_on(self) -> int | str:
        """Lets the searcher at work go on until something happens.

        Returns:
          SOLVED or EXHAUSTED, or the measure of the budget that is used up.
        """
        assert self.current is not None
        while True:
            spent = self.spent()
            if spent is not None:
                return spent
            if self.model_in_parts is not None:
                self.model_in_parts.seconds = self.seconds_left()
            status = self.current.advance(self.chunk())
            if status in (SOLVED, EXHAUSTED):
                return status
            if status == GOING:
                self.refine()
            elif not self.current.make_room():
                return "budget:memory"
            self._report()
            if self._saver is not None:
                self._saver.keep(self.seconds, self.state)

    def _report(self) -> None:
        if self._on_progress is not None and time.perf_counter() >= self._next_progress:
            self._next_progress = time.perf_counter() + PROGRESS_EVERY_S
            best = None if self.best is None else len(self.best)
            self._on_progress(
                Progress(
                    self.seconds, self.total("executions"), self.total("distinct"), 0,
                    self.total("simulations"), best,
                )
            )  # fmt: skip

    def memory_mb(self) -> int:
        """Returns how much memory all parts together may take."""
        return self.budget.memory_mb or DEFAULT_MEMORY_MB

    def searcher(self, bound: int, cut: float) -> Searcher | SearcherInParts:
        """Returns a new searcher of the kind that was asked for."""
        if self.num_parts > 1:
            return self.in_parts(self._kind, bound, cut)
        if self._kind == "enumerate":
            return LevelSearcher(self.built, self.options, bound, self.memory_mb())
        if self._kind == "best-first":
            return BestFirstSearcher(self.built, self.options, bound, cut, self.memory_mb())
        return TreeSearcher(
            self.built, self.options, bound, cut, self.memory_mb(), with_model=self.ranker is not None
        )

    def in_parts(self, kind: str, bound: int, cut: float = 0.0) -> SearcherInParts:
        """Returns a new searcher whose work is shared out; the crew then forgets the one at work."""
        self.retire()
        memory_mb = max(self.memory_mb() // self.num_parts, 1)
        # A level is over for all parts at once, so it can be shared out whole; nothing is then done twice.
        spacing = 1 if kind == "enumerate" else min(SPACING, max(bound // SPACINGS, 1))
        asks = kind == "mcts" and self.model_in_parts is not None
        stage = Stage(
            self.num_parts, kind, bound, cut, memory_mb, spacing, self.options,
            self._subject if asks else None,
        )  # fmt: skip
        return SearcherInParts(self.crew, stage, self.built, self.model_in_parts if asks else None)

    def least_length(self) -> int:
        """Returns a length that no program can be below: what the furthest example needs."""
        return int(self.built.tables.distance[self.built.start].max())

    def longest(self) -> int:
        """Returns the longest length in bounds."""
        return min(self.problem.max_length or LONGEST, LONGEST)

    def account(self) -> dict[str, Any]:
        """Returns what an outcome says of the model, by the names of its fields."""
        if self.ranker is not None:
            return self.ranker.work().account()
        return {"model_calls": 0} if self.model_in_parts is None else self.model_in_parts.work.account()


_KEPT = ("place", "is_shortening", "best", "first_hit", "bound_proved", "hashes", "_before")
"""What a save holds of a run itself."""
_COUNTS = {"simulations": "simulations", "executions": "executions", "distinct": "num_distinct"}
