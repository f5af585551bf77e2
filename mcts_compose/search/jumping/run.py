"""One search for a program with jumps, from problem to outcome: which searcher, which bound, when it ends."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from mcts_compose.budget import DEFAULT_MEMORY_MB, Budget
from mcts_compose.errors import InputError, shown
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.jumping.instructions import COMMUTATION
from mcts_compose.search.jumping.layout import program_of
from mcts_compose.search.jumping.searchers import (
    EXHAUSTED,
    FOUND,
    FULL,
    GOING,
    DeepeningSearcher,
    MixedSearcher,
    Searcher,
)
from mcts_compose.search.jumping.tables import Built, build
from mcts_compose.search.outcome import Progress, SearchOutcome
from vm.prepare import prepare

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram

SEARCHERS: Final = ("mcts", "enumerate")
LONGEST: Final = 32
"""Most lines of a program where the task does not say."""
FUEL: Final = 256
"""Instructions that one example may run; three times what the known programs of the SUBLEQ suite need."""
C_PUCT: Final = 2.0
"""Chosen by benchmark on subleq-v1: fewest programs run, of 0.1 to 5, on the longest tasks."""
MOST: Final = 2**62
PROGRESS_EVERY_S: Final = 0.25


class _Run:
    """The state of one `run_jumping` call."""

    def __init__(
        self,
        problem: FixedProblem,
        built: Built,
        budget: Budget,
        options: FixedOptions,
        on_progress: Callable[[Progress], None] | None,
        on_program: Callable[[AssemblyProgram], None] | None,
    ) -> None:
        self.problem, self.built, self.budget, self.options = problem, built, budget, options
        self._on_progress, self._on_program = on_progress, on_program
        self.best: AssemblyProgram | None = None
        self.proved = 0
        self.num_programs: int | None = None
        self.simulations = self.executions = self.nodes = 0
        self.digest = hashlib.blake2b(digest_size=16)
        self.started = time.perf_counter()
        self._next_progress = self.started + PROGRESS_EVERY_S

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def longest(self) -> int:
        """The longest length in bounds."""
        return LONGEST if self.problem.max_length is None else self.problem.max_length

    def _spent(self, searcher: Searcher) -> str | None:
        """Returns which measure of the budget is used up."""
        budget = self.budget
        if budget.simulations is not None and self.simulations + searcher.simulations >= budget.simulations:
            return "budget:simulations"
        if budget.executions is not None and self.executions + searcher.executions >= budget.executions:
            return "budget:executions"
        if budget.seconds is not None and self.seconds >= budget.seconds:
            return "budget:seconds"
        return None

    def _go_on(self, searcher: Searcher, until_bound: int = MOST) -> int | str:
        """Lets a searcher go on until something happens, or its bound is above this one.

        Returns:
          FOUND, EXHAUSTED (also for the bound), or the measure of the budget that is used up.
        """
        while searcher.bound <= until_bound:
            spent = self._spent(searcher)
            if spent is not None:
                return spent
            left = [
                limit - used
                for limit, used in (
                    (self.budget.simulations, self.simulations + searcher.simulations),
                    (self.budget.executions, self.executions + searcher.executions),
                )
                if limit is not None
            ]
            status = searcher.advance(min(left, default=MOST))
            if status == FULL:
                return "budget:memory"
            if status != GOING:
                return status
            self._report(searcher)
        return EXHAUSTED

    def _report(self, searcher: Searcher) -> None:
        if self._on_progress is not None and time.perf_counter() >= self._next_progress:
            self._next_progress = time.perf_counter() + PROGRESS_EVERY_S
            nodes = self.nodes + searcher.nodes
            best = None if self.best is None else self.best.length
            executions = self.executions + searcher.executions
            self._on_progress(Progress(self.seconds, executions, nodes, searcher.bound, nodes, best))

    def _retire(self, searcher: Searcher) -> None:
        """Adds what a searcher has done to the counts."""
        self.simulations += searcher.simulations
        self.executions += searcher.executions
        self.nodes += searcher.nodes
        self.digest.update(searcher.state())

    def deepen(self, longest: int) -> str:
        """Looks for a shortest program of at most so many lines."""
        if longest < 1:
            return "exhausted"
        searcher = DeepeningSearcher(self.problem, self.built, longest)
        status = self._go_on(searcher)
        # Whatever ended the search: all programs of fewer lines than the bound at hand have been tried.
        self.proved = longest + 1 if status == EXHAUSTED else searcher.bound
        if status == FOUND:
            self.best = self._program(searcher)
            if self.options.all:
                status = self._count(searcher)
        self._retire(searcher)
        return _in_words(status)

    def _count(self, searcher: DeepeningSearcher) -> int | str:
        """Counts all programs of the bound at hand, of which one is found, and hands them out.

        Two that differ only in how lines that always jump are laid out can have one text, and count once.
        """
        bound, texts = searcher.bound, set[str]()
        status: int | str = FOUND
        while status == FOUND and searcher.bound == bound:
            program = self._program(searcher)
            if program.text not in texts and self._on_program is not None:
                self._on_program(program)
            texts.add(program.text)
            status = self._go_on(searcher, until_bound=bound)
        if isinstance(status, str):
            return status
        self.num_programs = len(texts)
        return FOUND

    def climb(self) -> str:
        """Looks for some program within the longest length by tree search."""
        if self.longest < 1:
            return "exhausted"
        memory_mb = self.budget.memory_mb or DEFAULT_MEMORY_MB
        searcher = MixedSearcher(self.problem, self.built, self.longest, C_PUCT, memory_mb)
        status = self._go_on(searcher)
        self.proved = self.longest + 1 if status == EXHAUSTED else searcher.deepening.bound
        if status == FOUND:
            self.best = self._program(searcher)
        self._retire(searcher)
        return _in_words(status)

    def shorten(self) -> str:
        """Looks for some program, and then for a shortest one among those that are shorter."""
        stopped = self.climb()
        if self.best is None:
            return stopped
        stopped = self.deepen(self.best.length - 1)
        return "solved" if stopped == "exhausted" else stopped

    def _program(self, searcher: Searcher) -> AssemblyProgram:
        return program_of(self.problem, self.built.instructions, searcher.partial)


def _in_words(status: int | str) -> str:
    """Returns what an outcome says of the end of a search."""
    if isinstance(status, str):
        return status
    return "solved" if status == FOUND else "exhausted"


def run_jumping(
    problem: FixedProblem,
    *,
    searcher: str = "mcts",
    budget: Budget,
    seed: int = 0,
    options: FixedOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
) -> SearchOutcome:
    """Searches for a program over fixed cells that may jump.

    A program must bring every example to its end within `FUEL` instructions; what is proved holds for such
    programs. With that, nothing is lost.

    Args:
      problem: what the task shows.
      searcher: `enumerate` tries all programs, the shortest first; `mcts` takes turns between that and
        walking the same tree by PUCT.
      budget: bounds of the search.
      seed: the order in which instructions are tried.
      options: `optimise`, `prove_none_shorter_than` and `all` are heeded, and of the prunes dead-writes and
        commutation.
      on_progress: called now and then.
      on_program: called with every shortest program, when `options.all` asks for them.

    Raises:
      InputError: the searcher is unknown, or an instruction touches memory or stack.
    """
    if searcher not in SEARCHERS:
        known = ", ".join(SEARCHERS)
        raise InputError(f"search {shown(searcher)} does not do jumps, but should be one of {known}")
    with _warming:
        _warmed(searcher)
    return _searched(problem, searcher, budget, seed, options or FixedOptions(), on_progress, on_program)


def _searched(
    problem: FixedProblem,
    searcher: str,
    budget: Budget,
    seed: int,
    options: FixedOptions,
    on_progress: Callable[[Progress], None] | None = None,
    on_program: Callable[[AssemblyProgram], None] | None = None,
) -> SearchOutcome:
    """Searches without warming up; see `run_jumping`."""
    begun = time.perf_counter()
    prunes = options.prunes - {COMMUTATION} if options.all else options.prunes
    built = build(problem, np.random.default_rng(seed), FUEL, prunes)
    table_seconds = time.perf_counter() - begun
    run = _Run(problem, built, budget, options, on_progress, on_program)
    if options.prove_none_shorter_than is not None:
        stopped = run.deepen(options.prove_none_shorter_than - 1)
    elif options.all or searcher == "enumerate":
        stopped = run.deepen(run.longest)
    elif options.optimise == "length":
        stopped = run.shorten()
    else:
        stopped = run.climb()
    program = run.best
    if program is not None and options.optimise is None and not options.all:
        stopped = "solved"
    return SearchOutcome(
        program=program,
        cost=None if program is None else float(program.length),
        simulations=run.simulations,
        executions=run.executions,
        distinct=run.nodes,
        model_calls=0,
        nodes=run.nodes,
        stopped=stopped,
        seconds=run.seconds,
        tree_hash=run.digest.hexdigest(),
        none_shorter_than=run.proved or None,
        table_seconds=table_seconds,
        num_programs=run.num_programs,
    )


_warming = threading.Lock()


@cache
def _warmed(searcher: str) -> None:
    """Compiles every kernel of a searcher or loads it, so that no search's clock pays for it."""
    problem = FixedProblem(
        "subleq", ("subleq",), ("a", "s1"), 1, np.array([[3, 0], [5, 0]]), np.array([[6], [10]]), (0,), (),
        2,
    )  # fmt: skip

    def use() -> None:
        _searched(problem, searcher, Budget(simulations=3, executions=5000), 0, FixedOptions())

    prepare(use)
