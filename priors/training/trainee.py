"""Decides what the model is trained for: one forward pass over a batch, and the losses at its places.

Three things are learnt at once, each as an average over samples:

* at `<bag>` a distribution over skills and constants: cross-entropy against those that the program uses;
* behind `<prg>` the program: cross-entropy of each next word;
* at `<way>` whether an arm leads to the program: binary cross-entropy of the words yes and no.

**Skill dropout.** In each training step some skills are unknown: the rows of their words, as input and as
output, are replaced by the mean of the rows of the words that spell them (name, signature, doc). So the model
learns to judge a skill by what is said of it, and can do so for skills that it never saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from priors.training.batches import Batch
from priors.training.presets import MAX_POSITIONS, Preset
from priors.training.roles import WordRoles

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM


class Tensors(NamedTuple):
    """A `Batch` on the device; the fields are its own."""

    tokens: Tensor
    segments: Tensor
    positions: Tensor
    asked: Tensor
    bag_places: Tensor
    bag_targets: Tensor
    bag_weights: Tensor
    program_places: Tensor
    program_targets: Tensor
    program_weights: Tensor
    way_places: Tensor
    way_targets: Tensor
    way_weights: Tensor


class Sums(NamedTuple):
    """Losses summed over a batch, with the weights they were summed with, each `[3]`: bag, program, way."""

    losses: Tensor
    weights: Tensor


def to_device(batch: Batch, device: torch.device) -> Tensors:
    """Returns a batch as tensors on a device."""
    return Tensors(*(torch.from_numpy(array).to(device) for array in batch))


def new_model(preset: Preset, roles: WordRoles, *, end: int, seed: int) -> LlamaForCausalLM:
    """Returns a model with random weights; equal seeds give equal ones."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=roles.num_words,
        hidden_size=preset.width,
        intermediate_size=preset.inner,
        num_hidden_layers=preset.layers,
        num_attention_heads=preset.heads,
        num_key_value_heads=preset.heads,
        max_position_embeddings=MAX_POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=roles.pad,
        # Rows of the embedding serve as output too: their product with a hidden state of `width` elements of
        # size 1 should begin at about 1.
        initializer_range=preset.width**-0.5,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(config)


class Trainee(nn.Module):
    """A causal language model with the losses it is trained for.

    Args:
      model: the model, with its head tied to the embedding.
      roles: of its vocabulary.
    """

    priced: Tensor
    spoken: Tensor
    skills: Tensor
    spelled: Tensor

    def __init__(self, model: LlamaForCausalLM, roles: WordRoles) -> None:
        super().__init__()
        self.model = model
        self._no_yes = (roles.no, roles.yes)
        skills = sorted(roles.spellings)
        spelled = torch.zeros(len(skills), roles.num_words)
        for row, skill in enumerate(skills):
            for word in roles.spellings[skill]:
                spelled[row, word] += 1.0 / len(roles.spellings[skill])
        self.register_buffer("priced", torch.tensor(list(roles.priced)), persistent=False)
        self.register_buffer("spoken", torch.tensor(list(roles.spoken)), persistent=False)
        self.register_buffer("skills", torch.tensor(skills, dtype=torch.int64), persistent=False)
        self.register_buffer("spelled", spelled, persistent=False)

    def forward(self, batch: Tensors, unknown: Tensor) -> Sums:
        """Returns the losses on a batch.

        Args:
          batch: the rows.
          unknown: `[num_skills]` bool, in the order of `skills`: which to read by their spelling.
        """
        table = self.model.model.embed_tokens.weight
        if bool(unknown.any()):
            table = table.index_copy(0, self.skills[unknown], (self.spelled[unknown] @ table).to(table.dtype))
        hidden = self._hidden(functional.embedding(batch.tokens, table), batch)
        logits = (hidden[batch.bag_places] @ table[self.priced].T).float()
        bag = -(batch.bag_targets * functional.log_softmax(logits, dim=-1)).sum(dim=-1)
        logits = (hidden[batch.program_places] @ table[self.spoken].T).float()
        program = functional.cross_entropy(logits, batch.program_targets, reduction="none")
        no, yes = self._no_yes
        logits = (hidden[batch.way_places] @ (table[yes] - table[no])).float()
        way = functional.binary_cross_entropy_with_logits(logits, batch.way_targets, reduction="none")
        weights = (batch.bag_weights, batch.program_weights, batch.way_weights)
        losses = [(loss * weight).sum() for loss, weight in zip((bag, program, way), weights, strict=True)]
        return Sums(torch.stack(losses), torch.stack([weight.sum() for weight in weights]))

    @property
    def width(self) -> int:
        """The size of a hidden state."""
        return int(self.model.config.hidden_size)

    def states_at_bags(self, batch: Tensors) -> Tensor:
        """Returns the hidden states where bags are asked for, `[b, width]`, before the last norm's scale."""
        table = self.model.model.embed_tokens.weight
        hidden = self._hidden(functional.embedding(batch.tokens, table), batch)
        states: Tensor = hidden[batch.bag_places] / self.model.model.norm.weight
        return states

    def _hidden(self, rows: Tensor, batch: Tensors) -> Tensor:
        """Returns the model's last hidden states at the asked words, `[B * Q, width]`.

        The last layer is computed at the asked words alone: nobody reads what the others come to in it. That
        saves a third of a step with two layers, and nearly all of it with one.
        """
        model = self.model.model
        turns = model.rotary_emb(rows, batch.positions)
        mask = _mask(batch.segments)
        for layer in model.layers[:-1]:
            rows = layer(rows, attention_mask=mask, position_embeddings=turns, use_cache=False)
        layer = model.layers[-1]
        attention = layer.self_attn
        normed = layer.input_layernorm(rows)
        keys = _turned(_by_head(attention.k_proj(normed), attention.head_dim), *turns)
        values = _by_head(attention.v_proj(normed), attention.head_dim)
        queries = _by_head(attention.q_proj(_at(normed, batch.asked)), attention.head_dim)
        queries = _turned(queries, *(_at(turn, batch.asked) for turn in turns))
        seen = mask[:, 0].gather(1, batch.asked[:, :, None].expand(-1, -1, mask.shape[-1]))
        mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen[:, None])
        rows = _at(rows, batch.asked) + attention.o_proj(mixed.transpose(1, 2).flatten(2))
        rows = rows + layer.mlp(layer.post_attention_layernorm(rows))
        last: Tensor = model.norm(rows)
        return last.flatten(0, 1)


def _at(rows: Tensor, columns: Tensor) -> Tensor:
    """Returns some columns of each row, `[B, Q, width]` of `[B, L, width]`."""
    return rows.gather(1, columns[:, :, None].expand(-1, -1, rows.shape[-1]))


def _by_head(rows: Tensor, head_size: int) -> Tensor:
    """Returns `[B, L, heads * head_size]` as `[B, heads, L, head_size]`."""
    return rows.reshape(*rows.shape[:2], -1, head_size).transpose(1, 2)


def _turned(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Returns heads turned by their positions; see `priors.bundled.weights` for the source."""
    first, second = heads.chunk(2, dim=-1)
    return heads * cosines[:, None] + torch.cat((-second, first), dim=-1) * sines[:, None]


def _mask(segments: Tensor) -> Tensor:
    """Returns which word sees which, `[B, 1, L, L]` bool: see `priors.training.batches`."""
    length = segments.shape[1]
    reads, seen = segments[:, :, None], segments[:, None, :]
    before = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    # Segment 0 is the prompt. What fills a row sees it too, since no row of the softmax may be empty.
    return (before & ((seen == reads) | (seen == 0)))[:, None]
