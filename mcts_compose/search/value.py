"""The value of contents: how near to the goal they look, as a linear model of cheap features.

Features are means over examples in [0, 1] unless said. There is one weight vector for each *class*: the ranks
of goal and contents (list or scalar). The model is fitted by mcts_compose/search/value_fitting.py; h is a
logit.
"""

import numpy as np

from mcts_compose.search.bank import kind_of, shape_of, unpack
from mcts_compose.search.layout import (
    EXAMPLES,
    FEATURES,
    G_KIND,
    G_SHAPE,
    G_WORDS,
    GOALS,
    NUM_RANKS,
    OPERANDS,
)
from vm.jit import kernel
from vm.shape import rows, start

NUM_FEATURES = 14
NUM_CLASSES = 5
BIAS = 0
SAME_LENGTH = 1
PREFIX = 2
SUFFIX = 3
GOAL_IN_CONTENTS = 4
CONTENTS_IN_GOAL = 5
MATCHES = 6
CONSTANT_DIFFERENCE = 7
SUBSEQUENCE = 8
NOT_SHORTER = 9
UNIFORM = 10
EMPTY = 11
FIRST = 12
LAST = 13


@kernel
def feature_class(goal_kind, kind):
    """Returns which weights serve: by ranks if goal and contents have one element type, else the last."""
    goal_rank, rank = goal_kind % NUM_RANKS, kind % NUM_RANKS
    if goal_kind // NUM_RANKS != kind // NUM_RANKS and not (goal_rank == 1 and rank == 0 and kind == 0):
        return NUM_CLASSES - 1
    if goal_rank > 1 or rank > 1:
        return NUM_CLASSES - 1
    return 2 * (1 - goal_rank) + (1 - rank)


@kernel
def _words_present(memory, begin, size):
    """Returns the words of a range: bitsets of those in 0..63 and in 64..127, and how many are others."""
    one = np.uint64(1)
    low = high = np.uint64(0)
    others = 0
    for i in range(begin, begin + size):
        word = np.uint64(memory[np.uint64(i)])
        bit = one << (word & np.uint64(63))
        low |= bit if word < np.uint64(64) else np.uint64(0)
        high |= bit if word >> np.uint64(6) == one else np.uint64(0)
        others += 1 if word >= np.uint64(128) else 0
    return low, high, others


@kernel
def _share_within(memory, begin, size, low, high, others, other, other_size):
    """Returns the share of a range's words that occur in the other range; 1 of nothing.

    `low`, `high` and `others` say what the other range holds (`_words_present`): only large or negative words
    have to be compared one by one.
    """
    if size == 0:
        return 1.0
    found = 0
    for i in range(begin, begin + size):
        word = np.uint64(memory[np.uint64(i)])
        if word < np.uint64(128):
            present = low if word < np.uint64(64) else high
            found += np.int64(present >> (word & np.uint64(63))) & 1
        elif others > 0:
            for j in range(other, other + other_size):
                if np.uint64(memory[np.uint64(j)]) == word:
                    found += 1
                    break
    return found / size


@kernel
def _list_features(memory, out, begin, size, goal, goal_size):
    """Adds one example's features of a list contents against a list goal."""
    shorter = min(size, goal_size)
    longest = max(max(size, goal_size), 1)
    prefix, suffix, matches, used = 0, 0, 0, 0
    while prefix < shorter and memory[np.uint64(begin + prefix)] == memory[np.uint64(goal + prefix)]:
        prefix += 1
    last, goal_last = begin + size - 1, goal + goal_size - 1
    while suffix < shorter and memory[np.uint64(last - suffix)] == memory[np.uint64(goal_last - suffix)]:
        suffix += 1
    for i in range(shorter):
        matches += 1 if memory[np.uint64(begin + i)] == memory[np.uint64(goal + i)] else 0
    for i in range(begin, begin + size):
        if used == goal_size:
            break
        used += 1 if memory[np.uint64(i)] == memory[np.uint64(goal + used)] else 0
    same = size == goal_size
    constant = same and size > 0
    i = 1
    while constant and i < size:
        constant = memory[np.uint64(goal + i)] - memory[np.uint64(begin + i)] == memory[goal] - memory[begin]
        i += 1
    low, high, others = _words_present(memory, begin, size)
    goal_low, goal_high, goal_others = _words_present(memory, goal, goal_size)
    out[SAME_LENGTH] += 1.0 if same else 0.0
    out[PREFIX] += prefix / longest
    out[SUFFIX] += suffix / longest
    out[GOAL_IN_CONTENTS] += _share_within(memory, goal, goal_size, low, high, others, begin, size)
    out[CONTENTS_IN_GOAL] += _share_within(
        memory, begin, size, goal_low, goal_high, goal_others, goal, goal_size
    )
    out[MATCHES] += matches / longest
    out[CONSTANT_DIFFERENCE] += 1.0 if constant else 0.0
    out[SUBSEQUENCE] += 1.0 if used == goal_size else 0.0
    out[NOT_SHORTER] += 1.0 if size >= goal_size else 0.0
    out[EMPTY] += 1.0 if size == 0 else 0.0


@kernel
def _scalar_features(memory, out, scalar, begin, size):
    """Adds one example's features of a scalar beside a list (either of them may be the goal)."""
    found, low, high = 0, 0, 0
    for i in range(size):
        found += 1 if memory[begin + i] == scalar else 0
        low += 1 if memory[begin + i] < scalar else 0
        high += 1 if memory[begin + i] > scalar else 0
    out[SAME_LENGTH] += 1.0 if scalar == size else 0.0
    out[GOAL_IN_CONTENTS] += 1.0 if found > 0 else 0.0
    out[FIRST] += 1.0 if size > 0 and memory[begin] == scalar else 0.0
    out[LAST] += 1.0 if size > 0 and memory[begin + size - 1] == scalar else 0.0
    out[PREFIX] += 1.0 if found > 0 and low == 0 else 0.0
    out[SUFFIX] += 1.0 if found > 0 and high == 0 else 0.0
    out[NOT_SHORTER] += 1.0 if 0 <= scalar <= size else 0.0
    out[EMPTY] += 1.0 if size == 0 else 0.0


@kernel
def write_features(memory, pool, bytes_, halves, ints, contents, out):
    """Writes a contents' features against the target into `out` [NUM_FEATURES] float64; returns the class."""
    examples, goal = memory[EXAMPLES], memory[GOALS]
    kind, shape, at = kind_of(pool, contents), shape_of(pool, contents), memory[OPERANDS]
    g_kind, g_shape, wanted = memory[goal + G_KIND], memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for i in range(NUM_FEATURES):
        out[i] = 0.0
    unpack(memory, pool, bytes_, halves, ints, contents, at)
    which = feature_class(g_kind, kind)
    uniform = True
    for e in range(examples):
        begin, size = at + start(memory, shape, e), rows(memory, examples, shape, e)
        target, goal_size = wanted + start(memory, g_shape, e), rows(memory, examples, g_shape, e)
        if e > 0:
            uniform = uniform and size == rows(memory, examples, shape, 0)
            for i in range(size if uniform else 0):
                uniform = uniform and memory[begin + i] == memory[at + i]
        if which == 0:
            _list_features(memory, out, begin, size, target, goal_size)
        elif which == 1:
            _scalar_features(memory, out, memory[begin], target, goal_size)
        elif which == 2:
            _scalar_features(memory, out, memory[target], begin, size)
        elif which == 3:
            word, wish = memory[begin], memory[target]
            out[MATCHES] += 1.0 if word == wish else 0.0
            out[NOT_SHORTER] += 1.0 if word >= wish else 0.0
            out[CONSTANT_DIFFERENCE] += 1.0 if wish - word == memory[wanted] - memory[at] else 0.0
            out[SAME_LENGTH] += 1.0 if (word < 0) == (wish < 0) else 0.0
            out[SUBSEQUENCE] += 1.0 if word != 0 and word != -1 and wish % word == 0 else 0.0
    for i in range(NUM_FEATURES):
        out[i] /= examples
    out[BIAS] = 1.0
    out[UNIFORM] = 1.0 if uniform and examples > 1 else 0.0
    return which


@kernel
def value_of(memory, pool, bytes_, halves, ints, weights, contents):
    """Returns h, the logit of lying on the way to the goal; `weights` is [NUM_CLASSES * NUM_FEATURES]."""
    features = memory[FEATURES : FEATURES + NUM_FEATURES].view(np.float64)
    which = write_features(memory, pool, bytes_, halves, ints, contents, features)
    logit = 0.0
    for i in range(NUM_FEATURES):
        logit += features[i] * weights[which * NUM_FEATURES + i]
    return logit
