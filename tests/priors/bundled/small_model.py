"""A Llama with random weights, small enough for tests, and its directory."""

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

NUM_WORDS = 50


def write_random_llama(
    directory, *, layers=2, width=16, heads=2, num_words=NUM_WORDS, max_positions=64, seed=0
):
    """Writes a model whose weights are far from their usual start, so that every part of it tells."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=num_words,
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=max_positions,
        tie_word_embeddings=True,
        initializer_range=0.25,
    )
    model = LlamaForCausalLM(config).eval()
    for name, weight in model.named_parameters():
        if "norm" in name:
            weight.data.uniform_(0.5, 1.5)
    model.save_pretrained(directory)
    return model


def log_probabilities(model, ids):
    """What transformers says after each word, `[len(ids), num_words]`."""
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([list(ids)])).logits[0].double(), dim=-1).numpy()


def log_softmax(logits):
    logits = np.asarray(logits, dtype=np.float64)
    return logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()
