"""Measures what a model that is always wrong costs: `python -m tests.mcts_compose.search.mixing_table`.

In spaces small enough to be searched to their end, goals are searched for without a model, and with one that
knows the way to the goal and gives it the lowest prices, probabilities and values. The goal-directed test,
inferred constants and splits are switched off, so that only running calls in their order finds anything. Each
row mixes, prunes and widens in its way; the figures are

* how many of the goals are found,
* candidates up to the first hit over those without a model, geometric mean and most,
* whether a goal out of reach is proved to be so, and the candidates that took, over those without a model.

A million candidates and 100,000 simulations bound each search.
"""

from __future__ import annotations

import math
from typing import NamedTuple
from unittest.mock import patch

from mcts_compose.search import layout as at
from mcts_compose.search import refinement
from priors.uniform import UniformPrior
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, type_of
from tests.mcts_compose.search.fake_models import Adversary, way_of
from tests.mcts_compose.search.problems import make_problem, search
from vm.values import decode

NUM_GOALS = 12
SETTINGS = {
    "tree_starts": 0, "executions": 1_000_000, "simulations": 100_000, "tree_share": 0.6,
    "deterministic": True, "goal_directed": False, "inferred_constants": False, "split": False,
    "unused_input_price": 0, "patience_floor": 0, "patience": 1.0,
}  # fmt: skip
LISTS = [([3, 1, 2, 8],), ([5, 4, 1],), ([0, 7, 9],)]
SPACES = {
    "take, drop": ("take", "drop", "reverse", "len"),
    "sorts": ("init", "drop", "head", "reverse", "sort"),
    "sorts and maxima": ("tail", "sort", "reverse", "take", "len", "cummax"),
}
OUT_OF_REACH = [[3, 3, -5], [4, -5], [-5]]


class Way(NamedTuple):
    """One way to mix, prune and widen."""

    eps: float
    top_p: float = 1.0
    top_k: int = 0
    widening: tuple[float, float] = (refinement.WIDENING_C, refinement.WIDENING_ALPHA)

    @property
    def name(self):
        c, alpha = self.widening
        pruned = f", top-p {self.top_p:g}, top-k {self.top_k}, C {c:g}, alpha {alpha:g}"
        return f"eps {self.eps:g}" + (pruned if self.top_k or self.top_p < 1 else "")


WIDENINGS = ((1.0, 0.5), (0.5, 0.5), (2.0, 0.5), (1.0, 0.25), (1.0, 0.75))
WAYS = [
    *(Way(eps) for eps in (0.2, 0.1, 0.05, 0.0)),
    *(Way(0.1, top_p) for top_p in (0.95, 0.9, 0.5)),
    *(Way(0.1, 0.9, 4, widening) for widening in WIDENINGS),
    *(Way(eps, 0.9, 1) for eps in (0.1, 0.0)),
]


def problem_of(skills, outputs):
    """The problem of one space."""
    return make_problem("x: list[int] -> list[int]", LISTS, outputs, skills)


def goals_of(skills):
    """Values of some contents of a space, from the cheapest to the dearest, of the goal's type."""
    outcome, inside = search(problem_of(skills, OUT_OF_REACH), **SETTINGS)
    assert outcome.stopped == "exhausted"
    engine = inside.engine
    goal = type_of(engine, int(engine.memory[at.GOAL]))
    of_type = [one for one in all_contents(engine) if type_of(engine, one) == goal]
    derived = sorted((one for one in of_type if is_derived(engine, one)), key=engine.cost)
    derived = [one for one in derived if engine.derivation(one)[0] >= 0]
    step = max(1, (len(derived) - 1) // (NUM_GOALS - 1))
    chosen = [*derived[:-1:step][: NUM_GOALS - 1], derived[-1]]
    return [decode(engine.values(one)) for one in chosen]


def print_table():
    """Prints one line for each way."""
    plain, proofs = [], []
    for skills in SPACES.values():
        for goal in goals_of(skills):
            problem = problem_of(skills, goal)
            outcome, inside = search(problem, **SETTINGS)
            assert outcome.stopped == "solved"
            plain.append((problem, outcome.first_hit, Adversary(*way_of(inside))))
        problem = problem_of(skills, OUT_OF_REACH)
        outcome, _ = search(problem, **SETTINGS)
        proofs.append((problem, outcome.executions, plain[-1][2]))
    print(f"{len(plain)} goals in {len(SPACES)} spaces; without a model the first hits are at", end=" ")
    print(f"{math.exp(sum(math.log(max(hit, 1)) for _, hit, _ in plain) / len(plain)):,.0f} candidates")
    for way in WAYS:
        mixing = {"eps": way.eps, "top_p": way.top_p, "top_k": way.top_k}
        found, proved, refined = [], [], 0
        c, alpha = way.widening
        with patch.multiple(refinement, WIDENING_C=c, WIDENING_ALPHA=alpha):
            for problem, hit, model in plain:
                outcome, _ = search(problem, prior=model, base_prior=UniformPrior(), **SETTINGS, **mixing)
                refined += outcome.refined
                if outcome.stopped == "solved":
                    found.append(max(outcome.first_hit, 1) / max(hit, 1))
            for problem, executions, model in proofs:
                outcome, _ = search(problem, prior=model, base_prior=UniformPrior(), **SETTINGS, **mixing)
                if outcome.stopped == "exhausted":
                    proved.append(outcome.executions / executions)
        mean = math.exp(sum(map(math.log, found)) / len(found))
        print(
            f"{way.name}: {len(found)} found at {mean:.2f}x, at most {max(found):.1f}x; {len(proved)} proofs"
            f" at {max(proved, default=math.nan):.2f}x; {refined} nodes ranked",
            flush=True,
        )


if __name__ == "__main__":
    print_table()
