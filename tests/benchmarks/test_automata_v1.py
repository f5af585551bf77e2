"""`automata-v1`: the tables that are to be found are those of the machines they are said to be."""

import itertools

import pytest

from benchmarks.suites.automata_v1 import STEPS

FUNCTIONS = {step.id: step.function for step in STEPS}
WORDS = [list(word) for size in range(8) for word in itertools.product((0, 1), repeat=size)]


def on_tape(word):
    return [0, 2, *word, 0]


def test_parity_machine_ends_in_the_state_that_says_the_parity():
    for word in WORDS:
        state, place, *tape = FUNCTIONS["parity-run"](on_tape(word), len(word))
        assert (state, place, tape) == (sum(word) % 2, 2 + len(word), [*word, 0])


def test_increment_machine_adds_one_and_stays():
    for word in WORDS:
        tape = FUNCTIONS["increment-run"](on_tape(word), len(word) + 3)[2:]
        value, after = (sum(bit << place for place, bit in enumerate(bits)) for bits in (word, tape))
        assert after == value + 1


@pytest.mark.parametrize(("one", "other"), list(itertools.product(range(4), repeat=2)))
def test_unary_machine_lays_both_blocks_together(one, other):
    tape = [1] * one + [0] + [1] * other
    assert FUNCTIONS["unary-sum-run"](on_tape(tape), len(tape) + 4)[2:] == [1] * (one + other) + [0, 0]


def test_bracket_machine_accepts_what_matches():
    for word in WORDS:
        text = "".join("()"[token] for token in word)
        while "()" in text:
            text = text.replace("()", "")
        assert FUNCTIONS["accept-brackets"](word) == (text == "")


def test_block_machine_accepts_zeros_and_as_many_ones():
    for word in WORDS:
        half = len(word) // 2
        assert FUNCTIONS["accept-equal-blocks"](word) == (word == [0] * half + [1] * half)


@pytest.mark.parametrize("size", [1, 2, 5, 8, 13, 33])
def test_merging_by_exchanges_is_sorting(size):
    x = [place * 7919 % 101 for place in range(size)]
    rounds = size.bit_length()
    assert FUNCTIONS["merge-sort"](x, rounds) == sorted(x)
    for place in range(rounds):
        w = 1 << place
        before = FUNCTIONS["merge-sort"](x, place)
        by_exchange = before
        for distance in FUNCTIONS["merge-distances"](w):
            by_exchange = FUNCTIONS["compare-and-swap-all"](by_exchange, distance)
        assert by_exchange == FUNCTIONS["merge-runs"](before, w)
