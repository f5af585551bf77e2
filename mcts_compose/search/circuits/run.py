"""Search for a small circuit: exact search by size, and decomposition with improvement, in turns.

The exact search alone proves how small a circuit can be, and finds it where that is up to about ten gates;
larger circuits come from a decomposition that is then improved. Both get shares of the budget that depend on
its counts alone, so that equal seeds give equal results. Whichever searcher is asked for, this runs:
`enumerate` is the exact search by itself, and all others take both.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from mcts_compose.search.circuits.answer import straight_line
from mcts_compose.search.circuits.basis import Basis, basis_of
from mcts_compose.search.circuits.build import find_parts
from mcts_compose.search.circuits.circuit import Circuit
from mcts_compose.search.circuits.closure import are_out_of_reach
from mcts_compose.search.circuits.exact import ANY_SIZE, ExactSearch, wrong_rows
from mcts_compose.search.circuits.rows import Rows, problem_rows
from mcts_compose.search.circuits.walks import Walks
from mcts_compose.search.straight_lines import StraightLine, WordProblem

TURN = 20_000_000
"""Gate values of a turn, some 0.3 s; the first exact one settles seven gates on four inputs. Measured."""
EXACT_SHARE = 4
"""One turn in so many is the exact search's; every other one if the best circuit is small. Untuned."""
SMALL = 12
"""Gates up to which a proof may come within a minute: ten on four inputs took 16 s. Measured."""
SETTLED = 4
"""Turns after which a search that does not optimise is content with what it has. Untuned."""


@dataclass(frozen=True)
class CircuitProgress:
    """How far a running search is: gate values made, size of the best circuit, bound that is proven."""

    seconds: float
    executions: int
    best_size: int | None
    proven_lower_bound: int


@dataclass(frozen=True)
class CircuitOutcome:
    """The end of a search.

    Attributes:
      solution: the smallest circuit found, or None.
      size: gates of it that count, or None.
      proven_minimal: whether none is smaller.
      proven_lower_bound: no circuit of fewer gates exists.
      executions: gate values made.
      distinct: sets of functions that the exact search met, each once.
      simulations: turns of either search.
      nodes: as `distinct`.
      stopped: `solved`, `exhausted`, or `budget:` with the measure that ended it.
      seconds: wall time.
      tree_hash: hash of the circuit and of the counts; equal for equal seeds and budgets in executions.
    """

    solution: StraightLine | None
    size: int | None
    proven_minimal: bool
    proven_lower_bound: int
    executions: int
    distinct: int
    simulations: int
    nodes: int
    stopped: str
    seconds: float
    tree_hash: str


class _Run:
    """One search: who has the next turn, what is known, and when it ends."""

    def __init__(self, rows: Rows, basis: Basis, seed: int, max_length: int | None) -> None:
        self.rows = rows
        self._basis = basis
        self._random = np.random.default_rng(seed)
        self._most = max_length
        self.exact = ExactSearch(rows, basis, most_gates=ANY_SIZE if max_length is None else max_length)
        self.walks: Walks | None = None
        self.best: Circuit | None = None
        self.is_impossible = False
        self.turns = 0
        if rows.is_consistent and not len(rows.goals):
            self.best = Circuit(len(rows.sources), (), ())

    @property
    def executions(self) -> int:
        """Gate values made so far."""
        return self.exact.executions + (0 if self.walks is None else self.walks.executions)

    @property
    def is_proven(self) -> bool:
        """Whether nothing smaller than the best is possible, or nothing at all."""
        if self.best is not None:
            return self.best.size <= self.exact.proven
        return self.exact.is_exhausted or self.is_impossible

    def keep(self, circuit: Circuit | None) -> None:
        """Takes a circuit if it is the smallest so far and no longer than allowed."""
        if circuit is None or (self._most is not None and circuit.size > self._most):
            return
        if self.best is None or circuit.size < self.best.size:
            if len(wrong_rows(circuit, self.rows)):
                raise AssertionError("a circuit that was improved must make the goals still")
            self.best = circuit

    def start(self, *, walks: bool) -> None:
        """Makes the first circuit, or finds that the basis can make none."""
        parts = find_parts(self._basis)
        if parts is None:
            self.is_impossible = are_out_of_reach(self.rows, self._basis)
        elif walks:
            self.walks = Walks(self.rows, self._basis, parts, self._random)
            self.walks.start()
            self.keep(self.walks.best)

    def turn(self, executions: int, goes_on: Callable[[], bool], *, exact_only: bool = False) -> bool:
        """Lets one of the searches go on; returns False if there is none that can."""
        share = 2 if self.best is not None and self.best.size <= SMALL else EXACT_SHARE
        is_exact_turn = exact_only or self.walks is None or self.turns % share == 0
        self.turns += 1
        if is_exact_turn and not self.exact.is_over:
            self.exact.run(executions, goes_on)
            self.keep(self.exact.circuit)
            return True
        if self.walks is None:
            return False
        self.walks.turn(executions, goes_on, self.exact.proven)
        self.keep(self.walks.best)
        return True


@cache
def warm() -> None:
    """Compiles what the search calls, on a tiny problem; what that takes counts towards no budget."""
    basis = basis_of(("and", "nand", "or", "nor", "andn", "orn"), ("not",))
    words = np.array([[0b0011], [0b0101]], np.uint64)
    cares = np.array([[0b1111]], np.uint64)
    problem = WordProblem(1, words, words[:1] ^ words[1:], cares, basis.operators, ())
    run = _Run(problem_rows(problem, basis), basis, 0, None)
    run.start(walks=True)
    for _ in range(2):
        run.turn(1000, lambda: True)


def run_circuit(
    problem: WordProblem,
    *,
    searcher: str = "mcts",
    seconds: float | None = None,
    executions: int | None = None,
    simulations: int | None = None,
    memory_mb: int | None = None,
    seed: int = 0,
    max_length: int | None = None,
    optimise: bool = True,
    free: tuple[str, ...] = (),
    prove_none_shorter_than: int | None = None,
    on_progress: Callable[[CircuitProgress], None] | None = None,
) -> CircuitOutcome:
    """Searches for a circuit of few gates.

    Args:
      problem: the truth table; 64 rows in a word.
      searcher: `enumerate` for the exact search alone; any other name for both.
      seconds: wall time at most, compiling not counted.
      executions: gate values at most.
      simulations: turns at most, each of up to some ten million gate values.
      memory_mb: not read: the search's memory does not grow (some MB).
      seed: decides the decompositions and the walks.
      max_length: gates that count at most.
      optimise: whether to go on for a smaller circuit, or for a proof, after the first.
      free: mnemonics that cost nothing, `not` for graphs of gates with inverters.
      prove_none_shorter_than: goes on until no circuit of fewer gates is possible, or one is found.
      on_progress: told about every turn.

    Returns:
      The best circuit, and what is proven; `stopped` is `solved` with a circuit that meets what was asked,
      `exhausted` with a proof that there is none within `max_length`.

    Raises:
      InputError: if an operator is no gate, or inputs and goals differ in their rows.
    """
    warm()
    began = time.perf_counter()
    basis = basis_of(problem.operators, free)
    run = _Run(problem_rows(problem, basis), basis, seed, max_length)

    def goes_on() -> bool:
        return seconds is None or time.perf_counter() - began < seconds

    def left() -> int:
        return 2**62 if executions is None else executions - run.executions

    def is_done() -> bool:
        if run.is_proven:
            return True
        if prove_none_shorter_than is not None:
            is_smaller = run.best is not None and run.best.size < prove_none_shorter_than
            return is_smaller or run.exact.proven >= prove_none_shorter_than
        return run.best is not None and not optimise and run.turns >= SETTLED

    if not run.is_proven:
        run.start(walks=searcher != "enumerate")
    stopped = "solved"
    while not is_done():
        if left() <= 0 or not goes_on() or run.turns == simulations:
            measure = "executions" if left() <= 0 else "seconds" if not goes_on() else "simulations"
            stopped = f"budget:{measure}"
            break
        if not run.turn(min(left(), TURN), goes_on, exact_only=prove_none_shorter_than is not None):
            stopped = "budget:memory"
            break
        if on_progress is not None:
            best = None if run.best is None else run.best.size
            spent = time.perf_counter() - began
            on_progress(CircuitProgress(spent, run.executions, best, run.exact.proven))
    if stopped == "solved" and run.best is None:
        stopped = "exhausted"
    return _outcome(problem, run, basis, stopped, time.perf_counter() - began)


def _outcome(problem: WordProblem, run: _Run, basis: Basis, stopped: str, seconds: float) -> CircuitOutcome:
    solution = None if run.best is None else straight_line(problem, run.rows, run.best, basis)
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((solution, run.executions, run.exact.nodes, run.turns, run.exact.proven)).encode())
    return CircuitOutcome(
        solution=solution,
        size=None if run.best is None else run.best.size,
        proven_minimal=run.best is not None and run.best.size <= run.exact.proven,
        proven_lower_bound=run.exact.proven,
        executions=run.executions,
        distinct=run.exact.nodes,
        simulations=run.turns,
        nodes=run.exact.nodes,
        stopped=stopped,
        seconds=seconds,
        tree_hash=digest.hexdigest(),
    )
