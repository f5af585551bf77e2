"""One search with fixed memory, from problem to outcome: which searcher, which bound, and when it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mcts_compose.errors import InputError, shown
from mcts_compose.saves.save_file import SavedState, SaveError, joined
from mcts_compose.search.fixed.actions import list_actions
from mcts_compose.search.fixed.crew import Crew, LocalCrew, Stage
from mcts_compose.search.fixed.in_parts import SearcherInParts
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.programs import ProgramWriter
from mcts_compose.search.fixed.prunes import CUT, UNSET_READS
from mcts_compose.search.fixed.ranking import Ranker
from mcts_compose.search.fixed.searchers import (
    SEARCHERS,
    BestFirstSearcher,
    LevelSearcher,
    Searcher,
    TreeSearcher,
)
from mcts_compose.search.fixed.table_building import DEFAULT_MEMORY_MB, Built, build_tables, only_moves
from mcts_compose.search.fixed.tables import NEVER
from mcts_compose.search.fixed.tree import EXHAUSTED, GOING, SOLVED
from mcts_compose.search.outcome import Progress, SearchOutcome
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.save_file import Save
    from mcts_compose.saves.saver import Saver
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram

PROGRESS_EVERY_S = 0.25
LONGEST = NEVER - 1
SPACING, SPACINGS = 8, 4
"""Positions are shared out among the parts of a search at every eighth length at least, and four times on the
way to the longest program (experiment: best-first search for sorting kernels of five, where lengths that are
multiples of 4, 8, 11 and 16 were tried)."""


class _Run:
    """The state of one `run_fixed` call."""

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
        asks = prior.is_model and prior.ranks and options.model_ranks and searcher == "mcts"
        if asks and parts == 1:
            calls = budget.model_calls
            self.ranker = Ranker(problem, self.built.actions, prior, base_prior, options, calls)
            self.searcher(1, 0.0).advance(0)  # compiles, before the search is timed
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
        if self.ranker is not None and self.ranker.is_spent:
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

    def refine(self) -> None:
        """Lets the model have its say in the tree, if there are both."""
        if self.ranker is not None and isinstance(self.current, TreeSearcher):
            seconds = math.inf if self.budget.seconds is None else self.budget.seconds - self.seconds
            self.ranker.refine(self.current, seconds)

    def use(self, searcher: Searcher | SearcherInParts) -> None:
        """Goes on with another searcher; what the last one did is kept in the counts."""
        self.retire()
        self.current = searcher

    def retire(self) -> None:
        """Ends the searcher at work."""
        if self.current is not None:
            self._before = {name: self.total(name) for name in self._before}
            self.hashes.append(self.current.hash())
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
        """Returns a new searcher whose work is shared out."""
        memory_mb = max(self.memory_mb() // self.num_parts, 1)
        # A level is over for all parts at once, so it can be shared out whole; nothing is then done twice.
        spacing = 1 if kind == "enumerate" else min(SPACING, max(bound // SPACINGS, 1))
        stage = Stage(self.num_parts, kind, bound, cut, memory_mb, spacing, self.options)
        return SearcherInParts(self.crew, stage, self.built)

    def least_length(self) -> int:
        """Returns a length that no program can be below: what the furthest example needs."""
        return int(self.built.tables.distance[self.built.start].max())

    # ----- the four questions ------------------------------------------------------------------------

    def answer(self) -> str:
        """Answers the question that the options ask; returns what stopped it."""
        options = self.options
        if not len(self.built.start) and not self.lossy:
            self.bound_proved = self.longest() + 1
            return "exhausted"
        if len(self.built.start) and not self.built.tables.distance[self.built.start].any():
            self.best, self.first_hit = [], 0
            return "solved"
        if options.prove_none_shorter_than is not None:
            return self.prove(options.prove_none_shorter_than)
        if options.all or (self._kind == "enumerate" and self.problem.max_length is None):
            return self.deepen()
        return self.shorten() if options.optimise == "length" else self.find()

    def prove(self, length: int) -> str:
        """Looks for programs shorter than `length`, without anything lossy."""
        self.use(self.saved_or(self.level_searcher(length - 1)))
        status = self.go_on()
        return self._conclude(status, length)

    def deepen(self) -> str:
        """Looks for a shortest program with one bound after the other, each a proof when it is exhausted."""
        for bound in range(max(self.least_length(), self.place), self.longest() + 1):
            self.place = bound
            self.use(self.saved_or(self.level_searcher(bound)))
            status = self.go_on()
            if status != EXHAUSTED:
                return self._conclude(status, bound)
            self.bound_proved = bound + 1
        return "exhausted"

    def level_searcher(self, bound: int) -> LevelSearcher | SearcherInParts:
        """Returns a searcher level by level: of one part, with all edges, when all programs are wanted."""
        if self.num_parts > 1 and not self.options.all:
            return self.in_parts("enumerate", bound)
        return LevelSearcher(self.built, self.options, bound, self.memory_mb(), with_edges=self.options.all)

    def find(self) -> str:
        """Looks for a program within the longest length; first with what is lossy, then without."""
        for number in range(self.place, len(self.stages)):
            stage = self.stages[number]
            if not self._use_stage(number):
                continue
            status = self.go_on()
            if status != EXHAUSTED or not stage:
                return self._conclude(status, self.longest() + 1)
        self.bound_proved = self.longest() + 1
        return "exhausted"

    def _use_stage(self, number: int) -> bool:
        """Makes the tables and the searcher of a stage; says whether there is anything to search."""
        self.place, stage = number, self.stages[number]
        if (UNSET_READS in stage) != (UNSET_READS in self.lossy):
            self.lossy = stage
            self.retire()
            self.built = self.build()
            self.started += self.built.seconds
        self.lossy = stage
        if not len(self.built.start):
            return False
        cut = (self.options.cut or 0.0) if CUT in stage else 0.0
        self.use(self.saved_or(self.searcher(self.longest(), cut)))
        return True

    def shorten(self) -> str:
        """Looks for ever shorter programs until it is proved that there is none."""
        if self.is_shortening:
            self._use_stage(self.place)
        stopped = "solved" if self.is_shortening else self.find()
        self.is_shortening = True
        while stopped == "solved" and self.best:
            assert self.current is not None
            if self._kind == "enumerate":
                return stopped
            self.current.bound = len(self.best) - 1
            status = self.go_on()
            if status == EXHAUSTED:
                self.bound_proved = len(self.best)
                return "solved"
            stopped = self._conclude(status, len(self.best))
        return stopped

    def _conclude(self, status: int | str, exhausted_below: int) -> str:
        """Notes what a searcher ended with; returns what stopped it."""
        assert self.current is not None
        if status == SOLVED:
            self.best = list(self.current.solution)
            if self.first_hit is None:
                self.first_hit = self.total("executions")
            return "solved"
        if status == EXHAUSTED:
            self.bound_proved = max(self.bound_proved, exhausted_below)
            return "exhausted"
        return str(status)

    def longest(self) -> int:
        """Returns the longest length in bounds."""
        return min(self.problem.max_length or LONGEST, LONGEST)


_KEPT = ("place", "is_shortening", "best", "first_hit", "bound_proved", "hashes", "_before")
"""What a save holds of a run itself."""
_COUNTS = {"simulations": "simulations", "executions": "executions", "distinct": "num_distinct"}


def _ran(begin: Callable[..., _Run], saver: Saver | None) -> tuple[_Run, str]:
    """Runs a search to its end, from its save if there is a whole one; returns it and why it stopped."""
    save = None if saver is None else saver.load()
    if saver is not None and save is not None:
        run = begin(save=save)
        try:
            return run, run.answer()
        except SaveError as error:
            saver.refuse(error)
            if run.ranker is not None:
                run.ranker.close()
    run = begin()
    return run, run.answer()


def run_fixed(
    problem: FixedProblem,
    *,
    searcher: str = "mcts",
    budget: Budget,
    seed: int = 0,
    options: FixedOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
    prior: Prior | None = None,
    base_prior: Prior | None = None,
    saver: Saver | None = None,
    parts: int = 1,
    crew: Crew | None = None,
) -> SearchOutcome:
    """Searches for a program over fixed cells.

    Args:
      problem: what the task shows.
      searcher: `mcts`, `best-first` or `enumerate`.
      budget: bounds of the search.
      seed: the order in which actions are tried.
      options: switches.
      on_progress: called now and then.
      on_program: called with every shortest program, when `options.all` asks for them.
      prior: ranks the instructions of `mcts` if it is a model; any other is not asked.
      base_prior: what a model is shown of prices; None takes uniform ones.
      saver: saves the search now and then; what an earlier process saved of the same search is gone on with.
        A search in parts is not saved.
      parts: into how many parts the search is split; the outcome depends on it, unlike on who does them.
      crew: who does the parts; None: this process, in turn.

    Raises:
      InputError: the searcher is unknown.
      NotStraightError: an instruction jumps, or touches memory or stack.
      TooManyRowsError: more row states can be reached than tables hold.
    """
    if searcher not in SEARCHERS:
        raise InputError(
            f"search {shown(searcher)} does not do fixed memory, but should be {', '.join(SEARCHERS)}"
        )
    options = options or FixedOptions()
    base_prior = base_prior or UniformPrior()
    if parts > 1:
        saver = None
    begin = partial(
        _Run, problem, searcher, budget, seed, options, on_progress, prior or base_prior, base_prior, saver,
        parts=parts, crew=crew,
    )  # fmt: skip
    try:
        run, stopped = _ran(begin, saver)
    finally:
        if saver is not None:
            saver.close()
    num_programs = None
    if stopped == "solved" and options.all and isinstance(run.current, LevelSearcher):
        num_programs, paths = run.current.count_programs()
        if on_program is not None:
            writer = ProgramWriter(problem, run.built.actions)
            for actions in run.current.programs(paths):
                on_program(writer.write(actions))
    seconds = run.seconds
    run.retire()
    if run.ranker is not None:
        run.ranker.close()
    best = run.best
    if best is not None and searcher == "enumerate" and not run.bound_proved:
        run.bound_proved = len(best)
    return SearchOutcome(
        program=None if best is None else ProgramWriter(problem, run.built.actions).write(best),
        cost=None if best is None else float(len(best)),
        simulations=run.total("simulations"),
        executions=run.total("executions"),
        distinct=run.total("distinct"),
        nodes=run.total("simulations"),
        stopped=stopped,
        seconds=seconds,
        tree_hash=run.hashes[-1] if run.hashes else "",
        none_shorter_than=run.bound_proved or None,
        lossy=run.lossy,
        table_seconds=run.table_seconds,
        num_programs=num_programs,
        first_hit=run.first_hit,
        **({"model_calls": 0} if run.ranker is None else run.ranker.account()),
    )
