"""The value of contents: how near to the goal they look, as a linear model of cheap features.

Features are means over examples in [0, 1] unless said. There is one weight vector for each *class*: the ranks
of goal and contents (list or scalar). The model is fitted by mcts_compose/search/value_fitting.py; h is a
logit.
"""

import numpy as np

from mcts_compose.search.contents import kind_of, shape_of, unpack
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
from vm.values import Batch, IntArray

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
COUNTED = 128
OTHERS = COUNTED + 1
COUNT_WORDS = COUNTED + 2
"""Columns of the table of `count_goal`; the one at COUNTED is empty."""


@kernel
def feature_class(goal_kind, kind):
    """Returns which weights serve: by ranks if goal and contents have one element type, else the last."""
    goal_rank, rank = goal_kind % NUM_RANKS, kind % NUM_RANKS
    if goal_kind // NUM_RANKS != kind // NUM_RANKS and not (goal_rank == 1 and rank == 0 and kind == 0):
        return NUM_CLASSES - 1
    if goal_rank > 1 or rank > 1:
        return NUM_CLASSES - 1
    return 2 * (1 - goal_rank) + (1 - rank)


def count_goal(goal: Batch) -> IntArray:
    """Returns the table `counts` of a goal, int64 [(examples + 1) * COUNT_WORDS].

    For each example the row says how often each word in 0..COUNTED-1 is in the goal, and at OTHERS how many
    words of the goal are not among those. The last row is written by `_words_shared`.
    """
    examples = len(goal.rows)
    counts = np.zeros((examples + 1, COUNT_WORDS), np.int64)
    if goal.type.rank == 1:
        words = goal.words.astype(np.uint64)
        places = np.where(words < COUNTED, words, OTHERS).astype(np.int64)
        np.add.at(counts, (np.repeat(np.arange(examples), goal.rows), places), 1)
    table: IntArray = counts.ravel()
    return table


@kernel
def _words_shared(memory, counts, example, begin, size, goal, goal_size):
    """Returns how many words of a list are in the example's goal, and how many of the goal's are in the list.

    Words are looked up in `counts`; its last row holds, for each word, the number of the last list that had
    it. Only large and negative words have to be compared one by one.
    """
    row, last = np.uint64(example * COUNT_WORDS), np.uint64(memory[EXAMPLES] * COUNT_WORDS)
    number = counts[last + np.uint64(OTHERS)] + 1
    counts[last + np.uint64(OTHERS)] = number
    in_goal, goal_in = 0, 0
    # Without branches: which words are small, or new to the list, cannot be foreseen.
    for i in range(np.uint64(size)):
        place = min(np.uint64(memory[np.uint64(begin) + i]), np.uint64(COUNTED))
        times = counts[row + place]
        in_goal += np.int64(times > 0)
        goal_in += times * np.int64(counts[last + place] != number)
        counts[last + place] = number
    if counts[row + np.uint64(OTHERS)] == 0:
        return in_goal, goal_in
    for i in range(size):
        word = memory[begin + i]
        if 0 <= word < COUNTED:
            continue
        times = 0
        for j in range(goal, goal + goal_size):
            times += 1 if memory[j] == word else 0
        in_goal += 1 if times > 0 else 0
        for j in range(begin, begin + i):
            if memory[j] == word:
                times = 0
        goal_in += times
    return in_goal, goal_in


@kernel
def _write_list_features(memory, counts, out, at, shape, wanted, g_shape):
    """Writes the sums over examples of the features of a list contents against a list goal."""
    examples = memory[EXAMPLES]
    prefixes = suffixes = matched = goal_in_contents = contents_in_goal = 0.0
    same_length = constant_difference = subsequence = not_shorter = empty = 0
    for e in range(examples):
        begin, size = at + start(memory, shape, e), rows(memory, examples, shape, e)
        goal, goal_size = wanted + start(memory, g_shape, e), rows(memory, examples, g_shape, e)
        shorter, longest = min(size, goal_size), max(max(size, goal_size), 1)
        prefix, suffix, matches, used = 0, 0, 0, 0
        while prefix < shorter and memory[np.uint64(begin + prefix)] == memory[np.uint64(goal + prefix)]:
            prefix += 1
        last, goal_last = begin + size - 1, goal + goal_size - 1
        while suffix < shorter and memory[np.uint64(last - suffix)] == memory[np.uint64(goal_last - suffix)]:
            suffix += 1
        for i in range(prefix, shorter):
            matches += 1 if memory[np.uint64(begin + i)] == memory[np.uint64(goal + i)] else 0
        in_goal, goal_in = _words_shared(memory, counts, e, begin, size, goal, goal_size)
        if in_goal >= goal_size:
            i = begin
            while i < begin + size and used < goal_size:
                used += 1 if memory[np.uint64(i)] == memory[np.uint64(goal + used)] else 0
                i += 1
        if size == goal_size and size > 0:
            difference, i = memory[np.uint64(goal)] - memory[np.uint64(begin)], 1
            while i < size and memory[np.uint64(goal + i)] - memory[np.uint64(begin + i)] == difference:
                i += 1
            constant_difference += 1 if i == size else 0
        same_length += 1 if size == goal_size else 0
        prefixes += prefix / longest
        suffixes += suffix / longest
        goal_in_contents += goal_in / goal_size if goal_size > 0 else 1.0
        contents_in_goal += in_goal / size if size > 0 else 1.0
        matched += (prefix + matches) / longest
        subsequence += 1 if used == goal_size else 0
        not_shorter += 1 if size >= goal_size else 0
        empty += 1 if size == 0 else 0
    out[SAME_LENGTH] = same_length
    out[PREFIX] = prefixes
    out[SUFFIX] = suffixes
    out[GOAL_IN_CONTENTS] = goal_in_contents
    out[CONTENTS_IN_GOAL] = contents_in_goal
    out[MATCHES] = matched
    out[CONSTANT_DIFFERENCE] = constant_difference
    out[SUBSEQUENCE] = subsequence
    out[NOT_SHORTER] = not_shorter
    out[EMPTY] = empty


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
def _is_uniform(memory, at, shape):
    """Says whether a contents, whose words stand at `at`, is the same in all of several examples."""
    examples = memory[EXAMPLES]
    size = rows(memory, examples, shape, 0)
    for e in range(1, examples):
        if rows(memory, examples, shape, e) != size:
            return False
        begin = at + start(memory, shape, e)
        for i in range(size):
            if memory[np.uint64(begin + i)] != memory[np.uint64(at + i)]:
                return False
    return examples > 1


@kernel
def write_features(memory, pool, bytes_, halves, ints, counts, contents, out):
    """Writes a contents' features against the target into `out` [NUM_FEATURES] float64; returns the class.

    `counts` is the target's table, see `count_goal`.
    """
    examples, goal = memory[EXAMPLES], memory[GOALS]
    kind, shape, at = kind_of(pool, contents), shape_of(pool, contents), memory[OPERANDS]
    g_kind, g_shape, wanted = memory[goal + G_KIND], memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for i in range(NUM_FEATURES):
        out[i] = 0.0
    unpack(memory, pool, bytes_, halves, ints, contents, at)
    which = feature_class(g_kind, kind)
    if which == 0:
        _write_list_features(memory, counts, out, at, shape, wanted, g_shape)
    for e in range(examples if 1 <= which <= 3 else 0):
        begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
        if which == 1:
            _scalar_features(memory, out, memory[begin], target, rows(memory, examples, g_shape, e))
        elif which == 2:
            _scalar_features(memory, out, memory[target], begin, rows(memory, examples, shape, e))
        else:
            word, wish = memory[begin], memory[target]
            out[MATCHES] += 1.0 if word == wish else 0.0
            out[NOT_SHORTER] += 1.0 if word >= wish else 0.0
            out[CONSTANT_DIFFERENCE] += 1.0 if wish - word == memory[wanted] - memory[at] else 0.0
            out[SAME_LENGTH] += 1.0 if (word < 0) == (wish < 0) else 0.0
            out[SUBSEQUENCE] += 1.0 if word != 0 and word != -1 and wish % word == 0 else 0.0
    for i in range(NUM_FEATURES):
        out[i] /= examples
    out[BIAS] = 1.0
    out[UNIFORM] = 1.0 if _is_uniform(memory, at, shape) else 0.0
    return which


@kernel
def value_of(memory, pool, bytes_, halves, ints, counts, weights, contents):
    """Returns h, the logit of lying on the way to the goal; `weights` is [NUM_CLASSES * NUM_FEATURES]."""
    features = memory[FEATURES : FEATURES + NUM_FEATURES].view(np.float64)
    which = write_features(memory, pool, bytes_, halves, ints, counts, contents, features)
    logit = 0.0
    for i in range(NUM_FEATURES):
        logit += features[i] * weights[which * NUM_FEATURES + i]
    return logit
