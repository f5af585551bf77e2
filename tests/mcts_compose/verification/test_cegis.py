import dataclasses
import itertools

import pytest

from mcts_compose.budget import Budget
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.verification.cegis import search_and_check
from mcts_compose.verification.check import verify
from mcts_compose.verification.verdict import Verification
from tests.mcts_compose.verification.word_tasks import word_task
from vm.assembly.program import AssemblyProgram

OPERATORS = ("and", "or", "add", "sub")


class TinySearch:
    """Tries all programs of two lines over x and 1 in a fixed order, on the examples that it is shown."""

    def __init__(self, seconds=0.01, executions=10, bound=None):
        self.shown = []
        self.budgets = []
        self.seconds, self.executions, self.bound = seconds, executions, bound

    def __call__(self, task, budget):
        self.shown.append(task)
        self.budgets.append(budget)
        found = next((program for program in self.programs() if self.fits(program, task)), None)
        return SearchOutcome(
            program=found, cost=None if found is None else 2.0, simulations=1, executions=self.executions,
            distinct=3, model_calls=0, nodes=1, stopped="exhausted" if found is None else "solved",
            seconds=self.seconds,
            tree_hash="", none_shorter_than=self.bound, table_seconds=0.5,
        )  # fmt: skip

    def programs(self):
        for one, two in itertools.product(OPERATORS, repeat=2):
            for a, b in itertools.product(("x", "1", "t1"), repeat=2):
                yield AssemblyProgram.parse(f"bv8 (x: bv8) -> t2; {one} t1, x, 1; {two} t2, {a}, {b}")

    def fits(self, program, task):
        return all(program(*words) == output for words, output in zip(task.inputs, task.outputs, strict=True))


def clear_lowest(**changes):
    inputs = changes.pop("inputs", ((1,),))
    return word_task(lambda x: x & (x - 1), inputs, reference="(bvand x (bvsub x #x01))", **changes)


def test_counterexamples_lead_to_the_right_program():
    search = TinySearch()
    task = clear_lowest(test_inputs=((7,),), test_outputs=(6,), solution="secret")
    checked = search_and_check(task, search, verify, Budget(seconds=10))
    assert checked.verification == Verification("exhaustive")
    program = checked.outcome.program
    assert program is not None
    assert all(program(word) == word & (word - 1) & 255 for word in range(256))
    rounds = len(search.shown)
    assert rounds > 1 and checked.num_counterexamples == len(search.shown[-1].inputs) - 1
    outcome = checked.outcome
    assert (outcome.simulations, outcome.executions, outcome.table_seconds) == (
        rounds,
        10 * rounds,
        0.5 * rounds,
    )


def test_the_search_sees_neither_reference_nor_held_out_examples():
    search = TinySearch()
    task = clear_lowest(test_inputs=((77,),), test_outputs=(76,), solution="secret")
    search_and_check(task, search, verify, Budget(seconds=10))
    for shown in search.shown:
        assert (shown.reference, shown.solution, shown.test_inputs, shown.test_outputs) == (
            None,
            None,
            (),
            (),
        )
    for before, after in itertools.pairwise(search.shown):
        assert after.inputs[: len(before.inputs)] == before.inputs
        assert len(set(after.inputs)) == len(after.inputs)


def test_each_round_has_what_is_left():
    search = TinySearch(seconds=1.0)
    search_and_check(clear_lowest(), search, verify, Budget(seconds=10, executions=1000, memory_mb=64))
    assert [budget.seconds for budget in search.budgets] == [10.0, 9.0, 8.0][: len(search.budgets)]
    assert search.budgets[1].executions == 990 and search.budgets[1].memory_mb == 64


@pytest.mark.parametrize("bound", [{"seconds": 1.0}, {"executions": 10}, {"simulations": 1}])
def test_a_refuted_program_at_the_end_of_the_budget_is_no_answer(bound):
    checked = search_and_check(clear_lowest(), TinySearch(seconds=1.0), verify, Budget(**bound))
    assert (checked.outcome.program, checked.verification) == (None, None)
    assert checked.outcome.stopped == f"budget:{next(iter(bound))}"
    assert checked.num_counterexamples > 0


def test_nothing_found_ends_the_rounds():
    task = word_task(lambda x: 3 * x, ((1,), (2,), (5,)), reference="(bvmul x #x03)")
    checked = search_and_check(task, TinySearch(bound=3), verify, Budget(seconds=10))
    assert (checked.outcome.stopped, checked.verification) == ("exhausted", None)


def test_bounds_of_earlier_rounds_still_hold():
    class Weaker(TinySearch):
        def __call__(self, task, budget):
            outcome = super().__call__(task, budget)
            return dataclasses.replace(outcome, none_shorter_than=2 if len(self.shown) == 1 else None)

    search = Weaker()
    checked = search_and_check(clear_lowest(), search, verify, Budget(seconds=10))
    assert len(search.shown) > 1 and checked.outcome.none_shorter_than == 2


def test_a_program_that_does_not_fit_is_handed_on_unchecked():
    class Lying(TinySearch):
        def fits(self, program, task):
            return True

    checked = search_and_check(clear_lowest(inputs=((6,), (7,))), Lying(), verify, Budget(seconds=10))
    assert checked.outcome.program is not None and checked.verification is None
