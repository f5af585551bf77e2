"""Samples of solved tasks: the shown examples alone are read, and what is known of the programs."""

import dataclasses

import msgspec
import pytest

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.solving import solve
from mcts_compose.task import Task
from mcts_compose.training.solved import (
    Solution,
    found_solutions,
    is_learnable,
    known_solutions,
    samples_of,
    samples_of_suites,
)
from priors.bundled import text
from priors.bundled.text import INTS
from vm.program import Program
from vm.values import Elem, ValueType

TAIL_SORTED = "(x: list[int]) -> list[int]; v1 = sort(x); return tail(v1)"
INPUTS = (([3, 1, 2],), ([9, 4],), ([5, 5, 1, 0],), ([7],))


def task(**changes):
    outputs = tuple(Program.parse(TAIL_SORTED)(*inputs) for inputs in INPUTS)
    made = Task(
        id="t", name="t", description=None, input_types=(INTS,), output_type=INTS, inputs=INPUTS,
        outputs=outputs, test_inputs=(([8, 6, 7],),), test_outputs=([7, 8],), solution=TAIL_SORTED,
    )  # fmt: skip
    return dataclasses.replace(made, **changes)


def named(result):
    return msgspec.structs.replace(result, suite="s")


def prompts(made):
    (solution,) = known_solutions([made])
    return [sample.prompt for sample in samples_of(solution, 3, 0, with_arms=False)]


def test_held_out_examples_are_not_read():
    other = task(test_inputs=(([-77],),), test_outputs=([],))
    # The seed of a task's samples depends on its hash, which covers held-out examples.
    assert prompts(task())[0] == prompts(other)[0]
    assert all("-77" not in prompt for prompt in prompts(other))


def test_the_first_sample_shows_all_examples_and_others_a_part():
    shown = prompts(task())
    assert "examples:4" in shown[0]
    assert all({"examples:2", "examples:3", "examples:4"} & set(prompt) for prompt in shown)


def test_the_samples_of_a_task_weigh_one_together():
    (solution,) = known_solutions([task()])
    samples = list(samples_of(solution, 4, 0))
    assert sum(sample.weight for sample in samples) == pytest.approx(1)
    assert samples[0].bag == ["skill:sort", "skill:tail"]
    assert samples[0].program == ["skill:tail", "skill:sort", "x0"]


def test_arms_are_results_of_the_programs_calls_and_others():
    (solution,) = known_solutions([task()])
    first, *others = samples_of(solution, 2, 0)
    assert [arm.words[1] for arm in first.arms if arm.is_on_way] == ["skill:sort"]
    assert any(not arm.is_on_way for arm in first.arms)
    assert all(not sample.arms for sample in others)


def test_what_was_visited_in_vain_is_no_way():
    visited = {
        "(x: list[int]) -> list[int]; return reverse(x)": 30,
        "(x: list[int]) -> int; return len(x)": 5,
        TAIL_SORTED.replace("return tail(v1)", "return v1"): 50,
        "(x: list[int]) -> int; return no_such(x)": 9,
    }
    solution = Solution(task(), {Program.parse(TAIL_SORTED): 1.0}, visited)
    arms = next(samples_of(solution, 1, 0)).arms
    assert {(arm.words[1], arm.is_on_way) for arm in arms} == {
        ("skill:sort", True), ("skill:reverse", False), ("skill:len", False),
    }  # fmt: skip


def test_several_programs_share_the_bag():
    other = Program.parse("(x: list[int]) -> list[int]; v1 = sort(x); return drop(v1, 1)")
    solution = Solution(task(), {Program.parse(TAIL_SORTED): 3.0, other: 1.0}, {})
    sample = next(samples_of(solution, 1, 0, with_arms=False))
    weights = dict(zip(sample.bag, sample.bag_weights, strict=True))
    assert weights["skill:tail"] == pytest.approx(1.5)
    assert weights["skill:drop"] == pytest.approx(1 / 3)
    assert sample.program[0] == "skill:tail"


def test_a_run_of_a_part_of_a_suite_finds_its_tasks_in_the_whole():
    made = task(solution=None)
    result = solve(made, prior="uniform", budget=Budget(executions=30_000))
    of_part = msgspec.structs.replace(result, suite="s:t5")
    (solution,) = found_solutions([of_part], {"s": [made]})
    assert solution.task is made


def test_found_programs_of_runs_become_solutions():
    made = task(solution=None)
    result = named(solve(made, prior="uniform", budget=Budget(executions=30_000)))
    line = "(x: list[int]) -> list[int]; return reverse(x)"
    kept = msgspec.structs.replace(result, visits=((line, 3),))
    (solution,) = found_solutions([result, kept, kept], {"s": [made]})
    assert solution.task is made
    assert list(solution.programs.values()) == [3.0]
    assert solution.visited == {line: 6}
    assert next(samples_of(solution, 1, 0)).bag


def test_what_held_out_examples_say_of_a_run_changes_nothing():
    made = task(solution=None)
    result = named(solve(made, prior="uniform", budget=Budget(executions=30_000)))
    verdicts = [msgspec.structs.replace(result, generalises=verdict) for verdict in (None, False, True)]
    (unknown,), (wrong,), (right,) = (list(found_solutions([one], {"s": [made]})) for one in verdicts)
    assert unknown.programs == wrong.programs == right.programs


def test_results_without_their_task_are_refused():
    made = task(solution=None)
    result = named(solve(made, prior="uniform", budget=Budget(executions=30_000)))
    with pytest.raises(InputError, match="no suite or file holds"):
        list(found_solutions([result], {"other": [made]}))
    changed = task(outputs=tuple([0] for _ in INPUTS))
    with pytest.raises(InputError, match="has changed"):
        list(found_solutions([result], {"s": [changed]}))


def test_tasks_of_other_types_are_left_out():
    chars = ValueType(Elem.CHAR, 1)
    made = task(input_types=(chars,), inputs=(("ab",),), outputs=([1],))
    assert not is_learnable(made)
    assert list(known_solutions([made])) == []


@pytest.mark.slow
def test_every_solved_list_task_of_our_suites_becomes_a_sample():
    samples = list(samples_of_suites(["lists-v1"], 1, 0))
    assert len(samples) > 50
    assert all(sample.prompt and sample.bag for sample in samples)
    assert sum(bool(sample.program) for sample in samples) > 0.9 * len(samples)
    assert all(word != text.BAG for sample in samples for word in sample.prompt)
