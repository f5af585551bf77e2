"""Forms of the goal-directed test for lists: what makes a list goal out of a list of the same elements?

Each form compares a new contents v with the goal and files the other operand of the call, or derives the goal
at once where two more operands are needed and both are known.
"""

import numpy as np

from mcts_compose.search.derive import derive
from mcts_compose.search.layout import (
    BOOL_LIST,
    EXAMPLES,
    F_APPEND,
    F_COMPRESS,
    F_CONCAT,
    F_CONCAT_BEFORE,
    F_DROP,
    F_GATHER,
    F_INSERT,
    F_INTERLEAVE,
    F_INTERLEAVE_SECOND,
    F_PREPEND,
    F_REMOVE_AT,
    F_REPLACE,
    F_ROTATE,
    F_SWAP,
    F_TAKE,
    G_FORMS,
    G_ID,
    G_SHAPE,
    G_WORDS,
    INT,
    INT_LIST,
    NUM_RELATIONS,
    QUERY_TOP,
    RELATIONS,
    SCRATCH_SHAPE,
    SHAPES,
)
from mcts_compose.search.queries import file_scalar, known_scalar, push_query
from mcts_compose.search.shapes import intern_shape
from vm.jit import kernel
from vm.shape import close, copy, put_list, rows, start

SHORTER, LONGER, STRICTLY, ONE_LESS, ONE_MORE, DOUBLE = 1, 2, 4, 8, 16, 32
"""How a goal's lengths lie to a contents': never longer, never shorter, shorter, shorter by one, longer by
one, twice as long."""
WHOLE = SHORTER | LONGER
RELATION_BITS = 8


@kernel
def lengths_to_goal(memory, number, goal, shape):
    """Returns how the goal's lengths lie to those of `shape`, as bits; a search meets few shapes often."""
    mixed = np.uint64(shape) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)
    slot = memory[RELATIONS] + number * NUM_RELATIONS + np.int64(mixed & np.uint64(NUM_RELATIONS - 1))
    known = memory[np.uint64(slot)]
    if known >> RELATION_BITS == shape:
        return known & ((1 << RELATION_BITS) - 1)
    examples, g_shape = memory[EXAMPLES], memory[goal + G_SHAPE]
    bits = np.int64(SHORTER | LONGER | STRICTLY | ONE_LESS | ONE_MORE | DOUBLE)
    for e in range(examples):
        size, full = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        bits &= ~SHORTER if full > size else -1
        bits &= ~LONGER if full < size else -1
        bits &= ~STRICTLY if full >= size else -1
        bits &= ~ONE_LESS if full != size - 1 else -1
        bits &= ~ONE_MORE if full != size + 1 else -1
        bits &= ~DOUBLE if full != 2 * size else -1
    memory[np.uint64(slot)] = shape << RELATION_BITS | bits
    return bits


@kernel
def _matches(memory, one, other, count):
    for i in range(count):
        if memory[np.uint64(one + i)] != memory[np.uint64(other + i)]:
            return False
    return True


@kernel
def _shares_edge(memory, goal, at, shape, at_end):
    """Says whether v and the goal begin alike, or end alike, as far as the shorter of them goes."""
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for e in range(memory[EXAMPLES]):
        begin, target = start(memory, shape, e), start(memory, g_shape, e)
        size, full = start(memory, shape, e + 1) - begin, start(memory, g_shape, e + 1) - target
        count = min(size, full)
        if at_end:
            begin += size - count
            target += full - count
        if not _matches(memory, at + begin, wanted + target, count):
            return False
    return True


@kernel
def shorter_goal_forms(memory, goal, v, at, kind, shape, lengths, cheap):
    """Files how much of v to take, drop, keep by a mask or pick by position, for goals not longer than v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    whole = lengths & WHOLE == WHOLE
    if not whole and _shares_edge(memory, goal, at, shape, False):
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
        if lengths & STRICTLY != 0:
            top = memory[QUERY_TOP]
            for e in range(examples):
                memory[top + e] = rows(memory, examples, g_shape, e) - rows(memory, examples, shape, e)
            file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
    if not whole and _shares_edge(memory, goal, at, shape, True):
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = rows(memory, examples, shape, e) - rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = -rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
    if lengths & ONE_LESS != 0 and memory[goal + G_FORMS + F_REMOVE_AT] != 0:
        top = memory[QUERY_TOP]
        for e in range(examples):
            begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
            keep, gap = rows(memory, examples, g_shape, e), 0
            while gap < keep and memory[np.uint64(begin + gap)] == memory[np.uint64(target + gap)]:
                gap += 1
            if not _matches(memory, begin + gap + 1, target + gap, keep - gap):
                return
            memory[top + e] = gap
        file_scalar(memory, goal, G_FORMS + F_REMOVE_AT, v, 0)
    if whole and memory[goal + G_FORMS + F_ROTATE] != 0:
        _file_rotation(memory, goal, v, at, shape)
    if memory[goal + G_FORMS + F_COMPRESS] != 0 and not whole:
        _file_masks(memory, goal, v, at, shape, 1 if cheap else 0)
    if memory[goal + G_FORMS + F_GATHER] != 0 and cheap:
        _file_positions(memory, goal, v, at, shape)


@kernel
def _file_rotation(memory, goal, v, at, shape):
    examples = memory[EXAMPLES]
    wanted, top = memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), start(memory, shape, e)
        found = -1
        for offset in range(size):
            keep = size - offset
            if _matches(memory, at + begin + offset, wanted + begin, keep) and _matches(
                memory, at + begin, wanted + begin + keep, offset
            ):
                found = offset
                break
        if found < 0 and size > 0:
            return
        memory[top + e] = max(found, 0)
    file_scalar(memory, goal, G_FORMS + F_ROTATE, v, 0)


@kernel
def _file_masks(memory, goal, v, at, shape, cheap):
    """Files the masks that keep the goal out of v, matched from the left and from the right."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    top = memory[QUERY_TOP]
    for e in range(examples):
        size, keep = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        begin, target = start(memory, shape, e), wanted + start(memory, g_shape, e)
        used = 0
        for i in range(size):
            # Past the last one to keep, the comparison may read on, but counts for nothing.
            same = memory[np.uint64(at + begin + i)] == memory[np.uint64(target + used)]
            taken = 1 if same and used < keep else 0
            memory[np.uint64(top + begin + i)] = taken
            used += taken
        if used < keep:
            return
    action = memory[goal + G_FORMS + F_COMPRESS]
    push_query(memory, action, BOOL_LIST, shape, 1, v, memory[goal + G_ID], cheap)
    first, top = top, memory[QUERY_TOP]
    differs = False
    for e in range(examples):
        size, keep = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        begin, target = start(memory, shape, e), wanted + start(memory, g_shape, e)
        left = keep
        for i in range(size - 1, -1, -1):
            taken = left > 0 and memory[at + begin + i] == memory[target + left - 1]
            memory[top + begin + i] = 1 if taken else 0
            left -= 1 if taken else 0
            differs = differs or memory[top + begin + i] != memory[first + begin + i]
    if differs:
        push_query(memory, action, BOOL_LIST, shape, 1, v, memory[goal + G_ID], cheap)


@kernel
def _file_positions(memory, goal, v, at, shape):
    """Files the positions of the goal's elements in v, the first of equal ones."""
    examples = memory[EXAMPLES]
    g_shape, wanted, top = memory[goal + G_SHAPE], memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), at + start(memory, shape, e)
        for i in range(start(memory, g_shape, e), start(memory, g_shape, e + 1)):
            found = -1
            for j in range(size):
                if memory[np.uint64(begin + j)] == memory[np.uint64(wanted + i)]:
                    found = j
                    break
            if found < 0:
                return
            memory[top + i] = found
    push_query(memory, memory[goal + G_FORMS + F_GATHER], INT_LIST, g_shape, 1, v, memory[goal + G_ID], 1)


@kernel
def _rest_of_goal(memory, goal, shape, at_end):
    """Writes the goal's elements behind or before v at QUERY_TOP; returns their shape's address, or -1."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    top, scratch = memory[QUERY_TOP], memory[SCRATCH_SHAPE]
    at = 0
    for e in range(examples):
        size, goal_size = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        rest = goal_size - size
        begin = wanted + start(memory, g_shape, e) + (size if at_end else 0)
        copy(memory, begin, top + at, rest)
        put_list(memory, examples, scratch, e, at, rest)
        at += rest
    close(memory, examples, scratch, at)
    return intern_shape(memory, scratch)


@kernel
def _interleaves(memory, goal, at, shape, odd):
    """Says whether v's elements are every second one of the goal; writes the others at QUERY_TOP."""
    g_shape, wanted, top = memory[goal + G_SHAPE], memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(memory[EXAMPLES]):
        begin, target = start(memory, shape, e), wanted + start(memory, g_shape, e)
        for i in range(start(memory, shape, e + 1) - begin):
            if memory[np.uint64(at + begin + i)] != memory[np.uint64(target + 2 * i + odd)]:
                return False
            memory[np.uint64(top + begin + i)] = memory[np.uint64(target + 2 * i + 1 - odd)]
    return True


@kernel
def longer_goal_forms(memory, goal, v, at, kind, shape, lengths, cheap):
    """Files what put before, behind or between v's elements gives the goal, for goals not shorter than v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for before in range(2):
        if not _shares_edge(memory, goal, at, shape, before == 1):
            continue
        scalar_form = F_PREPEND if before == 1 else F_APPEND
        form = F_CONCAT_BEFORE if before == 1 else F_CONCAT
        if lengths & ONE_MORE != 0 and memory[goal + G_FORMS + scalar_form] != 0:
            top = memory[QUERY_TOP]
            for e in range(examples):
                edge = memory[g_shape + e] if before == 1 else memory[g_shape + e + 1] - 1
                memory[top + e] = memory[wanted + edge]
            action = memory[goal + G_FORMS + scalar_form]
            push_query(memory, action, kind - 1, memory[SHAPES], 1 - before, v, memory[goal + G_ID], 0)
        if memory[goal + G_FORMS + form] != 0:
            rest = _rest_of_goal(memory, goal, shape, before == 0)
            if rest >= 0:
                action, want = memory[goal + G_FORMS + form], 1 if cheap else 0
                push_query(memory, action, kind, rest, 1 - before, v, memory[goal + G_ID], want)
    if lengths & DOUBLE != 0 and memory[goal + G_FORMS + F_INTERLEAVE] != 0:
        for odd in range(2):
            if _interleaves(memory, goal, at, shape, odd):
                form = F_INTERLEAVE_SECOND if odd == 1 else F_INTERLEAVE
                action = memory[goal + G_FORMS + form]
                push_query(memory, action, kind, shape, 1 - odd, v, memory[goal + G_ID], 0)


@kernel
def derive_with_two(
    memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, one_kind, one_at, two_kind, two_at
):  # fmt: skip
    """Tries `action(v, one, two)` where both scalars are known."""
    one = known_scalar(memory, pool, bytes_, halves, ints, table, links, items, one_kind, one_at)
    if one == 0:
        return
    two = known_scalar(memory, pool, bytes_, halves, ints, table, links, items, two_kind, two_at)
    if two != 0:
        action, target = memory[goal + G_FORMS + form], memory[goal + G_ID]
        derive(memory, pool, bytes_, halves, ints, table, links, items, action, v, one, two, target)


@kernel
def find_places(memory, goal, at, shape):
    """Returns in how many places an example of v differs from the goal at most, if in one or two; else 0.

    Writes the first place of each example at QUERY_TOP, then the last of each, then the goal's element at the
    first.
    """
    examples = memory[EXAMPLES]
    wanted, top = memory[goal + G_WORDS], memory[QUERY_TOP]
    most = 0
    for e in range(examples):
        begin, end = start(memory, shape, e), start(memory, shape, e + 1)
        differ, first, last = 0, -1, -1
        for i in range(begin, end):
            if memory[np.uint64(at + i)] != memory[np.uint64(wanted + i)]:
                differ += 1
                first = i if first < 0 else first
                last = i
                if differ > 2:
                    return 0
        if differ == 0:
            return 0
        most = max(most, differ)
        memory[top + e] = first - begin
        memory[top + examples + e] = last - begin
        memory[top + 2 * examples + e] = memory[wanted + first]
    return most


@kernel
def one_place_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, kind, num_places):
    """Tries to replace one element of v, or to swap two, at the places that `find_places` wrote."""
    examples, top = memory[EXAMPLES], memory[QUERY_TOP]
    if num_places == 1 and memory[goal + G_FORMS + F_REPLACE] != 0:
        derive_with_two(
            memory, pool, bytes_, halves, ints, table, links, items,
            goal, F_REPLACE, v, INT, top, kind - 1, top + 2 * examples,
        )  # fmt: skip
    if memory[goal + G_FORMS + F_SWAP] != 0:
        derive_with_two(
            memory, pool, bytes_, halves, ints, table, links, items,
            goal, F_SWAP, v, INT, top, INT, top + examples,
        )  # fmt: skip


@kernel
def finds_insertion(memory, goal, at, shape):
    """Says whether the goal, longer by one, is v with one element put in and whether that may be called.

    Writes the place of each example at QUERY_TOP, and then the element of each.
    """
    if memory[goal + G_FORMS + F_INSERT] == 0:
        return False
    examples = memory[EXAMPLES]
    g_shape, wanted, top = memory[goal + G_SHAPE], memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size = rows(memory, examples, shape, e)
        begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
        gap = 0
        while gap < size and memory[np.uint64(begin + gap)] == memory[np.uint64(target + gap)]:
            gap += 1
        if not _matches(memory, begin + gap, target + gap + 1, size - gap):
            return False
        memory[top + e] = gap
        memory[top + examples + e] = memory[target + gap]
    return True
