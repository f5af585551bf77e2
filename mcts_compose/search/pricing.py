"""From a prior's nats to the whole cost units that order the enumeration."""

from __future__ import annotations

import numpy as np

from mcts_compose.search.actions import COST_PER_NAT, MAX_PRICE, constants_for, searched_rows
from mcts_compose.search.problem import Problem
from priors.base import Example, PriceRequest, Prior, SkillView
from vm.values import decode


def price_request(problem: Problem) -> PriceRequest:
    """Returns what a prior is shown of the problem."""
    columns = [decode(batch) for batch in problem.inputs]
    rows = zip(*columns, strict=True) if columns else [()] * problem.goal.num_examples
    outputs = decode(problem.goal)
    examples = tuple(Example(tuple(row), output) for row, output in zip(rows, outputs, strict=True))
    skills = tuple(
        SkillView(row.name, "; ".join(dict.fromkeys(map(str, row.overloads))), row.doc)
        for row in searched_rows(problem)
    )
    constants = tuple(dict.fromkeys((type(value), value) for _, value in constants_for(problem)))
    return PriceRequest(
        problem.description, problem.input_types, problem.output_type, examples, skills,
        tuple(value for _, value in constants),
    )  # fmt: skip


def integer_prices(prior: Prior, problem: Problem) -> tuple[dict[str, int], dict[str, int]]:
    """Asks the prior once; returns cost units by skill name and by `repr` of the constant, all at least 1."""
    request = price_request(problem)
    (prices,) = prior.price_skills([request])

    def units(nats: np.ndarray) -> list[int]:
        return [int(unit) for unit in np.clip(np.rint(COST_PER_NAT * nats), 1, MAX_PRICE)]

    skills = dict(zip((view.name for view in request.skills), units(prices.skills), strict=True))
    constants = dict(zip(map(repr, request.constants), units(prices.constants), strict=True))
    return skills, constants
