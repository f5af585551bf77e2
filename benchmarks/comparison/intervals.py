"""Decides how sure a mean over tasks is: a bootstrap that draws groups of tasks anew, suite by suite.

Tasks of one group are variants of one another, and the seeds of a task are the same task; so the unit that is
drawn is the group, with all its tasks and seeds. Every suite keeps its number of groups (its stratum).

Source: Efron and Tibshirani 1993, chapter 13 (percentile interval); Agarwal et al. 2021, "Deep Reinforcement
Learning at the Edge of the Statistical Precipice" (strata, interquartile mean, probability of improvement).
There the strata are tasks and the units seeds, which says how well the same tasks would be done again; here
it is asked how other tasks like these would be done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

CONFIDENCE: Final = 0.95
NUM_RESAMPLES: Final = 9999
TRIMMED: Final = 0.25
"""Share of the units that the interquartile mean leaves out at each end."""

Floats: TypeAlias = NDArray[np.float64]
Strata: TypeAlias = Mapping[Hashable, Mapping[Hashable, Sequence[float]]]
"""By suite and group the values of all results."""


class Interval(NamedTuple):
    """A mean and its bootstrap interval of `CONFIDENCE`.

    Attributes:
      value: the mean.
      low: lower end; None where no suite has two groups.
      high: upper end; the same.
      num_groups: how many groups there are in all.
    """

    value: float
    low: float | None
    high: float | None
    num_groups: int


def pooled_mean(sums: Floats, counts: Floats) -> Floats:
    """Returns the mean over all results; `[..., U]` sums and counts of the units give `[...]`."""
    mean: Floats = sums.sum(axis=-1) / counts.sum(axis=-1)
    return mean


def interquartile_mean(sums: Floats, counts: Floats) -> Floats:
    """Returns the mean of the middle half of the units' own means; `[..., U]` gives `[...]`."""
    from scipy import stats

    return np.asarray(stats.trim_mean(sums / counts, TRIMMED, axis=-1))


def interval_of(
    strata: Strata, statistic: Callable[[Floats, Floats], Floats] = pooled_mean
) -> Interval | None:
    """Returns a statistic over all results with its interval; None without any result.

    Args:
      strata: the values.
      statistic: of the units' sums and counts.
    """
    units = [(math.fsum(values), len(values)) for groups in strata.values() for values in groups.values()]
    if not units:
        return None
    sums, counts = np.array(units, dtype=np.float64).T
    value = float(statistic(sums, counts))
    # A stratum of one unit can only be drawn as it is; scipy takes none such.
    ends = np.cumsum([len(groups) for groups in strata.values()])
    members = np.split(np.arange(len(units)), ends[:-1])
    drawn = [stratum for stratum in members if len(stratum) > 1]
    fixed = np.array([stratum[0] for stratum in members if len(stratum) == 1], dtype=np.intp)
    if not drawn:
        return Interval(value, None, None, len(units))

    def of_indices(*samples: NDArray[np.intp], axis: int = -1) -> Floats:
        rows = np.broadcast_to(fixed, (*samples[0].shape[:-1], len(fixed)))
        indices = np.concatenate([*samples, rows], axis=axis)
        return statistic(sums[indices], counts[indices])

    from scipy import stats

    found = stats.bootstrap(
        drawn, of_indices, vectorized=True, paired=False, method="percentile", axis=-1,
        confidence_level=CONFIDENCE, n_resamples=NUM_RESAMPLES, random_state=0,
    ).confidence_interval  # fmt: skip
    return Interval(value, float(found.low), float(found.high), len(units))
