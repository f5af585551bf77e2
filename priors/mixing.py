"""Decides how a model's distribution and a base prior's become one, and what of it is looked at first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mixed(
    log_model: NDArray[np.float64], log_base: NDArray[np.float64], eps: float, temperature: float
) -> NDArray[np.float64]:
    """Returns `ln((1 - eps) * model + eps * base)`.

    The model's distribution is tempered first: its logarithms are divided by `temperature`, and what comes
    out is normalised. With `eps` above 0 nothing is less likely than `eps` times what the base prior says.

    Args:
      log_model: `[n]` float64, logarithms of probabilities up to a common constant; minus infinity is 0.
      log_base: `[n]` float64, the same.
      eps: share of the base prior, in [0, 1].
      temperature: above 0; below 1 sharpens, above 1 flattens.

    Returns:
      `[n]` float64, whose exponentials sum to 1; with `eps` 0 it may hold minus infinity.
    """
    if len(log_model) == 0:
        return np.zeros(0)
    # Each is the other's bound: a share of 0 must not make NaN of an infinity.
    if eps >= 1:
        return _normalised(log_base)
    model = _normalised(log_model / temperature)
    if eps <= 0:
        return model
    both: NDArray[np.float64] = np.logaddexp(np.log1p(-eps) + model, np.log(eps) + _normalised(log_base))
    return both


def _normalised(log_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns logarithms whose exponentials sum to 1; all equal if there is no weight at all."""
    highest = log_weights.max()
    if not np.isfinite(highest):
        return np.full(len(log_weights), -np.log(len(log_weights)))
    shifted: NDArray[np.float64] = log_weights - highest
    shifted -= np.log(np.exp(shifted).sum())
    return shifted


def nucleus(log_probs: NDArray[np.float64], top_p: float, top_k: int) -> NDArray[np.bool_]:
    """Returns which of some alternatives to look at first: the likeliest, up to a mass and a number.

    Args:
      log_probs: `[n]` float64, logarithms of probabilities that sum to 1; equal ones keep their order.
      top_p: the fewest are taken whose probabilities sum to at least this; 1 takes all.
      top_k: no more than this many are taken; 0 sets no bound.

    Returns:
      `[n]` bool; at least one is True if there is any.

    Source: Holtzman et al. 2020, The Curious Case of Neural Text Degeneration (nucleus); Fan et al. 2018,
      Hierarchical Neural Story Generation (top-k).
    """
    count = len(log_probs)
    if count == 0:
        return np.zeros(0, np.bool_)
    order = np.argsort(-log_probs, kind="stable")
    size = count
    if top_p < 1:
        reached = np.cumsum(np.exp(log_probs[order]))
        # Rounding may leave the sum of all a little below the mass that is wanted.
        size = min(int(np.searchsorted(reached, top_p)) + 1, count)
    if top_k > 0:
        size = min(size, top_k)
    taken = np.zeros(count, np.bool_)
    taken[order[:size]] = True
    return taken
