"""What a model has done for a search with fixed memory, or for a part of one, and how that adds up."""

from __future__ import annotations

from typing import Any, NamedTuple

from priors.base import Usage


class ModelWork(NamedTuple):
    """What a model has done since a search, or a part of it, began.

    Attributes:
      usage: of all calls that have ended.
      in_flight: requests that are with the model now.
      refined: nodes whose edges were put in the order of an answer.
      failures: requests without a sound answer.
      first_failure: one sentence on the first of them, or None.
      fingerprint: what fixes the model's answers.
      goes_on: whether it will be asked again; one that has had no opinion for long is not.
    """

    usage: Usage = Usage()
    in_flight: int = 0
    refined: int = 0
    failures: int = 0
    first_failure: str | None = None
    fingerprint: str = ""
    goes_on: bool = False

    @property
    def answered(self) -> int:
        """How many requests were answered, by the model or from a record of its answers."""
        return self.usage.calls + self.usage.hits

    def plus(self, other: ModelWork) -> ModelWork:
        """Returns what was done here and, later or elsewhere, there."""
        return ModelWork(
            usage=self.usage.plus(other.usage),
            in_flight=self.in_flight + other.in_flight,
            refined=self.refined + other.refined,
            failures=self.failures + other.failures,
            first_failure=self.first_failure or other.first_failure,
            fingerprint=self.fingerprint or other.fingerprint,
            goes_on=self.goes_on or other.goes_on,
        )

    def account(self) -> dict[str, Any]:
        """Returns what an outcome says of the model, by the names of its fields."""
        return {
            "model_calls": self.usage.calls,
            "model_passes": self.usage.passes,
            "model_tokens": self.usage.tokens,
            "reused_tokens": self.usage.reused_tokens,
            "cache_hits": self.usage.hits,
            "model_seconds": self.usage.seconds,
            "refined": self.refined,
            "prior_failures": self.failures,
            "prior_failure": self.first_failure,
            "prior_fingerprint": self.fingerprint,
        }
