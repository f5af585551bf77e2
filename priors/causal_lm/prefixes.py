"""Decides how what a model has read of several prompts stands in one cache: every shared part once.

    task 1's prefix   skills | task 1
    task 2's prefix   skills | task 2
    joined            skills | task 1 | task 2     with who sees which column beside it

Keys hold their positions already, so a part means the same wherever it stands.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shared: TypeAlias = tuple[tuple[int, ...], ...]
"""Tokens that the prompts of several questions begin with, part by part."""


class Prefix(NamedTuple):
    """What a model has read: its cache, and how many tokens that are."""

    cache: Any
    length: int


class Joined(NamedTuple):
    """What a model has read of several prompts.

    Attributes:
      cache: it can grow without changing the caches that it was made of.
      seen: `[prefixes, tokens of the cache]` bool: whether a prefix holds a token.
    """

    cache: Any
    seen: NDArray[np.bool_]


def joined(prefixes: Mapping[Shared, Prefix]) -> Joined:
    """Returns one cache with what all these prefixes hold; one prefix stays as it is, bit for bit."""
    longest = max(prefixes.values(), key=lambda prefix: prefix.length)
    cache = twin(longest.cache)
    if len(prefixes) == 1:
        return Joined(cache, np.ones((1, longest.length), dtype=np.bool_))
    place_of: dict[Shared, slice] = {}
    pieces: list[tuple[Any, int, int]] = []
    total = 0
    for shared, prefix in prefixes.items():
        start = 0
        for depth, part in enumerate(shared, 1):
            end = start + len(part)
            if shared[:depth] not in place_of:
                place_of[shared[:depth]] = slice(total, total + len(part))
                pieces.append((prefix.cache, start, end))
                total += len(part)
            start = end
    seen = np.zeros((len(prefixes), total), dtype=np.bool_)
    for row, shared in enumerate(prefixes):
        for depth in range(1, len(shared) + 1):
            seen[row, place_of[shared[:depth]]] = True
    for number, layer in enumerate(cache.layers):
        layer.keys = _columns([(one.layers[number].keys, start, end) for one, start, end in pieces])
        layer.values = _columns([(one.layers[number].values, start, end) for one, start, end in pieces])
    return Joined(cache, seen)


def twin(cache: Any) -> Any:
    """Returns a cache that can grow without changing this one: layers join new tensors, and change none."""
    made = copy.copy(cache)
    made.layers = [copy.copy(layer) for layer in cache.layers]
    return made


def _columns(pieces: list[tuple[Any, int, int]]) -> Any:
    """Returns `[1, heads, tokens, width]`, the given tokens of each tensor one after another."""
    import torch

    return torch.cat([tensor[:, :, start:end] for tensor, start, end in pieces], dim=2)
