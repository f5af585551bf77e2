"""The forward pass in numpy against transformers, and the ways in which it shares work."""

import numpy as np
import pytest

from priors.bundled.forward import BranchReader, nothing, read, read_branches
from priors.bundled.weights import load_weights
from tests.priors.bundled.small_model import NUM_WORDS, log_probabilities, log_softmax, write_random_llama

TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=[(1, 16, 1), (2, 16, 2), (3, 48, 4)])
def both(request, tmp_path_factory):
    layers, width, heads = request.param
    directory = tmp_path_factory.mktemp("model")
    model = write_random_llama(directory, layers=layers, width=width, heads=heads)
    return model, load_weights(directory)


def words(seed, length):
    return np.random.default_rng(seed).integers(0, NUM_WORDS, length)


def said(weights, hidden):
    return log_softmax(weights.head @ hidden)


@pytest.mark.parametrize("length", [1, 2, 7, 64])
def test_it_says_what_transformers_says(both, length):
    model, weights = both
    ids = words(length, length)
    prefix = read(weights, nothing(weights), weights.embedding[ids])
    assert len(prefix) == length
    assert said(weights, prefix.last) == pytest.approx(log_probabilities(model, ids)[-1], abs=TOLERANCE)


def test_words_read_in_two_parts_are_words_read_at_once(both):
    model, weights = both
    ids = words(3, 20)
    first = read(weights, nothing(weights), weights.embedding[ids[:13]])
    both_parts = read(weights, first, weights.embedding[ids[13:]])
    assert said(weights, both_parts.last) == pytest.approx(log_probabilities(model, ids)[-1], abs=TOLERANCE)
    assert len(first) == 13, "a prefix is never changed"


def test_branches_of_different_lengths_do_not_see_each_other(both):
    model, weights = both
    ids = words(4, 11)
    branches = [words(10 + k, 1 + k % 6) for k in range(9)]
    prefix = read(weights, nothing(weights), weights.embedding[ids])
    hidden = read_branches(weights, prefix, [weights.embedding[branch] for branch in branches])
    assert hidden.shape == (9, weights.width)
    for state, branch in zip(hidden, branches, strict=True):
        expected = log_probabilities(model, [*ids, *branch])[-1]
        assert said(weights, state) == pytest.approx(expected, abs=TOLERANCE)
    assert read_branches(weights, prefix, []).shape == (0, weights.width)


def test_branches_read_word_by_word_are_branches_read_at_once(both):
    model, weights = both
    ids, num_steps = words(5, 6), 5
    prefix = read(weights, nothing(weights), weights.embedding[ids])
    branches = np.stack([words(20 + k, num_steps) for k in range(4)])
    reader = BranchReader(weights, prefix, 4, num_steps)
    ends = np.zeros(4, dtype=np.int64)
    for step in range(3):
        hidden = reader.read(weights.embedding[branches[:, step : step + 1]], ends)
    kept = np.array([2, 0])
    reader.keep(kept)
    hidden = reader.read(weights.embedding[branches[kept, 3:]], ends[:2] + 1)
    for state, branch in zip(hidden, branches[kept], strict=True):
        expected = log_probabilities(model, [*ids, *branch])[-1]
        assert said(weights, state) == pytest.approx(expected, abs=TOLERANCE)


def test_large_gates_do_not_overflow(tmp_path):
    model = write_random_llama(tmp_path)
    for name, weight in model.named_parameters():
        if "gate_proj" in name:
            weight.data *= 1e4
    model.save_pretrained(tmp_path)
    weights = load_weights(tmp_path)
    ids = words(6, 9)
    with np.errstate(over="raise", invalid="raise"):
        prefix = read(weights, nothing(weights), weights.embedding[ids])
    assert said(weights, prefix.last) == pytest.approx(log_probabilities(model, ids)[-1], abs=1e-3)


def test_too_many_words_and_no_words_are_refused(both):
    _, weights = both
    full = weights.embedding[words(7, 64)]
    with pytest.raises(ValueError, match="65 words are more than the 64 positions"):
        read(weights, nothing(weights), np.concatenate([full, full[:1]]))
    prefix = read(weights, nothing(weights), full)
    with pytest.raises(ValueError, match="more than the 64 positions"):
        read_branches(weights, prefix, [full[:1]])
    with pytest.raises(ValueError, match="no words"):
        read(weights, nothing(weights), full[:0])
    with pytest.raises(ValueError, match="no words"):
        read_branches(weights, nothing(weights), [full[:0], full[:2]])
