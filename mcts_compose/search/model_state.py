"""Decides what a saved search keeps of the prior that it asks: what was done and what was broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from priors.base import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcts_compose.search.asking import Asker
    from priors.guard import GuardedPrior


def model_facts(prior: GuardedPrior, asker: Asker | None) -> dict[str, Any]:
    """Returns what a prior has done and what of it was broken."""
    used = Usage() if asker is None else asker.usage
    return {"usage": list(used), "failures": dict(prior.failures), "first_failure": prior.first_failure}


def restore_model(prior: GuardedPrior, asker: Asker | None, facts: Mapping[str, Any]) -> None:
    """Counts what a prior did in an earlier process as this one's."""
    prior.failures.clear()
    prior.failures.update(facts["failures"])
    prior.first_failure = facts["first_failure"]
    if asker is not None:
        asker.usage = Usage(*facts["usage"])
