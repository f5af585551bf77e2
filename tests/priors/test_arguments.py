"""Arguments of priors: what is read, and the one sentence for what is not."""

from pathlib import Path

import pytest

from priors.arguments import ArgumentReader, PriorArgumentError, parse_arguments
from priors.registry import make_prior

SMOOTHING_RANGE = "prior 'frequency': smoothing must be a number from 1e-06 to 1e+06"


def test_arguments_are_pairs():
    assert parse_arguments("") == {}
    assert parse_arguments("weights = a=b.json, smoothing=3") == {"weights": "a=b.json", "smoothing": "3"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("smoothing", "prior arguments: 'smoothing' is not of the form name=value"),
        ("smoothing=", "prior arguments: 'smoothing=' is not of the form name=value"),
        ("=3", "prior arguments: '=3' is not of the form name=value"),
        ("a=1,,b=2", "prior arguments: '' is not of the form name=value"),
        ("a=1,a=2", "prior arguments: 'a' is given twice"),
    ],
)
def test_malformed_arguments_are_refused(text, sentence):
    with pytest.raises(PriorArgumentError) as error:
        parse_arguments(text)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("uniform", "smoothing=1", "prior 'uniform' takes no arguments, but 'smoothing' was given"),
        ("frequency", "smothing=1", "prior 'frequency' has no argument 'smothing'; known ones are smoothing, "
                                    "weights; did you mean 'smoothing'?"),
        ("frequency", "smoothing=two", f"{SMOOTHING_RANGE}, not 'two'"),
        ("frequency", "smoothing=0", f"{SMOOTHING_RANGE}, not '0'"),
        ("frequency", "smoothing=nan", f"{SMOOTHING_RANGE}, not 'nan'"),
        ("frequency", "weights=no/such.json", "prior 'frequency': weights=no/such.json is not a file"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_one_sentence(name, arguments, sentence):
    with pytest.raises(PriorArgumentError) as error:
        make_prior(name, parse_arguments(arguments))
    assert str(error.value) == sentence


def test_defaults_stand_in_for_what_is_not_given():
    reader = ArgumentReader("any", {})
    assert reader.number("x", 2.5, 0, 10) == 2.5
    assert reader.file("y", Path("z")) == Path("z")
    assert (reader.text("t"), reader.text("u", "v")) == (None, "v")
    reader.finish()


def test_texts_are_given_as_they_are():
    reader = ArgumentReader("any", {"t": "a=b", "r": "x"})
    assert (reader.text("t", "other"), reader.required("r", "TEXT")) == ("a=b", "x")
    reader.finish()


def test_what_a_prior_needs_is_asked_for():
    with pytest.raises(PriorArgumentError) as error:
        ArgumentReader("any", {}).required("file", "PATH")
    assert str(error.value) == "prior 'any' needs file=PATH"
