"""Decides what a worker does that searches parts of one task: what it is told in each round, and no more.

The class is plain Python, so that it can be tested without ray; `new_part_actor` makes it a ray actor.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mcts_compose.budget import Budget
from mcts_compose.cluster.priority import lift_to_parent
from mcts_compose.cluster.warm_up_lock import warming_up_alone
from mcts_compose.errors import InputError, one_sentence
from mcts_compose.search.fixed.crew import Order, Report, Stage
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.parts_at_work import PartsAtWork
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.fixed.tables import RowTables
from mcts_compose.solving import prepare_prior
from priors.base import Prior
from priors.uniform import UniformPrior

if TYPE_CHECKING:
    from mcts_compose.search.fixed.model_work import ModelWork
    from mcts_compose.search.fixed.table_building import Built
    from priors.base import PriceRequest, Prices

TINY: Final = Budget(executions=10_000)


def tiny_problem() -> FixedProblem:
    """Returns a task with which kernels are made ready."""
    rows, goals = np.array([(1, 2, 0), (2, 1, 0)]), np.array([(1, 2), (1, 2)])
    return FixedProblem(
        "x86", ("mov", "cmp", "cmovg"), ("x", "y", "s1"), 2, rows, goals, (0, 1), max_length=4
    )  # fmt: skip


class _NoOpinion(Prior):
    """Makes the kernels of ranked trees ready, and nothing else."""

    name = "no-opinion"
    is_model = True

    def price_skills(self, requests: Sequence[PriceRequest]) -> Sequence[Prices]:
        return UniformPrior().price_skills(requests)


class PartActor:
    """One worker, with some of the parts of a search."""

    def __init__(self) -> None:
        self._parts = PartsAtWork()

    def prepare(self) -> int:
        """Loads kernels by tiny searches, so that nobody waits for them later; returns the process.

        Of several workers on one machine one compiles, and the others load what it has compiled.
        """
        options = FixedOptions(optimise="length")
        with warming_up_alone("fixed", "parts"):
            for searcher in ("mcts", "best-first", "enumerate"):
                run_fixed(tiny_problem(), searcher=searcher, budget=TINY, options=options, parts=2)
        return os.getpid()

    def lend(self, prior: bytes | Prior) -> str | None:
        """Makes a model ready that is to rank; returns in a sentence why it cannot be, else None."""
        try:
            self._parts.prior = pickle.loads(prior) if isinstance(prior, bytes) else prior
            prepare_prior(self._parts.prior)
        except InputError as error:
            return str(error)
        except Exception as error:  # whatever a prior of a third party raises when it is unpickled
            return f"the prior cannot be unpickled on a worker: {one_sentence(error)}"
        options = FixedOptions(deterministic=True)
        with warming_up_alone("fixed", "parts with a model"):
            run_fixed(tiny_problem(), budget=TINY, options=options, prior=_NoOpinion(), parts=2)
        return None

    def begin(self, parts: Sequence[int], stage: Stage, built: Built) -> None:
        """Gives parts new searchers; arrays that ray has sent cannot be written to, so they are copied."""
        tables = RowTables._make(array.copy() for array in built.tables)
        self._parts.begin(parts, stage, built._replace(tables=tables, start=built.start.copy()))

    def work(self, orders: Sequence[Order | None]) -> list[Report | None]:
        """Runs a round of its parts, one after the other."""
        return self._parts.work(orders)

    def hashes(self) -> list[str]:
        """Returns a hash of what each of its parts has done."""
        return self._parts.hashes()

    def leave_model(self) -> list[ModelWork]:
        """Ends what is under way with the model; returns what it has done for each of its parts."""
        return self._parts.leave_model()


def new_part_actor() -> Any:
    """Starts a ray actor and returns its handle; ray does not restart it, since it must be told all again."""
    import ray

    class RayPartActor(PartActor):
        def __init__(self) -> None:
            lift_to_parent()
            super().__init__()

    return ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayPartActor).remote()
