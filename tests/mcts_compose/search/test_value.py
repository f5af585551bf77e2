"""The features of the value model, against a plain twin that follows their definitions."""

import itertools

import numpy as np
import pytest

from mcts_compose.search.options import SearchOptions
from mcts_compose.search.value import (
    CONSTANT_DIFFERENCE,
    CONTENTS_IN_GOAL,
    EMPTY,
    GOAL_IN_CONTENTS,
    MATCHES,
    NOT_SHORTER,
    NUM_FEATURES,
    PREFIX,
    SAME_LENGTH,
    SUBSEQUENCE,
    SUFFIX,
    UNIFORM,
    count_goal,
    write_features,
)
from tests.mcts_compose.search.problems import make_engine, make_problem
from vm.values import Elem, ValueType, encode

NUMBERS = ValueType(Elem.INT, 1)
EXAMPLES = 4


def same_at_front(one, other):
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def is_subsequence(short, long):
    rest = iter(long)
    return all(word in rest for word in short)


def features_of(contents, goal):
    """The features of one example."""
    longest = max(len(contents), len(goal), 1)
    differences = {there - here for here, there in zip(contents, goal, strict=False)}
    return {
        SAME_LENGTH: len(contents) == len(goal),
        PREFIX: same_at_front(contents, goal) / longest,
        SUFFIX: same_at_front(contents[::-1], goal[::-1]) / longest,
        GOAL_IN_CONTENTS: sum(word in contents for word in goal) / len(goal) if goal else 1.0,
        CONTENTS_IN_GOAL: sum(word in goal for word in contents) / len(contents) if contents else 1.0,
        MATCHES: sum(here == there for here, there in zip(contents, goal, strict=False)) / longest,
        CONSTANT_DIFFERENCE: len(contents) == len(goal) and len(differences) == 1,
        SUBSEQUENCE: is_subsequence(goal, contents),
        NOT_SHORTER: len(contents) >= len(goal),
        EMPTY: not contents,
    }


def random_lists(rng, spread):
    """One list an example: short, and with words of which some are small, some large and some negative."""
    sizes = rng.integers(0, 7, EXAMPLES)
    return [rng.choice([0, 1, 2, 3, 63, 64, 127, 128, 129, 500, -1, -2][:spread], size) for size in sizes]


@pytest.mark.parametrize("spread", [2, 7, 12])
def test_features_of_lists_are_those_of_the_twin(spread):
    rng = np.random.default_rng(spread)
    for _ in range(60):
        goal = [list(map(int, words)) for words in random_lists(rng, spread)]
        contents = [list(map(int, words)) for words in random_lists(rng, spread)]
        if rng.random() < 0.3:
            contents = [[word + 1 for word in words] for words in goal]
        inputs = [(words,) for words in contents]
        engine = make_engine(make_problem("x: list[int] -> list[int]", inputs, goal), SearchOptions())
        out = np.zeros(NUM_FEATURES)
        (leaf,) = (one for one, what in engine._leaves.items() if what == ("input", 0))
        counts = count_goal(encode(goal, NUMBERS))
        assert write_features(*engine.bank[:5], counts, leaf, out) == 0
        rows = [features_of(here, there) for here, there in zip(contents, goal, strict=True)]
        for feature in rows[0]:
            assert out[feature] == pytest.approx(sum(row[feature] for row in rows) / EXAMPLES), feature
        assert out[UNIFORM] == all(words == contents[0] for words in contents)
