"""What an outcome says of the prior of its search, and of the model behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from priors.base import Usage
    from priors.guard import GuardedPrior


class ModelAccount(TypedDict):
    """Attributes of a `SearchOutcome`, which says what they mean."""

    model_calls: int
    model_passes: int
    model_tokens: int
    reused_tokens: int
    cache_hits: int
    model_seconds: float
    prior_failures: int
    prior_failure: str | None
    prior_fingerprint: str


def account_of(prior: GuardedPrior, used: Usage) -> ModelAccount:
    """Returns the account of a prior.

    Args:
      prior: what the search asked.
      used: what its model has done for this search; nothing where it is none.
    """
    return {
        "model_calls": used.calls,
        "model_passes": used.passes,
        "model_tokens": used.tokens,
        "reused_tokens": used.reused_tokens,
        "cache_hits": used.hits,
        "model_seconds": used.seconds,
        "prior_failures": prior.num_failures,
        "prior_failure": prior.first_failure,
        "prior_fingerprint": prior.fingerprint,
    }
