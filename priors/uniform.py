"""The prior that knows nothing: every skill and constant is equally likely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from priors.arguments import ArgumentReader
from priors.base import PriceRequest, Prices, Prior


class UniformPrior(Prior):
    """Gives one price to all skills and constants of a task, and no opinion on arms.

    Equal prices mean that the search tries small compositions before large ones, whatever they are made of.
    """

    name = "uniform"

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> UniformPrior:
        """Returns the prior; it takes no arguments.

        Raises:
          PriorArgumentError: an argument was given.
        """
        ArgumentReader(cls.name, arguments).finish()
        return cls()

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns ln of the number of skills and constants as the price of each."""
        return [_equal_prices(len(request.skills), len(request.constants)) for request in requests]


def _equal_prices(num_skills: int, num_constants: int) -> Prices:
    nats = float(np.log(max(1, num_skills + num_constants)))
    return Prices(np.full(num_skills, nats), np.full(num_constants, nats))
