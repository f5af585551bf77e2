"""A model that can be held, fails on request, and remembers its batches."""

import threading
from dataclasses import replace

import numpy as np

from priors.base import PriorError
from priors.testing import price_requests, rank_requests
from tests.priors.recorded.fake_model import FakeSampler

POISON = "poison"


class SlowModel(FakeSampler):
    """Waits in every call until it is let go; a request whose description is `POISON` breaks its batch."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.began = threading.Semaphore(0)
        self.at_once = 0

    @property
    def sizes(self):
        """How many requests each call had."""
        return [len(batch) for batch in self.asked]

    def price_skills(self, requests):
        return self._slowly(super().price_skills, requests)

    def rank_arms(self, requests):
        return self._slowly(super().rank_arms, requests)

    def _slowly(self, answer, requests):
        self.at_once += 1
        assert self.at_once == 1, "one call at a time"
        try:
            answers = answer(requests)
            self.began.release()
            assert self.gate.wait(30)
            if any(getattr(one, "description", None) == POISON for one in requests):
                raise PriorError("poisoned")
            return answers
        finally:
            self.at_once -= 1


def poisoned():
    return replace(price_requests()[0], description=POISON)


def many_prices(num, start=0):
    """Returns different requests."""
    base = price_requests()[0]
    return [replace(base, description=f"task {number}") for number in range(start, start + num)]


def many_ranks(num, start=0):
    base = rank_requests()[0]
    return [
        replace(base, price_request=request, focus=f"f{number}")
        for number, request in enumerate(many_prices(num, start))
    ]


def same(one, other):
    """Says whether two answers are equal bit for bit."""
    if one is None or other is None:
        return one is other
    arrays = zip(vars(one).values(), vars(other).values(), strict=True)
    return type(one) is type(other) and all(
        (left is None) == (right is None) and (left is None or np.array_equal(left, right))
        for left, right in arrays
    )
