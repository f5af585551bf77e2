"""Curves say how many results were solved within each budget."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.comparison.curves import Curve, decades, over_candidates, over_seconds
from tests.mcts_compose.make_result import make_result


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=30), st.floats(0, 200))
def test_a_curve_counts_what_was_solved_within_a_budget(
    took: list[tuple[float, bool]], budget: float
) -> None:
    results = [
        make_result(f"t{number}", seconds=seconds, solved=solved)
        for number, (seconds, solved) in enumerate(took)
    ]
    curve = over_seconds(results)
    assert curve.at(budget) == sum(solved and max(seconds, 1e-6) <= budget for seconds, solved in took)
    assert list(curve.solved) == sorted(curve.solved) and list(curve.budgets) == sorted(set(curve.budgets))
    assert curve.total == len(took)


def test_a_goal_that_is_an_input_took_one_candidate() -> None:
    curve = over_candidates([make_result("a", first_hit=0), make_result("b", first_hit=7)])
    assert curve == Curve((1.0, 7.0), (1, 2), 2)


def test_decades_enclose_the_steps() -> None:
    assert decades([Curve((0.02, 3.0), (1, 2), 2), Curve((), (), 2)]) == [0.01, 0.1, 1.0, 10.0]
    assert decades([Curve((), (), 0)]) == []
