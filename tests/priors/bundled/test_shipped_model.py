"""The model that ships with the package."""

import json

import numpy as np
import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from priors.base import Example, PriceRequest
from priors.bundled import text
from priors.bundled.forward import nothing, read, read_branches
from priors.bundled.prior import SHIPPED_MODEL, BundledPrior
from priors.bundled.vocabulary import read_vocabulary, table_skills
from priors.bundled.weights import load_weights
from priors.frequency import FrequencyPrior
from priors.testing import PriorContract, price_requests
from tests.priors.bundled.small_model import log_probabilities, log_softmax
from vm.values import parse_type

INTS, INT = parse_type("list[int]"), parse_type("int")
LISTS = ([3, 1, 2, 9], [5, 4, 4], [8], [2, 7, 1, 0, 6], [])


class TestContract(PriorContract):
    @pytest.fixture
    def prior(self):
        return BundledPrior()


def test_it_is_small():
    assert sum(path.stat().st_size for path in SHIPPED_MODEL.iterdir()) <= 12_000_000


def test_it_comes_with_a_card_that_fits():
    card = (SHIPPED_MODEL / "README.md").read_text()
    training = json.loads((SHIPPED_MODEL / "training.json").read_text())
    for run in training.values():
        assert f"{run['parameters']:,} parameters" in card
    assert f"{len(read_vocabulary(SHIPPED_MODEL)):,} words" in card


def test_numpy_says_what_transformers_says():
    model = AutoModelForCausalLM.from_pretrained(SHIPPED_MODEL, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED_MODEL, local_files_only=True)
    weights = load_weights(SHIPPED_MODEL)
    for request in price_requests()[:3]:
        words = [*text.task_words(request), text.BAG]
        ids = tokenizer(" ".join(words))["input_ids"]
        assert ids == read_vocabulary(SHIPPED_MODEL).ids(words)
        prefix = read(weights, nothing(weights), weights.embedding[ids])
        expected = log_probabilities(model, ids)[-1]
        assert log_softmax(weights.head @ prefix.last) == pytest.approx(expected, abs=1e-4)
        branches = [[11, 12, 13], [400], list(range(500, 530))]
        hidden = read_branches(weights, prefix, [weights.embedding[branch] for branch in branches])
        for state, branch in zip(hidden, branches, strict=True):
            expected = log_probabilities(model, [*ids, *branch])[-1]
            assert log_softmax(weights.head @ state) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("needed", "output_type", "function"),
    [
        ("sort", INTS, sorted),
        ("reverse", INTS, lambda x: x[::-1]),
        ("len", INT, len),
        ("sum", INT, sum),
        ("tail", INTS, lambda x: x[1:]),
    ],
)
def test_it_finds_what_a_plain_task_needs_more_likely(needed, output_type, function):
    examples = tuple(Example((x,), function(x)) for x in LISTS)
    request = PriceRequest(None, (INTS,), output_type, examples, table_skills(), (-1, 0, 1, 2))
    (base,) = FrequencyPrior().price_skills([request])
    (prices,) = BundledPrior().price_skills([request.__class__(**{**vars(request), "base": base})])
    place = [skill.name for skill in request.skills].index(needed)
    assert prices.skills[place] < base.skills[place] - 0.5
    assert np.argsort(prices.skills).tolist().index(place) < 5


def test_its_files_name_no_place_of_the_machine_that_made_it():
    for file in SHIPPED_MODEL.glob("*.json"):
        said = json.loads(file.read_text())
        texts = [value for value in said.values() if isinstance(value, str)] if isinstance(said, dict) else []
        assert not [text for text in texts if text.startswith("/")], file.name
