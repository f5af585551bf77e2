"""Arguments: what is refused before anything is loaded, in one sentence."""

import importlib.util

import pytest

from priors.arguments import PriorArgumentError
from priors.causal_lm.options import ModelOptions, read_options
from priors.causal_lm.prior import CausalLMPrior


def test_defaults_are_those_of_the_options(tmp_path):
    assert read_options({"pretrained": str(tmp_path)}) == ModelOptions(str(tmp_path))


def test_every_argument_arrives(tmp_path):
    (tmp_path / "adapter_config.json").write_text("{}")
    options = read_options(
        {
            "pretrained": "some/model", "revision": "main", "dtype": "bfloat16", "device": "cpu",
            "batch_size": "8", "adapter": str(tmp_path), "trust_remote_code": "yes", "chat": "no",
            "normalise": "sum", "max_examples": "2", "max_tokens": "1000", "attention": "eager",
            "threads": "2", "proposal_tokens": "99", "proposal_temperature": "0",
        }
    )  # fmt: skip
    assert options == ModelOptions(
        "some/model", "main", "bfloat16", "cpu", 8, tmp_path, True, "no", "sum", 2, 1000, "eager", 2,
        99, 0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "prior 'causal-lm' needs pretrained=DIRECTORY or an id of the Hugging Face hub"),
        ({"pretrained": "/no/such/place"}, "pretrained=/no/such/place is not a directory"),
        ({"pretrained": "./gone"}, "pretrained=./gone is not a directory"),
        ({"dtype": "int8"}, "dtype must be auto or float32 or bfloat16 or float16, not 'int8'"),
        ({"batch_size": "0"}, "batch_size must be a whole number from 1 to 4096, not '0'"),
        ({"batch_size": "many"}, "not 'many'"),
        ({"max_tokens": "9" * 5000}, "max_tokens must be a whole number"),
        ({"trust_remote_code": "true"}, "trust_remote_code must be yes or no, not 'true'"),
        ({"chat": "maybe"}, "chat must be auto or yes or no"),
        ({"normalise": "max"}, "normalise must be trie or sum or mean"),
        ({"attention": "paged"}, "attention must be"),
        ({"adapter": "/no/such/place"}, "adapter=/no/such/place is no directory with an adapter_config.json"),
        ({"proposal_tokens": "0"}, "proposal_tokens must be a whole number from 16 to 100000, not '0'"),
        ({"proposal_temperature": "hot"}, "proposal_temperature must be a number from 0 to 10, not 'hot'"),
        ({"revision": "main"}, "a directory has no revision"),
        ({"pretraned": "x"}, "has no argument 'pretraned'"),
    ],
)
def test_a_wrong_argument_is_one_sentence(tmp_path, arguments, says):
    if arguments and "pretrained" not in arguments:
        arguments = {"pretrained": str(tmp_path), **arguments}
    with pytest.raises(PriorArgumentError) as error:
        CausalLMPrior.from_arguments(arguments)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_a_missing_package_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PriorArgumentError) as error:
        read_options({"pretrained": str(tmp_path)})
    assert str(error.value) == (
        "prior 'causal-lm' needs torch and transformers: pip install 'mcts-compose[lm]'"
    )
