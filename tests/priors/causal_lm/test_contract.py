"""The conformance tests, for every architecture, a chat model, an adapter, and half precision."""

import numpy as np
import pytest

from priors.causal_lm.prior import CausalLMPrior
from priors.registry import PRIORS
from priors.testing import PriorContract, price_requests, rank_requests
from tests.priors.causal_lm.tiny_models import SHAPES, write_adapter


@pytest.mark.parametrize(
    ("kind", "chat"),
    [*((kind, False) for kind in SHAPES), ("qwen3", True)],
    ids=lambda given: given if isinstance(given, str) else "chat" if given else "base",
)
class TestCausalLM(PriorContract):
    tolerance = 1e-4

    @pytest.fixture
    def prior(self, make_causal_lm, kind, chat):
        return make_causal_lm(kind, chat=chat, proposal_tokens="16")


class TestHalfPrecision(PriorContract):
    tolerance = 0.05

    @pytest.fixture
    def prior(self, make_causal_lm):
        return make_causal_lm(dtype="bfloat16", proposal_tokens="16")


class TestAdapter(PriorContract):
    tolerance = 1e-4

    @pytest.fixture
    def prior(self, make_causal_lm, adapter):
        return make_causal_lm(adapter=str(adapter), proposal_tokens="16")


@pytest.fixture(scope="module")
def adapter(model_directory, tmp_path_factory):
    return write_adapter(tmp_path_factory.mktemp("adapter") / "lora", model_directory())


def test_it_goes_by_its_registered_name():
    assert PRIORS.load("causal-lm") is CausalLMPrior and CausalLMPrior.name == "causal-lm"


@pytest.mark.parametrize("kind", SHAPES)
def test_an_adapter_changes_answers_and_fingerprint(kind, make_causal_lm, model_directory, tmp_path):
    plain = make_causal_lm(kind)
    adapted = make_causal_lm(kind, adapter=str(write_adapter(tmp_path / "lora", model_directory(kind))))
    (one,), (other,) = plain.price_skills(price_requests()[:1]), adapted.price_skills(price_requests()[:1])
    assert np.abs(one.skills - other.skills).max() > 0.01
    assert plain.fingerprint != adapted.fingerprint


def test_the_fingerprint_is_that_of_the_weights_and_needs_no_model(make_causal_lm, model_directory):
    prior = make_causal_lm("gpt2")
    assert prior.fingerprint == make_causal_lm("gpt2", batch_size="1").fingerprint
    assert prior._asker is None and len(prior.fingerprint) == 64
    assert prior.fingerprint != make_causal_lm("gpt2", chat=True).fingerprint


def test_calls_and_passes_are_counted(make_causal_lm):
    prior = make_causal_lm()
    assert prior.usage.calls == 0
    prior.price_skills(price_requests())
    prior.rank_arms(rank_requests())
    used = prior.usage
    assert used.calls == len(price_requests()) + len(rank_requests())
    assert used.passes > 0 and used.tokens > 0 and used.reused_tokens > 0 and used.seconds > 0


def test_skills_have_together_what_the_base_prior_gives_them(make_causal_lm):
    from dataclasses import replace

    from priors.base import Prices

    request = price_requests()[0]
    base = Prices(np.full(5, -np.log(0.9 / 5)), np.full(5, -np.log(0.1 / 5)))
    (with_base,) = make_causal_lm().price_skills([replace(request, base=base)])
    (without,) = make_causal_lm().price_skills([request])
    assert np.exp(-with_base.skills).sum() == pytest.approx(0.9)
    assert np.exp(-without.skills).sum() == pytest.approx(0.5)
    np.testing.assert_allclose(
        with_base.skills - with_base.skills[0], without.skills - without.skills[0], atol=1e-9
    )


def test_the_models_opinion_depends_on_the_task(make_causal_lm):
    one, other = make_causal_lm().price_skills([price_requests()[0], price_requests()[3]])
    assert np.abs(one.skills - other.skills).max() > 0.01
    ranks = make_causal_lm().rank_arms(rank_requests())
    assert float(np.ptp(ranks[0].log_priors)) > 0.1
