"""Model directories that are not what they should be."""

import hashlib
import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from priors.arguments import PriorArgumentError
from priors.bundled.weights import load_weights
from tests.priors.bundled.small_model import write_random_llama


@pytest.fixture
def directory(tmp_path):
    write_random_llama(tmp_path)
    return tmp_path


def change_config(directory, **changes):
    path = directory / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def change_tensors(directory, change):
    path = directory / "model.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)


def refused(directory):
    with pytest.raises(PriorArgumentError) as caught:
        load_weights(directory)
    message = str(caught.value)
    assert "\n" not in message and str(directory) in message
    return message


def test_the_hash_is_that_of_the_file(directory):
    content = (directory / "model.safetensors").read_bytes()
    assert load_weights(directory).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model_type": "gpt2"}, "model_type must be 'llama', not 'gpt2'"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings must be True"),
        ({"hidden_act": "gelu"}, "hidden_act must be 'silu'"),
        ({"attention_bias": True}, "attention_bias must be False"),
        ({"num_key_value_heads": 1}, "num_key_value_heads must equal"),
        ({"num_attention_heads": 3}, "even multiple of 3 heads"),
        ({"head_dim": 4}, "head_dim"),
        ({"hidden_size": "16"}, "hidden_size must be a positive number, not '16'"),
        ({"num_hidden_layers": 0}, "num_hidden_layers must be a positive number"),
        ({"vocab_size": 10**12}, "vocab_size must be a positive number"),
        ({"rope_parameters": {"rope_type": "yarn"}}, "default type"),
        ({"rms_norm_eps": "small"}, "rms_norm_eps must be a positive number"),
        ({"num_hidden_layers": 3}, "'model.layers.2.input_layernorm.weight' is missing"),
        ({"num_hidden_layers": 1}, "is not part of the model"),
        ({"vocab_size": 51}, "has shape (50, 16), not (51, 16)"),
    ],
)
def test_another_configuration_is_refused(directory, changes, expected):
    change_config(directory, **changes)
    assert expected in refused(directory)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_configuration_that_is_no_object_is_refused(directory, content):
    (directory / "config.json").write_bytes(content)
    assert "config.json" in refused(directory)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(directory, value):
    def change(tensors):
        tensors["model.layers.0.mlp.up_proj.weight"][3, 2] = value

    change_tensors(directory, change)
    assert "'model.layers.0.mlp.up_proj.weight' holds NaN or infinity" in refused(directory)


def test_missing_and_surplus_weights_are_refused(directory):
    change_tensors(directory, lambda tensors: tensors.update(surplus=torch.zeros(2)))
    assert "'surplus' is not part of the model" in refused(directory)
    change_tensors(directory, lambda tensors: tensors.pop("model.norm.weight"))
    assert "'model.norm.weight' is missing" in refused(directory)


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_truncated_weights_are_refused(directory, keep):
    path = directory / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    assert "model.safetensors" in refused(directory)


def test_a_pickle_alone_is_refused(directory):
    (directory / "model.safetensors").rename(directory / "pytorch_model.bin")
    assert "model.safetensors: No such file" in refused(directory)
    (directory / "config.json").unlink()
    assert "config.json: No such file" in refused(directory)


def test_types_that_numpy_does_not_read_are_refused(directory):
    def change(tensors):
        tensors.update({name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()})

    change_tensors(directory, change)
    assert "no safetensors that numpy reads" in refused(directory)


def test_half_precision_is_read(directory):
    before = load_weights(directory)

    def change(tensors):
        tensors.update({name: tensor.to(torch.float16) for name, tensor in tensors.items()})

    change_tensors(directory, change)
    after = load_weights(directory)
    assert after.embedding.dtype == before.embedding.dtype
    assert after.embedding == pytest.approx(before.embedding, abs=1e-2)
