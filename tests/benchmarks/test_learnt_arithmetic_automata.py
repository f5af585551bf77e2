"""What `learn` finds in `arithmetic-v1` and `automata-v1`, on inputs that the suites do not hold."""

import random

import pytest

from benchmarks.suites.registry import SUITES
from tests.mcts_compose.curriculum.remembering import forgotten
from vm.isa import Status
from vm.limits import Limits
from vm.parser import parse_program
from vm.values import encode

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

LIMITS = Limits(fuel=2**40, capacity=1 << 22, heap=1 << 25)
"""Bubble sort compares half a million neighbours, and copies the list for each."""
LENGTH = 1000


@pytest.fixture(params=["arithmetic-v1", "automata-v1"])
def suite(request):
    return request.param


@pytest.fixture
def run_task(learnt):
    """Returns a function that runs what was learnt for a task on one input after the other."""

    def run(suite, task, inputs):
        table, rows = learnt(suite)
        program = parse_program(rows[task]["program"], table)
        outputs = []
        for arguments in inputs:
            batches = [encode([a], type_) for a, type_ in zip(arguments, program.input_types, strict=True)]
            done = program.run(batches, LIMITS)
            outputs.append(done.outputs()[0] if done.status is Status.OK else done.status)
        return outputs

    return run


def numbers(count, low, high, length=LENGTH):
    draws = random.Random(f"{count} {low} {high} {length}")
    return [[draws.randint(low, high) for _ in range(length)] for _ in range(count)]


def does_match(word):
    """Says whether k and -k match as brackets, by taking pairs away until none is left."""
    stack = []
    for token in word:
        if token > 0:
            stack.append(token)
        elif not stack or stack.pop() != -token:
            return False
    return not stack


def bracket_words(count, kinds):
    """Returns words of a thousand brackets: half of them match, the others have one place changed."""
    draws, words = random.Random(f"brackets of {kinds}"), []
    for number in range(count):
        word, stack = [], []
        while len(word) + len(stack) < LENGTH:
            if stack and draws.random() < 0.48:
                word.append(-stack.pop())
            else:
                stack.append(draws.randint(1, kinds))
                word.append(stack[-1])
        word += [-token for token in reversed(stack)]
        if number % 2:
            place = draws.randrange(len(word))
            word[place] = -word[place]
        words.append(word)
    return words


def test_at_least_nine_tasks_of_ten_are_learnt(learnt, suite):
    rows = learnt(suite)[1].values()
    unsolved = [row["task"] for row in rows if row["generation"] is None]
    assert len(unsolved) <= len(rows) / 10, unsolved


def test_nothing_is_forgotten_in_any_generation(library_of, suite):
    tasks = SUITES.load(suite)()
    compared, wrong = forgotten(library_of(suite)[0], suite, tasks)
    assert wrong == []
    assert compared > len(tasks)


def test_nine_digit_addition_is_right_on_a_thousand_pairs(run_task):
    draws = random.Random(9)
    pairs = [(draws.randrange(10**8, 10**9), draws.randrange(10**8, 10**9)) for _ in range(1000)]
    wanted = [[int(mark) for mark in reversed(str(one + other))] for one, other in pairs]
    assert run_task("arithmetic-v1", "nine-digit-addition", pairs) == wanted


def test_long_numbers_are_multiplied(run_task):
    draws = random.Random(10)
    pairs = [(draws.randrange(1, 10**40), draws.randrange(1, 10**40)) for _ in range(20)]
    inputs = [tuple([int(mark) for mark in reversed(str(number))] for number in pair) for pair in pairs]
    wanted = [[int(mark) for mark in reversed(str(one * other))] for one, other in pairs]
    assert run_task("arithmetic-v1", "multiply-numbers", inputs) == wanted


def test_words_of_a_thousand_tokens_are_reversed(run_task):
    words = numbers(10, -50, 50)
    assert run_task("automata-v1", "reverse-word", [(word,) for word in words]) == [w[::-1] for w in words]


def test_words_of_a_thousand_tokens_are_copied(run_task):
    words = numbers(10, 1, 50)
    inputs = [([*word, 0, *range(number)],) for number, word in enumerate(words)]
    assert run_task("automata-v1", "copy-to-mark", inputs) == words


@pytest.mark.parametrize(
    "task", ["insertion-sort", "bubble-sort", "bucket-sort", "merge-sorted", "merge-sort"]
)
def test_lists_of_a_thousand_elements_are_sorted(run_task, task):
    # Bubble sort makes a million comparisons a list, so it gets two lists.
    lists = numbers(2, -1000, 1000) if task == "bubble-sort" else numbers(10, 0, 300)
    wanted = [sorted(one) for one in lists]
    inputs = {
        "insertion-sort": [(one,) for one in lists],
        "bubble-sort": [(one, LENGTH) for one in lists],
        "bucket-sort": [(one, 301) for one in lists],
        "merge-sort": [(one, LENGTH.bit_length()) for one in lists],
        "merge-sorted": [(sorted(one[:400]), sorted(one[400:])) for one in lists],
    }
    assert run_task("automata-v1", task, inputs[task]) == wanted


@pytest.mark.parametrize(("task", "kinds"), [("dyck-one", 1), ("dyck-two", 2)])
def test_words_of_a_thousand_brackets_are_judged(run_task, task, kinds):
    words = bracket_words(40, kinds)
    wanted = [does_match(word) for word in words]
    assert wanted.count(True) == wanted.count(False)
    assert run_task("automata-v1", task, [(word,) for word in words]) == wanted


def on_tape(word):
    return [0, 2, *word, 0]


def test_found_tape_machines_count_on_long_tapes(run_task):
    draws = random.Random(11)
    words = [[1] * ones + [draws.randrange(2) for _ in range(300)] for ones in (0, 40, 700)]
    inputs = [(on_tape(word), len(word) + 1) for word in words]
    for word, run in zip(words, run_task("automata-v1", "increment-run", inputs), strict=True):
        number, after = (int("".join(map(str, reversed(bits))), 2) for bits in (word, run[2:]))
        assert after == number + 1
    inputs = [(on_tape(word), len(word)) for word in words]
    states = [run[0] for run in run_task("automata-v1", "parity-run", inputs)]
    assert states == [sum(word) % 2 for word in words]


def test_found_tape_machine_adds_long_blocks(run_task):
    inputs = [
        (on_tape([1] * one + [0] + [1] * other), one + other + 5) for one, other in ((0, 700), (500, 499))
    ]
    tapes = [run[2:] for run in run_task("automata-v1", "unary-sum-run", inputs)]
    assert tapes == [[1] * 700 + [0, 0], [1] * 999 + [0, 0]]


def test_found_stack_machines_judge_words_of_a_thousand_tokens(run_task):
    words = bracket_words(40, 1)
    wanted = [does_match(word) for word in words]
    tokens = [([int(token < 0) for token in word],) for word in words]
    assert run_task("automata-v1", "accept-brackets", tokens) == wanted
    blocks = [[0] * 500 + [1] * ones for ones in (498, 499, 500, 501)]
    blocks += [[1, *blocks[2][1:]], [*blocks[2][:-1], 0], [0] * 250 + [0, 1] * 250 + [1] * 250]
    found = run_task("automata-v1", "accept-equal-blocks", [(word,) for word in blocks])
    assert found == [word == [0] * 500 + [1] * 500 for word in blocks]


def test_automaton_that_is_found_in_a_run_is_run_on(run_task):
    draws, inputs, wanted = random.Random(12), [], []
    for _ in range(10):
        table = [draws.randrange(3) for _ in range(6)]
        word, passed = [draws.randrange(2) for _ in range(400)], [0]
        for token in word:
            passed.append(table[2 * passed[-1] + token])
        if len(set(zip(passed, word, strict=False))) == 6:
            inputs.append((passed, word, word[::-1]))
            state = 0
            for token in word[::-1]:
                state = table[2 * state + token]
            wanted.append(state)
    assert len(set(wanted)) > 1
    assert run_task("automata-v1", "run-found-automaton", inputs) == wanted
