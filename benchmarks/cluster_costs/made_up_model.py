"""Writes the directory of a causal language model with random weights: as slow as a real one of its size."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple


class Size(NamedTuple):
    """Of a made-up model.

    Attributes:
      hidden: numbers of a token between layers; heads have 64 of them each.
      layers: one after the other.
    """

    hidden: int
    layers: int

    @property
    def inner(self) -> int:
        """Numbers within a layer."""
        return 4 * self.hidden


TEN_MILLION: Final = Size(hidden=320, layers=6)
SMALL: Final = Size(hidden=128, layers=2)
CONTEXT: Final = 4096
VOCABULARY: Final = 1000


def write_model(directory: Path, size: Size = TEN_MILLION) -> Path:
    """Writes a Llama of this size, with a byte-level tokenizer trained on names of skills."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from priors.causal_lm.loading import sample_texts

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<begin>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    tokenizer.train_from_iterator(sample_texts(), trainer)
    fast: Any = PreTrainedTokenizerFast  # its constructor has no types
    fast(tokenizer_object=tokenizer, bos_token="<begin>").save_pretrained(directory)
    heads = size.hidden // 64
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=size.hidden, num_hidden_layers=size.layers,
        intermediate_size=size.inner, num_attention_heads=heads, num_key_value_heads=heads,
        max_position_embeddings=CONTEXT, bos_token_id=0, eos_token_id=0, tie_word_embeddings=True,
    )  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(directory)
    return directory


def num_parameters(size: Size = TEN_MILLION) -> int:
    """Returns how many weights its matrices have, the embedding's included."""
    per_layer = 4 * size.hidden * size.hidden + 3 * size.hidden * size.inner
    return size.layers * per_layer + VOCABULARY * size.hidden
