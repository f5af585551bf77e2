"""Puts row states with the same future into one class: no program tells them apart.

Part of the prune `equivalence`. Two row states are equivalent if both or neither are at their goal, and every
action brings them to equivalent ones; so exactly the same programs bring both to their goals. The coarsest
such partition is found by refinement, as the states of an automaton are minimised (source: Moore 1956).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MIX_SEED = 0xC1A55


def classes_of(moves: NDArray[np.int64], is_goal: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Returns the class of each row state, numbered by first appearance.

    Refinement compares hashes; the result is checked exactly, and should hashes ever collide, every row state
    is a class of its own.

    Args:
      moves: `[A, S]` row state after each action, S where lost.
      is_goal: `[S]` whether a row state is at its goal.
    """
    num_actions, num_rows = moves.shape
    generator = np.random.PCG64(MIX_SEED)
    factors = generator.random_raw(num_actions + 1) | np.uint64(1)
    classes, count = is_goal.astype(np.int64), len(np.unique(is_goal))
    while True:
        words = generator.random_raw(count + 1)
        of_rows = np.append(words[classes], words[count])
        digests = of_rows[:-1] * factors[num_actions]
        for action in range(num_actions):
            after = of_rows[moves[action]]
            digests += (after ^ (after >> np.uint64(31))) * factors[action]
        classes = np.unique(digests, return_inverse=True)[1].reshape(-1)
        refined = int(classes.max()) + 1
        if refined == count:
            break
        count = refined
    classes = _by_first_appearance(classes)
    return classes if _is_sound(moves, is_goal, classes) else np.arange(num_rows)


def _by_first_appearance(classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the same classes, numbered in the order in which they appear."""
    _, first, inverse = np.unique(classes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    numbered: NDArray[np.int64] = rank[inverse.reshape(-1)]
    return numbered


def representatives(classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the first row state of each class."""
    first: NDArray[np.int64] = np.unique(classes, return_index=True)[1]
    return first


def _is_sound(moves: NDArray[np.int64], is_goal: NDArray[np.bool_], classes: NDArray[np.int64]) -> bool:
    """Says whether all members of a class agree, goal by goal and action by action."""
    first = representatives(classes)[classes]
    after = np.append(classes, -1)
    if (is_goal[first] != is_goal).any():
        return False
    return all(bool((after[row[first]] == after[row]).all()) for row in moves)
