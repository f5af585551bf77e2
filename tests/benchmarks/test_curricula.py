"""Curricula: honest steps, whose known solutions are right when the machine runs them on earlier skills."""

import collections
from functools import cache

import pytest

from benchmarks.suites.curricula.definition import LARGER, Step, extent, known_skills, make_task
from benchmarks.suites.curricula.registry import CURRICULA
from benchmarks.suites.draws import Draws
from benchmarks.suites.registry import SUITES
from mcts_compose.commands.train import programs_of
from mcts_compose.training.solved import is_learnable, known_solutions
from vm.isa import Status
from vm.limits import Limits
from vm.program import Program
from vm.table import BY_NAME
from vm.values import Elem, ValueType, decode, encode, equal

LIMITS = Limits(fuel=4_000_000_000, capacity=1 << 22, heap=1 << 24)
"""Of a judging run: a held-out list of a thousand elements that is sorted by exchanges needs much."""
MAX_CALLS = 5
IDENTITIES = {"rule-204"}
"""Of all elementary rules one changes nothing."""


@cache
def skills_of(suite):
    return known_skills(CURRICULA[suite])


@cache
def task_named(suite, name):
    return make_task(next(step for step in CURRICULA[suite] if step.id == name), suite)


def task_of(suite, step):
    return task_named(suite, step.id)


def program_of(suite, step):
    return skills_of(suite).learnt_skill(step.skill_name).body


def wrong_examples(program, inputs, outputs):
    wrong = []
    for arguments, wanted in zip(inputs, outputs, strict=True):
        run = program.run(
            [encode([a], t) for a, t in zip(arguments, program.input_types, strict=True)], LIMITS
        )
        if run.status is not Status.OK or not equal(run.outputs()[0], wanted):
            wrong.append((arguments, wanted, run.status))
    return wrong


def check_known_solution_is_right_on_shown_and_held_out_examples(suite, step):
    task, program = task_of(suite, step), program_of(suite, step)
    assert (program.input_names, program.input_types) == (task.arg_names, task.input_types)
    assert program.output_type == task.output_type
    assert wrong_examples(program, task.inputs, task.outputs) == []
    assert wrong_examples(program, task.test_inputs, task.test_outputs) == []


def check_every_held_out_example_is_ten_times_larger_than_every_shown_one(suite, step):
    task = task_of(suite, step)
    largest = max(step.measure(*arguments) for arguments in task.inputs)
    assert len(task.test_inputs) >= 4
    assert min(step.measure(*arguments) for arguments in task.test_inputs) >= LARGER * largest > 0


def check_known_solution_is_short_and_calls_its_subtasks(suite, step):
    program = program_of(suite, step)
    assert 1 <= program.length <= MAX_CALLS
    learnt = {name for name in program.called if name not in BY_NAME}
    assert learnt == {name.replace("-", "_") for name in step.subtasks}
    assert not program.called & set(step.without)
    assert len(program.input_types) <= 3, "a learnt skill has at most three parameters"


def check_subtasks_stand_before_the_step_that_names_them(suite, step):
    ids = [one.id for one in CURRICULA[suite]]
    assert set(step.subtasks) <= set(ids[: ids.index(step.id)])
    assert len(set(step.subtasks)) == len(step.subtasks)
    assert task_of(suite, step).subtasks == step.subtasks


def check_examples_are_different_values_of_their_types(suite, step):
    task = task_of(suite, step)
    inputs = task.inputs + task.test_inputs
    assert len({repr(arguments) for arguments in inputs}) == len(inputs)
    for type_, column in zip(task.input_types, zip(*inputs, strict=True), strict=True):
        assert decode(encode(column, type_)) == list(column)
    outputs = task.outputs + task.test_outputs
    assert decode(encode(outputs, task.output_type)) == list(outputs)


def check_shown_outputs_are_neither_constant_nor_an_argument(suite, step):
    task = task_of(suite, step)
    counts = collections.Counter(map(repr, task.outputs))
    if str(task.output_type) == "bool":
        assert min(counts["True"], counts["False"]) >= len(task.outputs) // 3
    else:
        assert len(counts) >= 3
        assert max(counts.values()) <= len(task.outputs) // 2
    for column in zip(*task.inputs, strict=True):
        same = tuple(map(repr, column)) == tuple(map(repr, task.outputs))
        assert same == (step.id in IDENTITIES)


def check_step_is_described(suite, step):
    assert step.description.endswith(".")
    assert 30 <= len(step.description) <= 400
    assert not [name for name in step.without if name not in BY_NAME]


@pytest.mark.parametrize(
    ("suite", "step"),
    [(suite, step) for suite, steps in CURRICULA.items() for step in steps],
    ids=lambda given: given if isinstance(given, str) else given.id,
)
def test_step_is_honest(suite, step):
    """One test for all: the steps are hundreds."""
    check_known_solution_is_right_on_shown_and_held_out_examples(suite, step)
    check_every_held_out_example_is_ten_times_larger_than_every_shown_one(suite, step)
    check_known_solution_is_short_and_calls_its_subtasks(suite, step)
    check_subtasks_stand_before_the_step_that_names_them(suite, step)
    check_examples_are_different_values_of_their_types(suite, step)
    check_shown_outputs_are_neither_constant_nor_an_argument(suite, step)
    check_step_is_described(suite, step)


@pytest.mark.parametrize("suite", CURRICULA)
def test_steps_of_a_curriculum_differ(suite):
    steps = CURRICULA[suite]
    for values in ([s.id for s in steps], [s.skill_name for s in steps], [s.description for s in steps]):
        assert len(set(values)) == len(values)
    assert not {s.skill_name for s in steps} & set(BY_NAME)
    bodies = collections.Counter(program_of(suite, step).text.split("; ", 1)[1] for step in steps)
    assert [body for body, count in bodies.items() if count > 1] == []


@pytest.mark.slow
@pytest.mark.parametrize("suite", CURRICULA)
def test_registered_suite_makes_the_same_tasks_twice(suite):
    steps, tasks = CURRICULA[suite], SUITES.load(suite)()
    assert [task.id for task in tasks] == [step.id for step in steps]
    assert tasks == [task_of(suite, step) for step in steps]


def test_nine_digit_addition_is_right_on_a_thousand_pairs():
    draws = Draws("pairs of nine digits")
    pairs = [(draws.between(10**8, 10**9 - 1), draws.between(10**8, 10**9 - 1)) for _ in range(1000)]
    addition = skills_of("arithmetic-v1").learnt_skill("nine_digit_addition").body
    run = addition.run(
        [encode(column, ValueType(Elem.INT, 0)) for column in zip(*pairs, strict=True)], LIMITS
    )
    assert run.status is Status.OK
    assert run.outputs() == [[int(mark) for mark in reversed(str(sum(pair)))] for pair in pairs]


@pytest.mark.parametrize("name", ["reverse-word", "copy-to-mark", "insertion-sort", "dyck-one", "dyck-two"])
def test_held_out_words_have_a_thousand_tokens(name):
    assert all(len(word) >= 1000 for (word,) in task_named("automata-v1", name).test_inputs)


def doubling(**changes):
    fields = {
        "id": "twice-over", "description": "Double the number.", "signature": "(x: int) -> int",
        "body": "return add(x, x)", "function": lambda x: 2 * x,
        "sources": (lambda draws, larger: draws.between(10, 20) * larger**2,), "measure": lambda x: x,
    }  # fmt: skip
    return Step(**(fields | changes))


def test_source_that_cannot_draw_larger_arguments_is_refused():
    with pytest.raises(ValueError, match="twice-over"):
        make_task(doubling(sources=(lambda draws, larger: draws.between(1, 20),)), "any")


def test_instructions_that_give_a_step_away_are_not_allowed():
    task = make_task(doubling(without=("mul", "shl"), edges=((1,), (2,))), "any")
    assert not {"mul", "shl"} & set(task.skills)
    assert "add" in task.skills
    assert task.inputs[-2:] == ((1,), (2,))


def test_extent_counts_elements_of_the_longest_argument():
    assert extent([1, 2, 3], 7, [[1, 2], [3, 4]]) == 4


def test_solutions_that_call_learnt_skills_are_not_trained_on():
    tasks = [task_of("arithmetic-v1", step) for step in CURRICULA["arithmetic-v1"]]
    used = {solution.task.id for solution in known_solutions(tasks)}
    assert used and used == {task.id for task in tasks if not task.subtasks and is_learnable(task)}
    texts = list(programs_of(["arithmetic-v1"]))
    assert len(texts) == sum(not task.subtasks for task in tasks)
    assert all(Program.parse(text) for text in texts)
