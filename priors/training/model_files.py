"""Decides what a model directory holds, and that it is always whole: every file is replaced in one step.

config.json  model.safetensors    the model, as transformers reads it
tokenizer.json ..                 the words, written by whoever knows them
prior.json                        what the prior does with the model's answers
training.json                     how it was trained, and what came of it
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from priors.arguments import PriorArgumentError
from priors.whole_files import write_whole

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM

CONFIG, WEIGHTS, TRAINING = "config.json", "model.safetensors", "training.json"
_HEAD: Final = "lm_head.weight"  # the embedding under another name


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a JSON file, whole or not at all."""
    write_whole(path, json.dumps(content, indent=2, allow_nan=False).encode() + b"\n")


def state_of(model: LlamaForCausalLM) -> dict[str, Tensor]:
    """Returns a copy of the model's weights, each once, in float32 and on the CPU."""
    return {
        name: weight.detach().float().cpu().clone()
        for name, weight in model.state_dict().items()
        if name != _HEAD
    }


def write_weights(directory: Path, model: LlamaForCausalLM, weights: Mapping[str, Tensor]) -> None:
    """Writes a model's configuration and weights.

    Args:
      directory: exists.
      model: whose configuration it is.
      weights: as from `state_of`.
    """
    from safetensors.torch import save

    write_whole(directory / WEIGHTS, save(dict(weights), {"format": "pt"}))
    config = model.config.to_dict()
    config.pop("_name_or_path", None)  # where the model came from is a path of this machine
    write_json(directory / CONFIG, {**config, "architectures": [type(model).__name__], "dtype": "float32"})


def load_model(directory: Path) -> LlamaForCausalLM:
    """Returns the model in a directory, in float32, to train it further.

    Raises:
      PriorArgumentError: it cannot be read, or some of its weights are missing or too many.
    """
    from transformers import LlamaForCausalLM

    try:
        loaded: Any = LlamaForCausalLM.from_pretrained(
            directory,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype="float32",
            output_loading_info=True,
        )
    except Exception as error:  # transformers, safetensors and torch each have their own
        reason = " ".join(str(error).split())[:200]
        raise PriorArgumentError(f"model {directory} cannot be loaded: {reason}") from None
    model: LlamaForCausalLM
    model, found = loaded
    wrong = [name for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in found[kind]]
    if wrong:
        raise PriorArgumentError(f"model {directory}: its weights do not fit its configuration: {wrong[0]}")
    return model
