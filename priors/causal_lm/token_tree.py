"""Decides which tokens of several questions are read together: equal beginnings once, in an order to pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.base import PriorError
from priors.causal_lm.trie import ROOT

if TYPE_CHECKING:
    from priors.causal_lm.encoder import EncodedPrompt
    from priors.causal_lm.trie import Normalise, Trie


class Question(NamedTuple):
    """A prompt with its possible answers."""

    prompt: EncodedPrompt
    answers: Trie


class Asked(NamedTuple):
    """Where the distributions that a question needs are found: per asked node of its trie, a place."""

    nodes: list[int]
    places: list[int]


class TokenTree:
    """Tokens with their ancestors; equal beginnings are one path.

    Attributes:
      tokens: of each node, in an order in which parents come first.
      depths: how many ancestors each has.
      prefixes: which prefix each stands on.
    """

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.depths: list[int] = []
        self.prefixes: list[int] = []
        self._parents: list[int] = []
        self._places: dict[tuple[int, int], int] = {}

    def _child(self, parent: int, token: int) -> int:
        found = self._places.setdefault((parent, token), len(self.tokens))
        if found == len(self.tokens):
            self.tokens.append(token)
            self.depths.append(self.depths[parent] + 1 if parent >= 0 else 0)
            self.prefixes.append(self.prefixes[parent] if parent >= 0 else -1 - parent)
            self._parents.append(parent)
        return found

    def add(self, question: Question, normalise: Normalise, prefix: int = 0) -> Asked:
        """Adds what a question needs to be read on a prefix, and says where its distributions will be."""
        nodes = question.answers.asked(normalise)
        if not nodes:
            return Asked([], [])
        place = -1 - prefix
        for token in question.prompt.own:
            place = self._child(place, token)
        if place < 0:
            raise PriorError("a prompt has no tokens of its own")
        trie, places = question.answers, {ROOT: place}
        for node in trie.computed(normalise):
            places[node] = self._child(places[trie.parents[node]], trie.tokens[node])
        return Asked(nodes, [places[node] for node in nodes])

    def ancestors(self) -> NDArray[np.bool_]:
        """Returns `[tokens, tokens]` bool: whether the row's token sees the column's, itself included."""
        seen = np.eye(len(self.tokens), dtype=np.bool_)
        for place, parent in enumerate(self._parents):
            if parent >= 0:
                seen[place, : parent + 1] |= seen[parent, : parent + 1]
        return seen
