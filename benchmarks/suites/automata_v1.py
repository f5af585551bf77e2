"""`automata-v1`: what finite automata, stacks and tapes compute, on lists of ints that stand for tokens.

The fifteen tasks of the study of the Chomsky hierarchy by length generalisation (Deletang et al. 2023) are
among them, with generators of our own; so are copying, sorting, bracket words and the counting tasks of the
literature on sequence models. Changing any step means `automata-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.automata import (
    binary,
    counting,
    expressions,
    languages,
    machines,
    sequences,
    sorting,
)
from benchmarks.suites.curricula.definition import Step, make_tasks
from mcts_compose.task import Task

STEPS: Final[tuple[Step, ...]] = (
    *languages.STEPS,
    *sequences.STEPS,
    *counting.STEPS,
    *sorting.STEPS,
    *expressions.STEPS,
    *binary.STEPS,
    *machines.STEPS,
)


def load() -> list[Task]:
    """Returns the tasks in the order in which they are taught."""
    return make_tasks(STEPS, "automata-v1")
