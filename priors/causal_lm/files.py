"""Decides which files of a model are read: plain data only, complete, and nothing outside its directory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from priors.arguments import PriorArgumentError
from priors.causal_lm.options import NAME, ModelOptions
from priors.model_json import read_object

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
ADAPTER_CONFIG: Final = "adapter_config.json"
ADAPTER_WEIGHTS: Final = "adapter_model.safetensors"
TOKENIZER_FILES: Final = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model")
_PICKLES: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# What decides the answers besides the weights.
_TEXT_FILES: Final = (
    CONFIG, *TOKENIZER_FILES, "merges.txt", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "chat_template.jinja", "chat_template.json",
)  # fmt: skip
_FROM_HUB: Final = ("*.json", "*.safetensors", "*.model", "*.txt", "*.jinja")
_BLOCK: Final = 1 << 20


def refusal(problem: str) -> PriorArgumentError:
    """Returns the error that says what is wrong with a model."""
    return PriorArgumentError(f"prior {NAME!r}: {problem}")


def find_directory(options: ModelOptions) -> Path:
    """Returns the directory of the model's files, fetched from the hub where an id is named.

    Without a network (`HF_HUB_OFFLINE=1`) only what was fetched before is there.

    Raises:
      PriorArgumentError: there is no such model, or it cannot be fetched.
    """
    if options.directory is not None:
        return options.directory
    from huggingface_hub import constants, snapshot_download

    code = ("*.py",) if options.trust_remote_code else ()
    try:
        found = snapshot_download(
            options.pretrained,
            revision=options.revision,
            local_files_only=bool(constants.HF_HUB_OFFLINE),
            allow_patterns=[*_FROM_HUB, *code],
            ignore_patterns=["*/*", "consolidated*"],
        )
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise refusal(
            f"pretrained={options.pretrained} is neither a directory nor a model that the hub gives: {reason}"
        ) from None
    return Path(str(found))


def check_files(directory: Path) -> None:
    """Checks what a directory of a model holds, before anything of it is loaded.

    Raises:
      PriorArgumentError: a file is missing, broken, of a kind that can hide code, or outside the directory.
    """
    if (directory / ADAPTER_CONFIG).is_file():
        raise refusal(f"{directory} holds an adapter; name it by adapter=, and its base model by pretrained=")
    _read_object(directory / CONFIG)
    check_weights([directory / name for name in weight_names(directory)])
    if not any((directory / name).is_file() for name in TOKENIZER_FILES):
        raise refusal(f"{directory} holds no tokenizer ({TOKENIZER_FILES[0]} would be one)")


def weight_names(directory: Path) -> tuple[str, ...]:
    """Returns the names of the files of weights.

    Raises:
      PriorArgumentError: there are none in the safetensors format, or the index names others than its own.
    """
    if (directory / INDEX).is_file():
        return _names_of_index(directory)
    if (directory / WEIGHTS).is_file():
        return (WEIGHTS,)
    pickles = sorted(path.name for pattern in _PICKLES for path in directory.glob(pattern))
    if pickles:
        raise refusal(
            f"{directory} holds no {WEIGHTS}, only {pickles[0]}, a format that can run code; "
            "save_pretrained of transformers writes safetensors"
        )
    raise refusal(f"{directory} holds no {WEIGHTS}")


def _names_of_index(directory: Path) -> tuple[str, ...]:
    names = _read_object(directory / INDEX).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise refusal(f"{directory / INDEX} has no weight_map")
    for name in names.values():
        if not isinstance(name, str) or Path(name).name != name or not name.endswith(".safetensors"):
            shown = str(name)[:80]
            raise refusal(f"{directory / INDEX} names {shown!r}, which is no safetensors file beside it")
        if not (directory / name).is_file():
            raise refusal(f"{directory} holds no {name}, which its index names")
    return tuple(sorted(set(names.values())))


def _read_object(file: Path) -> dict[str, Any]:
    """Returns the JSON object that a file holds."""
    if not file.is_file():
        raise refusal(f"{file.parent} holds no {file.name}")
    try:
        return read_object(file)
    except PriorArgumentError as error:
        raise refusal(str(error)) from None


def check_weights(files: Iterable[Path]) -> None:
    """Checks that files of weights are complete.

    Raises:
      PriorArgumentError: one is not, or cannot be read.
    """
    from safetensors import safe_open

    for file in files:
        try:
            with safe_open(file, framework="numpy") as opened:
                opened.keys()
        except Exception as error:
            raise refusal(f"{file} is no complete safetensors file ({error})") from None


def fingerprint(directory: Path, adapter: Path | None, *words: str) -> str:
    """Returns a sha256 of the weights, the tokenizer, the configuration, the adapter, and the words.

    Raises:
      PriorArgumentError: a file cannot be read.
    """
    files = [directory / name for name in (*weight_names(directory), *_TEXT_FILES)]
    if adapter is not None:
        files += [adapter / ADAPTER_CONFIG, adapter / ADAPTER_WEIGHTS]
    digest = hashlib.sha256("|".join(words).encode())
    for file in files:
        if not file.is_file():
            continue
        digest.update(f"|{file.name} {os.path.getsize(file)}|".encode())
        try:
            with file.open("rb") as opened:
                while block := opened.read(_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise refusal(f"{file} cannot be read ({error.strerror})") from None
    return digest.hexdigest()
