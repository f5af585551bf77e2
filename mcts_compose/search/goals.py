"""The goal-directed test: is the goal one call away from a new contents?

For a new contents v and a goal g, each *form* works out the operand u that makes `action(v, u) = g`; a look-up in the
bank, or an inferred constant, then ends the search. Look-ups are collected and answered in batches. A mask or a list
of positions that is not known yet, for a cheap v, is kept as a *wanted* contents: whoever derives it later fires it.

Every hit is run by the machine and compared with the goal before it counts.
"""

import numpy as np

from mcts_compose.search.bank import (
    cost_of,
    digest,
    finish_hash,
    flags_of,
    intern,
    look_up,
    relax,
    set_flag,
    shape_of,
    unpack,
)
from mcts_compose.search.evaluate import evaluate
from mcts_compose.search.layout import (
    A_ARITY,
    A_PRICE,
    BATCH_TOP,
    CAP,
    CHEAP_COST,
    EXAMPLES,
    F_ADD,
    F_ADD_SCALAR,
    F_APPEND,
    F_COMPRESS,
    F_CONCAT,
    F_CONCAT_BEFORE,
    F_DROP,
    F_EQ_CONSTANT,
    F_GATHER,
    F_GT_CONSTANT,
    F_INDEX,
    F_INSERT,
    F_INTERLEAVE,
    F_INTERLEAVE_SECOND,
    F_LT_CONSTANT,
    F_MUL,
    F_MUL_SCALAR,
    F_PREPEND,
    F_REMOVE_AT,
    F_REPLACE,
    F_REPLICATE,
    F_ROTATE,
    F_SUB,
    F_SUB_FROM,
    F_SUB_FROM_SCALAR,
    F_SUB_SCALAR,
    F_SWAP,
    F_TAKE,
    G_FORMS,
    G_ID,
    G_KIND,
    G_SHAPE,
    G_WORDS,
    GOAL_WORDS,
    GOALS,
    INFER_CONSTANTS,
    INFINITE_COST,
    LEAF_LITERAL,
    LITERAL_PRICE,
    MAX_QUERIES,
    MAX_TRIGGERS,
    NUM_GOALS,
    NUM_LITERALS,
    NUM_QUERIES,
    NUM_TRIGGERS,
    OPERANDS,
    Q_ACTION,
    Q_AT,
    Q_GOAL,
    Q_HASH,
    Q_KIND,
    Q_OTHER,
    Q_POSITION,
    Q_SHAPE,
    Q_SPREAD,
    Q_WANT,
    Q_WORDS,
    QUERIES,
    QUERY_RECORD,
    QUERY_TOP,
    QUERY_WORDS,
    SCRATCH_SHAPE,
    SCRATCH_WORDS,
    SHAPES,
    SWITCHES,
    T_A,
    T_ACTION,
    T_B,
    T_C,
    T_NEED,
    T_TARGET,
    TABLE_SHIFT,
    TRIGGER_WORDS,
    TRIGGERS,
    UNDERIVED,
    WANTED,
)
from mcts_compose.search.shapes import intern_shape
from vm.jit import kernel
from vm.shape import close, put_list, rows, start

NUM_RANKS = 3
INT, INT_LIST = 0, 1
BOOL_LIST = 7
MIN_EXAMPLES_FOR_CONSTANT = 3


@kernel
def derive(memory, pool, bytes_, halves, ints, table, links, items, action, a, b, c, target):
    """Runs `action` on known contents; if it gives `target` more cheaply than known, records that and all that follows."""
    stack = memory[QUERY_WORDS] - 64
    depth = 0
    while True:
        arity = memory[action + A_ARITY]
        cost = memory[action + A_PRICE] + cost_of(pool, a)
        cost += cost_of(pool, b) if arity > 1 else 0
        cost += cost_of(pool, c) if arity > 2 else 0
        fires = False
        if cost < cost_of(pool, target):
            cap = memory[CAP]
            for slot, operand in enumerate((a, b, c)):
                if slot < arity:
                    unpack(memory, pool, bytes_, halves, ints, operand, memory[OPERANDS] + slot * cap)
            y_shape = shape_of(pool, b) if arity > 1 else np.int64(0)
            z_shape = shape_of(pool, c) if arity > 2 else np.int64(0)
            out = memory[SCRATCH_WORDS]
            shape = evaluate(memory, action, shape_of(pool, a), y_shape, z_shape, out)
            if shape == shape_of(pool, target):
                words = memory[shape + memory[EXAMPLES]]
                unpack(memory, pool, bytes_, halves, ints, target, memory[OPERANDS])
                same = True
                for i in range(words):
                    same = same and memory[memory[OPERANDS] + i] == memory[out + i]
                if same:
                    fires = relax(memory, pool, links, target, cost, action, a, b, c)
        if fires and depth < 32:
            for number in range(memory[NUM_TRIGGERS]):
                record = memory[TRIGGERS] + number * TRIGGER_WORDS
                if memory[record + T_NEED] == target and depth < 32:
                    memory[stack + depth] = record
                    depth += 1
        if depth == 0:
            return
        depth -= 1
        record = memory[stack + depth]
        need = memory[record + T_NEED]
        action, target = memory[record + T_ACTION], memory[record + T_TARGET]
        a = memory[record + T_A] if memory[record + T_A] != 0 else need
        b = memory[record + T_B] if memory[record + T_B] != 0 else need
        c = memory[record + T_C] if memory[record + T_C] != 0 else need


@kernel
def fire(memory, pool, bytes_, halves, ints, table, links, items, need):
    """Runs every trigger that waits for `need`."""
    for number in range(memory[NUM_TRIGGERS]):
        record = memory[TRIGGERS] + number * TRIGGER_WORDS
        if memory[record + T_NEED] == need:
            a = memory[record + T_A] if memory[record + T_A] != 0 else need
            b = memory[record + T_B] if memory[record + T_B] != 0 else need
            c = memory[record + T_C] if memory[record + T_C] != 0 else need
            derive(memory, pool, bytes_, halves, ints, table, links, items, memory[record + T_ACTION], a, b, c, memory[record + T_TARGET])


@kernel
def add_trigger(memory, pool, bytes_, halves, ints, table, links, items, need, action, a, b, c, target):
    """Makes `need` wanted: once derived, `action` on the operands (0 stands for `need`) is tried for `target`."""
    number = memory[NUM_TRIGGERS]
    if number >= MAX_TRIGGERS:
        return
    record = memory[TRIGGERS] + number * TRIGGER_WORDS
    memory[record + T_NEED] = need
    memory[record + T_ACTION] = action
    memory[record + T_A] = a
    memory[record + T_B] = b
    memory[record + T_C] = c
    memory[record + T_TARGET] = target
    memory[NUM_TRIGGERS] = number + 1
    set_flag(pool, need, WANTED)


@kernel
def push_query(memory, action, kind, shape, position, other, goal, want):
    """Files the operand whose words stand at QUERY_TOP as a query, and moves QUERY_TOP behind it."""
    words = memory[shape + memory[EXAMPLES]]
    at = memory[QUERY_TOP]
    mixed, spread = digest(memory, at, words)
    record = memory[QUERIES] + memory[NUM_QUERIES] * QUERY_RECORD
    memory[record + Q_HASH] = np.int64(finish_hash(mixed, shape, kind))
    memory[record + Q_SHAPE] = shape
    memory[record + Q_KIND] = kind
    memory[record + Q_WORDS] = words
    memory[record + Q_SPREAD] = spread
    memory[record + Q_AT] = at
    memory[record + Q_ACTION] = action
    memory[record + Q_POSITION] = position
    memory[record + Q_OTHER] = other
    memory[record + Q_GOAL] = goal
    memory[record + Q_WANT] = want
    memory[NUM_QUERIES] += 1
    memory[QUERY_TOP] = at + ((words + 7) & ~7)


@kernel
def _literal(memory, pool, bytes_, halves, ints, table, links, items, record):
    """Returns the id of the query's operand as an inferred constant, or 0 if it differs between examples.

    Its price grows with its length. Source: literal inference of reference experiments; three examples at least, since
    with two nearly everything is a constant.
    """
    examples = memory[EXAMPLES]
    kind, shape, at = memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT]
    if memory[SWITCHES] & INFER_CONSTANTS == 0 or examples < MIN_EXAMPLES_FOR_CONSTANT or kind % NUM_RANKS == 2:
        return np.int64(0)
    length = memory[shape + 1]
    if length * examples != memory[shape + examples] or length > 16:
        return np.int64(0)
    for e in range(examples):
        if memory[shape + e] != e * length:
            return np.int64(0)
        for i in range(length):
            if memory[at + e * length + i] != memory[at + i]:
                return np.int64(0)
    price = memory[LITERAL_PRICE] + (length * memory[LITERAL_PRICE] // 2 if kind % NUM_RANKS == 1 else 0)
    contents, _ = intern(memory, pool, bytes_, halves, ints, table, links, items, kind, shape, at, price, LEAF_LITERAL, 0, 0, 0)
    memory[NUM_LITERALS] += 1
    return contents


@kernel
def answer_queries(memory, pool, bytes_, halves, ints, table, links, items):
    """Looks all filed queries up, derives the goals they reach, and empties the list."""
    shift = np.uint64(memory[TABLE_SHIFT])
    touched = np.int64(0)
    for number in range(memory[NUM_QUERIES]):
        # Independent loads first, so that their latencies overlap.
        hashed = np.uint64(memory[memory[QUERIES] + number * QUERY_RECORD + Q_HASH])
        entry = table[hashed >> shift]
        if entry >> np.uint64(32) == hashed >> np.uint64(32):
            touched ^= pool[np.int64(entry & np.uint64(0xFFFFFFFF))]
    for number in range(memory[NUM_QUERIES]):
        record = memory[QUERIES] + number * QUERY_RECORD
        found, _ = look_up(
            memory, pool, bytes_, halves, ints, table, np.uint64(memory[record + Q_HASH]),
            memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT], memory[record + Q_WORDS],
        )  # fmt: skip
        if found == 0 or cost_of(pool, found) >= INFINITE_COST:
            literal = _literal(memory, pool, bytes_, halves, ints, table, links, items, record)
            found = literal if literal != 0 else found
        other, goal = memory[record + Q_OTHER], memory[record + Q_GOAL]
        action = memory[record + Q_ACTION]
        position = memory[record + Q_POSITION]
        if found != 0 and cost_of(pool, found) < INFINITE_COST:
            a, b = (found, other) if position == 0 else (other, found)
            derive(memory, pool, bytes_, halves, ints, table, links, items, action, a, b, np.int64(0), goal)
        elif memory[record + Q_WANT] != 0:
            if found == 0:
                found, _ = intern(
                    memory, pool, bytes_, halves, ints, table, links, items, memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT],
                    INFINITE_COST, UNDERIVED, 0, 0, 0,
                )  # fmt: skip
            if position == 0:
                add_trigger(memory, pool, bytes_, halves, ints, table, links, items, found, action, np.int64(0), other, np.int64(0), goal)
            else:
                add_trigger(memory, pool, bytes_, halves, ints, table, links, items, found, action, other, np.int64(0), np.int64(0), goal)
    memory[NUM_QUERIES] = 0
    memory[QUERY_TOP] = memory[QUERY_WORDS]
    return touched


@kernel
def _per_example(memory, shape, top):
    """Says whether the words at `top` are equal within each example; if so, moves one a piece to `top`."""
    examples = memory[EXAMPLES]
    for e in range(examples):
        begin, end = memory[shape + e], memory[shape + e + 1]
        for i in range(begin + 1, end):
            if memory[top + i] != memory[top + begin]:
                return False
    for e in range(examples):
        begin, end = memory[shape + e], memory[shape + e + 1]
        memory[top + e] = memory[top + begin] if end > begin else 0
    return True


@kernel
def _file_operand(memory, goal, form, scalar_form, kind, shape, other, position):
    """Files the operand at QUERY_TOP for `form`, and as one scalar an example for `scalar_form` where it is one."""
    if memory[goal + form] != 0:
        push_query(memory, memory[goal + form], kind, shape, position, other, memory[goal + G_ID], 0)
        if kind % NUM_RANKS == 0:
            return
        # The words filed are copied, since the scalars are written over them.
        top, words = memory[QUERY_TOP], memory[shape + memory[EXAMPLES]]
        before = top - ((words + 7) & ~7)
        for i in range(words):
            memory[top + i] = memory[before + i]
    if memory[goal + scalar_form] != 0 and kind % NUM_RANKS > 0 and _per_example(memory, shape, memory[QUERY_TOP]):
        scalar_kind = kind - kind % NUM_RANKS
        push_query(memory, memory[goal + scalar_form], scalar_kind, memory[SHAPES], position, other, memory[goal + G_ID], 0)


@kernel
def _same_shape_forms(memory, goal, v, at, kind, shape):
    """Files what added to, subtracted from or multiplied with v gives the goal (ints of one shape)."""
    words = memory[shape + memory[EXAMPLES]]
    wanted = memory[goal + G_WORDS]
    top = memory[QUERY_TOP]
    if memory[goal + F_ADD + G_FORMS] != 0:
        for i in range(words):
            memory[top + i] = memory[wanted + i] - memory[at + i]
        _file_operand(memory, goal, G_FORMS + F_ADD, G_FORMS + F_ADD_SCALAR, kind, shape, v, 1)
    if memory[goal + F_SUB + G_FORMS] != 0:
        top = memory[QUERY_TOP]
        for i in range(words):
            memory[top + i] = memory[at + i] - memory[wanted + i]
        _file_operand(memory, goal, G_FORMS + F_SUB, G_FORMS + F_SUB_SCALAR, kind, shape, v, 1)
        top = memory[QUERY_TOP]
        for i in range(words):
            memory[top + i] = memory[at + i] + memory[wanted + i]
        _file_operand(memory, goal, G_FORMS + F_SUB_FROM, G_FORMS + F_SUB_FROM_SCALAR, kind, shape, v, 0)
    if memory[goal + F_MUL + G_FORMS] != 0:
        top = memory[QUERY_TOP]
        for i in range(words):
            divisor, dividend = memory[at + i], memory[wanted + i]
            if divisor == 0 or divisor == -1 or dividend % divisor != 0:
                return
            memory[top + i] = dividend // divisor
        _file_operand(memory, goal, G_FORMS + F_MUL, G_FORMS + F_MUL_SCALAR, kind, shape, v, 1)


@kernel
def _matches(memory, one, other, count):
    for i in range(count):
        if memory[one + i] != memory[other + i]:
            return False
    return True


@kernel
def _file_scalar(memory, goal, form, v, want):
    if memory[goal + form] != 0:
        push_query(memory, memory[goal + form], INT, memory[SHAPES], 1, v, memory[goal + G_ID], want)


@kernel
def _shorter_goal_forms(memory, goal, v, at, kind, shape, cheap):
    """Files how much of v to take, drop, keep by a mask or pick by position, where no example's goal is longer than v."""
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
        _file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
        if strictly:
            top = memory[QUERY_TOP]
            for e in range(examples):
                memory[top + e] = rows(memory, examples, g_shape, e) - rows(memory, examples, shape, e)
            _file_scalar(memory, goal, G_FORMS + F_TAKE, v, 0)
    if suffix and not whole:
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = rows(memory, examples, shape, e) - rows(memory, examples, g_shape, e)
        _file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
        top = memory[QUERY_TOP]
        for e in range(examples):
            memory[top + e] = -rows(memory, examples, g_shape, e)
        _file_scalar(memory, goal, G_FORMS + F_DROP, v, 0)
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
        _file_scalar(memory, goal, G_FORMS + F_REMOVE_AT, v, 0)
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
    _file_scalar(memory, goal, G_FORMS + F_ROTATE, v, 0)


@kernel
def _file_masks(memory, goal, v, at, shape, cheap):
    """Files the masks that keep the goal out of v: matched from the left, and from the right where that differs."""
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
    push_query(memory, memory[goal + G_FORMS + F_COMPRESS], BOOL_LIST, shape, 1, v, memory[goal + G_ID], cheap)
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
        push_query(memory, memory[goal + G_FORMS + F_COMPRESS], BOOL_LIST, shape, 1, v, memory[goal + G_ID], cheap)


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
    """Writes the goal's elements beyond v's length (or before it) at QUERY_TOP; returns their shape's address or -1."""
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
def _longer_goal_forms(memory, goal, v, at, kind, shape, cheap):
    """Files what put before, behind or between v's elements gives the goal, where no example's goal is shorter than v."""
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
            push_query(
                memory, memory[goal + G_FORMS + scalar_form], kind - 1, memory[SHAPES], 1 - before, v, memory[goal + G_ID], 0
            )
        if memory[goal + G_FORMS + form] != 0:
            rest = _rest_of_goal(memory, goal, shape, before == 0)
            if rest >= 0:
                want = 1 if cheap else 0
                push_query(memory, memory[goal + G_FORMS + form], kind, rest, 1 - before, v, memory[goal + G_ID], want)
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
                push_query(memory, memory[goal + G_FORMS + form], kind, shape, 1 - odd, v, memory[goal + G_ID], 0)


@kernel
def _position_forms(memory, goal, v, at, shape):
    """Files the position of the scalar goal in v: the first from the front, and counted from the end."""
    examples = memory[EXAMPLES]
    wanted, top = memory[goal + G_WORDS], memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), at + start(memory, shape, e)
        found = -1
        for i in range(size):
            if memory[begin + i] == memory[wanted + e]:
                found = i
                break
        if found < 0:
            return
        memory[top + e] = found
    _file_scalar(memory, goal, G_FORMS + F_INDEX, v, 0)
    top = memory[QUERY_TOP]
    for e in range(examples):
        size, begin = rows(memory, examples, shape, e), at + start(memory, shape, e)
        for i in range(size - 1, -1, -1):
            if memory[begin + i] == memory[wanted + e]:
                memory[top + e] = i - size
                break
    _file_scalar(memory, goal, G_FORMS + F_INDEX, v, 0)


@kernel
def _known_scalar(memory, pool, bytes_, halves, ints, table, links, items, kind, at):
    """Returns the derived contents, or the inferred constant, with one word an example at `at`; 0 if there is none."""
    record = memory[QUERIES] + MAX_QUERIES * QUERY_RECORD
    shape = memory[SHAPES]
    mixed, spread = digest(memory, at, memory[EXAMPLES])
    found, _ = look_up(
        memory, pool, bytes_, halves, ints, table, finish_hash(mixed, shape, kind), kind, shape, at, memory[EXAMPLES]
    )
    if found != 0 and cost_of(pool, found) < INFINITE_COST:
        return found
    memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT] = kind, shape, at
    return _literal(memory, pool, bytes_, halves, ints, table, links, items, record)


@kernel
def _derive_with_two(
    memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, one_kind, one_at, two_kind, two_at
):  # fmt: skip
    """Tries `action(v, one, two)` where both scalars are known."""
    one = _known_scalar(memory, pool, bytes_, halves, ints, table, links, items, one_kind, one_at)
    if one == 0:
        return
    two = _known_scalar(memory, pool, bytes_, halves, ints, table, links, items, two_kind, two_at)
    if two != 0:
        action = memory[goal + G_FORMS + form]
        derive(memory, pool, bytes_, halves, ints, table, links, items, action, v, one, two, memory[goal + G_ID])


@kernel
def _one_place_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
    """Tries to replace one element of v, or to swap two, where that is all that the goal differs in (equal lengths)."""
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
            memory, pool, bytes_, halves, ints, table, links, items, goal, F_SWAP, v, INT, top, INT, top + examples
        )


@kernel
def _insert_form(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
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
        memory, pool, bytes_, halves, ints, table, links, items, goal, F_INSERT, v, INT, top, kind - 1, top + examples
    )


@kernel
def _threshold_forms(memory, goal, v, at, shape):
    """Files the constant that separates v's numbers where the goal is true from those where it is false."""
    words, wanted = memory[shape + memory[EXAMPLES]], memory[goal + G_WORDS]
    low_true = low_false = np.int64(2**62)
    high_true = high_false = np.int64(-(2**62))
    for i in range(words):
        word = memory[at + i]
        if memory[wanted + i] != 0:
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
    if form < 0 or memory[goal + G_FORMS + form] == 0:
        return
    for e in range(examples):
        memory[memory[QUERY_TOP] + e] = constant
    push_query(memory, memory[goal + G_FORMS + form], INT, memory[SHAPES], position, v, memory[goal + G_ID], 0)


@kernel
def _repeated_form(memory, goal, v, at):
    """Files the goal's lengths, where every element of the goal equals the scalar v."""
    examples = memory[EXAMPLES]
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    for e in range(examples):
        for i in range(memory[g_shape + e], memory[g_shape + e + 1]):
            if memory[wanted + i] != memory[at + e]:
                return
    for e in range(examples):
        memory[memory[QUERY_TOP] + e] = rows(memory, examples, g_shape, e)
    _file_scalar(memory, goal, G_FORMS + F_REPLICATE, v, 0)


@kernel
def examine(memory, pool, bytes_, halves, ints, table, links, items, v, at, kind, shape, cost):
    """Files the queries of every goal for the new contents `v`, whose words stand at `at`."""
    examples = memory[EXAMPLES]
    for number in range(memory[NUM_GOALS]):
        goal = memory[GOALS] + number * GOAL_WORDS
        if cost + 2 >= cost_of(pool, memory[goal + G_ID]):
            continue
        g_kind, g_shape = memory[goal + G_KIND], memory[goal + G_SHAPE]
        if kind == g_kind:
            if kind < NUM_RANKS and shape == g_shape:
                _same_shape_forms(memory, goal, v, at, kind, shape)
            if kind % NUM_RANKS == 1:
                shorter, longer = True, True
                for e in range(examples):
                    size, goal_size = rows(memory, examples, shape, e), rows(memory, examples, g_shape, e)
                    shorter = shorter and goal_size <= size
                    longer = longer and goal_size >= size
                if shorter:
                    cheap = 1 if cost <= memory[CHEAP_COST] else 0
                    _shorter_goal_forms(memory, goal, v, at, kind, shape, cheap)
                elif longer:
                    _longer_goal_forms(memory, goal, v, at, kind, shape, cost <= memory[CHEAP_COST])
                    if memory[goal + G_FORMS + F_INSERT] != 0:
                        _insert_form(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape)
                if shorter and longer:
                    _one_place_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape)
        elif kind == g_kind + 1 and g_kind % NUM_RANKS == 0:
            if memory[goal + G_FORMS + F_INDEX] != 0:
                _position_forms(memory, goal, v, at, shape)
        elif kind + 1 == g_kind and kind % NUM_RANKS == 0:
            if memory[goal + G_FORMS + F_REPLICATE] != 0:
                _repeated_form(memory, goal, v, at)
        elif kind < NUM_RANKS and g_kind == kind + 6 and shape == g_shape:
            _threshold_forms(memory, goal, v, at, shape)
    if memory[NUM_QUERIES] > MAX_QUERIES - 80:
        answer_queries(memory, pool, bytes_, halves, ints, table, links, items)
