"""One search for a straight line of word operations: shares the work, and decides when to stop."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import cache

import numpy as np

from mcts_compose.errors import InputError
from mcts_compose.search.straight_lines import StraightLine, WordProblem
from mcts_compose.search.words import layout as at
from mcts_compose.search.words.focus_tree import FocusTree
from mcts_compose.search.words.forward import Enumeration
from mcts_compose.search.words.operators import operators_of
from mcts_compose.search.words.outcome import WordsOutcome, WordsProgress
from mcts_compose.search.words.solution import Hit, new_hits, num_carries, price_of, read_solution
from mcts_compose.search.words.store import make_bank

SEARCHERS = ("mcts", "enumerate", "best-first")
PATIENCE = 2.0
"""The search goes on for a cheaper program up to this many times the work of the first hit (untuned)."""
PATIENCE_FLOOR = 200_000
"""Candidates tried in any case after the first hit (untuned)."""

TREE_LEVEL = 3
"""Cost that the enumeration must have reached before the tree begins: shallow tasks end before (untuned)."""
TREE_SHARE = 0.55
"""Share of the candidates that is the tree's, while the bank has room (untuned)."""
FULL_TREE_SHARE = 0.8
"""The same when the bank is full, and the enumeration only looks for hits (untuned)."""

HASHED = 61
"""Of so many contents of the enumeration the hash of a search covers one."""


class _Search:
    """The state of one `run_words` call."""

    def __init__(
        self, problem: WordProblem, searcher: str, memory_mb: int, seed: int, max_length: int | None
    ) -> None:
        self.started = time.perf_counter()
        self.problem, self.searcher, self.max_length = problem, searcher, max_length
        self.operators = operators_of(problem.operators, is_weighted=searcher != "enumerate")
        self.bank = make_bank(problem, memory_mb)
        self.enumeration = Enumeration(problem, self.bank, self.operators)
        self.best: StraightLine | None = None
        self.best_key: tuple[int, ...] | None = None
        self.best_cost = at.NO_LIMIT
        self.first_hit_at = 0
        self.simulations = 0
        self._tree: FocusTree | None = None
        self._tree_level = 0
        self._tree_work = 0.0
        self._root_work = 0
        self._tree_goes_on = self._root_goes_on = True
        self._hits: list[Hit | None] = [None] * len(problem.goals)
        self._hit_costs = [at.NO_LIMIT] * len(problem.goals)
        self._outputs = self._same_outputs()
        self._work = self.enumeration.work()
        self.take_hits()

    def _same_outputs(self) -> list[list[int]]:
        """Returns for every goal the outputs that want it: the table finds only the first of equal goals."""
        goals, cares = self.problem.goals, self.problem.cares
        return [
            [
                other
                for other in range(len(goals))
                if (goals[other] == goals[each]).all() and (cares[other] == cares[each]).all()
            ]
            for each in range(len(goals))
        ]

    @property
    def executions(self) -> int:
        return int(self.bank.state[at.EXECUTIONS])

    @property
    def distinct(self) -> int:
        state = self.bank.state
        return int(state[at.COUNT] + state[at.INNER_COUNT] - state[at.FORWARD_END])

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def step(self) -> bool:
        """Goes on for a chunk of candidates or a step of the tree; returns False if nothing is left."""
        if self._is_trees_turn():
            tree = self.tree()
            self._tree_goes_on = tree.step()
            self._tree_work = tree.work
            self.simulations += 1
        else:
            before = self.executions
            self._root_goes_on = next(self._work, self) is not self
            self._root_work += self.executions - before
        self.take_hits()
        if self.searcher == "enumerate" or self.enumeration.is_closed:
            return self._root_goes_on
        return self._root_goes_on or self._tree_goes_on

    def _is_trees_turn(self) -> bool:
        """Says whether the tree is to go on rather than the enumeration."""
        if self.searcher == "enumerate" or not self._tree_goes_on or self.enumeration.level < TREE_LEVEL:
            return False
        if not self._root_goes_on:
            return True
        is_full = self.bank.state[at.IS_FULL] & 1
        share = FULL_TREE_SHARE if is_full else TREE_SHARE
        return self._tree_work * (1 - share) < self._root_work * share

    def tree(self) -> FocusTree:
        """Returns the tree, which begins with the contents there are; its root follows the enumeration."""
        if self._tree is None:
            is_greedy = self.searcher == "best-first"
            self._tree = FocusTree(self.bank, self.operators, self.enumeration, is_greedy=is_greedy)
            self._tree_level = 0
        if self._tree_level < self.enumeration.level:
            self._tree_level = self.enumeration.level
            self._tree.grow_root()
        return self._tree

    @property
    def nodes(self) -> int:
        return 0 if self._tree is None else self._tree.nodes

    def take_hits(self) -> None:
        """Keeps the best program among the new hits."""
        bank = self.bank
        for hit in new_hits(bank):
            cost = int(bank.costs[hit.goal]) + int(bank.costs[hit.contents])
            for output in self._outputs[hit.output]:
                self._consider(hit._replace(output=output), cost)
        bank.state[at.LIMIT] = max(self._hit_costs)

    def _consider(self, hit: Hit, cost: int) -> None:
        """Takes the program with this hit if it is better than the best so far."""
        hits = list(self._hits)
        hits[hit.output] = hit
        known = tuple(each for each in hits if each is not None)
        if len(known) < len(hits):
            if cost < self._hit_costs[hit.output]:
                self._hits, self._hit_costs[hit.output] = hits, cost
            return
        program = read_solution(self.bank, self.operators, len(self.problem.inputs), known)
        if self.max_length is not None and len(program.lines) > self.max_length:
            return
        key = price_of(program, self.operators), len(program.lines), num_carries(program)
        if self.best_key is None:
            self.first_hit_at = self.executions
        if self.best_key is None or key < self.best_key:
            self.best, self.best_key, self._hits = program, key, hits
            self._hit_costs[hit.output] = cost
            self.best_cost = max(self._hit_costs)

    def is_settled(self) -> bool:
        """Says whether the program found is good enough to stop."""
        if self.best_key is None:
            return False
        if self.enumeration.level >= self.best_cost:
            return True
        if self.searcher == "enumerate":
            return False
        return self.executions >= self.first_hit_at * PATIENCE + PATIENCE_FLOOR

    def tree_hash(self) -> str:
        """Returns a hash of the counters, of what tree and goals are made of, and of a part of the bank.

        The part is every `HASHED`-th contents of the enumeration: to hash all of a large bank takes a second.
        """
        digest = hashlib.blake2b(digest_size=12)
        bank = self.bank
        state = [int(word) for word in bank.state]
        how = bank.how.reshape(-1, 4)
        digest.update(bank.state.data)
        digest.update(np.ascontiguousarray(how[: state[at.COUNT] : HASHED]).data)
        digest.update(how[state[at.FORWARD_END] : state[at.INNER_COUNT]].data)
        digest.update(how[state[at.INNER_END] : state[at.GOAL_COUNT]].data)
        return digest.hexdigest()


@cache
def warm(is_wide: bool) -> None:
    """Compiles all kernels, for words of more than 32 bits or of fewer: before a clock starts."""
    operators = ("neg", "add", "xor", "shl", "ult", "ite")
    inputs = np.arange(8, dtype=np.uint64).reshape(1, 8)
    goals = np.array([[7, 1, 3, 0, 9, 4, 4, 6]], np.uint64)
    cares = np.full_like(goals, (1 << 40) - 1 if is_wide else 255)
    problem = WordProblem(40 if is_wide else 8, inputs, goals, cares, operators, (1, 2))
    search = _Search(problem, "mcts", 1, 0, None)
    while search.enumeration.level < TREE_LEVEL:
        search.step()
    search.tree().warm()


def run_words(
    problem: WordProblem,
    *,
    searcher: str = "mcts",
    seconds: float | None = None,
    executions: int | None = None,
    simulations: int | None = None,
    memory_mb: int = 2000,
    seed: int = 0,
    max_length: int | None = None,
    stop_after_first: bool = False,
    on_progress: Callable[[WordsProgress], None] | None = None,
) -> WordsOutcome:
    """Searches for a straight line of word operations that meets all goals.

    Args:
      problem: inputs, goals and operators.
      searcher: `enumerate` goes by cost alone and says what is shortest as an expression; `mcts` gives a part
        of the work to a tree over promising contents; `best-first` lets their value alone decide.
      seconds: wall time, None for no bound; as are the next two.
      executions: candidates.
      simulations: passes of select, expand and back up.
      memory_mb: for the bank. A full bank does not end the search of a tree.
      seed: of the tree.
      max_length: programs of more lines are out of bounds.
      stop_after_first: whether the first program is good enough.
      on_progress: called now and then.

    Raises:
      InputError: the searcher or an operator is unknown.
    """
    if searcher not in SEARCHERS:
        raise InputError(f"the search is {searcher!r}, but should be one of {', '.join(SEARCHERS)}")
    warm(problem.width > 32)
    search = _Search(problem, searcher, memory_mb, seed, max_length)
    stopped = _stop_reason(search, seconds, executions, simulations, stop_after_first)
    while stopped is None:
        if not search.step():
            stopped = "solved" if search.best else _end(search)
            break
        if on_progress is not None:
            best = None if search.best is None else len(search.best.lines)
            level = search.enumeration.level
            on_progress(
                WordsProgress(search.seconds, search.executions, search.distinct, level, search.nodes, best)
            )
        stopped = _stop_reason(search, seconds, executions, simulations, stop_after_first)
    return WordsOutcome(
        solution=search.best,
        executions=search.executions,
        distinct=search.distinct,
        simulations=search.simulations,
        nodes=search.nodes,
        stopped=stopped,
        seconds=search.seconds,
        tree_hash=search.tree_hash(),
    )


def _stop_reason(
    search: _Search, seconds: float | None, executions: int | None, simulations: int | None, first: bool
) -> str | None:
    """Returns why the search ends now, or None."""
    if search.is_settled() or (first and search.best is not None):
        return "solved"
    spent = None
    if seconds is not None and search.seconds >= seconds:
        spent = "budget:seconds"
    if executions is not None and search.executions >= executions:
        spent = "budget:executions"
    if simulations is not None and search.simulations >= simulations:
        spent = "budget:simulations"
    return spent if spent is None or search.best is None else "solved"


def _end(search: _Search) -> str:
    """Returns why a search without a program has nothing left to do."""
    return "exhausted" if search.enumeration.is_closed else "budget:memory"
