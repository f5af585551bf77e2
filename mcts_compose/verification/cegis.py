"""Decides how search and check work together: what a check finds wrong becomes an example of the next search.

Each round searches with what is left of the budget. Time spent on checks is not the search's: it is bounded
for each program, and reported on its own.

Source: Solar-Lezama et al., Combinatorial sketching for finite programs, ASPLOS 2006 (CEGIS).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mcts_compose.budget import Budget
from mcts_compose.results.verdicts import is_solved
from mcts_compose.task import Task
from mcts_compose.verification.verdict import Counterexample, Verification

if TYPE_CHECKING:
    from mcts_compose.results.verdicts import AnyProgram
    from mcts_compose.search.outcome import SearchOutcome

Search: TypeAlias = "Callable[[Task, Budget], SearchOutcome]"
Check: TypeAlias = "Callable[[AnyProgram, Task], Verification]"
LEAST_SECONDS = 0.001
"""A round with less left is not begun."""


class Checked(NamedTuple):
    """The end of all rounds.

    Attributes:
      outcome: of the last round, its costs those of all rounds; no program if the last one was refuted.
      verification: what is known of the program; None without one.
      num_counterexamples: examples that checks added.
      check_seconds: wall time of all checks.
    """

    outcome: SearchOutcome
    verification: Verification | None
    num_counterexamples: int
    check_seconds: float


def search_and_check(task: Task, search: Search, check: Check, budget: Budget) -> Checked:
    """Searches until a program passes its check, or the budget ends.

    Args:
      task: as the user gave it.
      search: searches a task within a budget; the task that it gets has neither reference nor held-out
        examples, and its shown ones grow.
      check: judges a program that fits the shown examples of a task.
      budget: for all rounds together.
    """
    shown = dataclasses.replace(
        task, test_inputs=(), test_outputs=(), reference=None, solution=None, specification=None
    )
    spent: SearchOutcome | None = None
    left = budget
    added = 0
    check_seconds = 0.0
    while True:
        spent = _together(spent, search(shown, left))
        program = spent.program
        if program is None or not is_solved(program, shown):
            return Checked(spent, None, added, check_seconds)
        begun = time.perf_counter()
        verification = check(program, task)
        check_seconds += time.perf_counter() - begun
        if not verification.counterexamples:
            return Checked(spent, verification, added, check_seconds)
        shown = _with_examples(shown, verification.counterexamples)
        added += len(verification.counterexamples)
        left, ended = _left(budget, spent)
        if ended is not None:
            refuted = dataclasses.replace(spent, program=None, cost=None, stopped=f"budget:{ended}")
            return Checked(refuted, None, added, check_seconds)


def _with_examples(task: Task, found: tuple[Counterexample, ...]) -> Task:
    return dataclasses.replace(
        task,
        inputs=task.inputs + tuple(each.inputs for each in found),
        outputs=task.outputs + tuple(each.output for each in found),
    )


def _together(before: SearchOutcome | None, last: SearchOutcome) -> SearchOutcome:
    """Returns the last outcome with the costs of all; bounds proved from fewer examples still hold."""
    if before is None:
        return last
    bounds = [each.none_shorter_than for each in (before, last) if each.none_shorter_than is not None]
    sums = {
        name: getattr(before, name) + getattr(last, name)
        for name in ("simulations", "executions", "distinct", "model_calls", "nodes", "seconds",
                     "table_seconds", "prior_failures", "model_passes", "model_tokens", "reused_tokens",
                     "cache_hits", "model_seconds", "refined", "save_seconds")
    }  # fmt: skip
    return dataclasses.replace(
        last, **sums, first_hit=None if last.first_hit is None else before.executions + last.first_hit,
        none_shorter_than=max(bounds, default=None),
        prior_failure=before.prior_failure or last.prior_failure,
    )  # fmt: skip


def _left(budget: Budget, spent: SearchOutcome) -> tuple[Budget, str | None]:
    """Returns what is left of a budget, and the measure that is used up, if one is."""
    measures = {
        "seconds": spent.seconds, "simulations": spent.simulations, "executions": spent.executions,
        "model_calls": spent.model_calls + spent.cache_hits,
    }  # fmt: skip
    left: dict[str, float | int] = {}
    for name, used in measures.items():
        bound = getattr(budget, name)
        if bound is None:
            continue
        left[name] = bound - used
        if left[name] < (LEAST_SECONDS if name == "seconds" else 1) and name != "model_calls":
            return budget, name
    if "model_calls" in left:
        left["model_calls"] = max(0, left["model_calls"])
    return dataclasses.replace(budget, **left), None  # type: ignore[arg-type]  # numbers, as in budgets
