"""One search with fixed memory, from problem to outcome: which searcher, which bound, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mcts_compose.errors import InputError, shown
from mcts_compose.saves.save_file import SaveError
from mcts_compose.search.fixed.crew import Crew
from mcts_compose.search.fixed.in_parts import SearcherInParts
from mcts_compose.search.fixed.level_searcher import LevelSearcher
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.programs import ProgramWriter
from mcts_compose.search.fixed.prunes import CUT, UNSET_READS
from mcts_compose.search.fixed.searchers import SEARCHERS
from mcts_compose.search.fixed.tree import EXHAUSTED, SOLVED
from mcts_compose.search.fixed.under_way import UnderWay
from mcts_compose.search.outcome import Progress, SearchOutcome
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.saver import Saver
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram


class _Run(UnderWay):
    """Answers the questions that options ask, one searcher after another."""

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
        save_seconds=0.0 if saver is None else saver.cost,
        **run.account(),
    )
