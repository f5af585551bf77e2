"""Counting programs, weights files, and what the counts make of prices."""

import json

import msgspec
import numpy as np
import pytest

from priors.arguments import PriorArgumentError
from priors.base import PriceRequest, SkillView
from priors.frequency import (
    SHIPPED_WEIGHTS,
    FrequencyPrior,
    FrequencyWeights,
    fit,
    load_weights,
    save_weights,
    shipped_weights,
    text_weights,
    train_frequency,
)
from vm.program import Program
from vm.table import BY_NAME
from vm.values import parse_type

SORT_TWICE = "(x: list[int]) -> list[int]; a = sort(x); b = sort(a); c = take(b, 2); return c"
LAST = "(x: list[int]) -> int; a = sort(x); return index(a, -1)"
LIFTED = "(x: list[int]) -> list[int]; return map(&add(_, 2), x)"


def _request(skills, constants=(), types=("list[int]", "list[int]")):
    *inputs, output = map(parse_type, types)
    views = tuple(SkillView(name, "", "") for name in skills)
    return PriceRequest(None, tuple(inputs), output, (), views, tuple(constants))


def _weights(skills, constants=None, **options):
    return FrequencyWeights(
        version=1,
        origin="a test",
        table_hash="",
        num_programs=1,
        skills=skills,
        constants=constants or {},
        **options,
    )


def _price(weights, skills, constants=()):
    return FrequencyPrior(weights).price_skills([_request(skills, constants)])[0]


def test_prices_follow_counts():
    prices = _price(_weights({"add": 6.0, "sort": 2.0}, smoothing=2.0), ["sort", "add"])
    assert np.exp(-prices.skills) == pytest.approx([4 / 12, 8 / 12])


def test_unknown_skills_get_the_smoothing_alone():
    prices = _price(_weights({"add": 6.0}, smoothing=2.0), ["add", "new_a", "new_b"])
    assert np.exp(-prices.skills) == pytest.approx([8 / 12, 2 / 12, 2 / 12])


def test_constants_are_counted_by_value_and_type():
    weights = _weights({}, {"1": 30.0, "true": 10.0}, shrink=0.0, smoothing=2.0)
    prices = _price(weights, [], [1, True, 1.0, "1"])
    assert np.exp(-prices.constants) == pytest.approx([32 / 48, 12 / 48, 2 / 48, 2 / 48])


def test_constants_move_towards_their_mean():
    far = _price(_weights({}, {"1": 30.0}, shrink=0.0), [], [1, 2]).constants
    near = _price(_weights({}, {"1": 30.0}, shrink=0.5), [], [1, 2]).constants
    equal = _price(_weights({}, {"1": 30.0}, shrink=1.0), [], [1, 2]).constants
    assert near[1] - near[0] == pytest.approx((far[1] - far[0]) / 2)
    assert equal[0] == pytest.approx(equal[1])


def test_nothing_is_dearer_than_the_clip():
    prices = _price(_weights({"add": 1e9}, clip=6.0), ["add", "sort"])
    assert prices.skills[1] == pytest.approx(6.0, abs=0.01)


def test_the_clip_gives_way_in_a_large_library():
    names = [f"skill_{number}" for number in range(5000)]
    prices = _price(_weights({"skill_7": 1000.0}, clip=6.0), names)
    assert prices.skills[7] < prices.skills[8]
    assert np.exp(-prices.skills).sum() == pytest.approx(1.0)


def test_fitting_counts_each_skill_once_per_program(parsed):
    weights = fit(parsed(SORT_TWICE, LAST, LIFTED), origin="a test")
    assert weights.skills == {"add": 1.0, "index": 1.0, "map": 1.0, "sort": 2.0, "take": 1.0}
    assert weights.constants == {"2": 2.0, "-1": 1.0}
    assert weights.num_programs == 3


@pytest.fixture
def parsed():
    """Turns texts into programs."""
    return lambda *texts: [Program.parse(text) for text in texts]


def test_training_writes_what_the_prior_reads(tmp_path):
    out = tmp_path / "weights.json"
    weights = train_frequency([SORT_TWICE, LAST], out, origin="a test", smoothing=1.0)
    assert load_weights(out) == weights
    prior = FrequencyPrior.from_arguments({"weights": str(out)})
    assert prior.weights == weights
    assert list(tmp_path.iterdir()) == [out]


def test_training_needs_programs(tmp_path):
    with pytest.raises(ValueError, match="no solved programs"):
        train_frequency([], tmp_path / "weights.json", origin="a test")
    assert not list(tmp_path.iterdir())


def test_the_smoothing_argument_overrides_the_file():
    prior = FrequencyPrior.from_arguments({"smoothing": "7"})
    assert prior.weights.smoothing == prior.text_weights.smoothing == 7.0


def test_shipped_weights_name_skills_that_exist():
    weights = shipped_weights()
    assert set(weights.skills) <= set(BY_NAME)
    assert weights.origin
    assert SHIPPED_WEIGHTS.is_file()


def _prices_of(prior, types):
    return prior.price_skills([_request(sorted(BY_NAME), (1, " "), types)])[0]


@pytest.mark.parametrize(
    ("types", "over_texts"),
    [
        (("str", "int"), True),
        (("int", "str"), True),
        (("list[int]", "char", "list[int]"), True),
        (("list[int]", "int"), False),
        (("grid", "grid"), False),
    ],
)
def test_tasks_over_texts_have_weights_of_their_own(types, over_texts):
    prices = _prices_of(FrequencyPrior(), types)
    expected = _prices_of(FrequencyPrior(text_weights() if over_texts else shipped_weights()), types)
    other = _prices_of(FrequencyPrior(shipped_weights() if over_texts else text_weights()), types)
    np.testing.assert_array_equal(prices.skills, expected.skills)
    np.testing.assert_array_equal(prices.constants, expected.constants)
    assert (prices.skills != other.skills).any()


def test_weights_that_are_named_are_for_all_tasks(tmp_path):
    save_weights(_weights({"add": 6.0}), tmp_path / "w.json")
    prior = FrequencyPrior.from_arguments({"weights": str(tmp_path / "w.json")})
    np.testing.assert_array_equal(
        _prices_of(prior, ("str", "str")).skills, _prices_of(prior, ("int", "int")).skills
    )


def test_the_shipped_file_that_is_named_is_for_all_tasks():
    prior = FrequencyPrior.from_arguments({"weights": str(SHIPPED_WEIGHTS)})
    assert prior.text_weights == prior.weights == shipped_weights()


def test_text_weights_name_skills_that_exist():
    assert set(text_weights().skills) <= set(BY_NAME)


def test_weights_survive_writing(tmp_path):
    weights = _weights({"add": 1.5}, {"true": 2.0})
    save_weights(weights, tmp_path / "w.json")
    assert load_weights(tmp_path / "w.json") == weights


BROKEN_FILES = {
    "not JSON": "{",
    "a list": "[]",
    "unknown field": {"colour": "red"},
    "another version": {"version": 2},
    "negative count": {"skills": {"add": -1}},
    "count as text": {"skills": {"add": "many"}},
    "no smoothing": {"smoothing": 0},
    "shrink above 1": {"shrink": 2},
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("case", BROKEN_FILES)
def test_a_broken_weights_file_is_one_sentence_that_names_it(case, tmp_path):
    content = BROKEN_FILES[case]
    if isinstance(content, dict):
        content = json.dumps(msgspec.to_builtins(_weights({})) | content)
    path = tmp_path / "broken.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PriorArgumentError) as error:
        load_weights(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)


def test_a_directory_is_no_weights_file(tmp_path):
    with pytest.raises(PriorArgumentError, match="weights"):
        load_weights(tmp_path)
