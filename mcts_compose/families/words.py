"""Bit tricks: loop-free programs on words of 8 to 64 bits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from mcts_compose.families.choice import Request, refuse
from mcts_compose.families.straight_lines import DEFAULT_MEMORY_MB, longest_of, program_of
from mcts_compose.task import Task
from mcts_compose.task_memory import WordMemory

if TYPE_CHECKING:
    from mcts_compose.search import SearchOutcome
    from mcts_compose.search.straight_lines import WordProblem

LEAST_SECONDS = 0.001


def check(task: Task, request: Request) -> None:
    """Checks the options: the search proves nothing, since it counts a shared word once for every use."""
    refuse(task, request, ("prove_none_shorter_than", "all"), "bit tricks")


def search(task: Task, request: Request) -> SearchOutcome:
    """Searches for a bit trick; asked for the shortest, it goes on below the length of what it has."""
    best = _once(task, request, longest_of(task, request))
    if request.options.optimise != "length":
        return best
    total = best
    while best.program is not None and best.program.length > 1:
        budget = _left(request, total)
        if budget is None:
            break
        shorter = _once(task, budget, best.program.length - 1)
        total = _added(total, shorter)
        if shorter.program is None:
            break
        best = shorter
    return dataclasses.replace(total, program=best.program, cost=best.cost, stopped=best.stopped)


def problem_of(task: Task) -> WordProblem:
    """Returns what the search may see of a task."""
    from mcts_compose.search.straight_lines import WordProblem

    memory = task.memory
    assert isinstance(memory, WordMemory)
    ones = 2**memory.width - 1
    goals = np.array([[int(output) for output in task.outputs]], np.uint64)  # type: ignore[arg-type]
    return WordProblem(
        width=memory.width,
        inputs=np.array(
            [[int(words[index]) for words in task.inputs] for index in range(len(task.input_types))],  # type: ignore[arg-type]
            np.uint64,
        ),
        goals=goals,
        cares=np.full(goals.shape, ones, np.uint64),
        operators=memory.instructions,
        constants=memory.constants,
    )


def _once(task: Task, request: Request, max_length: int | None) -> SearchOutcome:
    from mcts_compose.search.outcome import SearchOutcome
    from mcts_compose.search.words.run import run_words

    budget = request.budget
    found = run_words(
        problem_of(task), searcher=request.searcher, seconds=budget.seconds, executions=budget.executions,
        simulations=budget.simulations, memory_mb=budget.memory_mb or DEFAULT_MEMORY_MB, seed=request.seed,
        max_length=max_length,
    )  # fmt: skip
    program = None if found.solution is None else program_of(task, found.solution)
    return SearchOutcome(
        program=program,
        cost=None if program is None else float(program.length),
        simulations=found.simulations,
        executions=found.executions,
        distinct=found.distinct,
        model_calls=0,
        nodes=found.nodes,
        stopped=found.stopped,
        seconds=found.seconds,
        tree_hash=found.tree_hash,
    )


def _left(request: Request, spent: SearchOutcome) -> Request | None:
    """Returns the request with what is left of its budget; None when nothing is."""
    left = {}
    for name in ("seconds", "simulations", "executions"):
        bound = getattr(request.budget, name)
        if bound is not None:
            left[name] = bound - getattr(spent, name)
            if left[name] < (LEAST_SECONDS if name == "seconds" else 1):
                return None
    return dataclasses.replace(request, budget=dataclasses.replace(request.budget, **left))


def _added(total: SearchOutcome, last: SearchOutcome) -> SearchOutcome:
    counts = ("simulations", "executions", "distinct", "nodes", "seconds")
    sums = {name: getattr(total, name) + getattr(last, name) for name in counts}
    return dataclasses.replace(total, **sums)
