"""Decides what a peer is: a solver that is not ours, and how its answers become results beside ours.

A peer sees a task as our search does, without held-out examples. What it answers must be a program of our
machine, which runs it on every example: a peer's own word counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mcts_compose.cluster.jobs import AnyTask, Solver
from mcts_compose.results.record import Result
from mcts_compose.results.suite_run import RunProgress, run_suite
from mcts_compose.results.verdicts import is_solved
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.settings import Settings
from mcts_compose.solving import judged
from mcts_compose.task import Task
from mcts_compose.verification.cegis import Checked
from mcts_compose.verification.check import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from vm.assembly.program import AssemblyProgram


class PeerAnswer(NamedTuple):
    """What a peer says of one task.

    Attributes:
      program: its answer; None without one.
      stopped: as of a result.
      seconds: wall time that it took, without its start.
    """

    program: AssemblyProgram | None
    stopped: str
    seconds: float


class Peer(Protocol):
    """A solver that is not ours.

    Attributes:
      name: recorded as the search.
      settings: what else its answers depend on, its version included; a run is resumed only with the same.
    """

    name: str
    settings: Mapping[str, str]

    def answer(self, task: Task, seconds: float) -> PeerAnswer:
        """Returns what the peer says within a wall time, at the end of which it is stopped.

        Raises:
          UnsupportedError: the task is of a kind that it does not do.
          PeerError: it failed.
        """
        ...


def run_peer(
    peer: Peer,
    suites: Mapping[str, Sequence[AnyTask]],
    seconds: float,
    out_dir: Path,
    on_progress: Callable[[RunProgress], None] | None = None,
) -> list[Result]:
    """Puts every task of every suite to a peer; as `run_suite`, whose files and resuming it shares."""
    settings = Settings(search=peer.name, prior="", seconds=seconds)
    solver = _solver_of(peer, seconds)
    more = {"peer": dict(peer.settings)}
    return run_suite(suites, settings, out_dir, (0,), on_progress, solver=solver, solver_config=more)


def _solver_of(peer: Peer, seconds: float) -> Solver:
    def solve_one(task: Task, *, seed: int, suite: str) -> Result:
        outcome = _outcome(peer.answer(task, seconds))
        is_checked = outcome.program is not None and is_solved(outcome.program, task)
        verification = verify(outcome.program, task) if is_checked and outcome.program is not None else None
        checked = Checked(outcome, verification, 0, 0.0)
        return judged(task, checked, search=peer.name, prior="", seed=seed, suite=suite)

    return solve_one


def _outcome(answer: PeerAnswer) -> SearchOutcome:
    """Returns an answer as the outcome of a search that counted nothing."""
    return SearchOutcome(
        program=answer.program, cost=None, simulations=0, executions=0, distinct=0, model_calls=0, nodes=0,
        stopped=answer.stopped, seconds=answer.seconds, tree_hash="",
    )  # fmt: skip
