"""Models for tests of the search: they count what they are asked, and answer without a network."""

import hashlib
import time

import numpy as np

from mcts_compose.search import layout as at
from priors.base import Prices, Prior, Ranks, Usage
from tests.own_threads import own_threads
from vm.values import decode

THREAD = "mcts-compose-model"


class FakeModel(Prior):
    """Ranks and values arms by a hash of their texts; subclasses answer otherwise."""

    name = "fake"
    is_model = True

    def __init__(self, sleep=0.0):
        self.sleep = sleep
        self.price_requests = []
        self.rank_batches = []
        self._usage = Usage()

    @property
    def usage(self):
        return self._usage

    @property
    def rank_requests(self):
        return [request for batch in self.rank_batches for request in batch]

    def _used(self, requests, tokens):
        before = self._usage
        self._usage = Usage(
            before.calls + len(requests), before.passes + 1, before.tokens + tokens * len(requests),
            before.reused_tokens + len(requests), before.hits, before.seconds + self.sleep,
        )  # fmt: skip
        time.sleep(self.sleep)

    def price_skills(self, requests):
        self.price_requests += requests
        self._used(requests, 10)
        return [self.prices(request) for request in requests]

    def rank_arms(self, requests):
        self.rank_batches.append(list(requests))
        self._used(requests, 7)
        return [self.ranks(request) for request in requests]

    def prices(self, request):
        nats = np.array([1 + 8 * draw(skill.name) for skill in request.skills])
        constants = np.array([1 + 8 * draw(repr(constant)) for constant in request.constants])
        total = np.logaddexp.reduce(-np.concatenate([nats, constants]))
        return Prices(nats + total, constants + total)

    def ranks(self, request):
        logits = np.array([6 * draw(arm.text) for arm in request.arms])
        values = np.array([draw(arm.text, "value") for arm in request.arms], np.float32)
        return Ranks((logits - np.logaddexp.reduce(logits)).astype(np.float32), values)


class Adversary(FakeModel):
    """Gives what is on the way to the goal the lowest probability and value, and ranks it last."""

    def __init__(self, way, skills):
        super().__init__()
        self.way, self.skills, self.num_hidden = way, skills, 0

    def prices(self, request):
        skills = np.array([30.0 if skill.name in self.skills else 0.0 for skill in request.skills])
        constants = np.array(
            [30.0 if repr((constant,) * len(request.examples)) in self.way else 0.0
             for constant in request.constants]
        )  # fmt: skip
        total = np.logaddexp.reduce(-np.concatenate([skills, constants]))
        return Prices(skills + total, constants + total)

    def ranks(self, request):
        hidden = np.array([repr(arm.values) in self.way for arm in request.arms])
        self.num_hidden += int(hidden.sum())
        logits = np.where(hidden, -40.0, 0.0)
        values = np.where(hidden, 0.0, 1.0).astype(np.float32)
        return Ranks((logits - np.logaddexp.reduce(logits)).astype(np.float32), values)


def way_of(inside):
    """What leads to the goal of a search that has just ended: values of contents, as text, and skills."""
    engine = inside.engine
    way, skills, waiting = set(), set(), [int(engine.memory[at.GOAL])]
    while waiting:
        contents = waiting.pop()
        way.add(repr(tuple(decode(engine.values(contents)))))
        action, operands = engine.derivation(contents)
        if action >= 0:
            number = (action - int(engine.memory[at.ACTIONS])) // at.ACTION_WORDS
            skills.add(engine.actions[number].row.name)
        waiting += operands
    return frozenset(way), frozenset(skills)


def draw(*texts):
    """A number in [0, 1) that depends on the texts alone, as no `hash` of Python does."""
    digest = hashlib.blake2b("\0".join(texts).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little") / 2**32


def model_threads():
    """The threads of models that are still there."""
    return own_threads(THREAD)
