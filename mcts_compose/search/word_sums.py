"""Sums over words by which whole searches are compared, at the speed of memory.

A search may keep gigabytes, which a cryptographic hash would read for seconds after its clock has stopped.
Four sums go side by side, since each step of one waits for the step before. A step is a bijection of the sum
and of the word: one changed word always changes its sum.
"""

import numpy as np

from vm.jit import kernel

LANES = 4


@kernel
def _step(total, word):
    total = (total ^ word) * np.uint64(0x9E3779B97F4A7C15)  # odd: 2**64 over the golden ratio
    return total ^ (total >> np.uint64(32))


@kernel
def add_words(words, sums):
    """Goes on with sums over more words.

    Args:
      words: `[N]` uint64.
      sums: `[LANES]` uint64, written; word i counts for the sum i modulo `LANES`.
    """
    first, second, third, fourth = sums[0], sums[1], sums[2], sums[3]
    whole = len(words) // LANES * LANES
    for i in range(0, whole, LANES):
        first = _step(first, words[i])
        second = _step(second, words[i + 1])
        third = _step(third, words[i + 2])
        fourth = _step(fourth, words[i + 3])
    sums[0], sums[1], sums[2], sums[3] = first, second, third, fourth
    for i in range(whole, len(words)):
        sums[i - whole] = _step(sums[i - whole], words[i])
