"""Writes the directory of a causal language model with random weights: as slow as a real one of its size."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

HIDDEN: Final = 320
LAYERS: Final = 6
INNER: Final = 1280
HEADS: Final = 5
CONTEXT: Final = 4096
VOCABULARY: Final = 1000


def write_model(directory: Path) -> Path:
    """Writes a Llama of 10 million parameters, with a byte-level tokenizer trained on names of skills."""
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
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=LAYERS, intermediate_size=INNER,
        num_attention_heads=HEADS, num_key_value_heads=HEADS, max_position_embeddings=CONTEXT,
        bos_token_id=0, eos_token_id=0, tie_word_embeddings=True,
    )  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(directory)
    return directory


def num_parameters() -> int:
    """Returns how many weights its matrices have, the embedding's included."""
    per_layer = 4 * HIDDEN * HIDDEN + 3 * HIDDEN * INNER
    return LAYERS * per_layer + VOCABULARY * HIDDEN
