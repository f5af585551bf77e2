"""A search over arrays in parts: decides how far each part goes in a round, and when the search is over.

Candidates that all parts run alike count once, in budgets and in the outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.budget import DEFAULT_MEMORY_MB
from mcts_compose.search import layout as at
from mcts_compose.search.choosing import Choice, choose_among
from mcts_compose.search.crew import EXHAUSTED, FULL, Crew, LocalCrew, Order, Report, Stage
from mcts_compose.search.model_account import account_of
from mcts_compose.search.outcome import Progress, SearchOutcome
from mcts_compose.search.patience import patience_end
from mcts_compose.search.run import PROGRESS_EVERY_S
from mcts_compose.search.under_way import Search
from mcts_compose.search.warm_up import warm_up
from priors.base import Usage
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.search.options import SearchOptions
    from mcts_compose.search.problem import Problem
    from priors.base import Prior

FIRST_ROUND = 1 << 12
LAST_ROUND = 1 << 18
"""Candidates of one part in its first round and in late ones (untuned): the later take some 0.1 s."""
LEAST_ROUND = 1 << 12
LAST_BIT_S = 0.3
"""What is left of the budget's seconds when rounds become shorter (untuned)."""


class Counts(NamedTuple):
    """What all parts have done, where what they have in common counts once.

    Attributes:
      executions: candidates.
      simulations: passes.
    """

    executions: int
    simulations: int


class _InParts:
    """The state of one `run_in_parts` call."""

    def __init__(self, front: Search, crew: Crew, stage: Stage) -> None:
        self._front, self._crew, self._stage = front, crew, stage
        self.budget, self._options = front.budget, stage.options
        self.reports: list[Report] = []
        self.first_hit: int | None = None
        self._size, self._num_rounds = FIRST_ROUND, 0
        crew.begin(stage, None)

    @property
    def counts(self) -> Counts:
        """What has been done so far."""
        if not self.reports:
            return Counts(0, 0)
        # Before they part, all have done the same.
        commons = [report.common or (report.executions, report.simulations) for report in self.reports]
        return Counts(
            commons[0][0] + sum(r.executions - c[0] for r, c in zip(self.reports, commons, strict=True)),
            commons[0][1] + sum(r.simulations - c[1] for r, c in zip(self.reports, commons, strict=True)),
        )

    @property
    def best_cost(self) -> int:
        """Cost of the cheapest program, `INFINITE_COST` if none was found."""
        return min((report.best_cost for report in self.reports), default=at.INFINITE_COST)

    @property
    def level(self) -> int:
        """Cost of which the cheapest contents may be that no part knows."""
        if not self.reports:
            return 1
        going = (report.level for report in self.reports if report.status != EXHAUSTED)
        return min(going, default=at.MAX_COST)

    @property
    def total_distinct(self) -> int:
        """Contents that the parts have met; what two have met counts twice."""
        return sum(report.distinct for report in self.reports)

    @property
    def num_nodes(self) -> int:
        """Nodes of all trees."""
        return sum(report.nodes for report in self.reports)

    def run(self, on_progress: Callable[[Progress], None] | None) -> str:
        """Runs rounds until the search is over; returns what stopped it."""
        told = 0.0
        while True:
            before = self.counts.executions
            self._round()
            if self.best_cost < at.INFINITE_COST and self.first_hit is None:
                self.first_hit = self._first_hit(before)
            stopped = self._stopped()
            if stopped is not None:
                return stopped
            if on_progress is not None and self._front.seconds - told > PROGRESS_EVERY_S:
                told = self._front.seconds
                on_progress(self._progress())

    def _first_hit(self, before: int) -> int:
        """Returns about how many candidates all parts had run when the first of them met a program."""
        hits = [report.first_hit for report in self.reports if report.best_cost < at.INFINITE_COST]
        common = self.reports[0].common
        if common is None or min(hits) <= common[0]:
            return min(hits)
        return max(before, common[0] + self._stage.num_parts * (min(hits) - common[0]))

    def _round(self) -> None:
        """Runs a round of all parts."""
        self._num_rounds += 1
        orders = self._orders()
        reports = self._crew.work(orders)
        if self.reports:
            reports = [was if now is None else now for was, now in zip(self.reports, reports, strict=True)]
        self.reports = reports
        self._size = min(2 * self._size, LAST_ROUND)

    def _orders(self) -> list[Order | None]:
        """Returns what each part is told; None to those that may do nothing."""
        num_parts, counts, budget = self._stage.num_parts, self.counts, self.budget
        own = [(r.executions, r.simulations) for r in self.reports] or [(0, 0)] * num_parts
        size = self._size
        if budget.seconds is not None:
            left, rate = budget.seconds - self._front.seconds, self._rate
            if left < LAST_BIT_S:
                size = max(LEAST_ROUND, min(size, int(left * rate)))
        ends = [end for end in (budget.executions, self._patience_end) if end is not None]
        executions = min(ends) - counts.executions if ends else None
        simulations = None if budget.simulations is None else budget.simulations - counts.simulations
        is_common = not self.reports or self.reports[0].common is None
        orders: list[Order | None] = []
        for part, (done, passes) in enumerate(own):
            # In turn, so that a budget of few candidates does not always go to the same part.
            turn = 0 if is_common else (part + self._num_rounds) % num_parts
            share = 1 if is_common else num_parts
            most = size if executions is None else min(size, (executions + turn) // share)
            allowed = None if simulations is None else (simulations + turn) // share
            if most == 0 or allowed == 0 or (self.reports and self._is_done(self.reports[part])):
                orders.append(None)
                continue
            orders.append(Order(done + most, None if allowed is None else passes + allowed, self.best_cost))
        return orders

    def _is_done(self, report: Report) -> bool:
        """Says whether a part has nothing left that is cheaper than the cheapest program of all parts."""
        return report.status == EXHAUSTED or report.level > self.best_cost

    @property
    def _patience_end(self) -> int | None:
        """Candidates of all parts after which the program found is good enough; None if none was."""
        if self.first_hit is None:
            return None
        return patience_end(self._options, self.best_cost, self.level, self.first_hit)

    @property
    def _rate(self) -> float:
        """Candidates of one part in a second."""
        executions = max((report.executions for report in self.reports), default=0)
        return executions / max(self._front.seconds, 1e-9)

    def _stopped(self) -> str | None:
        """Returns what stops the search now; None if it goes on."""
        states = {report.status for report in self.reports}
        best_cost, counts = self.best_cost, self.counts
        if FULL in states:
            return "budget:memory"
        if best_cost < at.INFINITE_COST:
            end = self._patience_end
            if self.level > best_cost or (end is not None and counts.executions >= end):
                return "solved"
        if states == {EXHAUSTED}:
            return "exhausted"
        return self._front.spent_with(counts.executions, counts.simulations, best_cost)

    def _progress(self) -> Progress:
        best, counts = self.best_cost, self.counts
        return Progress(
            self._front.seconds, counts.executions, self.total_distinct, self.level, self.num_nodes,
            best if best < at.INFINITE_COST else None,
        )  # fmt: skip

    def choice(self) -> Choice | None:
        """Returns the program that is taken of those found, None if none was."""
        if self.best_cost >= at.INFINITE_COST:
            return None
        offers = [offers for offers in self._crew.offers() if offers is not None]
        if self._options.weighs_programs:
            return choose_among(self._stage.problem, offers, self._front.until)
        best = min((each.cheapest for each in offers), key=lambda offer: offer.cost)
        return Choice(best.program, best.cost, 1)

    def hash(self) -> str:
        """Returns a hash of what all parts have done."""
        return hashlib.blake2b(" ".join(self._crew.hashes()).encode(), digest_size=16).hexdigest()


def run_in_parts(
    problem: Problem,
    *,
    searcher: str,
    prior: Prior,
    budget: Budget,
    seed: int,
    options: SearchOptions,
    base_prior: Prior | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    crew: Crew | None = None,
) -> SearchOutcome:
    """Searches as `run_search` does, in `options.parts` parts.

    Args:
      problem: what may be seen of the task.
      searcher: a name of `SEARCHERS`.
      prior: asked once for prices; a model is not asked about arms.
      budget: of all parts together; memory is shared out.
      seed: of everything random.
      options: switches.
      base_prior: what a prior that is a model is mixed with; None takes uniform prices.
      on_progress: called about four times a second.
      crew: who does the parts; None: this process, in turn.

    Returns:
      The outcome; the same whoever does the parts, when the budget is in simulations or executions.
    """
    warm_up(searcher, in_parts=True)
    front = Search(problem, searcher, prior, base_prior or UniformPrior(), budget, seed, options)
    memory_mb = (budget.memory_mb or DEFAULT_MEMORY_MB) // options.parts
    stage = Stage(options.parts, problem, searcher, front.prices, front.weights, seed, options, memory_mb)
    try:
        search = _InParts(front, crew or LocalCrew(), stage)
        stopped = search.run(on_progress)
        choice = search.choice()
        seconds = front.seconds
    finally:
        if front.model is not None:
            front.model.close()
    used = Usage() if front.model is None else front.model.usage
    front.engine.release()
    program = None if choice is None else choice.program
    return SearchOutcome(
        program=program,
        cost=None if choice is None else float(choice.cost),
        num_weighed=0 if choice is None else choice.num_weighed,
        simulations=search.counts.simulations,
        executions=search.counts.executions,
        distinct=search.total_distinct,
        nodes=search.num_nodes,
        stopped="solved" if program is not None and options.optimise is None else stopped,
        seconds=seconds,
        tree_hash=search.hash(),
        first_hit=search.first_hit,
        **account_of(front.prior, used),
    )
