"""Decides which arguments `causal-lm` takes, and checks what can be checked without loading anything."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from priors.arguments import ArgumentReader, PriorArgumentError
from priors.causal_lm.trie import NORMALISE

NAME: Final = "causal-lm"
DTYPES: Final = ("auto", "float32", "bfloat16", "float16")
ATTENTION: Final = ("sdpa", "eager", "flash_attention_2", "flash_attention_3", "flex_attention")
DEFAULT_EXAMPLES: Final = 6  # untuned
# Least useful context: the questions alone take some hundred tokens of a tokenizer that knows few words.
LEAST_TOKENS: Final = 192
DEFAULT_WRITTEN: Final = 768  # a sub-task with six short examples takes 100 to 200 tokens; untuned
DEFAULT_TEMPERATURE: Final = 0.7  # untuned
DEFAULT_TOKENS: Final = 8192  # a list of 160 skills with types and docs takes 5,000 to 8,000; untuned


@dataclass(frozen=True)
class ModelOptions:
    """What a user says of a model.

    Attributes:
      pretrained: a directory, or an id of the hub.
      revision: of the hub's; None is its newest.
      dtype: of the weights; None is float32 on a processor and the checkpoint's own elsewhere.
      device: as torch calls it, or `auto`.
      batch_size: questions in a pass; None is as many as fit.
      adapter: a directory of peft's format.
      trust_remote_code: whether code from the checkpoint may run.
      chat: whether the prompt is put into the frame of a chat; `auto`: if the tokenizer has one.
      normalise: how token scores make scores of answers; measured, see `trie.py`.
      max_examples: how many examples are shown.
      max_tokens: longest prompt; the model's own limit stands above it.
      attention: the implementation.
      threads: how many torch may use on a processor; None leaves one core to the search.
      proposal_tokens: how many tokens of sub-tasks are written for one task.
      proposal_temperature: by how much the odds of these tokens are flattened; 0 takes the likeliest.
    """

    pretrained: str
    revision: str | None = None
    dtype: str | None = None
    device: str = "auto"
    batch_size: int | None = None
    adapter: Path | None = None
    trust_remote_code: bool = False
    chat: str = "auto"
    normalise: str = "trie"
    max_examples: int = DEFAULT_EXAMPLES
    max_tokens: int = DEFAULT_TOKENS
    attention: str = "sdpa"
    threads: int | None = None
    proposal_tokens: int = DEFAULT_WRITTEN
    proposal_temperature: float = DEFAULT_TEMPERATURE

    @property
    def directory(self) -> Path | None:
        """The directory that `pretrained` names; None for an id of the hub."""
        path = Path(self.pretrained).expanduser()
        return path if path.is_dir() else None

    @property
    def num_threads(self) -> int:
        """How many threads torch gets on a processor."""
        return self.threads or max(1, (os.cpu_count() or 1) - 1)


def read_options(arguments: Mapping[str, str]) -> ModelOptions:
    """Returns the options that arguments say.

    Raises:
      PriorArgumentError: an argument is unknown, missing or wrong, or a package is not installed.
    """
    reader = ArgumentReader(NAME, arguments)
    pretrained = reader.required("pretrained", "DIRECTORY or an id of the Hugging Face hub")
    adapter = reader.text("adapter")
    batch_size = reader.text("batch_size", "auto")
    dtype = reader.text("dtype")
    options = ModelOptions(
        pretrained=pretrained,
        revision=reader.text("revision"),
        dtype=None if dtype is None else _choice("dtype", dtype, DTYPES),
        device=reader.text("device") or "auto",
        batch_size=None if batch_size == "auto" else _whole("batch_size", batch_size, 1, 4096),
        adapter=None if adapter is None else Path(adapter).expanduser(),
        trust_remote_code=_is_yes("trust_remote_code", reader.text("trust_remote_code")),
        chat=_choice("chat", reader.text("chat") or "auto", ("auto", "yes", "no")),
        normalise=_choice("normalise", reader.text("normalise") or "trie", NORMALISE),
        max_examples=_whole("max_examples", reader.text("max_examples"), 0, 100, DEFAULT_EXAMPLES),
        max_tokens=_whole("max_tokens", reader.text("max_tokens"), LEAST_TOKENS, 1_000_000, DEFAULT_TOKENS),
        attention=_choice("attention", reader.text("attention") or "sdpa", ATTENTION),
        threads=_whole("threads", reader.text("threads"), 1, 1024, 0) or None,
        proposal_tokens=_whole(
            "proposal_tokens", reader.text("proposal_tokens"), 16, 100_000, DEFAULT_WRITTEN
        ),
        proposal_temperature=_temperature(reader),
    )
    reader.finish()
    _check_paths(options)
    _check_packages(options)
    return options


def _temperature(reader: ArgumentReader) -> float:
    given = reader.number("proposal_temperature", DEFAULT_TEMPERATURE, 0.0, 10.0)
    return DEFAULT_TEMPERATURE if given is None else given


def _choice(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise PriorArgumentError(f"prior {NAME!r}: {name} must be {' or '.join(choices)}, not {value!r}")
    return value


def _is_yes(name: str, value: str | None) -> bool:
    """Says whether `value` is `yes`, in this one writing: what it allows should not happen by a slip."""
    return value is not None and _choice(name, value, ("yes", "no")) == "yes"


def _whole(name: str, value: str | None, low: int, high: int, default: int = 0) -> int:
    if value is None:
        return default
    if not value.isdecimal() or len(value) > 9 or not low <= int(value) <= high:
        raise PriorArgumentError(
            f"prior {NAME!r}: {name} must be a whole number from {low} to {high}, not {value!r}"
        )
    return int(value)


def _check_paths(options: ModelOptions) -> None:
    named = options.pretrained
    looks_like_a_path = named.startswith((".", "/", "~")) or named.count("/") > 1
    if options.directory is None and (looks_like_a_path or Path(named).is_file()):
        raise PriorArgumentError(f"prior {NAME!r}: pretrained={named} is not a directory")
    if options.directory is not None and options.revision is not None:
        raise PriorArgumentError(f"prior {NAME!r}: a directory has no revision; leave out revision")
    if options.adapter is not None and not (options.adapter / "adapter_config.json").is_file():
        raise PriorArgumentError(
            f"prior {NAME!r}: adapter={options.adapter} is no directory with an adapter_config.json"
        )


def _check_packages(options: ModelOptions) -> None:
    needed = ["torch", "transformers"] + ["peft"] * (options.adapter is not None)
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise PriorArgumentError(
            f"prior {NAME!r} needs {' and '.join(missing)}: pip install 'mcts-compose[lm]'"
        )
