"""Decides which family a task belongs to, and which searchers that family has.

Nothing heavy is imported here, since every command asks.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from mcts_compose.errors import InputError, nearest, shown
from mcts_compose.task import Task, UnsupportedTask
from mcts_compose.task_memory import FixedMemory
from vm.assembly.isa import ASSEMBLY_ROWS

if TYPE_CHECKING:
    from mcts_compose.budget import Budget
    from mcts_compose.saves.saver import Saver
    from mcts_compose.search import Progress, SearchOutcome
    from mcts_compose.search.fixed.crew import Crew
    from mcts_compose.search.options import SearchOptions
    from priors.base import Prior
    from vm.assembly.program import AssemblyProgram


@dataclass(frozen=True)
class Request:
    """What a search is asked for besides the task.

    Attributes:
      searcher: one of the family's.
      prior: ranks actions; array tasks and tasks with fixed memory ask it.
      base_prior: what a prior that is a model is mixed with.
      budget: bounds of the search.
      seed: seed of everything random.
      options: switches of the search.
      on_progress: called now and then.
      on_program: called with every shortest program, if `options.all` asks for them.
      saver: saves the search; array tasks and tasks with fixed memory whose rows fit into tables are saved,
        the others begin anew after a kill.
      crew: who does the parts of a search in parts; None: this process, in turn.
    """

    searcher: str
    prior: Prior
    base_prior: Prior
    budget: Budget
    seed: int
    options: SearchOptions
    on_progress: Callable[[Progress], None] | None = None
    on_program: Callable[[AssemblyProgram], None] | None = None
    saver: Saver | None = None
    crew: Crew | None = None


class FamilyModule(Protocol):
    """What the module of a family has."""

    def check(self, task: Task, request: Request) -> None:
        """Checks that the family can do what is asked for, and raises `InputError` if not."""
        ...

    def search(self, task: Task, request: Request) -> SearchOutcome:
        """Searches for a program that fits the shown examples of a task."""
        ...


BASE_PRIOR = "frequency"
ARRAY_PRIOR = "bundled"
"""Chosen by `benchmarks.model_crossfit` and `benchmarks.priors`, at equal wall time on one core."""


class Family(NamedTuple):
    """One kind of task.

    Attributes:
      name: in words, plural.
      searchers: names; the first is the default.
      module: where its `search` is.
      room: the folder of its kernels, below `search`.
      prior: the prior that is asked unless another is named.
      has_parts: whether a search can be split into parts.
    """

    name: str
    searchers: tuple[str, ...]
    module: str
    room: str = ""
    prior: str = BASE_PRIOR
    has_parts: bool = False

    def load(self) -> FamilyModule:
        """Returns the module, which may bring the compiler along."""
        return cast(FamilyModule, importlib.import_module(self.module))


def _arrays() -> tuple[str, ...]:
    from mcts_compose.search import SAMPLE, SEARCHERS

    return (*SEARCHERS, SAMPLE)


ASSEMBLY_SEARCHERS = ("mcts", "best-first", "enumerate")
FIXED = Family(
    "tasks with fixed memory", ASSEMBLY_SEARCHERS, "mcts_compose.families.fixed", "fixed", has_parts=True
)
JUMPING = Family(
    "tasks of programs with jumps", ("mcts", "enumerate"), "mcts_compose.families.jumping", "jumping"
)
WORDS = Family("bit tricks", ASSEMBLY_SEARCHERS, "mcts_compose.families.words", "words")
CIRCUITS = Family("circuits", ASSEMBLY_SEARCHERS, "mcts_compose.families.circuits", "circuits")


def family_of(task: Task) -> Family:
    """Returns the family that a task belongs to."""
    memory = task.memory
    if memory is None:
        return Family(
            "array tasks", _arrays(), "mcts_compose.families.arrays", prior=ARRAY_PRIOR, has_parts=True
        )
    if isinstance(memory, FixedMemory):
        is_straight = all(ASSEMBLY_ROWS[name].is_straight for name in memory.instructions)
        return FIXED if is_straight else JUMPING
    return CIRCUITS if memory.set == "gates" else WORDS


def default_prior(task: Task | UnsupportedTask) -> str:
    """Returns the name of the prior that is asked about a task unless another is named."""
    return family_of(task).prior if isinstance(task, Task) else ARRAY_PRIOR


def check_search(name: str, task: Task | None = None) -> None:
    """Checks that a searcher of that name exists, and does a task's family if one is given.

    Raises:
      InputError: it does not; the message lists those that do.
    """
    known = _arrays()
    if name not in known:
        hint = nearest(name, known)
        raise InputError(f"unknown search {shown(name)}; known ones are {', '.join(known)}{hint}")
    if task is None:
        return
    family = family_of(task)
    if name not in family.searchers:
        has = ", ".join(family.searchers)
        raise InputError(f"task {task.id}: search {shown(name)} does not do {family.name}, which have {has}")


def check_parts(task: Task, parts: int) -> None:
    """Checks that a task's search can be split into so many parts.

    Raises:
      InputError: it cannot be split.
    """
    family = family_of(task)
    if parts > 1 and not family.has_parts:
        raise InputError(f"task {task.id}: --parts is {parts}, but {family.name} are searched in one part")


def refuse(task: Task, request: Request, names: tuple[str, ...], family: str) -> None:
    """Checks that no option is given that a family has no answer to.

    Raises:
      InputError: one is.
    """
    for name in names:
        if getattr(request.options, name):
            flag = f"--{name.replace('_', '-')}"
            raise InputError(f"task {task.id}: {flag} is not for {family}; leave it out")
