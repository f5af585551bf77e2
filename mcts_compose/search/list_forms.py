"""Forms of the goal-directed test for lists: what makes a list goal out of a list of the same elements?

Each form compares a new contents v with the goal and files the other operand of the call, or derives the goal
at once where two more operands are needed and both are known.
"""

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
    QUERY_TOP,
    SCRATCH_SHAPE,
    SHAPES,
)
from mcts_compose.search.queries import file_scalar, known_scalar, push_query
from mcts_compose.search.shapes import intern_shape
from vm.jit import kernel
from vm.shape import close, put_list, rows, start


@kernel
def _matches(memory, one, other, count):
    for i in range(count):
        if memory[one + i] != memory[other + i]:
            return False
    return True


@kernel
def shorter_goal_forms(memory, goal, v, at, kind, shape, cheap):
    """Files how much of v to take, drop, keep by a mask or pick by position, for goals not longer than v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    prefix, suffix, strictly, one_less, whole = True, True, True, True, True
    for e in range(examples):
        size, keep = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
        strictly = strictly and keep < size
        one_less = one_less and keep == size - 1
        whole = whole and keep == size
        prefix = prefix and _matches(memory, begin, target, keep)
        suffix = suffix and _matches(memory, begin + size - keep, target, keep)
    if prefix and not whole:
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
        if strictly:
            top = memory[QUERY_TOP]
            for e in range(examples):
                memory[top + e] = rows(memory, examples, g_shape, e) - rows(memory, examples, shape, e)
            file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
    if suffix and not whole:
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = rows(memory, examples, shape, e) - rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = -rows(memory, examples, g_shape, e)
        file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
    if one_less and memory[goal + G_FORMS + F_REMOVE_AT] != 0:
        top = memory[QUERY_TOP]
        for e in range(examples):
            begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
            keep, gap = rows(memory, examples, g_shape, e), 0
            while gap < keep and memory[begin + gap] == memory[target + gap]:
                gap += 1
            if not _matches(memory, begin + gap + 1, target + gap, keep - gap):
                return
            memory[top + e] = gap
        file_scalar(memory, goal, G_FORMS + F_REMOVE_AT, v, 0)
    if whole and memory[goal + G_FORMS + F_ROTATE] != 0:
        _file_rotation(memory, goal, v, at, shape)
    if memory[goal + G_FORMS + F_COMPRESS] != 0 and not whole:
        _file_masks(memory, goal, v, at, shape, cheap)
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
            taken = used < keep and memory[at + begin + i] == memory[target + used]
            memory[top + begin + i] = 1 if taken else 0
            used += 1 if taken else 0
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
        for i in range(memory[g_shape + e], memory[g_shape + e + 1]):
            found = -1
            for j in range(size):
                if memory[begin + j] == memory[wanted + i]:
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
        for i in range(rest):
            memory[top + at + i] = memory[begin + i]
        put_list(memory, examples, scratch, e, at, rest)
        at += rest
    close(memory, examples, scratch, at)
    return intern_shape(memory, scratch)


@kernel
def longer_goal_forms(memory, goal, v, at, kind, shape, cheap):
    """Files what put before, behind or between v's elements gives the goal, for goals not shorter than v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    prefix, suffix, one_more, double = True, True, True, True
    for e in range(examples):
        size, full = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
        begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
        one_more = one_more and full == size + 1
        double = double and full == 2 * size
        prefix = prefix and _matches(memory, begin, target, size)
        suffix = suffix and _matches(memory, begin, target + full - size, size)
    for before in range(2):
        if not (suffix if before == 1 else prefix):
            continue
        scalar_form = F_PREPEND if before == 1 else F_APPEND
        form = F_CONCAT_BEFORE if before == 1 else F_CONCAT
        if one_more and memory[goal + G_FORMS + scalar_form] != 0:
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
    if double and memory[goal + G_FORMS + F_INTERLEAVE] != 0:
        for odd in range(2):
            fits = True
            top = memory[QUERY_TOP]
            for e in range(examples):
                begin, target = start(memory, shape, e), wanted + start(memory, g_shape, e)
                for i in range(rows(memory, examples, shape, e)):
                    fits = fits and memory[at + begin + i] == memory[target + 2 * i + odd]
                    memory[top + begin + i] = memory[target + 2 * i + 1 - odd]
            if fits:
                form = F_INTERLEAVE_SECOND if odd == 1 else F_INTERLEAVE
                action = memory[goal + G_FORMS + form]
                push_query(memory, action, kind, shape, 1 - odd, v, memory[goal + G_ID], 0)


@kernel
def _derive_with_two(
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
def one_place_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
    """Tries to replace one element of v, or to swap two, where the goal, as long as v, differs in no more."""
    examples = memory[EXAMPLES]
    wanted, top = memory[goal + G_WORDS], memory[QUERY_TOP]
    most = 0
    for e in range(examples):
        begin, end = memory[shape + e], memory[shape + e + 1]
        differ, first, last = 0, -1, -1
        for i in range(begin, end):
            if memory[at + i] != memory[wanted + i]:
                differ += 1
                first = i if first < 0 else first
                last = i
        most = max(most, differ)
        if differ > 2 or differ == 0:
            return
        memory[top + e] = first - begin
        memory[top + examples + e] = last - begin
        memory[top + 2 * examples + e] = memory[wanted + first]
    if most == 1 and memory[goal + G_FORMS + F_REPLACE] != 0:
        _derive_with_two(
            memory, pool, bytes_, halves, ints, table, links, items,
            goal, F_REPLACE, v, INT, top, kind - 1, top + 2 * examples,
        )  # fmt: skip
    if memory[goal + G_FORMS + F_SWAP] != 0:
        _derive_with_two(
            memory, pool, bytes_, halves, ints, table, links, items,
            goal, F_SWAP, v, INT, top, INT, top + examples,
        )  # fmt: skip


@kernel
def insert_form(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
    """Tries to insert one element into v, where the goal is longer by one."""
    examples = memory[EXAMPLES]
    g_shape, wanted, top = memory[goal + G_SHAPE], memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size = rows(memory, examples, shape, e)
        begin, target = at + start(memory, shape, e), wanted + start(memory, g_shape, e)
        if rows(memory, examples, g_shape, e) != size + 1:
            return
        gap = 0
        while gap < size and memory[begin + gap] == memory[target + gap]:
            gap += 1
        if not _matches(memory, begin + gap, target + gap + 1, size - gap):
            return
        memory[top + e] = gap
        memory[top + examples + e] = memory[target + gap]
    _derive_with_two(
        memory, pool, bytes_, halves, ints, table, links, items,
        goal, F_INSERT, v, INT, top, kind - 1, top + examples,
    )  # fmt: skip
