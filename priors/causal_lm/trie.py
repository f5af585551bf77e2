"""Decides how the scores of a few known answers come from a model's next-token distributions.

The answers' tokens form a trie. An answer's score is made of the log-probabilities of its tokens, and in the
end the scores are those of a distribution over the answers. How they are made is the `Normalise`:

    trie   at each node the distribution over what follows there, the node's children, is renormalised; where
           only one token follows it is certain, and the model need not be asked
    sum    the log-probability of the whole answer, renormalised over the answers
    mean   the same divided by the number of its tokens, so that long answers are not at a disadvantage

`trie` is the default: it has the best mean ln p of the true answer. Measured once, a model of 0.3 million
parameters, trained for two minutes on these prompts, on 200 other made-up tasks (uniform: -4.38 and -3.18):

                          trie     sum    mean      standard errors
    next skill of 80     -3.43   -3.49   -3.97      0.09, 0.10, 0.03
    next call of 24      -2.57   -3.73   -2.67      0.09, 0.24, 0.02

`mean` put the true call first more often (.31 against .21 and .27); its odds are nearly even all the same.

Answers of equal tokens share what they get. An answer that ends where others go on (only tokenizers that
lose text let this happen) counts as one more way out of that node, as likely as the average one.

Source of the trie with a renormalised step: constrained decoding, where the mask leaves only legal tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

Normalise: TypeAlias = Literal["trie", "sum", "mean"]
NORMALISE: Final[tuple[str, ...]] = get_args(Normalise)
ROOT: Final = 0


class Trie:
    """The tokens of some answers.

    Attributes:
      tokens: of each node, the token that leads to it; -1 for the root.
      parents: of each node; -1 for the root. Parents stand before their children.
      children: of each node, the nodes that follow it, by token.
      ends: of each node, the answers that end there.
    """

    def __init__(self, answers: Sequence[Sequence[int]]) -> None:
        self.tokens = [-1]
        self.parents = [-1]
        self.children: list[dict[int, int]] = [{}]
        self.ends: list[list[int]] = [[]]
        self._lengths = [len(answer) for answer in answers]
        for number, answer in enumerate(answers):
            node = ROOT
            for token in answer:
                node = self._child(node, token)
            self.ends[node].append(number)

    @property
    def depth(self) -> int:
        """How many tokens the longest answer has."""
        return max(self._lengths, default=0)

    def _child(self, node: int, token: int) -> int:
        found = self.children[node].get(token)
        if found is not None:
            return found
        self.tokens.append(token)
        self.parents.append(node)
        self.children.append({})
        self.ends.append([])
        self.children[node][token] = len(self.tokens) - 1
        return len(self.tokens) - 1

    def asked(self, normalise: Normalise) -> list[int]:
        """Returns the nodes whose next-token distribution decides the scores, parents first."""
        if normalise == "trie":
            ways = (
                len(children) + bool(ends) for children, ends in zip(self.children, self.ends, strict=True)
            )
            return [node for node, count in enumerate(ways) if count > 1]
        return [node for node, children in enumerate(self.children) if children]

    def computed(self, normalise: Normalise) -> list[int]:
        """Returns the nodes that a model must read to be asked: the asked ones with those above, no root."""
        needed: set[int] = set()
        for asked in self.asked(normalise):
            node = asked
            while node != ROOT and node not in needed:
                needed.add(node)
                node = self.parents[node]
        return sorted(needed)

    def scores(self, logits: Mapping[int, NDArray[np.float64]], normalise: Normalise) -> NDArray[np.float64]:
        """Returns `[num_answers]` float64 log-probabilities whose exponentials sum to 1.

        Args:
          logits: of each asked node, those of its children's tokens in their order, float64; for `sum` and
            `mean` log-probabilities over the whole vocabulary.
          normalise: as the module docstring says.
        """
        reached = np.zeros(len(self.tokens))
        scores = np.zeros(len(self._lengths))
        for node, children in enumerate(self.children):
            steps = self._steps(node, logits.get(node), normalise)
            for child, step in zip(children.values(), steps, strict=True):
                reached[child] = reached[node] + step
            for answer in self.ends[node]:
                length = max(self._lengths[answer], 1) if normalise == "mean" else 1
                way_out = np.log1p(len(children)) if normalise == "trie" else 0.0
                scores[answer] = (reached[node] - way_out) / length - np.log(len(self.ends[node]))
        return scores if normalise == "trie" else scores - _log_sum(scores)

    def _steps(
        self, node: int, logits: NDArray[np.float64] | None, normalise: Normalise
    ) -> NDArray[np.float64]:
        """Returns the log-probability of each child of a node."""
        if logits is None:
            return np.zeros(len(self.children[node]))
        if normalise != "trie":
            return logits
        stays = np.log1p(-1.0 / (len(logits) + 1)) if self.ends[node] and len(logits) else 0.0
        return logits - _log_sum(logits) + stays


def _log_sum(logs: NDArray[np.float64]) -> float:
    """Returns ln of the sum of exponentials; 0 for nothing."""
    if not len(logs):
        return 0.0
    highest = float(logs.max())
    return highest + float(np.log(np.exp(logs - highest).sum()))
