"""Decides how the bundled model's distribution at `<bag>` becomes prices of skills and constants.

The model was trained on made-up tasks, whose programs use skills as the generator happened to draw them. So
what counts is not only how likely the model finds a skill, but also how much likelier than in the generator's
average task; that factor then sharpens the base prior, which knows how real programs use skills:

    experts    p ~ p_base * ((p_model + d) / (p_average + d) ** division) ** strength
    mixture    p = (1 - strength) * p_base + strength * p_model

`d` keeps what the generator hardly ever drew from being judged at all. With division 1 the generator's own
taste is gone altogether; but it leans towards cheap skills, as real programs do. On 387 solved tasks prices
were best at a quarter to a half: 12.6 bits a program, against 13.3 at division 1, 12.8 for a mixture, and
17.2 for the base prior alone. The kind and the exponents stand in the model's `prior.json`.

Source: `experts` is a product of experts (Hinton 2002, "Training products of experts", equation 1) with the
generator's prior divided out, as in noisy-channel decoding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from priors.base import PriceRequest, Prices, SkillView
from priors.bundled import text
from priors.bundled.model import BundledModel

# A tenth of what a word has on average, of some hundred that have one; untuned.
DOUBT: Final = 3e-4


def base_log_probabilities(request: PriceRequest) -> NDArray[np.float64]:
    """Returns ln p of the request's skills and constants under its base prior, uniform if it has none."""
    num = len(request.skills) + len(request.constants)
    if request.base is None:
        return np.full(num, -math.log(max(num, 1)))
    return -np.concatenate([request.base.skills, request.base.constants])


def words_of(request: PriceRequest) -> list[str | None]:
    """Returns the words of the request's skills and constants, None for a constant without one."""
    return [
        *(text.skill_word(skill.name) for skill in request.skills),
        *(text.constant_word(constant) for constant in request.constants),
    ]


def skills_by_word(request: PriceRequest) -> dict[str, SkillView]:
    """Returns the request's skills by their words."""
    return {text.skill_word(skill.name): skill for skill in request.skills}


def priced(model: BundledModel, request: PriceRequest, state: NDArray[np.float32], strength: float) -> Prices:
    """Returns the prices that follow from the model's hidden state at `<bag>`.

    Args:
      model: the model.
      request: a task of known types.
      state: `[width]` float32.
      strength: see the module docstring.
    """
    words = words_of(request)
    p_model, p_average = _shares(model, request, words, state)
    log_base = base_log_probabilities(request)
    log_p = combined(model.settings.mode, strength, model.settings.division, log_base, p_model, p_average)
    return to_prices(log_p, len(request.skills))


def combined(
    mode: Literal["experts", "mixture"],
    strength: float,
    division: float,
    log_base: NDArray[np.float64],
    p_model: NDArray[np.float64],
    p_average: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Returns ln p of all things, up to a constant; NaN in `p_model`: there is no word for it."""
    has_word = ~np.isnan(p_model)
    if mode == "experts":
        change = strength * (np.log(p_model + DOUBT) - division * np.log(p_average + DOUBT))
        # What the model has no word for is as likely as before, compared with all the others together.
        change -= _log_mean(log_base[has_word], change[has_word])
        result: NDArray[np.float64] = log_base + np.where(has_word, change, 0.0)
        return result
    p_base = np.exp(log_base)
    # The model shares out among the things with a word what the base prior gives to all of these.
    total = p_base[has_word].sum()
    p_mixed = np.where(has_word, p_model, 0.0) + DOUBT
    p_mixed *= total / max(p_mixed[has_word].sum(), 1e-300)
    share = np.where(has_word, strength, 0.0)
    mixed: NDArray[np.float64] = np.log((1.0 - share) * p_base + share * p_mixed)
    return mixed


def _log_mean(log_weights: NDArray[np.float64], logs: NDArray[np.float64]) -> float:
    """Returns ln of the weighted mean of the exponentials of `logs`, 0 if there are none."""
    if not len(logs):
        return 0.0
    return float(np.logaddexp.reduce(log_weights + logs) - np.logaddexp.reduce(log_weights))


def to_prices(log_p: NDArray[np.float64], num_skills: int) -> Prices:
    """Returns prices of a distribution that need not be normalised."""
    if not len(log_p):
        return Prices(np.zeros(0), np.zeros(0))
    highest = log_p.max()
    nats = np.maximum(0.0, highest + np.log(np.exp(log_p - highest).sum()) - log_p)
    return Prices(nats[:num_skills].copy(), nats[num_skills:].copy())


def _shares(
    model: BundledModel, request: PriceRequest, words: Sequence[str | None], state: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns what the model gives to each word in this task and in an average one, NaN without a word."""
    settings, vocabulary = model.settings, model.vocabulary
    heads = model.rows(model.weights.head, [word or text.BAG for word in words], skills_by_word(request))
    average = np.array(settings.average or [0.0] * model.weights.width, dtype=np.float32)
    known = model.weights.head[list(vocabulary.bag_ids)]
    is_skill = np.arange(len(words)) < len(request.skills)
    has_word = np.array([word is not None and word in vocabulary for word in words], dtype=bool)
    shares = []
    for hidden in (state, average):
        logits = (known @ hidden).astype(np.float64)
        log_total = logits.max() + math.log(np.exp(logits - logits.max()).sum())
        found = np.exp(np.minimum((heads @ hidden).astype(np.float64) - log_total, 0.0))
        found[~(has_word | is_skill)] = np.nan
        shares.append(found)
    p_model, p_average = shares
    named = np.array([settings.generator.get(word or "", 0.0) for word in words])
    return p_model, np.where(has_word, named, p_average)
