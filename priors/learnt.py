"""Decides how likely a learnt skill is in a solution, for a prior that has not counted it.

A task may name sub-tasks: their skills are *expected*. Otherwise the words say something: a skill whose name
and doc share rare words with the task's description is likelier.

    expected skills        share EXPECTED_SHARE of a program's skills, alike
    other learnt skills    the share that learnt skills are of what learnt skills call, OTHER_SHARE at most;
                           each by exp(SHARPNESS * cosine) of the words, weighted by rarity

The rest is left to what the prior has counted. So skills of a library in which none calls another are dear:
they make all else dearer, and have yet to be of use. Shares and sharpness are untuned.

Source: weights of words by their rarity are inverse document frequencies (Sparck Jones 1972); a share is
estimated by the rule of succession (Laplace 1774).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from priors.base import PriceRequest, SkillView

EXPECTED_SHARE: Final = 0.4
OTHER_SHARE: Final = 0.1
SHARPNESS: Final = 4.0

_WORD = re.compile(r"[a-z]+|\d+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _words(text: str) -> frozenset[str]:
    """Returns the words of a text; the plural of a word counts as the word."""
    found = _WORD.findall(text.lower().replace("_", " "))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)


def likeness(description: str | None, texts: Sequence[str]) -> NDArray[np.float64]:
    """Returns for each text the cosine between its words and the description's, weighted by rarity.

    Args:
      description: of a task; None is like nothing.
      texts: what is known of each skill in words.
    """
    words = [_words(text) for text in texts]
    wanted = _words(description or "")
    occurrences = Counter(word for each in words for word in each)
    rarity = {word: math.log((1 + len(texts)) / count) for word, count in occurrences.items()}

    def norm(each: frozenset[str]) -> float:
        # Exact sums: the order of a set differs from process to process.
        return math.sqrt(math.fsum(rarity.get(word, 0.0) ** 2 for word in each))

    found = np.zeros(len(texts))
    for number, each in enumerate(words):
        shared = math.fsum(rarity[word] ** 2 for word in each & wanted)
        if shared:
            found[number] = shared / (norm(each) * norm(wanted))
    return found


def share_of_others(views: Sequence[SkillView]) -> float:
    """Returns how much of a program's skills are learnt ones that nobody expects, `OTHER_SHARE` at most.

    Args:
      views: what a task may call. A body is counted once for each skill that it calls.
    """
    names = {view.name for view in views}
    learnt = {view.name for view in views if view.is_learnt}
    called = [name for view in views for name in names.intersection(_NAME.findall(view.body or ""))]
    return min(OTHER_SHARE, (sum(name in learnt for name in called) + 1) / (len(called) + 2))


def learnt_probabilities(request: PriceRequest) -> NDArray[np.float64]:
    """Returns the probability of each skill of a request that is learnt or expected, NaN for all others.

    Returns:
      `[num_skills]` float64; those that are not NaN sum to `EXPECTED_SHARE + OTHER_SHARE` at most.
    """
    views = request.skills
    probabilities = np.full(len(views), np.nan)
    expected = [number for number, view in enumerate(views) if view.is_expected]
    others = [number for number, view in enumerate(views) if view.is_learnt and not view.is_expected]
    if expected:
        probabilities[expected] = EXPECTED_SHARE / len(expected)
    if others:
        texts = [f"{views[number].name} {views[number].doc}" for number in others]
        weights = np.exp(SHARPNESS * likeness(request.description, texts))
        probabilities[others] = share_of_others(views) * weights / weights.sum()
    return probabilities
