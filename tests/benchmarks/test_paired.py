"""Comparisons of paired runs: ratios, intervals over groups, and the sign test, against their definitions."""

import itertools
import math
import random
from fractions import Fraction

import msgspec
import pytest

from benchmarks.paired import change_in_right, change_in_solved, first_hit_ratio, geometric_mean, sign_test
from tests.mcts_compose.make_result import make_result


def run_of(first_hits, **changes):
    return [
        make_result(f"t{number}", first_hit=hit, solved=hit is not None, **changes)
        for number, hit in enumerate(first_hits)
    ]


def own_group(result):
    return result.task


def test_the_ratio_is_the_geometric_mean_over_what_both_solve():
    ours, theirs = run_of([10, 40, None, 7]), run_of([20, 20, 5, None])
    found = first_hit_ratio(ours, theirs, own_group)
    assert found.value == pytest.approx(math.sqrt(0.5 * 2.0))
    assert found.num_tasks == 2


def test_the_ratio_of_the_exchanged_runs_is_the_inverse():
    ours, theirs = run_of([10, 3, 8, 100]), run_of([20, 4, 9, 1])
    one, other = (
        first_hit_ratio(ours, theirs, own_group),
        first_hit_ratio(theirs, ours, own_group),
    )
    assert one.value * other.value == pytest.approx(1)


def test_pairs_are_matched_by_suite_task_and_seed():
    ours = [make_result("t", suite=suite, seed=seed, first_hit=8) for suite in "ab" for seed in (0, 1)]
    theirs = [
        make_result("t", suite=suite, seed=seed, first_hit=hit)
        for (suite, seed), hit in zip(itertools.product("ba", (1, 0)), (2, 4, 8, 16), strict=True)
    ]
    found = first_hit_ratio(ours, theirs[:3], own_group)
    assert found.value == pytest.approx(math.exp((math.log(4) + math.log(2) + math.log(1)) / 3))
    assert found.num_tasks == 3


def test_a_goal_met_before_any_candidate_counts_as_one():
    assert first_hit_ratio(run_of([0]), run_of([1]), own_group).value == 1.0


def test_without_a_common_task_there_is_no_ratio():
    assert first_hit_ratio(run_of([None, 3]), run_of([3, None]), own_group) is None


def test_one_group_has_no_interval():
    found = first_hit_ratio(run_of([1, 2, 3]), run_of([3, 2, 1]), lambda result: "same")
    assert (found.low, found.high, found.num_tasks) == (None, None, 3)


def test_equal_runs_have_an_interval_of_no_width():
    found = first_hit_ratio(run_of(range(1, 9)), run_of(range(1, 9)), own_group)
    assert found == (1.0, 1.0, 1.0, 8)


def test_the_interval_is_that_of_a_plain_bootstrap_over_groups():
    draws = random.Random(1)
    groups = {name: [draws.gauss(-0.5, 1) for _ in range(1 + name % 3)] for name in range(40)}
    means = []
    for _ in range(4000):
        drawn = [value for _ in groups for value in groups[draws.randrange(40)]]
        means.append(sum(drawn) / len(drawn))
    means.sort()
    found = geometric_mean(groups)
    assert math.log(found.low) == pytest.approx(means[100], abs=0.03)
    assert math.log(found.high) == pytest.approx(means[3900], abs=0.03)


def test_copies_of_a_task_do_not_narrow_the_interval():
    groups = {name: [math.log(name)] for name in range(1, 30)}
    thrice = {name: ratios * 3 for name, ratios in groups.items()}
    once, copied = geometric_mean(groups), geometric_mean(thrice)
    assert copied.num_tasks == 3 * once.num_tasks
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high))


def test_gained_and_lost_are_in_one_run_only():
    ours = run_of([1, 2, None, 3, 4])
    theirs = run_of([1, None, 2, None, 4])
    ours[4] = msgspec.structs.replace(ours[4], generalises=False)  # solved, but wrong on held-out
    assert change_in_right(ours, theirs)[:2] == (2, 2)
    assert change_in_solved(ours, theirs)[:2] == (2, 1)


def sign_test_by_counting(gained, lost):
    """Sums the probabilities of all splits that are at most as likely as this one."""
    num = gained + lost
    weights = [math.comb(num, heads) for heads in range(num + 1)]
    return float(Fraction(sum(weight for weight in weights if weight <= weights[gained]), 2**num))


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (3, 3), (19, 2), (2, 19), (9, 1), (10, 6)])
def test_the_sign_test_counts_splits(gained, lost):
    assert sign_test(gained, lost) == pytest.approx(sign_test_by_counting(gained, lost))
