"""Whole programs drawn from a prior, run, and the best kept: what a model does alone, without any search.

A line that the prior writes is read, verified and run as any program is: once, on all shown examples, within
the machine's limits on fuel and memory. What is no program of the task's types, or calls a skill that the
search may not, never runs, and counts as a failure of the prior; a program drawn again is not run again. So

    lines drawn (simulations) = programs run (executions) + failures + lines drawn again

Of the programs that fit the cheapest is kept, by the base prior's prices of its lines; of equally cheap ones
that which was drawn more often, then the earlier. Drawing goes on until the budget ends.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from mcts_compose.errors import printable
from mcts_compose.search.actions import MAX_PRICE
from mcts_compose.search.asking import LONGEST_WAIT_S, Asker
from mcts_compose.search.model_account import account_of
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.outcome import Progress, SearchOutcome
from mcts_compose.search.pricing import CALL_PRICE, integer_prices, price_request
from mcts_compose.search.problem import Problem
from mcts_compose.search.skill_rows import skill_table
from mcts_compose.search.tree_view import NodeView, TreeView
from priors.guard import GuardedPrior
from vm.isa import Status
from vm.prepare import prepare
from vm.program import Constant, Program, ProgramError, pointers_read
from vm.values import decode, equal

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from priors.base import Prior

BATCH: Final = 16
"""Lines asked for at once (untuned): time is looked at between batches."""
LONGEST_LINE: Final = 4000
"""Characters; what is longer is not read (untuned)."""
STALE_LINES: Final = 20_000
"""The prior is taken to have nothing more to say after so many lines without a new program (untuned)."""
FRUITLESS_BATCHES: Final = 8
"""The same after so many batches without a line (untuned)."""
PROGRESS_EVERY_S: Final = 0.25


class _Sampling:
    """The state of one `run_sampling` call."""

    def __init__(
        self, problem: Problem, prior: Prior, base_prior: Prior, budget: Budget, seed: int,
        options: SearchOptions,
    ) -> None:  # fmt: skip
        self.problem, self.budget, self.options = problem, budget, options
        self.prior = GuardedPrior(prior)
        self.asker = Asker(self.prior)
        self.request = self.prior.with_base(price_request(problem), base_prior)
        assert self.request.base is not None
        self._skill_prices, self._constant_prices = integer_prices(self.request, self.request.base)
        self._table = skill_table(problem)
        self._goal = decode(problem.goal)
        self._rng = np.random.default_rng(seed)
        self._times: Counter[str] = Counter()
        self._fitting: dict[str, float] = {}
        self._results: set[bytes] = set()
        self._drawn = hashlib.blake2b(digest_size=16)
        self._stale = self._fruitless = 0
        self.simulations = self.executions = 0
        self.first_hit: int | None = None
        self.started = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def num_results(self) -> int:
        """How many different values the programs gave."""
        return len(self._results)

    @property
    def best_cost(self) -> float | None:
        return min(self._fitting.values(), default=None)

    @property
    def drawn_hash(self) -> str:
        """A hash of all lines in their order."""
        return self._drawn.hexdigest()

    def spent(self) -> str | None:
        """Returns what ends the sampling."""
        budget = self.budget
        if budget.simulations is not None and self.simulations >= budget.simulations:
            return "budget:simulations"
        if budget.executions is not None and self.executions >= budget.executions:
            return "budget:executions"
        if budget.seconds is not None and self.seconds >= budget.seconds:
            return "budget:seconds"
        if budget.model_calls is not None and self.asker.answered >= budget.model_calls:
            return "budget:model_calls"
        has_nothing = self._fruitless >= FRUITLESS_BATCHES or self._stale >= STALE_LINES
        return "budget:stale" if has_nothing or self.asker.in_flight else None

    def step(self) -> None:
        """Draws one batch, and runs what is new in it."""
        left = BATCH if self.budget.simulations is None else self.budget.simulations - self.simulations
        seed = int(self._rng.integers(2**63))
        self.asker.ask_programs(self.request, self.problem.input_names, min(BATCH, left), seed)
        wait = LONGEST_WAIT_S
        if self.budget.seconds is not None:
            wait = min(wait, max(self.budget.seconds - self.seconds, 1e-3))
        lines = self.asker.programs(wait)
        self._fruitless = 0 if lines else self._fruitless + 1
        for line in lines or ():
            if self.budget.executions is not None and self.executions >= self.budget.executions:
                return
            self._take(line)

    def _take(self, line: str) -> None:
        """Counts one line, and runs it if it is a new program."""
        self.simulations += 1
        self._stale += 1
        self._drawn.update(line.encode("utf-8", "surrogatepass") + b"\n")
        try:
            program = self._program(line)
        except (ProgramError, ValueError, RecursionError) as error:
            self.prior.count_failed(1, "no program", printable(str(error)))
            return
        text = program.text
        self._times[text] += 1
        if self._times[text] > 1:
            return
        self._stale = 0
        self.executions += 1
        run = program.run(self.problem.inputs)
        if run.status is not Status.OK:
            return
        outputs = run.outputs()
        self._results.add(hashlib.blake2b(repr(outputs).encode(), digest_size=16).digest())
        if all(equal(given, wanted) for given, wanted in zip(outputs, self._goal, strict=True)):
            self._fitting[text] = self._cost(program)
            if self.first_hit is None:
                self.first_hit = self.executions

    def _program(self, line: str) -> Program:
        """Returns the program that a line says, its inputs named as the task's.

        Raises:
          ValueError: it is none that the search may run.
        """
        if len(line) > LONGEST_LINE:
            raise ValueError(f"a line of {len(line):,} characters")
        program = Program.parse(line, self._table)
        problem = self.problem
        if (program.input_types, program.output_type) != (problem.input_types, problem.output_type):
            raise ValueError(f"its types are {program.text_lines[0]}")
        foreign = program.called - self._skill_prices.keys()
        if foreign:
            raise ValueError(f"it calls {min(foreign)}, which the search may not")
        return dataclasses.replace(program, input_names=problem.input_names)

    def _cost(self, program: Program) -> float:
        """Returns the price of a program, every line once; constants of no known price are the dearest."""
        by_length = self.options.optimise == "length"
        cost = 0
        read = {program.output}
        for line in program.lines:
            read.update(pointers_read(line))
            if isinstance(line, Constant):
                cost += 1 if by_length else self._constant_prices.get(repr(line.value), MAX_PRICE)
            else:
                cost += CALL_PRICE if by_length else self._skill_prices[line.skill]
        unread = program.num_inputs - sum(pointer in read for pointer in range(program.num_inputs))
        return float(cost if by_length else cost + unread * self.options.unused_input_price)

    def best(self) -> Program | None:
        """Returns the program to keep, or None if none fits."""
        if not self._fitting:
            return None
        # Earlier ones come first in the table, and `min` keeps the first of equals.
        text = min(self._fitting, key=lambda text: (self._fitting[text], -self._times[text]))
        return Program.parse(text, self._table)

    def progress(self) -> Progress:
        """Returns how far the sampling is."""
        best = self.best_cost
        return Progress(
            self.seconds, self.executions, self.num_results, 0, 0, None if best is None else int(best)
        )


def run_sampling(
    problem: Problem,
    *,
    prior: Prior,
    base_prior: Prior,
    budget: Budget,
    seed: int,
    options: SearchOptions,
    on_progress: Callable[[Progress], None] | None = None,
) -> SearchOutcome:
    """Draws programs from a prior until the budget ends.

    Args:
      problem: what may be seen of the task.
      prior: a `ProgramSampler`.
      base_prior: whose prices say which of the programs that fit is kept.
      budget: simulations are lines drawn, executions programs run; whichever ends it is named in the outcome.
      seed: of the seeds that the prior gets.
      options: only `optimise`, `unused_input_price` and `keep_tree` matter.
      on_progress: called about four times a second.

    Returns:
      The outcome; `stopped` is `budget:stale` when nothing new, or nothing at all, came for long.
    """
    _warm_up()
    sampling = _Sampling(problem, prior, base_prior, budget, seed, options)
    told = 0.0
    try:
        while (stopped := sampling.spent()) is None:
            sampling.step()
            if on_progress is not None and sampling.seconds - told > PROGRESS_EVERY_S:
                told = sampling.seconds
                on_progress(sampling.progress())
    finally:
        sampling.asker.close()
    seconds = sampling.seconds
    program = sampling.best()
    used = sampling.asker.usage
    root = NodeView(
        id=0, parent=None, label="", visits=sampling.simulations, q=0.0, prior=1.0, value=0.0, cost=0.0,
        is_solved=program is not None,
    )  # fmt: skip
    return SearchOutcome(
        program=program,
        cost=sampling.best_cost,
        simulations=sampling.simulations,
        executions=sampling.executions,
        distinct=sampling.num_results,
        nodes=0,
        stopped="solved" if program is not None and options.optimise is None else stopped,
        seconds=seconds,
        tree_hash=sampling.drawn_hash,
        tree=TreeView(nodes=(root,), num_nodes=1) if options.keep_tree else None,
        first_hit=sampling.first_hit,
        **account_of(sampling.prior, used),
    )


@cache
def _warm_up() -> None:
    """Compiles the machine or loads it, so that no clock pays for it."""
    prepare(_run_something)


def _run_something() -> None:
    Program.parse("(x: list[int]) -> int; return sum(x)")([3, 4])
