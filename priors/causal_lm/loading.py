"""Decides when a model is good enough to be asked: loaded without code, complete, finite, and able to read.

A model that fails here would not fail later: missing weights become random ones, and a tokenizer that reads
something else gives plausible scores for the wrong text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from priors.arguments import PriorArgumentError
from priors.causal_lm.files import (
    ADAPTER_WEIGHTS,
    check_files,
    check_weights,
    find_directory,
    refusal,
)
from priors.causal_lm.options import LEAST_TOKENS, ModelOptions

_SHOWN_NAMES: Final = 3


class Loaded(NamedTuple):
    """A model that can be asked.

    Attributes:
      model: in evaluation mode, on its device.
      tokenizer: its own.
      max_tokens: how long a sequence may be.
    """

    model: Any
    tokenizer: Any
    max_tokens: int


def load(options: ModelOptions) -> Loaded:
    """Loads a model and checks it.

    Raises:
      PriorArgumentError: it cannot be used; one sentence.
    """
    directory = find_directory(options)
    check_files(directory)
    with _quietly():
        try:
            tokenizer = _load_tokenizer(directory, options)
            model = _load_model(directory, options)
            if options.adapter is not None:
                model = _with_adapter(model, options.adapter)
            check_tokenizer(tokenizer, directory, model.get_input_embeddings().weight.shape[0])
        except PriorArgumentError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())[:300]
            raise refusal(f"{directory} cannot be loaded ({type(error).__name__}: {reason})") from None
    _check_numbers(model, directory)
    longest = getattr(model.config, "max_position_embeddings", None)
    max_tokens = min(options.max_tokens, longest if isinstance(longest, int) and longest > 0 else 1 << 30)
    if max_tokens < LEAST_TOKENS:
        raise refusal(f"{directory} reads {max_tokens} tokens at a time, and {LEAST_TOKENS} are needed")
    return Loaded(model.eval(), tokenizer, max_tokens)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keeps transformers from writing warnings, reports and progress: what matters becomes an error."""
    import logging as standard

    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging  # its functions have no types
    verbosity, has_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(standard.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        if has_bars:
            logging.enable_progress_bar()


def _load_tokenizer(directory: Path, options: ModelOptions) -> Any:
    """Returns the tokenizer that reads as its file says.

    Some classes of transformers replace parts of the file by their own defaults, and scores collapse without
    a word; the class that takes files as they are then stands in.
    """
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    where: dict[str, Any] = {"local_files_only": True, "trust_remote_code": options.trust_remote_code}
    tokenizer = AutoTokenizer.from_pretrained(str(directory), **where)
    file = directory / "tokenizer.json"
    if not file.is_file() or _reads_as(tokenizer, file):
        return tokenizer
    plain = PreTrainedTokenizerFast.from_pretrained(str(directory), **where)
    if not _reads_as(plain, file):
        raise refusal(f"transformers reads texts otherwise than {file} says")
    return plain


def _reads_as(tokenizer: Any, file: Path) -> bool:
    """Says whether a tokenizer encodes the sample texts as a tokenizer's file does by itself."""
    from tokenizers import Tokenizer

    raw = Tokenizer.from_file(str(file))
    raw.no_padding()
    raw.no_truncation()
    texts = sample_texts()
    of_file = [raw.encode(text, add_special_tokens=False).ids for text in texts]
    return of_file == [list(ids) for ids in tokenizer(texts, add_special_tokens=False).input_ids]


def _load_model(directory: Path, options: ModelOptions) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    device = _device(options.device)
    dtype = options.dtype or ("float32" if device.type == "cpu" else "auto")
    loader: Any = AutoModelForCausalLM  # its types do not know output_loading_info
    model, info = loader.from_pretrained(
        str(directory),
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=options.trust_remote_code,
        dtype=dtype if dtype == "auto" else getattr(torch, dtype),
        attn_implementation=options.attention,
        output_loading_info=True,
    )
    wrong = {
        kind: sorted(map(str, info.get(f"{kind}_keys") or ()))
        for kind in ("missing", "unexpected", "mismatched")
    }
    for kind, names in wrong.items():
        if names:
            shown = ", ".join(names[:_SHOWN_NAMES]) + (", ..." if len(names) > _SHOWN_NAMES else "")
            raise refusal(f"the weights in {directory} do not fit its configuration: {kind} are {shown}")
    return model.to(device)


def _device(name: str) -> Any:
    """Returns the device, `auto` being the first GPU or else the processor."""
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except Exception as error:
        reason = " ".join(str(error).split())[:150]
        raise refusal(f"device={name} cannot be used ({reason})") from None
    return device


def _with_adapter(model: Any, adapter: Path) -> Any:
    """Returns the model with an adapter's weights merged into its own."""
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors import safe_open

    if not (adapter / ADAPTER_WEIGHTS).is_file():
        raise refusal(f"{adapter} holds no {ADAPTER_WEIGHTS}")
    check_weights([adapter / ADAPTER_WEIGHTS])
    adapted = PeftModel.from_pretrained(model, str(adapter), use_safetensors=True)
    with safe_open(adapter / ADAPTER_WEIGHTS, framework="numpy") as opened:
        given = set(opened.keys())
    wanted = set(get_peft_model_state_dict(adapted))
    if given != wanted:
        name = sorted(given ^ wanted)[0]
        raise refusal(f"the adapter {adapter} does not fit the model: {name} is missing in one of them")
    return adapted.merge_and_unload()


def _check_numbers(model: Any, directory: Path) -> None:
    for name, weight in model.named_parameters():
        if weight.is_floating_point() and not bool(weight.isfinite().all()):
            raise refusal(f"the weights in {directory} hold NaN or infinity: {name}")


def check_tokenizer(tokenizer: Any, directory: Path, num_embeddings: int) -> None:
    """Checks that a tokenizer reads programs, and fits the model.

    Raises:
      PriorArgumentError: it does not.
    """
    vocabulary = tokenizer.get_vocab()
    if len(vocabulary) <= len(tokenizer.all_special_tokens):
        raise refusal(f"the tokenizer in {directory} has an empty vocabulary")
    highest = max(vocabulary.values())
    if highest >= num_embeddings:
        raise refusal(
            f"the tokenizer in {directory} does not fit the model: it gives token {highest}, and the model "
            f"has embeddings of {num_embeddings}"
        )
    texts = sample_texts()
    encoded = tokenizer(texts, add_special_tokens=False).input_ids
    for text, ids in zip(texts, encoded, strict=True):
        back = tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        if "".join(back.split()) != "".join(text.split()):
            raise refusal(
                f"the tokenizer in {directory} cannot write programs: {text!r} comes back as {back[:60]!r}"
            )


def sample_texts() -> list[str]:
    """Returns texts of the kinds that a model is asked about: every skill, literals, calls."""
    from vm.table import BY_NAME

    calls = [
        "take(sort(x), 3)",
        "compress(x, lt(head(x), x))",
        "fold(&add(_, 1), 0, focus)",
        "v1 = add(x, -1)",
    ]
    return [*BY_NAME, *calls, '["ab", "c"]', "[1, 2, 3] gives 0.5", "cmovl a, b; mov s1, c", "true false"]
