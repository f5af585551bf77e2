"""Decides what is said of one run beside another, paired by task and seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmarks.comparison.intervals import Interval, interval_of
from benchmarks.comparison.measures import CANDIDATES, MEASURES, RIGHT, SECONDS
from benchmarks.paired import Change, GroupOf, by_key, change_in_right, change_in_solved

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

Amount: TypeAlias = Callable[["Result"], float | None]
_Strata: TypeAlias = dict[Hashable, dict[Hashable, list[float]]]


class RatioTest(NamedTuple):
    """How many times as much one run needed as another, over what both solve.

    Attributes:
      ratio: geometric mean of the ratios; below 1 the first run needed less.
      p_value: of the two-sided Wilcoxon signed-rank test on the groups' mean log-ratios.
      num_results: results that both solved.
    """

    ratio: Interval
    p_value: float
    num_results: int


class Pair(NamedTuple):
    """One run beside another; what one of them has not measured is None.

    Attributes:
      solved: what one of them alone solves, with the exact McNemar test.
      right: what one of them alone has right, held-out examples included, with the same.
      candidates: candidates run up to the first program that fits.
      seconds: wall time of the searches.
      improvement: probability that the first run has a task right sooner; ties count half.
    """

    solved: Change
    right: Change | None
    candidates: RatioTest | None
    seconds: RatioTest | None
    improvement: Interval | None


def candidates_of(result: Result) -> float | None:
    """Returns the candidates run up to the first program that fits; a goal that is an input takes one."""
    return None if result.first_hit is None else float(max(result.first_hit, 1))


def seconds_of(result: Result) -> float | None:
    """Returns the wall time of a search, at least a microsecond."""
    return max(result.seconds, 1e-6)


def pair_of(
    ours: Sequence[Result],
    theirs: Sequence[Result],
    group_of: GroupOf,
    measures: frozenset[str] = MEASURES,
) -> Pair:
    """Returns what there is to say of a run beside another.

    Args:
      ours: results of the one run.
      theirs: of the other, of the same tasks and seeds.
      group_of: the group of a result's task.
      measures: those that both runs have.
    """
    return Pair(
        change_in_solved(ours, theirs),
        change_in_right(ours, theirs) if RIGHT in measures else None,
        ratio_of(candidates_of, ours, theirs, group_of) if CANDIDATES in measures else None,
        ratio_of(seconds_of, ours, theirs, group_of) if SECONDS in measures else None,
        improvement_of(ours, theirs, group_of) if {RIGHT, SECONDS} <= measures else None,
    )


def ratio_of(
    amount: Amount, ours: Sequence[Result], theirs: Sequence[Result], group_of: GroupOf
) -> RatioTest | None:
    """Returns the ratio of what two runs needed for what both solve; None if they solve nothing alike."""
    from scipy import stats

    others = by_key(theirs)
    strata: _Strata = {}
    num_results = 0
    for key, result in by_key(ours).items():
        other = others.get(key)
        if other is None or not (result.solved and other.solved):
            continue
        own, their = amount(result), amount(other)
        if own is not None and their is not None:
            groups = strata.setdefault(result.suite, {})
            groups.setdefault(group_of(result), []).append(math.log(own / their))
            num_results += 1
    found = interval_of(strata)
    if found is None:
        return None
    means = [math.fsum(group) / len(group) for groups in strata.values() for group in groups.values()]
    p_value = float(stats.wilcoxon(means).pvalue) if any(means) else 1.0
    low, high = (None if end is None else math.exp(end) for end in (found.low, found.high))
    return RatioTest(Interval(math.exp(found.value), low, high, found.num_groups), p_value, num_results)


def improvement_of(ours: Sequence[Result], theirs: Sequence[Result], group_of: GroupOf) -> Interval | None:
    """Returns the probability that a run has a task right sooner than another, seeds drawn at random.

    Source: Agarwal et al. 2021, section 4.3 (Mann-Whitney's U over the pairs of seeds of each task).
    """
    seconds: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    group_by_task: dict[tuple[str, str], Hashable] = {}
    for side, results in enumerate((ours, theirs)):
        for result in results:
            task = (result.suite, result.task)
            own = seconds.setdefault(task, ([], []))[side]
            own.append(result.seconds if result.is_right else math.inf)
            group_by_task[task] = group_of(result)
    strata: _Strata = {}
    for task, (own, their) in seconds.items():
        if own and their:
            wins = sum((a < b) + 0.5 * (a == b) for a in own for b in their)
            groups = strata.setdefault(task[0], {})
            groups.setdefault(group_by_task[task], []).append(wins / (len(own) * len(their)))
    return interval_of(strata)
