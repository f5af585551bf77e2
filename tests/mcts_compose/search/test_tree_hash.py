"""The hash by which whole searches are compared: against a slow twin, and that it misses no change."""

import hashlib

import numpy as np
import pytest

from mcts_compose.search.tree_hash import hash_of

MASK = 2**64 - 1


def slow_hash(arrays):
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        sums = [0, 0, 0, 0]
        for number, word in enumerate(array.view(np.uint64).tolist()):
            mixed = ((sums[number % 4] ^ word) * 0x9E3779B97F4A7C15) & MASK
            sums[number % 4] = mixed ^ (mixed >> 32)
        digest.update(len(array).to_bytes(8, "little"))
        for total in sums:
            digest.update(total.to_bytes(8, "little"))
    return digest.hexdigest()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 7, 8, 33])
def test_hash_is_that_of_the_slow_twin(length):
    rng = np.random.default_rng(length)
    whole = rng.integers(-(2**63), 2**63 - 1, length, endpoint=True)
    floats = rng.normal(size=length)
    assert hash_of([whole, floats]) == slow_hash([whole, floats])


def test_every_bit_and_every_length_counts():
    words = np.arange(9)
    seen = {
        hash_of([words]),
        hash_of([words[:8]]),
        hash_of([words[:4], words[4:]]),
        hash_of([words, words[:0]]),
    }
    for at in range(len(words)):
        for bit in range(64):
            changed = words.copy()
            changed.view(np.uint64)[at] ^= np.uint64(1 << bit)
            seen.add(hash_of([changed]))
    assert len(seen) == 4 + 9 * 64


def test_exchanged_words_count():
    words = np.arange(16)
    for first, second in ((0, 1), (0, 4), (3, 15)):
        exchanged = words.copy()
        exchanged[[first, second]] = words[[second, first]]
        assert hash_of([exchanged]) != hash_of([words])
