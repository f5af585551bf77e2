"""A model that is cheap, deterministic, and remembers what it was asked."""

import numpy as np

from priors.base import Prices, Prior, Ranks, Usage
from priors.recorded.keys import answer_key


def noise(*parts):
    """Returns a generator that depends on the parts alone."""
    return np.random.default_rng(list(answer_key("noise", *parts)))


class FakeModel(Prior):
    """Answers with noise made of the request."""

    name = "fake-model"
    is_model = True
    neutral_arguments = frozenset({"batch_size"})

    def __init__(self, fingerprint="weights-1"):
        self._fingerprint = fingerprint
        self.asked = []
        self._calls = 0

    @classmethod
    def from_arguments(cls, arguments):
        return cls(arguments.get("weights", "weights-1"))

    @property
    def fingerprint(self):
        return self._fingerprint

    @property
    def usage(self):
        return Usage(calls=self._calls, passes=self._calls, tokens=7 * self._calls)

    def price_skills(self, requests):
        self._note(requests)
        return [self._price(request) for request in requests]

    def rank_arms(self, requests):
        self._note(requests)
        return [self._rank(request) for request in requests]

    def _note(self, requests):
        self.asked.append(list(requests))
        self._calls += len(requests)

    def _price(self, request):
        num = len(request.skills)
        chances = noise(self._fingerprint, request).dirichlet(np.ones(num + len(request.constants)))
        nats = -np.log(np.maximum(chances, 1e-12))
        return Prices(np.maximum(nats[:num], 0.0), np.maximum(nats[num:], 0.0))

    def _rank(self, request):
        if len(request.arms) == 1:
            return None
        draw = noise(self._fingerprint, request)
        if not request.arms:
            return Ranks(np.zeros(0, np.float32))
        log_priors = np.log(draw.dirichlet(np.ones(len(request.arms))) + 1e-9)
        values = draw.random(len(request.arms)).astype(np.float32) if len(request.arms) % 2 else None
        return Ranks(np.minimum(log_priors, 0).astype(np.float32), values)


class FakeSampler(FakeModel):
    """The same, and writes whole programs and sub-tasks."""

    proposes = True

    def propose_subtasks(self, requests):
        self._note(requests)
        return [[f"{noise(request).random()} {k} \ud800" for k in range(request.num)] for request in requests]

    def sample_programs(self, request, names, num, seed):
        self._calls += num
        return [f"line {seed} {number} \ud800" for number in range(num)]
