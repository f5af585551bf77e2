"""Tasks with fixed memory whose instructions jump."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mcts_compose.families.choice import Request
from mcts_compose.families.fixed import as_wanted, options_of, problem_of
from mcts_compose.task import Task
from vm.assembly.program import AssemblyProgram

if TYPE_CHECKING:
    from mcts_compose.search import SearchOutcome


def check(task: Task, request: Request) -> None:
    """Checks nothing: this family does all options."""


def search(task: Task, request: Request) -> SearchOutcome:
    """Searches for a program with jumps that writes the task's cells."""
    from mcts_compose.search.jumping.run import run_jumping

    def hand_on(program: AssemblyProgram) -> None:
        if request.on_program is not None:
            request.on_program(as_wanted(program, task))

    outcome = run_jumping(
        problem_of(task, request.options.max_length), searcher=request.searcher, budget=request.budget,
        seed=request.seed, options=options_of(request), on_progress=request.on_progress,
        on_program=hand_on,
    )  # fmt: skip
    if not isinstance(outcome.program, AssemblyProgram):
        return outcome
    return dataclasses.replace(outcome, program=as_wanted(outcome.program, task))
