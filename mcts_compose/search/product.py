"""Runs one action on all combinations of operands from segments of `items`: the hot loop of every searcher.

Results wait in a batch; `flush` interns them together, so that the memory latencies of their look-ups
overlap.
"""

import numpy as np

from mcts_compose.search.bank import BANK_TYPES, add_contents, look_up, prefetch, push_candidate, relax
from mcts_compose.search.contents import cost_of, kind_of, shape_of, unpack, unpack_here
from mcts_compose.search.derive import fire
from mcts_compose.search.evaluate import evaluate_here
from mcts_compose.search.filing import file_guessed
from mcts_compose.search.goals import examine
from mcts_compose.search.layout import (
    A_ARITY,
    A_COMMUTATIVE,
    A_KIND_OUT,
    A_PRICE,
    BATCH,
    BATCH_ROWS,
    BATCH_TOP,
    CANDIDATES,
    CAP,
    CURSOR_I,
    CURSOR_J,
    CURSOR_K,
    EXAMPLES,
    GOAL_DIRECTED,
    INFINITE_COST,
    MAGNITUDE,
    NUM_ITEMS,
    NUM_PENDING,
    OPERANDS,
    P_A,
    P_ACTION,
    P_AT,
    P_B,
    P_C,
    P_COST,
    P_HASH,
    P_KIND,
    P_SHAPE,
    P_SPREAD,
    P_WORDS,
    PENDING,
    PENDING_WORDS,
    SHARED_COST,
    SPLIT,
    STAMP,
    SWITCHES,
)
from mcts_compose.search.nearness import reach_float_goals
from mcts_compose.search.prefetch import prefetch_word
from mcts_compose.search.queries import answer_queries
from mcts_compose.search.split import examine_split
from vm.jit import inlined, kernel, native

AHEAD = 4
"""Operands are asked for this many before their turn (untuned)."""


@native(f"void({BANK_TYPES}, int64, int64, int64, int64, int64)")
def _meet(memory, pool, bytes_, halves, ints, table, links, items, contents, at, kind, shape, cost):
    """Puts a new contents, whose words stand at `at`, through the goal-directed test and the split."""
    switches = memory[SWITCHES]
    if switches & GOAL_DIRECTED != 0:
        examine(memory, pool, bytes_, halves, ints, table, links, items, contents, at, kind, shape, cost)
    if switches & SPLIT != 0:
        examine_split(
            memory, pool, bytes_, halves, ints, table, links, items, contents, at, kind, shape, cost
        )


@kernel
def meet_leaf(memory, pool, bytes_, halves, ints, table, links, items, contents):
    """Puts a leaf through the tests that `flush` puts everything through; no candidate may be pending."""
    at = memory[BATCH_ROWS]
    unpack(memory, pool, bytes_, halves, ints, contents, at)
    kind, shape, cost = kind_of(pool, contents), shape_of(pool, contents), cost_of(pool, contents)
    _meet(memory, pool, bytes_, halves, ints, table, links, items, contents, at, kind, shape, cost)
    answer_queries(memory, pool, bytes_, halves, ints, table, links, items)


@native(f"void({BANK_TYPES})")
def flush(memory, pool, bytes_, halves, ints, table, links, items):
    """Interns every pending candidate; new contents go through the goal-directed test."""
    count = memory[NUM_PENDING]
    if count == 0:
        return
    prefetch(memory, pool, table, count)
    stamp = memory[STAMP]
    is_level_in_parts = stamp == 0 and memory[SHARED_COST] > 0
    for row in range(count):
        record = memory[PENDING] + row * PENDING_WORDS
        kind, shape = memory[record + P_KIND], memory[record + P_SHAPE]
        at, words = memory[record + P_AT], memory[record + P_WORDS]
        hashed = np.uint64(memory[record + P_HASH])
        cost, action = memory[record + P_COST], memory[record + P_ACTION]
        a, b, c = memory[record + P_A], memory[record + P_B], memory[record + P_C]
        contents, slot = look_up(memory, pool, bytes_, halves, ints, table, hashed, kind, shape, at, words)
        fresh = contents == 0
        if fresh:
            contents = add_contents(
                memory, pool, bytes_, halves, ints, table, links,
                slot, hashed, kind, shape, at, words, memory[record + P_SPREAD], cost, action, a, b, c,
            )  # fmt: skip
        else:
            fresh = cost_of(pool, contents) >= INFINITE_COST
            if relax(memory, pool, links, contents, cost, action, a, b, c):
                fire(memory, pool, bytes_, halves, ints, table, links, items, contents)
        if is_level_in_parts:
            file_guessed(memory, pool, links, contents)
        if 3 <= kind <= 5:
            reach_float_goals(
                memory, pool, bytes_, halves, ints, table, links, items,
                kind, shape, at, cost, action, a, b, c,
            )  # fmt: skip
        if fresh:
            _meet(memory, pool, bytes_, halves, ints, table, links, items, contents, at, kind, shape, cost)
        if stamp > 0 and pool[np.uint64(contents + 3)] & 0xFFFFFFFF != stamp:
            pool[np.uint64(contents + 3)] = (pool[np.uint64(contents + 3)] >> 32 << 32) | stamp
            items[memory[NUM_ITEMS]] = contents
            memory[NUM_ITEMS] += 1
    memory[NUM_PENDING] = 0
    memory[BATCH_TOP] = memory[BATCH_ROWS]
    answer_queries(memory, pool, bytes_, halves, ints, table, links, items)


@inlined
def try_call(memory, table, action, shape_a, shape_b, shape_c, cost, a, b, c):
    """Evaluates one call on the operand buffers and files the result; returns whether the batch is full."""
    memory[CANDIDATES] += 1
    shape = evaluate_here(memory, action, shape_a, shape_b, shape_c, memory[BATCH_TOP])
    if shape < 0:
        return False
    row = memory[NUM_PENDING]
    kind = memory[action + A_KIND_OUT]
    spread = push_candidate(memory, table, row, kind, shape, cost, action, a, b, c)
    if spread >= memory[MAGNITUDE] and not 3 <= kind <= 5:
        return False
    memory[NUM_PENDING] = row + 1
    memory[BATCH_TOP] += (memory[shape + memory[EXAMPLES]] + 7) & ~7
    return row + 1 == BATCH


@native(f"boolean({BANK_TYPES}, int64, int64, int64, int64, int64, int64, int64, int64)")
def product(
    memory, pool, bytes_, halves, ints, table, links, items,
    action, first_a, last_a, first_b, last_b, first_c, last_c, limit,
):  # fmt: skip
    """Calls `action` on every combination of operands from up to three segments of `items`.

    Resumes at the cursor registers and stops when `memory[CANDIDATES]` reaches `limit`.

    Returns:
      Whether all combinations are done (the cursor is then back at the start).
    """
    arity, price = memory[action + A_ARITY], memory[action + A_PRICE]
    x, cap = memory[OPERANDS], memory[CAP]
    i, j, k = memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K]
    same = arity == 2 and memory[action + A_COMMUTATIVE] != 0 and first_a == first_b
    count_b = last_b - first_b if arity > 1 else 1
    count_c = last_c - first_c if arity > 2 else 1
    a = b = c = shape_a = shape_b = shape_c = cost_a = cost_b = cost_c = np.int64(0)
    loaded_i = loaded_j = np.int64(-1)
    while first_a + i < last_a:
        if same and j < i:
            j = i
        while j < count_b:
            # Operands stay loaded while they do not change; a flush may have used their buffers.
            if loaded_i != i:
                a = items[np.uint64(first_a + i)]
                if arity == 1:
                    prefetch_word(pool, np.uint64(items[np.uint64(first_a + i + AHEAD)]))
                unpack_here(memory, pool, bytes_, halves, ints, a, x)
                shape_a, cost_a = shape_of(pool, a), price + cost_of(pool, a)
                loaded_i = i
            if arity > 1 and loaded_j != j:
                b = items[np.uint64(first_b + j)]
                # What comes a few calls later; past the segment's end it is not used.
                prefetch_word(pool, np.uint64(items[np.uint64(first_b + j + AHEAD)]))
                unpack_here(memory, pool, bytes_, halves, ints, b, x + cap)
                shape_b, cost_b = shape_of(pool, b), cost_of(pool, b)
                loaded_j = j
            if arity > 2:
                c = items[np.uint64(first_c + k)]
                unpack(memory, pool, bytes_, halves, ints, c, x + 2 * cap)
                shape_c, cost_c = shape_of(pool, c), cost_of(pool, c)
            cost = cost_a + cost_b + cost_c
            if try_call(memory, table, action, shape_a, shape_b, shape_c, cost, a, b, c):
                flush(memory, pool, bytes_, halves, ints, table, links, items)
                loaded_i = loaded_j = np.int64(-1)
            k += 1
            if k >= count_c:
                k = 0
                j += 1
            if memory[CANDIDATES] >= limit:
                memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = i, j, k
                return False
        j = 0
        i += 1
    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = 0, 0, 0
    return True
