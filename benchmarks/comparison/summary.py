"""Decides which figures a comparison of runs has: each run's own, and each beside one of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.comparison.curves import Curve, over_candidates, over_seconds
from benchmarks.comparison.intervals import Interval, interquartile_mean, interval_of
from benchmarks.comparison.measures import MEASURES
from benchmarks.comparison.pairs import Pair, pair_of

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from benchmarks.paired import GroupOf
    from mcts_compose.results.record import Result

ALL: Final = "all"
"""Stands for all suites together."""


class RunSummary(NamedTuple):
    """One run on one suite.

    Attributes:
      suite: its name, or `ALL`.
      run: name of the run.
      num_results: tasks times seeds.
      num_errors: those that could not be searched.
      num_solved: those whose program fits every shown example.
      num_right: those whose program fits held-out examples too.
      share_right: the same over all results, with its interval over groups of tasks.
      seconds: interquartile mean of the groups' mean wall time, whatever came of the search.
      candidates: candidates run, of all results together.
      model_calls: requests that a model answered.
      model_seconds: wall time in the model.
      by_candidates: solved over candidates.
      by_seconds: solved over wall time.
      beside: what there is to say beside the run that is compared with; None of that run itself.
      unmeasured: measures that the run does not have; its figures of these are 0, and mean nothing.
      note: what a reader has to know of the run, in one sentence; mostly nothing.
    """

    suite: str
    run: str
    num_results: int
    num_errors: int
    num_solved: int
    num_right: int
    share_right: Interval
    seconds: Interval
    candidates: int
    model_calls: int
    model_seconds: float
    by_candidates: Curve
    by_seconds: Curve
    beside: Pair | None
    unmeasured: tuple[str, ...] = ()
    note: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Returns the figures as plain values, for JSON."""
        return {name: _plain(value) for name, value in self._asdict().items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return value


def summaries_of(runs: Sequence[Run], against: str, group_of: GroupOf) -> list[RunSummary]:
    """Returns the figures suite by suite, runs in order, and of all suites together if there are several.

    Args:
      runs: of the same tasks and seeds.
      against: name of the run that the others are compared with.
      group_of: the group of a result's task.
    """
    suites = list(dict.fromkeys(result.suite for run in runs for result in run.results))
    found: list[RunSummary] = []
    for suite in [*suites, ALL] if len(suites) > 1 else suites:
        rows = {run.name: [result for result in run.results if suite in (result.suite, ALL)] for run in runs}
        (base,) = (run for run in runs if run.name == against)
        for run in runs:
            beside = None
            if run is not base:
                both = run.measures & base.measures
                beside = pair_of(rows[run.name], rows[against], group_of, both)
            found.append(_summary(suite, run, rows[run.name], beside, group_of))
    return found


def _summary(
    suite: str, run: Run, results: Sequence[Result], beside: Pair | None, group_of: GroupOf
) -> RunSummary:
    share = interval_of(_strata(results, lambda result: float(result.is_right), group_of))
    seconds = interval_of(_strata(results, lambda result: result.seconds, group_of), interquartile_mean)
    assert share is not None and seconds is not None  # a suite has results
    return RunSummary(
        suite=suite,
        run=run.name,
        num_results=len(results),
        num_errors=sum(result.stopped == "error" for result in results),
        num_solved=sum(result.solved for result in results),
        num_right=sum(result.is_right for result in results),
        share_right=share,
        seconds=seconds,
        candidates=sum(result.executions for result in results),
        model_calls=sum(result.model_calls for result in results),
        model_seconds=sum(result.model_seconds for result in results),
        by_candidates=over_candidates(results),
        by_seconds=over_seconds(results),
        beside=beside,
        unmeasured=tuple(sorted(MEASURES - run.measures)),
        note=run.note(results),
    )


def _strata(
    results: Sequence[Result], value: Callable[[Result], float], group_of: GroupOf
) -> dict[Hashable, dict[Hashable, list[float]]]:
    strata: dict[Hashable, dict[Hashable, list[float]]] = {}
    for result in results:
        strata.setdefault(result.suite, {}).setdefault(group_of(result), []).append(value(result))
    return strata
