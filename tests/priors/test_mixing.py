import math

import numpy as np
import pytest

from priors.mixing import mixed, nucleus


def mixed_twin(model, base, eps, temperature):
    """The mixture of two lists of weights, probability by probability."""
    tempered = [weight ** (1 / temperature) for weight in model]
    model = [weight / sum(tempered) for weight in tempered]
    base = [weight / sum(base) for weight in base]
    return [(1 - eps) * one + eps * other for one, other in zip(model, base, strict=True)]


def nucleus_twin(probs, top_p, top_k):
    """Takes the likeliest, one at a time, until their sum is enough or there are enough of them."""
    taken, left = set(), list(range(len(probs)))
    while left and (top_k == 0 or len(taken) < top_k):
        if top_p < 1 and sum(probs[index] for index in taken) >= top_p - 1e-12:
            break
        best = max(left, key=lambda index: (probs[index], -index))
        left.remove(best)
        taken.add(best)
    return taken


@pytest.mark.parametrize("eps", [0.0, 0.05, 0.2, 0.999, 1.0])
@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0])
def test_a_mixture_is_that_of_its_twin(eps, temperature):
    rng = np.random.default_rng(1)
    for size in (1, 2, 7, 200):
        model, base = rng.gamma(0.3, size=(2, size)) + 1e-9
        found = mixed(np.log(model), np.log(base), eps, temperature)
        assert np.allclose(np.exp(found), mixed_twin(model, base, eps, temperature), atol=1e-12)
        assert math.isclose(np.exp(found).sum(), 1, abs_tol=1e-9)


def test_nothing_is_less_likely_than_its_share_of_the_base():
    base = np.log([0.5, 0.3, 0.2])
    for model in ([0.0, -1e30, -900.0], [-np.inf, 0.0, -np.inf], [1e5, 0.0, 0.0]):
        assert (mixed(np.array(model), base, 0.2, 1.0) >= base + np.log(0.2) - 1e-12).all()


def test_a_share_of_nothing_makes_no_nan():
    impossible = np.array([-np.inf, 0.0])
    assert np.exp(mixed(impossible, np.zeros(2), 0.0, 1.0)).tolist() == [0.0, 1.0]
    assert np.exp(mixed(impossible, np.zeros(2), 1.0, 1.0)).tolist() == [0.5, 0.5]
    assert np.exp(mixed(np.full(2, -np.inf), np.zeros(2), 0.0, 1.0)).tolist() == [0.5, 0.5]
    assert len(mixed(np.zeros(0), np.zeros(0), 0.2, 1.0)) == 0


@pytest.mark.parametrize("top_p", [1e-9, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("top_k", [0, 1, 3, 100])
def test_a_nucleus_is_that_of_its_twin(top_p, top_k):
    rng = np.random.default_rng(2)
    for size in (1, 2, 5, 24):
        # Eighths are exact, so that sums reach a mass exactly and equal ones occur.
        for weights in (rng.gamma(0.5, size=size), rng.integers(1, 3, size)):
            probs = weights / weights.sum()
            taken = set(np.flatnonzero(nucleus(np.log(probs), top_p, top_k)).tolist())
            assert taken == nucleus_twin(probs.tolist(), top_p, top_k)
            assert taken
    assert not nucleus(np.zeros(0), top_p, top_k).any()


def test_the_fewest_that_reach_the_mass_are_taken():
    probs = np.log([0.25, 0.5, 0.125, 0.125])
    assert nucleus(probs, 0.5, 0).tolist() == [False, True, False, False]
    assert nucleus(probs, 0.75, 0).tolist() == [True, True, False, False]
    assert nucleus(probs, 0.76, 0).tolist() == [True, True, True, False]
    assert nucleus(probs, 1.0, 0).all()
