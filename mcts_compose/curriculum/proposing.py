"""Decides how a prior is asked for sub-tasks of tasks that stay unsolved, and what is kept of its answers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcts_compose.cluster.jobs import prior_name
from mcts_compose.cluster.spreading import Spreading
from mcts_compose.curriculum.judging import judged
from mcts_compose.curriculum.plan import Asked, Proposal
from mcts_compose.curriculum.proposal_lines import Subtask, read_line
from mcts_compose.errors import InputError, printable
from mcts_compose.families.arrays import problem_of
from mcts_compose.library.names import free_name, name_of_task
from mcts_compose.library.offer import offered
from mcts_compose.search.asking import LONGEST_WAIT_S, Asker
from mcts_compose.search.pricing import price_request
from mcts_compose.solving import load_prior, prepare_prior
from mcts_compose.task import Task
from priors.base import SubtaskRequest
from priors.guard import GuardedPrior
from priors.registry import priors_with

if TYPE_CHECKING:
    from mcts_compose.cluster.session import RaySession
    from mcts_compose.curriculum.progress import Progress
    from mcts_compose.library.library import Library
    from mcts_compose.settings import Settings
    from priors.base import Prior

DEFAULT_PROPOSALS: Final = 4
"""Sub-tasks of one task that are looked at each time, of priors that propose (untuned)."""
MOST_UNREAD: Final = 20
"""Lines of one answer of which it is kept why they are no proposals."""
HANGS: Final = "the prior hangs, and is not asked again"


def num_proposals(wanted: int | None, tasks: Sequence[Task], settings: Settings) -> int:
    """Returns how many sub-tasks of a task are looked at each time; no model is loaded.

    Args:
      wanted: what the user says; None: as many as usual if the prior proposes, else none.
      tasks: of the run.
      settings: of the run, which name its prior.

    Raises:
      InputError: there is no such prior, or it proposes nothing although that is wanted.
    """
    if wanted == 0 or not tasks:
        return 0
    prior = load_prior(prior_name(tasks[0], settings), settings.prior_args)
    if prior.proposes:
        return DEFAULT_PROPOSALS if wanted is None else wanted
    if wanted is None:
        return 0
    raise InputError(
        f"--proposals {wanted} needs a prior that writes sub-tasks, which {prior.name!r} does not; "
        f"those that do are {', '.join(priors_with('proposes')) or 'none of those installed'}"
    )


@contextmanager
def asked_prior(task: Task, settings: Settings, session: RaySession | None) -> Iterator[Prior]:
    """Gives the prior of a run, ready to be asked; where workers ask a server, by one.

    Raises:
      InputError: it cannot be loaded.
    """
    with ExitStack() as stack:
        name = prior_name(task, settings)
        prior = load_prior(name, settings.prior_args)
        spreading = Spreading(settings, stack, session)
        spreading.serve({name: prior})
        if name not in spreading.served:
            prepare_prior(prior)
        yield spreading.served.get(name, prior)


def ask(
    prior: Prior,
    tasks: Sequence[Task],
    num: int,
    library: Library,
    progress: Progress,
    seed: int,
    *,
    on_task: Callable[[], None] | None = None,
) -> tuple[Asked, ...]:
    """Returns what a prior proposes for each task; whatever it does, there is an answer.

    Args:
      prior: one that proposes.
      tasks: with the skills that a search for them may call, and what it expects.
      num: sub-tasks of one task that are looked at.
      library: as it stands.
      progress: of the run.
      seed: another one for every run and generation.
      on_task: called before each task; what it raises ends the asking, and there is no answer.
    """
    answers: list[Asked] = []
    guarded = GuardedPrior(prior)
    asker = Asker(guarded)
    try:
        for task in tasks:
            if on_task is not None:
                on_task()
            if asker.in_flight:
                answers.append(Asked(task.id, failure=HANGS))
                continue
            guarded.first_failure = None
            problem = price_request(problem_of(task))
            own_seed = zlib.crc32(f"{seed} {task.id}".encode())
            asker.ask_subtasks([SubtaskRequest(problem, task.arg_names, num, own_seed)])
            lines = asker.subtasks(LONGEST_WAIT_S)
            reader = _Reader(task, num, library, progress, answers)
            for line in lines[0] if lines else ():
                reader.read(line)
            failure = None if guarded.first_failure is None else printable(guarded.first_failure)
            answers.append(reader.asked(failure))
    finally:
        asker.close()
    return tuple(answers)


class _Reader:
    """Turns the lines of one answer into proposals."""

    def __init__(
        self, task: Task, num: int, library: Library, progress: Progress, others: Sequence[Asked]
    ) -> None:
        self._task, self._num, self._library = task, num, library
        self._before = list(progress.proposals.get(task.id, ()))
        self._taken = {proposal.name for asked in others for proposal in asked.proposals}
        self._proposals: list[Proposal] = []
        self._unread: list[str] = []

    def asked(self, failure: str | None) -> Asked:
        """Returns what was read."""
        kept = tuple(self._unread[:MOST_UNREAD])
        return Asked(self._task.id, tuple(self._proposals), kept, len(self._unread) - len(kept), failure)

    def read(self, line: str) -> None:
        """Reads one more line."""
        try:
            steps = read_line(line, self._task)
        except InputError as error:
            self._unread.append(str(error))
            return
        for step in steps:
            if isinstance(step, InputError):
                self._unread.append(str(step))
            elif len(self._proposals) == self._num:
                self._unread.append(f"{self._num} sub-tasks had been read")
            else:
                self._take(step)

    def _take(self, step: Subtask) -> None:
        task, library = self._task, self._library
        number = len(self._before) + len(self._proposals) + 1
        name = free_name(
            name_of_task(step.name), lambda name: name in self._taken or library.entry(name) is not None
        )
        proposal = Proposal(
            id=f"{task.id}/proposal-{number}", task=task.id, name=name, description=step.description,
            input_types=tuple(map(str, step.input_types)), output_type=str(step.output_type),
            inputs=[list(row) for row in step.inputs], outputs=list(step.outputs),
            skills=offered(replace(task, description=step.description), (), library.entries),
        )  # fmt: skip
        before = [*self._before, *self._proposals]
        self._proposals.append(judged(proposal, step, task, library.table, before))
        self._taken.add(name)
