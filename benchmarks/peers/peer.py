"""Decides what a peer is: a solver that is not ours, and how its answers become results beside ours.

A peer sees a task as our search does, without held-out examples. What it answers is run on every example: by
our machine where it is a program of ours, by an evaluator of its own language (`scalar_terms`) where it is
not. A peer's own word counts for nothing.

A peer counts no candidates, and has no tree and no prior: its results say 0, None or nothing of them, and the
configuration of its run says so by `UNMEASURED`, so that comparisons leave them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import msgspec

from benchmarks.comparison.measures import CANDIDATES, UNMEASURED
from benchmarks.peers.errors import PeerError
from benchmarks.peers.own_process import DEFAULT_MEMORY_MB
from benchmarks.peers.scalar_terms import Scalar, ScalarProgram, ScalarTermError
from mcts_compose.cluster.jobs import AnyTask, Solver
from mcts_compose.errors import UnsupportedError
from mcts_compose.results.record import Result
from mcts_compose.results.suite_run import RunProgress, run_suite
from mcts_compose.results.verdicts import is_solved
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.settings import Settings
from mcts_compose.solving import REFUTED, judged
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.verification.cegis import Checked
from mcts_compose.verification.check import verify

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram

PeerProgram: TypeAlias = "AssemblyProgram | ScalarProgram"
BY_EXAMPLES = "the answer is no program of this machine, and judged by examples"


class PeerAnswer(NamedTuple):
    """What a peer says of one task.

    Attributes:
      program: its answer; None without one.
      stopped: as of a result.
      seconds: wall time that it took, without its start.
    """

    program: PeerProgram | None
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

    def check(self, task: Task) -> None:
        """Checks that a task is of a kind that the peer does.

        Raises:
          UnsupportedError: it is not.
        """
        ...

    def answer(self, task: Task, seconds: float, memory_mb: int) -> PeerAnswer:
        """Returns what the peer says within a wall time and a memory, at the end of which it is stopped.

        Raises:
          PeerError: it failed.
        """
        ...


def run_peer(
    peer: Peer,
    suites: Mapping[str, Sequence[AnyTask]],
    seconds: float,
    out_dir: Path,
    on_progress: Callable[[RunProgress], None] | None = None,
    memory_mb: int | None = None,
) -> list[Result]:
    """Puts every task of every suite to a peer; as `run_suite`, whose files and resuming it shares.

    Args:
      peer: the solver.
      suites: tasks by the name under which their results are recorded.
      seconds: wall time a task.
      out_dir: the run directory.
      on_progress: as of `run_suite`.
      memory_mb: what its process may take, in units of 2**20 bytes; None: as much as one of our searches.
    """
    settings = Settings(search=peer.name, prior="", seconds=seconds, memory_mb=memory_mb)
    solver = _solver_of(peer, seconds, memory_mb or DEFAULT_MEMORY_MB)
    more = {"peer": dict(peer.settings), UNMEASURED: [CANDIDATES]}
    return run_suite(suites, settings, out_dir, (0,), on_progress, solver=solver, solver_config=more)


def supported_by(peer: Peer, suites: Mapping[str, Sequence[AnyTask]]) -> dict[str, Sequence[AnyTask]]:
    """Returns the suites, in which tasks that the peer does not do are unsupported, each with its reason."""
    return {name: [_supported(peer, task) for task in tasks] for name, tasks in suites.items()}


def _supported(peer: Peer, task: AnyTask) -> AnyTask:
    if isinstance(task, Task):
        try:
            peer.check(task)
        except UnsupportedError as error:
            return UnsupportedTask(task.id, task.name, task.group, str(error), task.hash)
    return task


def _solver_of(peer: Peer, seconds: float, memory_mb: int) -> Solver:
    def solve_one(task: Task, *, seed: int, suite: str) -> Result:
        answer = peer.answer(task, seconds, memory_mb)
        own = answer.program
        program = None if isinstance(own, ScalarProgram) else own
        is_checked = program is not None and is_solved(program, task)
        checked = Checked(_outcome(answer, program), verify(program, task) if is_checked else None, 0, 0.0)
        result = judged(task, checked, search=peer.name, prior="", seed=seed, suite=suite)
        return _with_verdict(result, own, task) if isinstance(own, ScalarProgram) else result

    return solve_one


def _outcome(answer: PeerAnswer, program: AssemblyProgram | None) -> SearchOutcome:
    """Returns an answer as the outcome of a search that counted nothing."""
    return SearchOutcome(
        program=program, cost=None, simulations=0, executions=0, distinct=0, model_calls=0, nodes=0,
        stopped=answer.stopped, seconds=answer.seconds, tree_hash="",
    )  # fmt: skip


def _with_verdict(result: Result, program: ScalarProgram, task: Task) -> Result:
    """Returns the result with what examples say of an answer that is no program of our machine."""
    solved = _is_right_on(program, task.inputs, task.outputs)
    held_out = _is_right_on(program, task.test_inputs, task.test_outputs) if task.test_outputs else None
    return msgspec.structs.replace(
        result,
        answer=program.text,
        length=program.length,
        solved=solved,
        generalises=held_out if solved else None,
        stopped=result.stopped if solved else "error",
        error=None if solved else REFUTED,
        verified="examples" if solved else None,
        unverified=BY_EXAMPLES if solved else None,
    )


def _is_right_on(
    program: ScalarProgram, inputs: Sequence[Sequence[object]], outputs: Sequence[object]
) -> bool:
    """Says whether an answer gives the wanted values, of the wanted types.

    Raises:
      PeerError: it has an operator that the evaluator does not know.
    """
    for arguments, wanted in zip(inputs, outputs, strict=True):
        try:
            given = program(*map(_scalar, arguments))
        except ScalarTermError as error:
            raise PeerError(f"the answer cannot be evaluated: {error}") from None
        if type(given) is not type(wanted) or given != wanted:
            return False
    return True


def _scalar(value: object) -> Scalar:
    assert isinstance(value, int | str)  # the peer has checked the types
    return value
