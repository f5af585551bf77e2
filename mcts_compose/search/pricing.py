"""From a prior's nats to the whole cost units that order the enumeration."""

from __future__ import annotations

import numpy as np

from mcts_compose.search.actions import COST_PER_NAT, MAX_PRICE, constants_for, searched_rows
from mcts_compose.search.asking import Asker
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.skill_rows import skill_table
from priors.base import Example, PriceRequest, Prices, SkillView
from priors.mixing import mixed
from vm.functions.function import PythonFunction
from vm.values import decode

CALL_PRICE = 4
"""Price of every call when length is optimised: above what a call's leaves cost, so that calls decide."""


def price_request(problem: Problem) -> PriceRequest:
    """Returns what a prior is shown of the problem."""
    columns = [decode(batch) for batch in problem.inputs]
    rows = zip(*columns, strict=True) if columns else [()] * problem.goal.num_examples
    outputs = decode(problem.goal)
    examples = tuple(Example(tuple(row), output) for row, output in zip(rows, outputs, strict=True))
    table = skill_table(problem)
    # The text of a Python function says nothing of what it does.
    bodies = {
        skill.name: "" if isinstance(skill.body, PythonFunction) else skill.body.text
        for skill in table.learnt
    }
    skills = tuple(
        SkillView(
            row.name, "; ".join(dict.fromkeys(map(str, row.overloads))), row.doc,
            bodies.get(row.name), row.name in problem.expected,
        )
        for row in searched_rows(problem)
    )  # fmt: skip
    constants = tuple(dict.fromkeys((type(value), value) for _, value in constants_for(problem)))
    return PriceRequest(
        problem.description, problem.input_types, problem.output_type, examples, skills,
        tuple(value for _, value in constants),
    )  # fmt: skip


def model_prices(asker: Asker, request: PriceRequest, options: SearchOptions, seconds: float) -> Prices:
    """Returns the prices of a model mixed with the base prior's, which `request` holds.

    Where the model has no sound answer within `seconds`, they are the base prior's.
    """
    assert request.base is not None
    asker.ask_prices([request])
    answers = asker.prices(seconds)
    # Of a broken answer the guard makes the base prices, which are not to be tempered.
    if answers is None or answers[0] is request.base:
        return request.base
    (prices,) = answers
    return _mixed_prices(prices, request.base, options.eps, options.temperature)


def _mixed_prices(model: Prices, base: Prices, eps: float, temperature: float) -> Prices:
    """Returns the prices of a model and of a base prior mixed, over skills and constants together."""
    nats = -mixed(
        -np.concatenate([model.skills, model.constants]),
        -np.concatenate([base.skills, base.constants]),
        eps,
        temperature,
    )
    # Rounding may leave a certain thing slightly below 0 nats; what is impossible costs the highest price.
    nats = np.clip(nats, 0.0, MAX_PRICE / COST_PER_NAT)
    return Prices(nats[: len(model.skills)], nats[len(model.skills) :])


def integer_prices(request: PriceRequest, prices: Prices) -> tuple[dict[str, int], dict[str, int]]:
    """Returns cost units by skill name and by `repr` of the constant, all at least 1."""

    def units(nats: np.ndarray) -> list[int]:
        return [int(unit) for unit in np.clip(np.rint(COST_PER_NAT * nats), 1, MAX_PRICE)]

    skills = dict(zip((view.name for view in request.skills), units(prices.skills), strict=True))
    constants = dict(zip(map(repr, request.constants), units(prices.constants), strict=True))
    return skills, constants
