"""Intervals, ratios and probabilities are those that scipy and plain loops compute from the same data."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from benchmarks.comparison.intervals import NUM_RESAMPLES, interquartile_mean, interval_of
from benchmarks.comparison.pairs import candidates_of, improvement_of, pair_of, ratio_of
from tests.benchmarks.comparison.recorded import drawn_results


def own_group(result):
    return result.task


def test_a_mean_of_one_suite_has_the_interval_of_scipy() -> None:
    values = np.random.default_rng(1).normal(size=40)
    found = interval_of({"a": {number: [value] for number, value in enumerate(values)}})
    expected = stats.bootstrap(
        (values,), np.mean, vectorized=True, method="percentile", n_resamples=NUM_RESAMPLES, random_state=0
    ).confidence_interval
    assert found is not None
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_an_interquartile_mean_of_one_suite_is_that_of_scipy() -> None:
    values = np.random.default_rng(2).exponential(size=37)
    found = interval_of({"a": {number: [value] for number, value in enumerate(values)}}, interquartile_mean)
    expected = stats.bootstrap(
        (values,), lambda x, axis: stats.trim_mean(x, 0.25, axis=axis), vectorized=True, method="percentile",
        n_resamples=NUM_RESAMPLES, random_state=0,
    ).confidence_interval  # fmt: skip
    assert found is not None and found.value == pytest.approx(stats.trim_mean(values, 0.25))
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_suites_are_strata_and_groups_are_drawn_whole() -> None:
    """Against loops that draw the groups of each suite one by one, with another generator."""
    generator = np.random.default_rng(3)
    strata = {
        suite: {
            group: list(generator.normal(offset, 1, size=generator.integers(1, 5))) for group in range(size)
        }
        for suite, offset, size in (("a", 0, 12), ("b", 5, 7), ("alone", 9, 1))
    }
    found = interval_of(strata)
    means = []
    for _ in range(4000):
        drawn: list[float] = []
        for groups in strata.values():
            for group in generator.integers(len(groups), size=len(groups)):
                drawn += groups[group]
        means.append(sum(drawn) / len(drawn))
    low, high = np.quantile(means, [0.025, 0.975])
    spread = high - low
    assert found is not None and found.num_groups == 20
    assert found.low == pytest.approx(low, abs=0.08 * spread)
    assert found.high == pytest.approx(high, abs=0.08 * spread)


def test_what_cannot_be_drawn_anew_has_no_interval() -> None:
    assert interval_of({}) is None and interval_of({"a": {}}) is None
    found = interval_of({"a": {0: [1.0, 3.0]}, "b": {0: [5.0]}})
    assert found == (3.0, None, None, 2)


def test_ratios_are_of_what_both_solve_with_the_interval_and_test_of_scipy() -> None:
    ours, theirs = drawn_results(1), drawn_results(2, slower=3.0)
    one_suite = [[each for each in results if each.suite == "a"] for results in (ours, theirs)]
    found = ratio_of(candidates_of, *one_suite, own_group)
    logs = [
        math.log(a.first_hit / b.first_hit) for a, b in zip(*one_suite, strict=True) if a.solved and b.solved
    ]
    expected = stats.bootstrap(
        (logs,), np.mean, vectorized=True, method="percentile", n_resamples=NUM_RESAMPLES, random_state=0
    ).confidence_interval
    assert found is not None and found.num_results == len(logs)
    assert found.ratio.value == pytest.approx(math.exp(np.mean(logs)))
    assert found.ratio.low == pytest.approx(math.exp(expected.low))
    assert found.ratio.high == pytest.approx(math.exp(expected.high))
    assert found.p_value == pytest.approx(stats.wilcoxon(logs).pvalue)


def test_the_probability_of_improvement_is_mann_whitneys_over_the_seeds_of_each_task() -> None:
    ours, theirs = (drawn_results(seed, slower, seeds=(0, 1, 2)) for seed, slower in ((4, 1.0), (5, 1.5)))
    found = improvement_of(ours, theirs, own_group)
    by_task = []
    for task in {result.task for result in ours}:
        times = [
            [each.seconds if each.is_right else math.inf for each in results if each.task == task]
            for results in (ours, theirs)
        ]
        by_task.append(1 - stats.mannwhitneyu(*times).statistic / len(list(product(*times))))
    assert found is not None and found.value == pytest.approx(np.mean(by_task))
    assert 0.4 < found.value < 1


def test_a_run_is_no_better_than_itself() -> None:
    results = drawn_results(6)
    pair = pair_of(results, results, own_group)
    assert (pair.solved, pair.right) == ((0, 0, 1.0), (0, 0, 1.0))
    assert pair.candidates is not None and pair.candidates[0][:3] == (1.0, 1.0, 1.0)
    assert pair.candidates.p_value == 1.0
    assert pair.improvement is not None and pair.improvement[:3] == (0.5, 0.5, 0.5)


def test_tests_of_gained_and_lost_are_exact_mcnemar() -> None:
    ours, theirs = drawn_results(7), drawn_results(8)
    pair = pair_of(ours, theirs, own_group)
    gained = sum(a.solved and not b.solved for a, b in zip(ours, theirs, strict=True))
    lost = sum(b.solved and not a.solved for a, b in zip(ours, theirs, strict=True))
    assert gained and lost
    assert pair.solved == (gained, lost, pytest.approx(stats.binomtest(gained, gained + lost).pvalue))
