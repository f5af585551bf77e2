"""A search over arrays under way: goes on step by step, and says when it has used up its budget."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from mcts_compose.budget import DEFAULT_MEMORY_MB
from mcts_compose.saves.save_file import joined
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.arrays_state import (
    engine_state,
    generator_facts,
    prices_facts,
    prices_of,
    restore_engine,
    restore_generator,
)
from mcts_compose.search.asking import LONGEST_WAIT_S, Asker
from mcts_compose.search.choosing import Choice, choose, weights_of
from mcts_compose.search.engine import Engine
from mcts_compose.search.expansion import forget_stamps
from mcts_compose.search.focus_tree import WORK, FocusTree
from mcts_compose.search.model_state import model_facts, restore_model
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.outcome import Progress
from mcts_compose.search.part import WHOLE, Part
from mcts_compose.search.patience import patience_end
from mcts_compose.search.pricing import CALL_PRICE, integer_prices, model_prices, price_request
from mcts_compose.search.problem import Problem
from mcts_compose.search.refinement import Refinement
from mcts_compose.search.searchers import SEARCHER_CLASSES, Searcher
from mcts_compose.search.tree_hash import hash_of
from priors.guard import GuardedPrior

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.save_file import Save, SavedState
    from priors.base import Prices, Prior

ROOT_CHUNK = 4000
"""Candidates of the root's enumeration that count as one simulation (untuned)."""
TREE_CHUNK = 4000
"""Candidates that the tree may run before the clock is looked at."""
SLICE_S = 0.04
MOST_SLICE = 64 * ROOT_CHUNK
"""While a model works, the kernels run so long before the search takes its turn with Python again, for which
it may wait for the model's thread, up to `sys.getswitchinterval()`, 5 ms; and at most so many candidates.
Chosen by benchmarks.model_share, where it waits an eighth of a slice at worst; half as long did as well."""
TREE_STARTS = 50_000
"""Candidates that the root runs before the tree begins; shallow tasks end before (source: experiments)."""
SPLIT_AT = 300
"""Candidates that all parts of a search run alike, up to the end of a level; then they go their own ways.
Chosen by how many contents two parts find together in 3 million candidates of deep list tasks: 0.81 to 0.91
of what the whole search finds, 0.70 to 0.79 with 3,000 here, 0.57 to 0.64 with 50,000."""
MOST_IDLE_STEPS = 50
"""Steps in a row in which the tree may run no candidate before it waits for the root's next level (untuned):
a prior that leaves no doubt sends all walks to where nothing is left."""
LEAST_WAIT_S = 0.001
PRICING_SHARE = 0.5
"""Share of the budget's seconds that a model may take for its prices (untuned)."""
CHOOSING_S = 0.1
CHOOSING_SHARE = 0.1
"""What is left of the budget's seconds for choosing among the programs found: at most so many, and no larger
share (untuned)."""


class Search:
    """The state of one search, or of a part of one.

    Attributes:
      budget: ends the search; that of a part is renewed in every round.
      simulations: so far.
      root_work: candidates that the root's enumeration has run.
      split_after: candidates and simulations that all parts have in common; None until they part.
    """

    def __init__(
        self, problem: Problem, searcher: str, prior: Prior, base_prior: Prior, budget: Budget, seed: int,
        options: SearchOptions, save: Save | None = None, part: Part = WHOLE, prices: Prices | None = None,
    ) -> None:  # fmt: skip
        self.budget, self.options, self._part = budget, options, part
        self.split_after: tuple[int, int] | None = None
        self.prior = GuardedPrior(prior)
        self.model = Asker(self.prior) if prior.is_model else None
        began = time.perf_counter()
        self.request = price_request(problem)
        if self.model is not None:
            self.request = self.prior.with_base(self.request, base_prior)
        if save is not None:
            prices = prices_of(save.facts["prices"])
        self.prices = self._prices() if prices is None else prices
        self.weights = weights_of(self.request, self.request.base or self.prices)
        # A model's time is the search's, what else is made ready is not.
        waited = time.perf_counter() - began if self.model is not None else 0.0
        skills, constants = integer_prices(self.request, self.prices)
        if options.optimise == "length":
            # Calls of one price: cost then counts the calls of the program as a tree, plus its leaves.
            skills = dict.fromkeys(skills, CALL_PRICE)
            constants = dict.fromkeys(constants, 1)
        self.engine = Engine(problem, skills, constants, options, budget.memory_mb or DEFAULT_MEMORY_MB)
        self.simulations = 0
        self.root_work = 0
        self.tree: FocusTree | None = None
        self.searcher: Searcher | None = None
        self.refinement: Refinement | None = None
        self._rng = np.random.default_rng(seed)
        self._searcher_name = searcher
        self.started = time.perf_counter() - waited
        if save is not None:
            self._restore(save)

    def _prices(self) -> Prices:
        """Returns the prices of the prior, mixed with the base prior's if it is a model."""
        if self.model is None:
            return self.prior.price_skills([self.request])[0]
        base = self.request.base
        assert base is not None
        if not self.options.model_prices or self.options.optimise or self.model_calls_left == 0:
            return base
        seconds = self.budget.seconds
        wait = LONGEST_WAIT_S if seconds is None else min(LONGEST_WAIT_S, PRICING_SHARE * seconds)
        return model_prices(self.model, self.request, self.options, wait)

    @property
    def model_calls_left(self) -> int | None:
        """How many more requests a model may get; None if nothing bounds them."""
        return None if self.model is None else self.model.calls_left(self.budget.model_calls)

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.perf_counter() - self.started

    @property
    def until(self) -> float:
        """When the budget's seconds are over, by `time.perf_counter()`."""
        seconds = self.budget.seconds
        return math.inf if seconds is None else self.started + seconds

    @property
    def candidates(self) -> int:
        """Candidates that the machine ran so far."""
        return int(self.engine.memory[at.CANDIDATES])

    def spent(self) -> str | None:
        """Returns which measure of the budget is used up."""
        return self.spent_with(self.candidates, self.simulations, self.engine.best_cost)

    def spent_with(self, candidates: int, simulations: int, best_cost: int) -> str | None:
        """Returns which measure of the budget would be used up if this search had come so far."""
        budget = self.budget
        if budget.simulations is not None and simulations >= budget.simulations:
            return "budget:simulations"
        if budget.executions is not None and candidates >= budget.executions:
            return "budget:executions"
        if budget.seconds is not None and self.seconds >= budget.seconds - self._seconds_to_choose(best_cost):
            return "budget:seconds"
        if self.model is not None and self.model_calls_left == 0 and not self.model.in_flight:
            return "budget:model_calls"
        return None

    def _seconds_to_choose(self, best_cost: int) -> float:
        """Returns how much of the budget's seconds is left for the choice, if there is one to make."""
        if not self.options.weighs_programs or best_cost >= at.INFINITE_COST:
            return 0.0
        return min(CHOOSING_S, CHOOSING_SHARE * (self.budget.seconds or 0.0))

    def choice(self) -> Choice | None:
        """Returns the program that is taken of those found, None if none was."""
        engine = self.engine
        if self.options.weighs_programs:
            return choose(engine, self.weights, self.until)
        program = engine.best_program()
        return None if program is None else Choice(program, engine.best_cost, 1)

    @property
    def patience(self) -> int | None:
        """Candidates after which the program found is good enough; None if only a proof settles it."""
        memory, best_cost = self.engine.memory, self.engine.best_cost
        if best_cost >= at.INFINITE_COST or self._part.num_parts > 1:  # parts have theirs in common
            return None
        return patience_end(self.options, best_cost, int(memory[at.LEVEL]), int(memory[at.FIRST_HIT_AT]))

    def is_settled(self) -> bool:
        """Says whether the program found is good enough to stop: the cheapest, or patience is at its end."""
        best_cost, patience = self.engine.best_cost, self.patience
        if best_cost < at.INFINITE_COST and self.engine.memory[at.LEVEL] > best_cost:
            return True
        return patience is not None and self.candidates >= patience

    def _slice(self, chunk: int) -> int:
        """Returns how many candidates the kernels run before the next look at the clock and at the model.

        `chunk` of them, or more while a model works that the search does not wait for.
        """
        if self.model is None or not self.model.in_flight or self.options.deterministic:
            return chunk
        budget, candidates, seconds = self.budget, self.candidates, self.seconds
        left = SLICE_S if budget.seconds is None else min(SLICE_S, budget.seconds - seconds)
        most = min(MOST_SLICE, int(left * candidates / seconds))
        if budget.executions is not None:
            most = min(most, budget.executions - candidates)
        if budget.simulations is not None:
            most = min(most, ROOT_CHUNK * (budget.simulations - self.simulations))
        return most if most > chunk and self.engine.has_room(most + WORK) else chunk

    def _tree_allowance(self) -> tuple[int, int]:
        """Returns how many simulations and candidates the tree may run before it must be asked again."""
        root_share, budget = 1 - self.options.tree_share, self.budget
        ends = [self.candidates + self._slice(TREE_CHUNK)]
        if root_share > 0:
            ends.append(math.ceil(self.root_work / root_share))
        ends += [end for end in (self.patience, budget.executions) if end is not None]
        simulations = TREE_CHUNK
        if budget.simulations is not None:
            simulations = min(simulations, budget.simulations - self.simulations)
        return simulations, min(ends) - self.candidates

    def step(self) -> bool:
        """Runs some simulations, of the root or of the searcher; returns False if nothing is left."""
        engine = self.engine
        if self._level_done and engine.is_exhausted:
            # The root has run every call within the bounds: whatever the tree could still run is in the bank.
            return False
        self._level_done = False
        wants_tree = self._searcher_name in SEARCHER_CLASSES and self.candidates >= TREE_STARTS
        wants_tree &= engine.is_split or self._part.num_parts == 1
        if wants_tree and self.searcher is None:
            self._plant().refresh()
            self._begin_refinement()
        behind = self.root_work > (1 - self.options.tree_share) * self.candidates
        before = self.candidates
        if self.searcher is not None and self._tree_left and behind:
            done = self.searcher.step(*self._tree_allowance())
            self._idle_steps = self._idle_steps + 1 if self.candidates == before else 0
            self._tree_left = done > 0 and self._idle_steps < MOST_IDLE_STEPS
            # To find that nothing is left takes a simulation as well.
            self.simulations += max(done, 1)
            return True
        self._idle_steps = 0
        size = self._slice(ROOT_CHUNK)
        self._level_done = engine.run_root(size, size)
        self.root_work += self.candidates - before
        self.simulations += max(1, math.ceil((self.candidates - before) / ROOT_CHUNK))
        is_common = self._part.num_parts > 1 and not engine.is_split
        if self._level_done and is_common and self.candidates >= SPLIT_AT:
            engine.split(self._part)
            self.split_after = self.candidates, self.simulations
        if self._level_done and self.tree is not None:
            self.tree.refresh()
            self._tree_left = True
            if self.refinement is not None:
                self.refinement.renew_root()
        return True

    def _plant(self) -> FocusTree:
        """Makes the tree, of its root alone, and the searcher in it."""
        self.tree = FocusTree(self.engine, self.options)
        self.searcher = SEARCHER_CLASSES[self._searcher_name](self.tree, self._rng)
        return self.tree

    def _begin_refinement(self) -> None:
        options, tree, searcher = self.options, self.tree, self.searcher
        if self.model is None or not self.prior.ranks or tree is None or searcher is None:
            return
        if options.model_ranks or options.model_values:
            self.refinement = Refinement(tree, self.model, self.request, options, searcher.rerank)
            self.refinement.renew_root()

    def refine(self) -> None:
        """Lets the model's answers into the tree, and asks it more."""
        if self.refinement is not None:
            seconds = self.budget.seconds
            wait = LONGEST_WAIT_S if seconds is None else min(LONGEST_WAIT_S, seconds - self.seconds)
            self.refinement.step(self.model_calls_left, max(wait, LEAST_WAIT_S))

    _level_done = False
    _tree_left = True
    _idle_steps = 0

    def state(self) -> SavedState:
        """Returns all that a search must know to go on as this one would; between two steps."""
        parts = {"engine": engine_state(self.engine)}
        if self.tree is not None and self.searcher is not None:
            parts |= {"tree": self.tree.state(), "searcher": self.searcher.state()}
        if self.refinement is not None:
            parts["refinement"] = self.refinement.state()
        facts = {
            "prices": prices_facts(self.prices),
            "counters": {name: getattr(self, name) for name in _COUNTERS},
            "generator": generator_facts(self._rng),
            "model": model_facts(self.prior, self.model),
            "seconds": self.seconds,
        }
        return joined(facts, parts)

    def _restore(self, save: Save) -> None:
        """Makes this the search that was saved; it has not begun.

        Raises:
          SaveError: the save is damaged; this search is then of no use.
        """
        facts = save.facts
        if "tree" in facts:  # a new tree writes into the engine's memory, which is then the saved one
            self._plant()
        restore_engine(self.engine, save, facts["engine"])
        for name, count in facts["counters"].items():
            setattr(self, name, count)
        restore_generator(self._rng, facts["generator"])
        restore_model(self.prior, self.model, facts["model"])
        if self.tree is not None and self.searcher is not None:
            self.tree.restore(save, facts["tree"])
            self.searcher.restore(save, facts["searcher"])
        if "refinement" in facts:
            self._begin_refinement()
            assert self.refinement is not None
            self.refinement.restore(save, facts["refinement"])
        self.started = time.perf_counter() - facts["seconds"]

    def tree_hash(self) -> str:
        """Returns a hash of all contents, derivations and visits."""
        # A search that goes on from a save has other stamps, which decide nothing.
        forget_stamps(self.engine.memory, self.engine.bank.pool)
        arrays = [self.engine.bank.pool[: int(self.engine.memory[at.POOL_TOP])]]
        if self.tree is not None:
            arrays += [
                self.tree.nodes[: self.tree.num_nodes * kernels.NODE_WORDS],
                self.tree.arms[: self.tree.num_arms * kernels.ARM_WORDS],
                self.tree.scores[: self.tree.num_nodes * kernels.SCORE_WORDS],
            ]
        return hash_of(arrays)

    def progress(self) -> Progress:
        """Returns how far the search is."""
        memory = self.engine.memory
        best = self.engine.best_cost
        return Progress(
            self.seconds, self.candidates, int(memory[at.DISTINCT]), int(memory[at.LEVEL]),
            self.tree.num_nodes if self.tree else 0, best if best < at.INFINITE_COST else None,
        )  # fmt: skip


_COUNTERS = ("simulations", "root_work", "_level_done", "_tree_left", "_idle_steps")
