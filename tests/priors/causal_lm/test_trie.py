"""The trie's scores against the answers one by one, with a model that is a table."""

import math
import random

import numpy as np
import pytest

from priors.causal_lm.trie import NORMALISE, Trie

VOCABULARY = 5


def _model(path):
    """Log-probabilities over the vocabulary after a path, made up but fixed."""
    draw = random.Random(repr(tuple(path)))
    weights = [draw.uniform(0.1, 3.0) for _ in range(VOCABULARY)]
    return [math.log(weight / sum(weights)) for weight in weights]


def _path(trie, node):
    path = []
    while node:
        path.insert(0, trie.tokens[node])
        node = trie.parents[node]
    return path


def _scores(answers, normalise):
    trie = Trie(answers)
    logits = {}
    for node in trie.asked(normalise):
        table = _model(_path(trie, node))
        logits[node] = np.array([table[token] for token in trie.children[node]])
    return trie.scores(logits, normalise)


def _slow_scores(answers, normalise):
    """What the module docstring says, answer by answer, for answers none of which begins another."""
    logs = []
    for answer in answers:
        log = 0.0
        for place, token in enumerate(answer):
            table = _model(answer[:place])
            log += table[token]
            if normalise == "trie":
                follow = {other[place] for other in answers if other[:place] == answer[:place]}
                log -= math.log(sum(math.exp(table[one]) for one in follow))
        logs.append(log / len(answer) if normalise == "mean" else log)
    shared = [log - math.log(answers.count(answer)) for log, answer in zip(logs, answers, strict=True)]
    total = math.log(sum(map(math.exp, shared)))
    return [log - total for log in shared]


@pytest.mark.parametrize("normalise", NORMALISE)
@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_the_answers_one_by_one(normalise, seed):
    draw = random.Random(seed)
    answers = [
        [*(draw.randrange(1, VOCABULARY) for _ in range(draw.randrange(1, 5))), 0]
        for _ in range(draw.randrange(1, 30))
    ]
    np.testing.assert_allclose(_scores(answers, normalise), _slow_scores(answers, normalise), atol=1e-12)


@pytest.mark.parametrize("normalise", NORMALISE)
@pytest.mark.parametrize(
    "answers",
    [[[1]], [[1, 2], [1]], [[], [1], []], [[1], [1]], [[1, 2], [1, 2], [1], [3, 0]], [[]], [[], []]],
)
def test_scores_are_a_distribution_whatever_the_tokenizer_loses(answers, normalise):
    scores = _scores(answers, normalise)
    assert np.exp(scores).sum() == pytest.approx(1.0)
    assert len(scores) == len(answers)


def test_no_answers_have_no_scores():
    assert [len(_scores([], normalise)) for normalise in NORMALISE] == [0, 0, 0]


def test_equal_answers_share_what_they_get():
    one, other, alone = np.exp(_scores([[1, 0], [1, 0], [2, 0]], "trie"))
    assert one == pytest.approx(other)
    assert one + other + alone == pytest.approx(1.0)


def test_only_forks_are_asked_and_only_what_leads_there_is_computed():
    trie = Trie([[1, 2, 3, 0], [1, 2, 4, 0], [5, 6, 0]])
    tokens = [_path(trie, node) for node in trie.computed("trie")]
    assert [_path(trie, node) for node in trie.asked("trie")] == [[], [1, 2]]
    assert tokens == [[1], [1, 2]]
    assert len(trie.computed("sum")) == 6  # all but the three leaves
