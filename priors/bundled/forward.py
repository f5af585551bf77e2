"""Computes a Llama forward pass in numpy: what the model says after a sequence of words.

It stands in for torch where the shipped model is asked, so that a search with it starts in milliseconds and
needs no optional package. The result is that of transformers' `LlamaForCausalLM` up to rounding in float32.

Sequences share what they have in common: a `Prefix` holds the keys and values of words that were read once;
`read` makes a longer prefix of it, and `read_branches` continues it in many ways at once, without a trace.

    read(nothing, prompt) --> prefix --> read(prefix, focus) --> prefix --> read_branches(prefix, arms)

Shapes: `P` words of the prefix, `B` branches, `L` words of the longest branch, `H` heads, `S` head size,
`W = H * S` the width. Keys and values are kept word by word, `[P, H, S]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.bundled.weights import Floats, Layer, LlamaWeights


class Prefix(NamedTuple):
    """Words that were read, as later words see them; never changed.

    Attributes:
      keys: one `[P, H, S]` float32 per layer.
      values: the same.
      last: `[W]` float32, the hidden state of the last word, of unit mean square.
    """

    keys: tuple[Floats, ...]
    values: tuple[Floats, ...]
    last: Floats

    def __len__(self) -> int:
        return len(self.keys[0])


def nothing(weights: LlamaWeights) -> Prefix:
    """Returns the prefix without words."""
    head_size = weights.width // weights.num_heads
    empty = (np.empty((0, weights.num_heads, head_size), dtype=np.float32),) * len(weights.layers)
    return Prefix(empty, empty, np.zeros(weights.width, dtype=np.float32))


def read(weights: LlamaWeights, prefix: Prefix, rows: Floats) -> Prefix:
    """Returns `prefix` with further words.

    Args:
      weights: the model.
      prefix: what came before.
      rows: `[L, W]` float32, the words' rows of the embedding, at least one.

    Raises:
      ValueError: there are no words, or more than the model has positions for.
    """
    num_old, num_new = len(prefix), len(rows)
    _check_length(weights, num_old, num_new)
    turns = weights.turns[num_old : num_old + num_new]
    # A word sees every word of the prefix, and of the new ones itself and those before.
    unseen = np.triu(np.full((num_new, num_old + num_new), -np.inf, dtype=np.float32), num_old + 1)
    hidden = rows
    all_keys: list[Floats] = []
    all_values: list[Floats] = []
    for index, layer in enumerate(weights.layers):
        queries, keys, values = _projected(weights, layer, hidden, turns)
        keys = np.concatenate([prefix.keys[index], keys])
        values = np.concatenate([prefix.values[index], values])
        all_keys.append(keys)
        all_values.append(values)
        if index == len(weights.layers) - 1:  # nobody asks what the other words have come to
            queries, hidden, unseen = queries[-1:], hidden[-1:], unseen[-1:]
        scores = np.matmul(queries.transpose(1, 0, 2), keys.transpose(1, 2, 0))  # [H, L, P + L]
        scores += unseen
        _softmax(scores)
        mixed = np.matmul(scores, values.transpose(1, 0, 2))  # [H, L, S]
        hidden = hidden + mixed.transpose(1, 0, 2).reshape(len(hidden), -1) @ layer.out
        hidden += _feed_forward(weights, layer, hidden)
    return Prefix(tuple(all_keys), tuple(all_values), _normalised(weights, hidden)[-1])


def read_branches(weights: LlamaWeights, prefix: Prefix, branches: Sequence[Floats]) -> Floats:
    """Returns the hidden state after each of several continuations, `[B, W]` float32.

    Args:
      weights: the model.
      prefix: what came before, the same for all, at least one word.
      branches: one `[length, W]` float32 each, as `rows` of `read`.

    Raises:
      ValueError: a branch has no words, or more than the model has positions for.
    """
    if not branches:
        return np.zeros((0, weights.width), dtype=np.float32)
    lengths = np.array([len(branch) for branch in branches])
    _check_length(weights, len(prefix), int(lengths.min()))
    _check_length(weights, len(prefix), int(lengths.max()))
    num_branches, num_words = len(branches), int(lengths.max())
    rows = np.zeros((num_branches, num_words, weights.width), dtype=np.float32)
    for row, branch in zip(rows, branches, strict=True):
        row[: len(branch)] = branch
    steps = BranchReader(weights, prefix, num_branches, num_words)
    # Words behind the end of a branch are computed and ignored: no word sees a later one.
    return steps.read(rows, lengths - 1)


class BranchReader:
    """Continues one prefix in many ways, all branches by equally many words at a time.

    Args:
      weights: the model.
      prefix: what all branches have in common, at least one word.
      num_branches: how many there are.
      max_words: of each branch in all.
    """

    def __init__(self, weights: LlamaWeights, prefix: Prefix, num_branches: int, max_words: int) -> None:
        self._weights = weights
        self._prefix = prefix
        self._num_read = 0
        shape = (num_branches, max_words, weights.num_heads, weights.width // weights.num_heads)
        self._keys = [np.empty(shape, dtype=np.float32) for _ in weights.layers]
        self._values = [np.empty(shape, dtype=np.float32) for _ in weights.layers]

    def keep(self, branches: NDArray[np.intp]) -> None:
        """Drops all branches but those given by their indices, in this order."""
        self._keys = [keys[branches] for keys in self._keys]
        self._values = [values[branches] for values in self._values]

    def read(self, rows: Floats, ends: NDArray[np.int64]) -> Floats:
        """Reads the next words of every branch, and returns the hidden states of some.

        Args:
          rows: `[B, L, W]` float32, rows of the embedding.
          ends: `[B]`, which of the `L` words is asked for in each branch.

        Returns:
          `[B, W]` float32, of unit mean square.
        """
        weights, prefix = self._weights, self._prefix
        num_branches, num_words, width = rows.shape
        num_old, num_prefix = self._num_read, len(prefix)
        num_own = num_old + num_words
        self._num_read = num_own
        first = num_prefix + num_old
        turns = np.tile(weights.turns[first : first + num_words], (num_branches, 1, 1))
        unseen = np.triu(np.full((num_words, num_own), -np.inf, dtype=np.float32), num_old + 1)
        asked = np.arange(num_branches) * num_words + ends
        hidden = rows.reshape(-1, width)
        num_heads = weights.num_heads
        for index, layer in enumerate(weights.layers):
            queries, keys, values = _projected(weights, layer, hidden, turns)
            per_branch = (num_branches, num_words, num_heads, -1)
            self._keys[index][:, num_old:num_own] = keys.reshape(per_branch)
            self._values[index][:, num_old:num_own] = values.reshape(per_branch)
            num_asked = num_words
            if index == len(weights.layers) - 1:
                queries, hidden, num_asked = queries[asked], hidden[asked], 1
                unseen = unseen[ends][:, None, None, :]
            scores = np.empty((num_heads, len(hidden), num_prefix + num_own), dtype=np.float32)
            np.matmul(
                queries.transpose(1, 0, 2),
                prefix.keys[index].transpose(1, 2, 0),
                out=scores[:, :, :num_prefix],
            )
            own = queries.reshape(num_branches, num_asked, num_heads, -1).transpose(0, 2, 1, 3)
            own = np.matmul(own, self._keys[index][:, :num_own].transpose(0, 2, 3, 1))
            own += unseen
            by_branch = (num_heads, num_branches, num_asked, num_own)
            scores[:, :, num_prefix:] = own.transpose(1, 0, 2, 3).reshape(num_heads, -1, num_own)
            _softmax(scores)
            mixed = np.matmul(scores[:, :, :num_prefix], prefix.values[index].transpose(1, 0, 2))
            own = scores[:, :, num_prefix:].reshape(by_branch).transpose(1, 0, 2, 3)
            own = np.matmul(own, self._values[index][:, :num_own].transpose(0, 2, 1, 3))
            mixed += own.transpose(1, 0, 2, 3).reshape(mixed.shape)
            hidden = hidden + mixed.transpose(1, 0, 2).reshape(len(hidden), -1) @ layer.out
            hidden += _feed_forward(weights, layer, hidden)
        return _normalised(weights, hidden)


def _check_length(weights: LlamaWeights, num_old: int, num_new: int) -> None:
    if num_new < 1:
        raise ValueError("there are no words to read")
    if num_old + num_new > weights.max_positions:
        raise ValueError(f"{num_old + num_new} words are more than the {weights.max_positions} positions")


def _normalised(weights: LlamaWeights, hidden: Floats) -> Floats:
    """Returns RMSNorm without its scale, which the next matrix has in it.

    Source: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", equation 4.
    """
    squares = np.asarray(np.einsum("ij,ij->i", hidden, hidden), dtype=np.float32)
    squares /= np.float32(hidden.shape[1])
    squares += np.float32(weights.epsilon)
    np.sqrt(squares, out=squares)
    normalised: Floats = np.divide(hidden, squares[:, None], dtype=np.float32)
    return normalised


def _projected(
    weights: LlamaWeights, layer: Layer, hidden: Floats, turns: NDArray[np.complex64]
) -> tuple[Floats, Floats, Floats]:
    """Returns queries, keys and values of all words, `[words, H, S]` each, the first two turned."""
    num_heads = weights.num_heads
    joint = (_normalised(weights, hidden) @ layer.qkv).reshape(len(hidden), 3 * num_heads, -1)
    pairs = joint.view(np.complex64)[:, : 2 * num_heads]
    pairs *= turns
    return joint[:, :num_heads], joint[:, num_heads : 2 * num_heads], joint[:, 2 * num_heads :]


def _softmax(scores: Floats) -> None:
    """Replaces scores by their softmax over the last axis; at least one of a row is finite."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)


def _feed_forward(weights: LlamaWeights, layer: Layer, hidden: Floats) -> Floats:
    """Returns the SwiGLU part of a layer.

    Source: Shazeer 2020, "GLU Variants Improve Transformer", section 2.
    """
    joint: Floats = np.matmul(_normalised(weights, hidden), layer.gate_up)
    inner = joint.shape[1] // 2
    gate, up = joint[:, :inner], joint[:, inner:]
    # silu(x) = x / (1 + exp(-x)); below -80 it is 0 in float32, and exp(80) is still finite.
    divisor = np.negative(gate)
    np.minimum(divisor, np.float32(80.0), out=divisor)
    np.exp(divisor, out=divisor)
    divisor += np.float32(1.0)
    up *= gate
    up /= divisor
    result: Floats = np.matmul(up, layer.down)
    return result
