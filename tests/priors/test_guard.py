"""Whatever a prior answers, the search gets sound prices."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from priors.base import Prices, Prior, PriorError, Ranks, Usage
from priors.guard import GuardedPrior
from priors.testing import price_requests, rank_requests, subtask_requests
from priors.uniform import UniformPrior


class _Scripted(Prior):
    """A prior that gives prepared answers."""

    name = "scripted"

    def __init__(self, prices=None, ranks=None):
        self._prices, self._ranks = prices, ranks

    def price_skills(self, requests):
        return self._prices(requests)

    def rank_arms(self, requests):
        return self._ranks(requests)


def _raises(requests):
    raise PriorError("no connection")


def _with_skill_price(value):
    def answer(requests):
        answers = UniformPrior().price_skills(requests)
        answers[0].skills[0] = value
        return answers

    return answer


class _Evil:
    """Cannot be turned into a number, and not in an expected way."""

    def __float__(self):
        raise RuntimeError("no number")


class _WordlessError(Exception):
    def __str__(self):
        raise ValueError("no words either")


def _wordless(requests):
    raise _WordlessError


def _exits(requests):
    raise SystemExit(0)


def _without_end(requests):
    while True:
        yield None


class _Faceless(Prices):
    """Prices that cannot be looked at."""

    skills = property(lambda self: 1 / 0)

    def __init__(self):
        pass


TOO_MANY = np.broadcast_to(np.float64(1), (2**50,))

BROKEN_PRICES = {
    "out of memory": (lambda requests: (_ for _ in ()).throw(MemoryError("8 TB")), "exception"),
    "exit": (_exits, "exception"),
    "an exception without words": (_wordless, "exception"),
    "answers without end": (_without_end, "count"),
    "evil numbers": (lambda asked: [Prices([_Evil()] * len(r.skills), []) for r in asked], "exception"),
    "evil prices": (lambda requests: [_Faceless() for _ in requests], "exception"),
    "more than fits in memory": (lambda requests: [Prices(TOO_MANY, TOO_MANY) for _ in requests], "shape"),
    "exception": (_raises, "exception"),
    "division": (lambda requests: [1 / 0], "exception"),
    "too few answers": (lambda requests: [], "count"),
    "too many answers": (lambda requests: UniformPrior().price_skills(requests) * 2, "count"),
    "no answers at all": (lambda requests: None, "exception"),
    "not prices": (lambda requests: [None for _ in requests], "type"),
    "texts": (lambda requests: [Prices("ab", "cd") for _ in requests], "type"),
    "ragged": (lambda asked: [Prices([[1, 2], *[1] * (len(r.skills) - 1)], []) for r in asked], "type"),
    "one price for all": (lambda requests: [Prices(np.float64(1), np.float64(1)) for _ in requests], "shape"),
    "exchanged": (
        lambda asked: [Prices(p.constants, p.skills) for p in UniformPrior().price_skills(asked)], "shape"),
    "NaN": (_with_skill_price(np.nan), "not finite"),
    "infinity": (_with_skill_price(np.inf), "not finite"),
    "probability above 1": (_with_skill_price(-2.0), "range"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_PRICES)
def test_broken_prices_are_counted_and_replaced(case):
    answer, kind = BROKEN_PRICES[case]
    guarded = GuardedPrior(_Scripted(prices=answer))
    requests = price_requests()[:2]
    for prices, expected in zip(
        guarded.price_skills(requests), UniformPrior().price_skills(requests), strict=True
    ):
        np.testing.assert_array_equal(prices.skills, expected.skills)
        np.testing.assert_array_equal(prices.constants, expected.constants)
    assert set(guarded.failures) == {kind}
    assert guarded.num_failures == guarded.failures[kind] > 0
    assert guarded.first_failure.startswith(f"prior 'scripted': {kind}: ")


BROKEN_RANKS = {
    "exception": (_raises, "exception"),
    "too few answers": (lambda requests: [None], "count"),
    "not ranks": (lambda requests: [np.zeros(len(one.arms)) for one in requests], "type"),
    "wrong length": (lambda requests: [Ranks(np.zeros(7, np.float32)) for _ in requests], "shape"),
    "NaN": (lambda requests: [Ranks(np.full(len(one.arms), np.nan)) for one in requests], "not finite"),
    "probability above 1": (lambda requests: [Ranks(np.ones(len(one.arms))) for one in requests], "range"),
    "objects": (lambda requests: [Ranks([{}] * len(one.arms)) for one in requests], "type"),
    "value above 1": (
        lambda requests: [Ranks(-np.ones(len(one.arms)), np.full(len(one.arms), 2.0)) for one in requests],
        "range",
    ),
    "too few values": (
        lambda requests: [Ranks(-np.ones(len(one.arms)), np.zeros(2)) for one in requests],
        "shape",
    ),
}


@pytest.mark.parametrize("case", BROKEN_RANKS)
def test_broken_ranks_become_no_opinion(case):
    answer, kind = BROKEN_RANKS[case]
    guarded = GuardedPrior(_Scripted(ranks=answer))
    assert guarded.rank_arms(rank_requests()[:3]) == [None] * 3
    assert guarded.failures == {kind: 3}


def test_sound_answers_pass_and_only_the_broken_one_is_replaced():
    def answer(requests):
        answers = [Prices(np.full(len(r.skills), 3.0), np.full(len(r.constants), 4.0)) for r in requests]
        answers[1].skills[0] = np.nan
        return answers

    guarded = GuardedPrior(_Scripted(prices=answer))
    prices = guarded.price_skills(price_requests())
    assert (prices[0].skills == 3.0).all() and (prices[0].constants == 4.0).all()
    assert (prices[1].skills != 3.0).all()
    assert guarded.failures == {"not finite": 1}


def test_sound_ranks_pass_as_float32():
    def answer(requests):
        return [Ranks([-1.0] * len(one.arms), [0.5] * len(one.arms)) for one in requests]

    guarded = GuardedPrior(_Scripted(ranks=answer))
    ranks = guarded.rank_arms(rank_requests())
    assert all(one.log_priors.dtype == np.float32 and (one.log_priors == -1).all() for one in ranks)
    assert all(one.values.dtype == np.float32 and (one.values == 0.5).all() for one in ranks)
    assert guarded.num_failures == 0 and guarded.first_failure is None


def test_what_a_prior_does_to_a_request_reaches_nobody_else():
    def spoil(requests):
        for request in requests:
            request.examples[0].inputs[0].append(7)
            request.constants[-1].append(7)
            request.base.skills[:] = 0.0
            object.__setattr__(request, "skills", ())
        return []

    request = replace(price_requests()[0], constants=(1, [1, 2]))
    request = replace(request, base=UniformPrior().price_skills([request])[0])
    kept = copy.deepcopy(request)
    (prices,) = GuardedPrior(_Scripted(prices=spoil)).price_skills([request])
    assert prices is request.base
    assert (request.skills, request.examples, request.constants) == (
        kept.skills,
        kept.examples,
        kept.constants,
    )
    np.testing.assert_array_equal(request.base.skills, kept.base.skills)


@pytest.mark.parametrize("said", [None, "many", ("m",) * 6, (1, 2, 3, 4, 5, 6, 7)])
def test_a_usage_that_is_none_counts_nothing(said):
    class Speechless(_Scripted):
        usage = fingerprint = said

    assert GuardedPrior(Speechless()).usage == Usage()
    assert isinstance(GuardedPrior(Speechless()).fingerprint, str)


def test_what_is_said_of_a_failure_is_short():
    def long(requests):
        raise PriorError("x" * 10**6)

    guarded = GuardedPrior(_Scripted(prices=long))
    guarded.price_skills(price_requests())
    assert len(guarded.first_failure) < 400


def test_a_user_can_interrupt_a_prior():
    def interrupted(requests):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        GuardedPrior(_Scripted(prices=interrupted)).price_skills(price_requests())


def test_broken_base_prior_is_counted_and_replaced():
    guarded = GuardedPrior(UniformPrior())
    (request,) = price_requests()[:1]
    based = guarded.with_base(request, _Scripted(prices=_raises))
    (uniform,) = UniformPrior().price_skills([request])
    assert based.base is not None and np.array_equal(based.base.skills, uniform.skills)
    assert guarded.failures == {"exception": 1}
    assert guarded.first_failure == "prior 'scripted': exception: PriorError: no connection"


class _Proposing(_Scripted):
    proposes = True

    def __init__(self, answer):
        super().__init__()
        self.propose_subtasks = answer


BROKEN_PROPOSALS = {
    "raises": (_raises, "exception"),
    "exits": (_exits, "exception"),
    "too few": (lambda requests: [["a"]], "count"),
    "endless": (_without_end, "count"),
    "one text": (lambda requests: ["line"] * len(requests), "type"),
    "no text": (lambda requests: [[7] for _ in requests], "type"),
}


@pytest.mark.parametrize(("answer", "kind"), BROKEN_PROPOSALS.values(), ids=BROKEN_PROPOSALS)
def test_broken_proposals_are_counted_and_left_out(answer, kind):
    guarded = GuardedPrior(_Proposing(answer))
    assert guarded.proposes
    assert guarded.propose_subtasks(subtask_requests()) == [[] for _ in subtask_requests()]
    assert guarded.failures == {kind: len(subtask_requests())} and guarded.first_failure


def test_sound_proposals_are_passed_on_and_not_more_than_asked_for():
    guarded = GuardedPrior(_Proposing(lambda requests: [["a", 1, "b", "c", "d", "e"] for _ in requests]))
    lines = guarded.propose_subtasks(subtask_requests())
    assert lines == [["a", "b", "c"], ["a", "b", "c"], ["a"], ["a"]]
    assert guarded.failures == {"type": 3}


def test_a_prior_that_overwrites_a_request_for_sub_tasks_changes_nothing():
    def spoil(requests):
        for request in requests:
            for example in request.price_request.examples:
                example.inputs[0].append(99)
        return [[] for _ in requests]

    request = subtask_requests()[0]
    before = copy.deepcopy(request)
    GuardedPrior(_Proposing(spoil)).propose_subtasks([request])
    assert request == before
