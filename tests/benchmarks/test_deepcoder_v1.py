"""The suite `deepcoder-v1`: its language, its generator, and that it is the same on every machine."""

import hashlib

import pytest

from benchmarks.suites.deepcoder import generate
from benchmarks.suites.deepcoder.examples import HELD_OUT, SHOWN, draw_examples
from benchmarks.suites.deepcoder.language import BY_NAME, OPERATIONS, apply, parse, run
from benchmarks.suites.deepcoder_v1 import load
from mcts_compose.results.verdicts import does_generalise, is_solved
from vm.parser import parse_program

TASKS = load()
SUITE_HASH = "6e7c5b009f0f7527ed2e453db5872d9e"


def test_tasks_are_the_same_on_every_machine():
    digest = hashlib.blake2b("".join(f"{task.id} {task.hash}" for task in TASKS).encode(), digest_size=16)
    assert digest.hexdigest() == SUITE_HASH


def test_ids_tell_length_and_number():
    assert [task.id for task in TASKS[400:402]] == ["t5-000", "t5-001"]
    assert len({task.id for task in TASKS}) == len(TASKS) == 800
    for task in TASKS:
        assert len(parse(task.group).statements) == int(task.id[1])


def test_nothing_tells_the_solution():
    for task in TASKS:
        assert task.description is None and task.name == task.id


def test_examples_are_shown_and_held_out():
    for task in TASKS:
        assert (len(task.inputs), len(task.test_inputs)) == (SHOWN, HELD_OUT)
        assert len({repr(arguments) for arguments in task.inputs + task.test_inputs}) == SHOWN + HELD_OUT
        assert len(set(map(repr, task.outputs))) >= 3


def test_the_machine_agrees_with_the_interpreter():
    for task in TASKS[::8]:
        program = parse_program(task.solution)
        assert is_solved(program, task), task.id
        assert does_generalise(program, task), task.id


@pytest.mark.parametrize(
    ("name", "operands", "value"),
    [
        ("HEAD", [[]], None),
        ("LAST", [[3, 4]], 4),
        ("TAKE", [2, [5, 6, 7]], [5, 6]),
        ("TAKE", [-1, [5, 6, 7]], None),
        ("TAKE", [9, [5]], [5]),
        ("DROP", [2, [5, 6, 7]], [7]),
        ("ACCESS", [1, [5, 6]], 6),
        ("ACCESS", [2, [5, 6]], None),
        ("ACCESS", [-1, [5, 6]], None),
        ("MINIMUM", [[]], None),
        ("SUM", [[]], 0),
        ("SUM", [[200, 200]], None),
        ("MAP (/2)", [[-3, 3]], [-2, 1]),
        ("MAP (**2)", [[-16]], None),
        ("FILTER odd", [[-3, 2, 1]], [-3, 1]),
        ("COUNT (<0)", [[-3, 2, 0]], 1),
        ("ZIPWITH (-)", [[5, 6, 7], [1, 2]], [4, 4]),
        ("SCANL1 (-)", [[5, 1, 2]], [5, 4, 2]),
        ("SCANL1 max", [[]], []),
    ],
)
def test_operations(name, operands, value):
    assert apply(BY_NAME[name], operands) == value


def test_program_text_round_trips():
    for task in TASKS:
        assert str(parse(task.group)) == task.group


def test_there_are_the_operations_of_the_recipe():
    assert len(OPERATIONS) == 10 + 10 + 4 + 4 + 5 + 5


def test_no_program_is_as_good_as_a_shorter_one_of_the_suite():
    codes = [parse(task.group) for task in TASKS]
    for task, code in zip(TASKS[100:300], codes[100:300], strict=True):
        for shorter in codes[:100]:
            if shorter.input_types == code.input_types:
                traces = [run(shorter, list(arguments)) for arguments in task.inputs + task.test_inputs]
                assert [trace and trace[-1] for trace in traces] != list(task.outputs + task.test_outputs)


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("a <- [int] | b <- REVERSE a | c <- SORT b", True),
        ("a <- [int] | b <- MAP (+1) a | c <- MAP (-1) b | d <- SCANL1 (+) c", True),
        ("a <- [int] | b <- SCANL1 (+) a | c <- REVERSE b", False),
    ],
)
def test_programs_that_can_be_shortened_are_refused(text, can):
    code = parse(text)
    examples = draw_examples(code, generate.stream_of("test"))
    assert (generate._has_equal_variables(examples) or generate._can_shorten(code, examples)) is can


def test_programs_with_a_short_equal_are_refused():
    code = parse("a <- [int] | b <- MAP (+1) a | c <- REVERSE b | d <- HEAD c")
    assert generate._has_short_equal(code, draw_examples(code, generate.stream_of("test")))


def test_the_generator_still_draws_the_programs_of_the_file():
    drawn = [str(code) for code in generate.generate(lengths=range(1, 4))]
    assert drawn == generate.PROGRAMS_FILE.read_text().splitlines()[:300]
