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


@pytest.mark.parametrize("task", ["insertion-sort", "bubble-sort", "bucket-sort", "merge-sorted"])
def test_lists_of_a_thousand_elements_are_sorted(run_task, task):
    # Bubble sort makes a million comparisons a list, so it gets two lists.
    lists = numbers(2, -1000, 1000) if task == "bubble-sort" else numbers(10, 0, 300)
    wanted = [sorted(one) for one in lists]
    inputs = {
        "insertion-sort": [(one,) for one in lists],
        "bubble-sort": [(one, LENGTH) for one in lists],
        "bucket-sort": [(one, 301) for one in lists],
        "merge-sorted": [(sorted(one[:400]), sorted(one[400:])) for one in lists],
    }
    assert run_task("automata-v1", task, inputs[task]) == wanted


@pytest.mark.parametrize(("task", "kinds"), [("dyck-one", 1), ("dyck-two", 2)])
def test_words_of_a_thousand_brackets_are_judged(run_task, task, kinds):
    words = bracket_words(40, kinds)
    wanted = [does_match(word) for word in words]
    assert wanted.count(True) == wanted.count(False)
    assert run_task("automata-v1", task, [(word,) for word in words]) == wanted
