"""`numeric-v1`: a curriculum in floats, from the product of two vectors to networks and gradient descent.

The machine's own `dot` and `mean` are left out, so that they have to be learnt. Held-out vectors and matrices
have at least ten times the elements of shown ones; where a method is repeated, there are ten times the steps.
Changing any task means `numeric-v2`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from benchmarks.suites.curricula.definition import Step, make_tasks
from benchmarks.suites.curricula.numeric import (
    exponentials,
    networks,
    polynomials,
    regression,
    roots,
    statistics,
    vectors,
)
from mcts_compose.task import Task

_LEFT_OUT = ("dot", "mean")

STEPS: Final[tuple[Step, ...]] = tuple(
    replace(step, without=(*step.without, *_LEFT_OUT))
    for part in (vectors, statistics, networks, exponentials, polynomials, roots, regression)
    for step in part.STEPS
)


def load() -> list[Task]:
    """Returns the tasks in the order of the steps."""
    return make_tasks(STEPS, "numeric-v1")
