"""The conformance tests that every prior passes.

To test a prior, subclass `PriorContract` in a test file and give it one fixture:

    class TestMine(PriorContract):
        @pytest.fixture
        def prior(self):
            return MyPrior()

The tests are those of the contract in `priors/base.py`. A prior whose arithmetic depends on the size of a
batch may widen `tolerance`, in nats.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from priors.base import (
    ArmView,
    Example,
    PriceRequest,
    Prices,
    Prior,
    RankRequest,
    Ranks,
    SkillView,
    SubtaskRequest,
    Usage,
)
from priors.uniform import UniformPrior
from vm.values import parse_type

_SKILLS = (
    SkillView("add", "(int, int) -> int", "Adds."),
    SkillView("sort", "(list[int]) -> list[int]", "Sorts a list, the smallest first."),
    SkillView("head", "(list[int]) -> int", "Gives the first element."),
    SkillView("never_seen_before", "(list[int]) -> int", "Is unknown to every prior."),
    SkillView(
        "second",
        "(list[int]) -> int",
        "Gives the second element.",
        "(x: list[int]) -> int; return index(x, 1)",
    ),
)


def price_requests() -> list[PriceRequest]:
    """Returns requests of several kinds: with and without a description, constants, skills and examples."""
    ints, number = parse_type("list[int]"), parse_type("int")
    lists = (Example(([3, 1, 2],), [1, 2, 3]), Example(([],), []))
    scalars = (Example(([4, 9], 1), 9),)
    return [
        PriceRequest("sort the list", (ints,), ints, lists, _SKILLS, (-1, 0, 1, 2, 10)),
        PriceRequest(None, (ints, number), number, scalars, _SKILLS, ()),
        PriceRequest(None, (ints,), ints, lists, _SKILLS[:1], ()),
        PriceRequest("two kinds of one", (ints,), ints, lists, _SKILLS, (1, True, 1.0, "a", [1, 2], [])),
        PriceRequest("", (ints,), ints, (), (), (7,)),
    ]


def rank_requests() -> list[RankRequest]:
    """Returns nodes of several kinds: the root, one arm, many arms, no arm."""
    requests = price_requests()
    arms = tuple(ArmView(f"index(x, {k})", (k, 0)) for k in range(24))
    deeper = (ArmView("head(focus)", (1, 0)), ArmView("add(head(focus), 1)", (2, 1)), ArmView("7", (7, 7)))
    lines = tuple(ArmView(text, ()) for text in ("mov c, a", "cmp a, b", "cmovl a, b"))
    return [
        RankRequest(requests[0], ("x",), "", (), arms),
        RankRequest(requests[0], ("x",), "sort(x)", ([1, 2, 3], []), deeper),
        RankRequest(requests[1], ("x", "y"), "add(y, 1)", (2,), arms[:1]),
        RankRequest(requests[2], ("x",), "", (), ()),
        RankRequest(requests[1], ("a", "b"), "cmp a, b; mov c, a", ([4, 9, 4],), lines),
    ]


def subtask_requests() -> list[SubtaskRequest]:
    """Returns requests for sub-tasks of several kinds: one line and several, other seeds, no skills."""
    requests = price_requests()
    return [
        SubtaskRequest(requests[0], ("x",), 4, 1),
        SubtaskRequest(requests[0], ("x",), 4, 2),
        SubtaskRequest(requests[1], ("x", "y"), 1, 1),
        SubtaskRequest(requests[4], ("x",), 2, 1),
    ]


class PriorContract:
    """The promises of `priors/base.py`, as tests; a subclass gives the fixture `prior`."""

    tolerance = 1e-6

    @pytest.fixture
    def prior(self) -> Prior:
        """The prior under test; made anew for every test."""
        raise NotImplementedError("a subclass of PriorContract gives the fixture `prior`")

    def test_it_is_a_prior_with_a_name(self, prior: Prior) -> None:
        """The protocol is there, and the name can be printed."""
        assert isinstance(prior, Prior)
        assert prior.name and prior.name == prior.name.strip() and prior.name.isprintable()

    def test_an_empty_batch_gives_no_answers(self, prior: Prior) -> None:
        """No requests, no answers."""
        assert len(prior.price_skills([])) == 0
        assert len(prior.rank_arms([])) == 0
        assert len(prior.propose_subtasks([])) == 0

    def test_prices_have_the_shape_and_type_of_the_request(self, prior: Prior) -> None:
        """One float64 price for each skill and constant, none below 0, all finite."""
        requests = price_requests()
        answers = prior.price_skills(requests)
        assert len(answers) == len(requests)
        for request, prices in zip(requests, answers, strict=True):
            assert isinstance(prices, Prices)
            for array, things in ((prices.skills, request.skills), (prices.constants, request.constants)):
                assert array.shape == (len(things),)
                assert array.dtype == np.float64
                assert np.isfinite(array).all()
                assert (array >= 0).all()

    def test_prices_are_those_of_a_distribution(self, prior: Prior) -> None:
        """The probabilities of a request's skills and constants sum to about 1."""
        for prices in prior.price_skills(price_requests()):
            total = np.exp(-prices.skills).sum() + np.exp(-prices.constants).sum()
            assert total == pytest.approx(1.0, abs=1e-3)

    def test_one_skill_alone_is_certain(self, prior: Prior) -> None:
        """With a single skill and no constants there is only one thing to do."""
        (prices,) = prior.price_skills([price_requests()[2]])
        assert prices.skills == pytest.approx([0.0], abs=1e-3)

    def test_ranks_have_the_shape_and_type_of_the_request(self, prior: Prior) -> None:
        """No opinion, or one finite float32 log-probability per arm."""
        requests = rank_requests()
        answers = prior.rank_arms(requests)
        assert len(answers) == len(requests)
        for request, ranks in zip(requests, answers, strict=True):
            if ranks is None:
                continue
            assert isinstance(ranks, Ranks)
            assert ranks.log_priors.shape == (len(request.arms),)
            assert ranks.log_priors.dtype == np.float32
            assert np.isfinite(ranks.log_priors).all()
            if len(ranks.log_priors):
                assert np.exp(ranks.log_priors.astype(np.float64)).sum() == pytest.approx(1.0, abs=1e-3)

    def test_what_does_not_rank_has_no_opinion(self, prior: Prior) -> None:
        """`ranks` is True, or no request is answered."""
        assert isinstance(prior.ranks, bool)
        assert prior.ranks or all(ranks is None for ranks in prior.rank_arms(rank_requests()))

    def test_values_are_between_0_and_1(self, prior: Prior) -> None:
        """None, or one float32 value per arm."""
        for request, ranks in zip(rank_requests(), prior.rank_arms(rank_requests()), strict=True):
            if ranks is not None and ranks.values is not None:
                assert ranks.values.shape == (len(request.arms),)
                assert ranks.values.dtype == np.float32
                assert ((ranks.values >= 0) & (ranks.values <= 1)).all()

    def test_proposals_are_lines_and_not_too_many(self, prior: Prior) -> None:
        """A list of at most `num` texts for each request; of a prior that does not propose, empty ones."""
        answers = prior.propose_subtasks(subtask_requests())
        assert len(answers) == len(subtask_requests())
        for request, lines in zip(subtask_requests(), answers, strict=True):
            assert isinstance(lines, list) and len(lines) <= request.num
            assert all(isinstance(line, str) and "\n" not in line for line in lines)
            assert prior.proposes or not lines

    def test_proposals_depend_on_their_request_alone(self, prior: Prior) -> None:
        """Each request gets the lines that it gets alone, in a reversed batch, and when asked again."""
        requests = subtask_requests()
        answers = list(prior.propose_subtasks(requests))
        assert answers == [prior.propose_subtasks([one])[0] for one in requests]
        assert answers == list(prior.propose_subtasks(requests[::-1]))[::-1]

    def test_it_answers_with_a_base_and_without(self, prior: Prior) -> None:
        """The base prior's prices may be used; they are as long as the answer must be."""
        for request in price_requests():
            (base,) = UniformPrior().price_skills([request])
            (prices,) = prior.price_skills([replace(request, base=base)])
            assert np.isfinite(prices.skills).all() and len(prices.skills) == len(request.skills)
            assert np.isfinite(prices.constants).all() and len(prices.constants) == len(request.constants)

    def test_usage_grows_with_what_is_asked(self, prior: Prior) -> None:
        """What a model has done only grows; what is no model does nothing."""
        before = prior.usage
        assert isinstance(before, Usage) and isinstance(prior.fingerprint, str)
        prior.price_skills(price_requests())
        prior.rank_arms(rank_requests())
        done = prior.usage.since(before)
        assert all(count >= 0 for count in done)
        assert prior.is_model or done == Usage()

    def test_batch_size_and_order_do_not_matter(self, prior: Prior) -> None:
        """Each request gets the answer that it gets alone, and in a reversed batch."""
        prices, ranks = price_requests(), rank_requests()
        self._assert_same(prior.price_skills(prices), [prior.price_skills([one])[0] for one in prices])
        self._assert_same(prior.price_skills(prices), list(prior.price_skills(prices[::-1]))[::-1])
        self._assert_same(prior.rank_arms(ranks), [prior.rank_arms([one])[0] for one in ranks])
        self._assert_same(prior.rank_arms(ranks), list(prior.rank_arms(ranks[::-1]))[::-1])

    def test_it_is_deterministic(self, prior: Prior) -> None:
        """The second answer equals the first, bit for bit."""
        self._assert_same(prior.price_skills(price_requests()), prior.price_skills(price_requests()), 0.0)
        self._assert_same(prior.rank_arms(rank_requests()), prior.rank_arms(rank_requests()), 0.0)

    def test_answers_belong_to_the_caller(self, prior: Prior) -> None:
        """Overwriting an answer does not change the next one."""
        expected = copy.deepcopy(list(prior.price_skills(price_requests())))
        for prices in prior.price_skills(price_requests()):
            prices.skills[:] = -1.0
            prices.constants[:] = -1.0
        self._assert_same(prior.price_skills(price_requests()), expected)

    def test_requests_are_left_untouched(self, prior: Prior) -> None:
        """Nothing in a request changes, nested lists included."""
        asked = price_requests(), rank_requests(), subtask_requests()
        before = copy.deepcopy(asked)
        prior.price_skills(asked[0])
        prior.rank_arms(asked[1])
        prior.propose_subtasks(asked[2])
        assert asked == before

    def test_it_survives_pickling(self, prior: Prior) -> None:
        """A worker's copy answers as the original does, also when the original has been used."""
        expected = prior.price_skills(price_requests())
        twin = pickle.loads(pickle.dumps(prior))
        assert twin.name == prior.name
        self._assert_same(twin.price_skills(price_requests()), expected)

    def _assert_same(
        self, left: Sequence[object], right: Sequence[object], tolerance: float | None = None
    ) -> None:
        """Compares answers, prices or ranks, up to `tolerance` nats."""
        bound = self.tolerance if tolerance is None else tolerance
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            if one is None or other is None:
                assert one is None and other is None
            elif isinstance(one, Prices) and isinstance(other, Prices):
                np.testing.assert_allclose(one.skills, other.skills, rtol=0, atol=bound)
                np.testing.assert_allclose(one.constants, other.constants, rtol=0, atol=bound)
            else:
                assert isinstance(one, Ranks) and isinstance(other, Ranks)
                np.testing.assert_allclose(one.log_priors, other.log_priors, rtol=0, atol=bound)
                assert (one.values is None) == (other.values is None)
                if one.values is not None and other.values is not None:
                    np.testing.assert_allclose(one.values, other.values, rtol=0, atol=bound)
