"""Made-up models for searches with fixed memory."""

import threading
import time

import numpy as np

from priors.base import Prior, PriorError, Ranks, Usage
from priors.uniform import UniformPrior


def ranks_of(weights):
    """Ranks with these weights of the arms."""
    weights = np.asarray(weights, float)
    return Ranks(np.log(weights / weights.sum()).astype(np.float32))


class Recording(Prior):
    """Has no opinion, and keeps what it is asked."""

    name = "recording"
    is_model = True

    def __init__(self):
        self.requests = []
        self.batches = []
        self.num_priced = 0

    @property
    def usage(self):
        return Usage(calls=len(self.requests), passes=len(self.batches), tokens=7 * len(self.requests))

    def price_skills(self, requests):
        self.num_priced += len(requests)
        return UniformPrior().price_skills(requests)

    def rank_arms(self, requests):
        self.requests += requests
        self.batches.append(len(requests))
        return [self.answer(request) for request in requests]

    def answer(self, request):
        return None


class Knowing(Recording):
    """Knows a program: at a node on the way of it, the next instruction; elsewhere, what else is in it."""

    name = "knowing"

    def __init__(self, program):
        super().__init__()
        self.lines = [str(line) for line in program.instructions]

    def weights(self, request):
        done = request.focus.split("; ") if request.focus else []
        is_on_way = done == self.lines[: len(done)] and len(done) < len(self.lines)
        weights = [0.001 + (arm.text in self.lines and arm.text not in done) for arm in request.arms]
        if is_on_way:
            next_line = self.lines[len(done)]
            weights = [
                10.0 if arm.text == next_line else w for arm, w in zip(request.arms, weights, strict=True)
            ]
        return np.array(weights)

    def answer(self, request):
        return ranks_of(self.weights(request))


class Adverse(Knowing):
    """Puts last whatever leads to the program."""

    name = "adverse"

    def answer(self, request):
        return ranks_of(self.weights(request) ** -4.0)


class Raising(Recording):
    """Cannot answer."""

    name = "raising"

    def answer(self, request):
        raise PriorError("the model is gone")


class Hanging(Recording):
    """Answers nothing until it is let."""

    name = "hanging"

    def __init__(self):
        super().__init__()
        self.let = threading.Event()

    def answer(self, request):
        self.let.wait(30)


class Slow(Knowing):
    """Takes its time for every batch, without keeping the interpreter."""

    name = "slow"

    def answer(self, request):
        time.sleep(0.002)
        return super().answer(request)
