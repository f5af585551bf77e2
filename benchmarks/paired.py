"""Decides how two runs of the same tasks are compared: by what ratio, how sure it is, what was won or lost.

* A ratio is the geometric mean over the tasks that both solve. Tasks that one alone solves have no ratio;
  they are among the gained and the lost.
* Tasks of one group are variants of one another, and runs of a task with several seeds are the same task. So
  the bootstrap draws whole groups, and its interval is no narrower than the groups allow.
* The sign test asks whether gained and lost tasks could come of a fair coin. It counts every task.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

CONFIDENCE: Final = 0.95
NUM_RESAMPLES: Final = 9999
Key: TypeAlias = tuple[str, str, int]
"""Suite, task and seed of a result."""
GroupOf: TypeAlias = Callable[["Result"], Hashable]


class Ratio(NamedTuple):
    """How many times as much one run needed as another.

    Attributes:
      value: geometric mean of the ratios; below 1, the first run needed less.
      low: lower end of the bootstrap interval of `CONFIDENCE`; None with fewer than two groups.
      high: its upper end.
      num_tasks: results that both runs solved.
    """

    value: float
    low: float | None
    high: float | None
    num_tasks: int


class Change(NamedTuple):
    """Which tasks one run has and the other has not.

    Attributes:
      gained: results that only the first run has.
      lost: results that only the second run has.
      p_value: of the exact two-sided sign test.
    """

    gained: int
    lost: int
    p_value: float


def by_key(results: Sequence[Result]) -> dict[Key, Result]:
    """Returns results by suite, task and seed."""
    return {(result.suite, result.task, result.seed): result for result in results}


def first_hit_ratio(ours: Sequence[Result], theirs: Sequence[Result], group_of: GroupOf) -> Ratio | None:
    """Returns the ratio of the candidates run up to the first program that fits; None if no task has both."""
    theirs_by_key = by_key(theirs)
    ratios: dict[Hashable, list[float]] = {}
    for key, result in by_key(ours).items():
        other = theirs_by_key.get(key)
        if other is None or not (result.solved and other.solved):
            continue
        if result.first_hit is not None and other.first_hit is not None:
            # A goal that is an input is met before any candidate is run.
            log_ratio = math.log(max(result.first_hit, 1) / max(other.first_hit, 1))
            ratios.setdefault(group_of(result), []).append(log_ratio)
    return geometric_mean(ratios)


def geometric_mean(log_ratios: Mapping[Hashable, Sequence[float]]) -> Ratio | None:
    """Returns the mean of the log-ratios of all groups, as a ratio; None without any.

    Source: Efron and Tibshirani 1993, chapter 13 (percentile interval), with groups as the units drawn.
    """
    if not log_ratios:
        return None
    sums = np.array([math.fsum(group) for group in log_ratios.values()])
    counts = np.array([len(group) for group in log_ratios.values()], dtype=np.float64)
    low: float | None = None
    high: float | None = None
    if len(sums) > 1:
        from scipy import stats

        interval = stats.bootstrap(
            (sums, counts), _pooled_mean, paired=True, vectorized=True, method="percentile",
            confidence_level=CONFIDENCE, n_resamples=NUM_RESAMPLES, random_state=0,
        ).confidence_interval  # fmt: skip
        low, high = math.exp(interval.low), math.exp(interval.high)
    return Ratio(math.exp(sums.sum() / counts.sum()), low, high, int(counts.sum()))


def _pooled_mean(
    sums: NDArray[np.float64], counts: NDArray[np.float64], axis: int = -1
) -> NDArray[np.float64]:
    """Returns the mean over all members of the groups; groups lie along `axis`."""
    mean: NDArray[np.float64] = sums.sum(axis=axis) / counts.sum(axis=axis)
    return mean


def change_in(has: Callable[[Result], bool], ours: Sequence[Result], theirs: Sequence[Result]) -> Change:
    """Returns what the first run has and the second has not, and the reverse, of the tasks that both ran."""
    theirs_by_key = by_key(theirs)
    pairs = [
        (has(result), has(theirs_by_key[key])) for key, result in by_key(ours).items() if key in theirs_by_key
    ]
    gained = sum(ours and not theirs for ours, theirs in pairs)
    lost = sum(theirs and not ours for ours, theirs in pairs)
    return Change(gained, lost, sign_test(gained, lost))


def change_in_solved(ours: Sequence[Result], theirs: Sequence[Result]) -> Change:
    """Returns which programs that fit every shown example one run alone has."""
    return change_in(lambda result: result.solved, ours, theirs)


def change_in_right(ours: Sequence[Result], theirs: Sequence[Result]) -> Change:
    """Returns which programs that fit every example, held-out ones included, one run alone has."""
    return change_in(lambda result: result.is_right, ours, theirs)


def sign_test(gained: int, lost: int) -> float:
    """Returns how likely a fair coin is to differ from half at least as much, in either direction."""
    from scipy import stats

    if gained + lost == 0:
        return 1.0
    return float(stats.binomtest(gained, gained + lost).pvalue)
