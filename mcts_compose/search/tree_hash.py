"""Decides how whole searches are compared: by a hash of all the words that they keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.word_sums import LANES, add_words


def hash_of(arrays: Iterable[NDArray[Any]]) -> str:
    """Returns 32 hexadecimal digits that tell arrays apart that differ in a bit or in their lengths.

    Args:
      arrays: `[words]` each, of elements of 8 bytes, contiguous.
    """
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        sums = np.zeros(LANES, np.uint64)
        add_words(array.view(np.uint64), sums)
        digest.update(len(array).to_bytes(8, "little") + sums.tobytes())
    return digest.hexdigest()
