"""Queries: does the bank hold the operand that a form of the goal-directed test asks for?

They are filed one by one and answered in batches, so that the memory latencies of their look-ups overlap. An
operand that is the same on all examples may be an inferred constant; one that is wanted but not known yet
gets a trigger.
"""

import numpy as np

from mcts_compose.search.bank import BANK_TYPES, intern, look_up
from mcts_compose.search.contents import cost_of, digest, finish_hash, set_flag
from mcts_compose.search.derive import add_trigger, derive
from mcts_compose.search.layout import (
    EXAMPLES,
    G_ID,
    GUESSED,
    INFER_CONSTANTS,
    INFINITE_COST,
    INT,
    LEAF_LITERAL,
    LITERAL_PRICE,
    MAX_QUERIES,
    NUM_LITERALS,
    NUM_QUERIES,
    NUM_RANKS,
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
    SHAPES,
    SHARED_COST,
    SWITCHES,
    TABLE_SHIFT,
    UNDERIVED,
)
from vm.jit import kernel, native
from vm.shape import start

MIN_EXAMPLES_FOR_CONSTANT = 3


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
def file_scalar(memory, goal, form, v, want):
    """Files one int an example at QUERY_TOP as the second operand of `form` with v."""
    if memory[goal + form] != 0:
        push_query(memory, memory[goal + form], INT, memory[SHAPES], 1, v, memory[goal + G_ID], want)


@kernel
def _is_surely_no_literal(memory, record):
    """Says whether the operand's first two examples alone show that it is no constant: nearly always."""
    shape, at = memory[record + Q_SHAPE], memory[record + Q_AT]
    size = start(memory, shape, 1)
    if memory[EXAMPLES] < MIN_EXAMPLES_FOR_CONSTANT or start(memory, shape, 2) != 2 * size:
        return True
    return size > 0 and memory[np.uint64(at)] != memory[np.uint64(at + size)]


@kernel
def _literal(memory, pool, bytes_, halves, ints, table, links, items, record):
    """Returns the id of the query's operand as an inferred constant, or 0 if it differs between examples.

    Its price grows with its length, by a third of that where all elements are 0 or 1. Source: literal
    inference of reference experiments. It takes three examples, since with two nearly all is a constant.
    """
    examples = memory[EXAMPLES]
    kind, shape, at = memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT]
    if memory[SWITCHES] & INFER_CONSTANTS == 0 or examples < MIN_EXAMPLES_FOR_CONSTANT:
        return np.int64(0)
    if kind % NUM_RANKS == 2:
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
    price = memory[LITERAL_PRICE]
    if kind % NUM_RANKS == 1:
        are_bits = True
        for i in range(length):
            are_bits = are_bits and 0 <= memory[at + i] <= 1
        price += length if are_bits else length * memory[LITERAL_PRICE] // 2
    contents, _ = intern(
        memory, pool, bytes_, halves, ints, table, links, items,
        kind, shape, at, price, LEAF_LITERAL, 0, 0, 0,
    )  # fmt: skip
    memory[NUM_LITERALS] += 1
    if memory[SHARED_COST] > 0:
        set_flag(pool, contents, GUESSED)
    return contents


@native(f"int64({BANK_TYPES})")
def answer_queries(memory, pool, bytes_, halves, ints, table, links, items):
    """Looks all filed queries up, derives the goals they reach, and empties the list."""
    shift = np.uint64(memory[TABLE_SHIFT])
    touched = np.int64(0)
    queries = memory[QUERIES]
    for number in range(memory[NUM_QUERIES]):
        # Independent loads first, so that their latencies overlap.
        hashed = np.uint64(memory[np.uint64(queries + number * QUERY_RECORD + Q_HASH)])
        entry = table[hashed >> shift]
        if entry >> np.uint64(32) == hashed >> np.uint64(32):
            touched ^= pool[np.int64(entry & np.uint64(0xFFFFFFFF))]
    for number in range(memory[NUM_QUERIES]):
        record = queries + number * QUERY_RECORD
        kind, shape, at = memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT]
        found, _ = look_up(
            memory, pool, bytes_, halves, ints, table,
            np.uint64(memory[record + Q_HASH]), kind, shape, at, memory[record + Q_WORDS],
        )  # fmt: skip
        unknown = found == 0 or cost_of(pool, found) >= INFINITE_COST
        if unknown and not _is_surely_no_literal(memory, record):
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
                    memory, pool, bytes_, halves, ints, table, links, items,
                    kind, shape, at, INFINITE_COST, UNDERIVED, 0, 0, 0,
                )  # fmt: skip
            a, b = (np.int64(0), other) if position == 0 else (other, np.int64(0))
            add_trigger(
                memory, pool, bytes_, halves, ints, table, links, items,
                found, action, a, b, np.int64(0), goal,
            )  # fmt: skip
    memory[NUM_QUERIES] = 0
    memory[QUERY_TOP] = memory[QUERY_WORDS]
    return touched


@kernel
def known_scalar(memory, pool, bytes_, halves, ints, table, links, items, kind, at):
    """Returns the derived contents or inferred constant that has one word an example, at `at`; 0 if none."""
    record = memory[QUERIES] + MAX_QUERIES * QUERY_RECORD
    shape = memory[SHAPES]
    mixed, _ = digest(memory, at, memory[EXAMPLES])
    hashed = finish_hash(mixed, shape, kind)
    found, _ = look_up(memory, pool, bytes_, halves, ints, table, hashed, kind, shape, at, memory[EXAMPLES])
    if found != 0 and cost_of(pool, found) < INFINITE_COST:
        return found
    memory[record + Q_KIND], memory[record + Q_SHAPE], memory[record + Q_AT] = kind, shape, at
    return _literal(memory, pool, bytes_, halves, ints, table, links, items, record)
