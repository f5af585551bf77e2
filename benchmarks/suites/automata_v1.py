"""`automata-v1`: what finite automata, stacks and tapes compute, on lists of ints that stand for tokens.

The fifteen tasks of the study of the Chomsky hierarchy by length generalisation (Deletang et al. 2023) are
among them, with generators of our own; so are copying, sorting, bracket words and the counting tasks of the
literature on sequence models. Machines are run by their tables, and tables of small ones are found. Changing
any step means `automata-v2`.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.automata import (
    binary,
    counting,
    expressions,
    found_stacks,
    found_tables,
    found_tapes,
    languages,
    machines,
    merging,
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
    *merging.STEPS,
    *expressions.STEPS,
    *binary.STEPS,
    *machines.STEPS,
    *found_tables.STEPS,
    *found_tapes.STEPS,
    *found_stacks.STEPS,
)


def load() -> list[Task]:
    """Returns the tasks in the order in which they are taught."""
    return make_tasks(STEPS, "automata-v1")
