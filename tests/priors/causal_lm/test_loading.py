"""Directories that must not be trusted, or are broken: one sentence before the search, and no code is run."""

import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from priors.arguments import PriorArgumentError
from priors.causal_lm.files import INDEX, WEIGHTS
from priors.causal_lm.prior import CausalLMPrior
from priors.testing import price_requests
from tests.priors.causal_lm.tiny_models import write_adapter


@pytest.fixture
def directory(model_directory, tmp_path):
    """A copy of a good model, to be spoilt."""
    copy = tmp_path / "model"
    shutil.copytree(model_directory("llama"), copy)
    return copy


def _refusal(directory, **arguments):
    """The sentence with which a directory is refused."""
    prior = CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1", **arguments})
    with pytest.raises(PriorArgumentError) as error:
        prior.prepare()
    sentence = str(error.value)
    assert sentence.startswith("prior 'causal-lm': ") and "\n" not in sentence and len(sentence) < 700
    return sentence


def _edit(file: Path, **changes):
    document = json.loads(file.read_text())
    document.update(changes)
    file.write_text(json.dumps(document))


def _edit_weights(directory, change):
    weights = load_file(directory / WEIGHTS)
    change(weights)
    save_file(weights, directory / WEIGHTS, metadata={"format": "pt"})


class _Canary:
    """Pickled code that leaves a file behind."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return Path.touch, (Path(self.file),)


def test_the_good_directory_is_good(directory):
    CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"}).prepare()


def test_pickled_weights_are_refused_unread(directory, tmp_path):
    canary = tmp_path / "canary"
    (directory / WEIGHTS).unlink()
    (directory / "pytorch_model.bin").write_bytes(pickle.dumps(_Canary(str(canary))))
    sentence = _refusal(directory)
    assert "holds no model.safetensors, only pytorch_model.bin, a format that can run code" in sentence
    assert not canary.exists()


def test_a_pickle_beside_good_weights_is_not_opened(directory, tmp_path):
    canary = tmp_path / "canary"
    (directory / "pytorch_model.bin").write_bytes(pickle.dumps(_Canary(str(canary))))
    CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"}).prepare()
    assert not canary.exists()


def test_a_pickle_by_the_name_of_safetensors_is_refused(directory, tmp_path):
    canary = tmp_path / "canary"
    (directory / WEIGHTS).write_bytes(pickle.dumps(_Canary(str(canary))))
    assert "is no complete safetensors file" in _refusal(directory)
    assert not canary.exists()


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_truncated_weights_are_refused(directory, kept):
    whole = (directory / WEIGHTS).read_bytes()
    (directory / WEIGHTS).write_bytes(whole[:kept])
    assert "is no complete safetensors file" in _refusal(directory)


def test_a_missing_tensor_is_refused(directory):
    _edit_weights(directory, lambda weights: weights.pop("model.layers.1.mlp.up_proj.weight"))
    assert "missing are model.layers.1.mlp.up_proj.weight" in _refusal(directory)


def test_an_extra_tensor_is_refused(directory):
    _edit_weights(directory, lambda weights: weights.update({"model.extra.weight": torch.ones(2)}))
    assert "unexpected are model.extra.weight" in _refusal(directory)


def test_a_tensor_of_another_shape_is_refused(directory):
    _edit_weights(directory, lambda weights: weights.update({"model.norm.weight": torch.ones(3)}))
    assert str(directory) in _refusal(directory)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_no_numbers_are_refused(directory, value):
    _edit_weights(directory, lambda weights: weights["model.norm.weight"].view(-1)[3:4].fill_(value))
    assert "hold NaN or infinity: model.norm.weight" in _refusal(directory)


def test_no_tokenizer_is_refused(directory):
    for file in directory.glob("*token*"):
        file.unlink()
    assert "holds no tokenizer" in _refusal(directory)


def test_an_empty_vocabulary_is_refused(directory):
    document = json.loads((directory / "tokenizer.json").read_text())
    document["model"].update(vocab={}, merges=[])
    document["added_tokens"] = []
    (directory / "tokenizer.json").write_text(json.dumps(document))
    _edit(directory / "tokenizer_config.json", bos_token=None, additional_special_tokens=[])
    assert "empty vocabulary" in _refusal(directory)


def test_a_tokenizer_that_cannot_write_programs_is_refused(directory):
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "add": 1, "sub": 2}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(directory / "tokenizer.json"))
    sentence = _refusal(directory)
    assert "cannot write programs" in sentence and "comes back as '<unk>'" in sentence


def test_a_tokenizer_with_more_tokens_than_the_model_is_refused(directory):
    document = json.loads((directory / "tokenizer.json").read_text())
    document["added_tokens"].append(
        {**document["added_tokens"][0], "id": 5000, "content": "<extra>", "special": False}
    )
    document["model"]["vocab"]["<extra>"] = 5000
    (directory / "tokenizer.json").write_text(json.dumps(document))
    assert "does not fit the model: it gives token 5000" in _refusal(directory)


def test_a_class_that_rebuilds_the_tokenizer_wrongly_is_not_used(model_directory):
    """The class that goes with qwen2 splits texts by its own rule, whatever tokenizer.json says."""
    from tokenizers import Tokenizer

    from priors.causal_lm.loading import load, sample_texts
    from priors.causal_lm.options import ModelOptions

    where = model_directory("qwen2")
    tokenizer = load(ModelOptions(str(where), threads=1)).tokenizer
    raw = Tokenizer.from_file(str(where / "tokenizer.json"))
    for text in sample_texts():
        assert tokenizer(text, add_special_tokens=False).input_ids == raw.encode(text).ids


@pytest.mark.parametrize("remote", ["config", "tokenizer"])
def test_code_that_comes_with_a_model_is_not_run(directory, tmp_path, remote, monkeypatch):
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    canary = tmp_path / "canary"
    source = (
        f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n"
        "from transformers import LlamaConfig\nclass C(LlamaConfig):\n    model_type = 'evil'\n"
    )
    (directory / "evil.py").write_text(source)
    if remote == "config":
        _edit(
            directory / "config.json",
            model_type="evil",
            auto_map={"AutoConfig": "evil.C", "AutoModelForCausalLM": "evil.C"},
        )
    else:
        _edit(
            directory / "tokenizer_config.json",
            tokenizer_class="Evil",
            auto_map={"AutoTokenizer": ["evil.C", "evil.C"]},
        )
        (directory / "tokenizer.json").unlink()
        (directory / "vocab.json").write_text("{}")
    assert "cannot be loaded" in _refusal(directory)
    assert not canary.exists()


def test_code_beside_a_known_architecture_is_left_alone(directory, tmp_path):
    canary = tmp_path / "canary"
    (directory / "evil.py").write_text(f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n")
    _edit(directory / "config.json", auto_map={"AutoConfig": "evil.C", "AutoModelForCausalLM": "evil.C"})
    (directory / "custom_generate").mkdir()
    shutil.copy(directory / "evil.py", directory / "custom_generate" / "generate.py")
    CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"}).prepare()
    assert not canary.exists()


@pytest.mark.parametrize(
    "name", ["../other/model.safetensors", "/etc/passwd", "..", "", "a/b.safetensors", 3, "x.bin"]
)
def test_an_index_cannot_name_files_elsewhere(directory, name):
    (directory.parent / "other").mkdir()
    shutil.copy(directory / WEIGHTS, directory.parent / "other" / WEIGHTS)
    (directory / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": {"model.norm.weight": name}}))
    assert "which is no safetensors file beside it" in _refusal(directory)


def test_an_index_names_files_that_exist(directory):
    (directory / INDEX).write_text(json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors"}}))
    assert "holds no model-00001-of-00002.safetensors" in _refusal(directory)
    (directory / INDEX).write_text(json.dumps({"weight_map": {}}))
    assert "has no weight_map" in _refusal(directory)


def test_sharded_weights_are_read(directory, tmp_path):
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(directory)
    whole = CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"})
    (expected,) = whole.price_skills(price_requests()[:1])
    (directory / WEIGHTS).unlink()
    model.save_pretrained(directory, max_shard_size="60KB")
    assert (directory / INDEX).is_file()
    sharded = CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"})
    (prices,) = sharded.price_skills(price_requests()[:1])
    assert prices.skills.tolist() == expected.skills.tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, "is not JSON") for text in ("", "{", "\x00\x01", "[" * 100_000)),
        *((text, "must hold an object") for text in ("[]", "null")),
    ],
)
def test_a_config_that_is_none_is_refused(directory, text, said):
    (directory / "config.json").write_text(text)
    assert f"config.json {said}" in _refusal(directory)


def test_an_unknown_architecture_is_refused(directory):
    _edit(directory / "config.json", model_type="no_such_thing", architectures=["NoSuchThing"])
    assert "cannot be loaded" in _refusal(directory)


def test_an_empty_directory_is_refused(tmp_path):
    assert f"{tmp_path} holds no config.json" in _refusal(tmp_path)


def test_a_context_that_is_too_short_is_refused(directory):
    _edit(directory / "config.json", max_position_embeddings=64)
    assert "reads 64 tokens at a time, and 192 are needed" in _refusal(directory)


def test_an_adapter_is_not_taken_for_a_model(directory, tmp_path):
    adapter = write_adapter(tmp_path / "lora", directory)
    assert "holds an adapter; name it by adapter=" in _refusal(adapter)


def test_an_adapter_of_another_model_is_refused(directory, model_directory, tmp_path):
    adapter = write_adapter(tmp_path / "lora", model_directory("gpt2"))
    assert "cannot be loaded" in _refusal(directory, adapter=str(adapter))


def test_an_adapter_without_a_tensor_is_refused(directory, tmp_path):
    adapter = write_adapter(tmp_path / "lora", directory)
    weights = load_file(adapter / "adapter_model.safetensors")
    weights.pop(sorted(weights)[0])
    save_file(weights, adapter / "adapter_model.safetensors")
    assert "does not fit the model" in _refusal(directory, adapter=str(adapter))
    (adapter / "adapter_model.safetensors").unlink()
    (adapter / "adapter_model.bin").write_bytes(pickle.dumps(_Canary(str(tmp_path / "canary"))))
    assert "holds no adapter_model.safetensors" in _refusal(directory, adapter=str(adapter))
    assert not (tmp_path / "canary").exists()


def test_a_device_that_is_not_there_is_refused(directory):
    assert "device=cuda:99 cannot be used" in _refusal(directory, device="cuda:99")
    assert "device=toaster cannot be used" in _refusal(directory, device="toaster")


def test_a_hub_id_without_a_network_is_found_in_the_cache_or_refused(directory, tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    assert "is neither a directory nor a model that the hub gives" in _refusal("someone/tiny")
    commit = "0" * 40
    snapshot = tmp_path / "hub" / "models--someone--tiny" / "snapshots" / commit
    shutil.copytree(directory, snapshot)
    refs = tmp_path / "hub" / "models--someone--tiny" / "refs"
    refs.mkdir()
    (refs / "main").write_text(commit)
    cached = CausalLMPrior.from_arguments({"pretrained": "someone/tiny", "threads": "1"})
    local = CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"})
    assert cached.fingerprint == local.fingerprint
    one, other = cached.price_skills(price_requests()[:1]), local.price_skills(price_requests()[:1])
    assert one[0].skills.tolist() == other[0].skills.tolist()


def test_loading_writes_nothing_on_the_terminal(directory, capfd):
    CausalLMPrior.from_arguments({"pretrained": str(directory), "threads": "1"}).prepare()
    _edit_weights(directory, lambda weights: weights.pop("model.norm.weight"))
    _refusal(directory)
    assert capfd.readouterr() == ("", "")
