"""The goal-directed test: is the goal one call away from a new contents?

For a new contents v and a goal g, each *form* works out the operand u that makes `action(v, u) = g`; a
look-up in the bank, or an inferred constant, then ends the search. A mask or a list of positions that is not
known yet, for a cheap v, is kept as a *wanted* contents: whoever derives it later reaches the goal.
"""

import numpy as np

from mcts_compose.search.contents import cost_of
from mcts_compose.search.last_call_forms import (
    filter_forms,
    reduction_forms,
    same_shape_last_forms,
    shorter_forms,
)
from mcts_compose.search.layout import (
    BOOL_LIST,
    CHEAP_COST,
    EXAMPLES,
    F_ADD,
    F_ADD_SCALAR,
    F_COMPRESS,
    F_EQ_CONSTANT,
    F_GT_CONSTANT,
    F_INDEX,
    F_INSERT,
    F_LT_CONSTANT,
    F_MUL,
    F_MUL_SCALAR,
    F_REPLICATE,
    F_SUB,
    F_SUB_FROM,
    F_SUB_FROM_SCALAR,
    F_SUB_SCALAR,
    G_FORMS,
    G_ID,
    G_KIND,
    G_SHAPE,
    G_WORDS,
    GOAL_WORDS,
    GOALS,
    INT,
    INT_LIST,
    MAX_QUERIES,
    NUM_GOALS,
    NUM_QUERIES,
    NUM_RANKS,
    QUERY_TOP,
    SHAPES,
)
from mcts_compose.search.list_forms import (
    LONGER,
    ONE_MORE,
    SHORTER,
    WHOLE,
    derive_with_two,
    find_places,
    finds_insertion,
    lengths_to_goal,
    longer_goal_forms,
    one_place_forms,
    shorter_goal_forms,
)
from mcts_compose.search.queries import answer_queries, file_scalar, push_query
from mcts_compose.search.table_forms import file_table
from vm.jit import inlined, kernel
from vm.shape import rows, start


@kernel
def _is_per_example(memory, shape, at):
    """Says whether the words at `at` are equal within each example."""
    for e in range(memory[EXAMPLES]):
        begin, end = at + start(memory, shape, e), at + start(memory, shape, e + 1)
        for i in range(begin + 1, end):
            if memory[np.uint64(i)] != memory[np.uint64(begin)]:
                return False
    return True


@kernel
def _file_operand(memory, goal, form, scalar_form, kind, shape, other, position):
    """Files the operand at QUERY_TOP for `form`, and for `scalar_form` where it is one scalar an example."""
    at = memory[QUERY_TOP]
    if memory[goal + form] != 0:
        push_query(memory, memory[goal + form], kind, shape, position, other, memory[goal + G_ID], 0)
        if kind % NUM_RANKS == 0:
            return
    action, rank = memory[goal + scalar_form], kind % NUM_RANKS
    if action != 0 and rank > 0 and _is_per_example(memory, shape, at):
        top = memory[QUERY_TOP]
        for e in range(memory[EXAMPLES]):
            begin, end = at + start(memory, shape, e), at + start(memory, shape, e + 1)
            memory[top + e] = memory[begin] if end > begin else 0
        push_query(memory, action, kind - rank, memory[SHAPES], position, other, memory[goal + G_ID], 0)


@kernel
def _same_shape_forms(memory, goal, v, at, kind, shape):
    """Files what added to, subtracted from or multiplied with v gives the goal (ints of one shape)."""
    words = np.uint64(memory[shape + memory[EXAMPLES]])
    given, wanted = np.uint64(at), np.uint64(memory[goal + G_WORDS])
    if memory[goal + F_ADD + G_FORMS] != 0:
        top = np.uint64(memory[QUERY_TOP])
        for i in range(words):
            memory[top + i] = memory[wanted + i] - memory[given + i]
        _file_operand(memory, goal, G_FORMS + F_ADD, G_FORMS + F_ADD_SCALAR, kind, shape, v, 1)
    if memory[goal + F_SUB + G_FORMS] != 0:
        top = np.uint64(memory[QUERY_TOP])
        for i in range(words):
            memory[top + i] = memory[given + i] - memory[wanted + i]
        _file_operand(memory, goal, G_FORMS + F_SUB, G_FORMS + F_SUB_SCALAR, kind, shape, v, 1)
        top = np.uint64(memory[QUERY_TOP])
        for i in range(words):
            memory[top + i] = memory[given + i] + memory[wanted + i]
        _file_operand(memory, goal, G_FORMS + F_SUB_FROM, G_FORMS + F_SUB_FROM_SCALAR, kind, shape, v, 0)
    if memory[goal + F_MUL + G_FORMS] != 0:
        top = np.uint64(memory[QUERY_TOP])
        for i in range(words):
            divisor, dividend = memory[given + i], memory[wanted + i]
            if divisor == 0 or divisor == -1:
                return
            quotient = dividend // divisor
            if quotient * divisor != dividend:
                return
            memory[top + i] = quotient
        _file_operand(memory, goal, G_FORMS + F_MUL, G_FORMS + F_MUL_SCALAR, kind, shape, v, 1)


@kernel
def _position_forms(memory, goal, v, at, shape):
    """Files the position of the scalar goal in v: the first from the front, and counted from the end."""
    examples = memory[EXAMPLES]
    wanted, top = memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), at + start(memory, shape, e)
        found = -1
        for i in range(size):
            if memory[np.uint64(begin + i)] == memory[np.uint64(wanted + e)]:
                found = i
                break
        if found < 0:
            return
        memory[top + e] = found
    file_scalar(memory, goal, G_FORMS + F_INDEX, v, 0)
    top = memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), at + start(memory, shape, e)
        for i in range(size - 1, -1, -1):
            if memory[begin + i] == memory[wanted + e]:
                memory[top + e] = i - size
                break
    file_scalar(memory, goal, G_FORMS + F_INDEX, v, 0)


@kernel
def _threshold_forms(memory, goal, v, at, shape):
    """Files the constant that separates v's numbers where the goal is true from those where it is false."""
    words, wanted = memory[shape + memory[EXAMPLES]], memory[goal + G_WORDS]
    low_true = low_false = np.int64(2**62)
    high_true = high_false = np.int64(-(2**62))
    for i in range(words):
        word = memory[np.uint64(at + i)]
        if memory[np.uint64(wanted + i)] != 0:
            low_true, high_true = min(low_true, word), max(high_true, word)
        else:
            low_false, high_false = min(low_false, word), max(high_false, word)
    if low_true > high_true or low_false > high_false:
        return
    examples = memory[EXAMPLES]
    constant, form, position = np.int64(0), -1, 1
    if high_true < low_false:
        constant, form = high_true + 1, F_LT_CONSTANT
    elif low_true > high_false:
        constant, form, position = low_true - 1, F_GT_CONSTANT, 0
    elif low_true == high_true:
        for i in range(words):
            if memory[wanted + i] == 0 and memory[at + i] == low_true:
                return
        constant, form = low_true, F_EQ_CONSTANT
    action = memory[goal + G_FORMS + form] if form >= 0 else np.int64(0)
    if action == 0:
        return
    for e in range(examples):
        memory[memory[QUERY_TOP] + e] = constant
    push_query(memory, action, INT, memory[SHAPES], position, v, memory[goal + G_ID], 0)


@kernel
def _repeated_form(memory, goal, v, at):
    """Files the goal's lengths, where every element of the goal equals the scalar v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for e in range(examples):
        word = memory[np.uint64(at + e)]
        for i in range(start(memory, g_shape, e), start(memory, g_shape, e + 1)):
            if memory[np.uint64(wanted + i)] != word:
                return
    for e in range(examples):
        memory[memory[QUERY_TOP] + e] = rows(memory, examples, g_shape, e)
    file_scalar(memory, goal, G_FORMS + F_REPLICATE, v, 0)


@inlined
def examine(memory, pool, bytes_, halves, ints, table, links, items, v, at, kind, shape, cost):
    """Files the queries of every goal for the new contents `v`, whose words stand at `at`."""
    for number in range(memory[NUM_GOALS]):
        goal = memory[GOALS] + number * GOAL_WORDS
        if cost + 2 >= cost_of(pool, memory[goal + G_ID]):
            continue
        g_kind, g_shape = memory[goal + G_KIND], memory[goal + G_SHAPE]
        if kind == g_kind:
            if kind < NUM_RANKS and shape == g_shape:
                _same_shape_forms(memory, goal, v, at, kind, shape)
                if kind <= INT_LIST:
                    file_table(memory, goal, v, at, memory[shape + memory[EXAMPLES]])
            if shape == g_shape:
                same_shape_last_forms(
                    memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape
                )
            if kind % NUM_RANKS == 1:
                lengths = lengths_to_goal(memory, number, goal, shape)
                cheap = cost <= memory[CHEAP_COST]
                if lengths & SHORTER != 0:
                    shorter_goal_forms(memory, goal, v, at, kind, shape, lengths, cheap)
                    if lengths & LONGER == 0:
                        shorter_forms(
                            memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, shape
                        )
                        if kind == INT_LIST and memory[goal + G_FORMS + F_COMPRESS] != 0:
                            filter_forms(
                                memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, shape
                            )
                elif lengths & LONGER != 0:
                    longer_goal_forms(memory, goal, v, at, kind, shape, lengths, cheap)
                    if lengths & ONE_MORE != 0 and finds_insertion(memory, goal, at, shape):
                        top = memory[QUERY_TOP]
                        derive_with_two(
                            memory, pool, bytes_, halves, ints, table, links, items,
                            goal, F_INSERT, v, INT, top, kind - 1, top + memory[EXAMPLES],
                        )  # fmt: skip
                if lengths & WHOLE == WHOLE:
                    num_places = find_places(memory, goal, at, shape)
                    if num_places > 0:
                        one_place_forms(
                            memory, pool, bytes_, halves, ints, table, links, items, goal, v, kind, num_places
                        )
        elif kind == g_kind + 1 and g_kind % NUM_RANKS == 0:
            if memory[goal + G_FORMS + F_INDEX] != 0:
                _position_forms(memory, goal, v, at, shape)
            if kind == INT_LIST:
                reduction_forms(
                    memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape
                )
        elif kind == BOOL_LIST and g_kind == INT:
            reduction_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape)
        elif kind + 1 == g_kind and kind % NUM_RANKS == 0:
            if memory[goal + G_FORMS + F_REPLICATE] != 0:
                _repeated_form(memory, goal, v, at)
        elif kind < NUM_RANKS and shape == g_shape and g_kind % NUM_RANKS == kind:
            if g_kind == kind + 6:
                _threshold_forms(memory, goal, v, at, shape)
            if kind <= INT_LIST:
                file_table(memory, goal, v, at, memory[shape + memory[EXAMPLES]])
    if memory[NUM_QUERIES] > MAX_QUERIES - 80:
        answer_queries(memory, pool, bytes_, halves, ints, table, links, items)
