"""Decides what is said of the work of models: what was asked, what it took, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run


class ModelWork(NamedTuple):
    """What the model of one run did; all fields but the last two are sums over its results.

    Attributes:
      run: its name.
      calls: requests answered.
      passes: forward passes.
      tokens: tokens computed in them.
      reused: tokens that came from a cache of prefixes.
      hits: requests answered from recorded answers.
      refined: nodes whose arms were ranked.
      seconds: wall time in the model.
      failures: requests that the base prior answered instead.
      share: wall time in the model over that of the searches; None where they took none.
      failure: the first failure in words; empty without one.
    """

    run: str
    calls: int
    passes: int
    tokens: int
    reused: int
    hits: int
    refined: int
    seconds: float
    failures: int
    share: float | None
    failure: str


def model_work(runs: Sequence[Run]) -> list[ModelWork]:
    """Returns the work of the model of each run; nothing where no run asked one."""
    found = [_work(run) for run in runs]
    return found if any(work.calls or work.hits or work.failures for work in found) else []


def _work(run: Run) -> ModelWork:
    results = run.results
    searched = sum(result.seconds for result in results)
    in_model = sum(result.model_seconds for result in results)
    return ModelWork(
        run=run.name,
        calls=sum(result.model_calls for result in results),
        passes=sum(result.model_passes for result in results),
        tokens=sum(result.model_tokens for result in results),
        reused=sum(result.reused_tokens for result in results),
        hits=sum(result.cache_hits for result in results),
        refined=sum(result.refined for result in results),
        seconds=in_model,
        failures=sum(result.prior_failures for result in results),
        share=in_model / searched if searched else None,
        failure=next((result.prior_failure for result in results if result.prior_failure), ""),
    )
