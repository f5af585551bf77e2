"""Runs one action on all combinations of operands from given segments of `items`: the hot loop of every searcher.

Results wait in a batch; `flush` interns them together, so that the memory latencies of their look-ups overlap.
"""

import numpy as np

from mcts_compose.search.bank import (
    add_contents,
    cost_of,
    look_up,
    prefetch,
    push_candidate,
    relax,
    shape_of,
    unpack,
)
from mcts_compose.search.evaluate import evaluate
from mcts_compose.search.goals import answer_queries, examine, fire
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
    FAULTS,
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
    SPLIT,
    STAMP,
    SWITCHES,
)
from mcts_compose.search.split import examine_split
from vm.jit import kernel


@kernel
def flush(bank):
    """Interns every pending candidate; new contents go through the goal-directed test."""
    memory, pool = bank.memory, bank.pool
    count = memory[NUM_PENDING]
    if count == 0:
        return np.int64(0)
    touched = prefetch(bank, count)
    stamp, switches = memory[STAMP], memory[SWITCHES]
    for row in range(count):
        record = memory[PENDING] + row * PENDING_WORDS
        kind, shape, at, words = memory[record + P_KIND], memory[record + P_SHAPE], memory[record + P_AT], memory[record + P_WORDS]
        hashed = np.uint64(memory[record + P_HASH])
        cost, action = memory[record + P_COST], memory[record + P_ACTION]
        a, b, c = memory[record + P_A], memory[record + P_B], memory[record + P_C]
        contents, slot = look_up(
            memory, pool, bank.bytes_, bank.halves, bank.ints, bank.table, hashed, kind, shape, at, words
        )
        fresh = contents == 0
        if fresh:
            contents = add_contents(
                memory, pool, bank.bytes_, bank.halves, bank.ints, bank.table, bank.links,
                slot, hashed, kind, shape, at, words, memory[record + P_SPREAD], cost, action, a, b, c,
            )  # fmt: skip
        else:
            fresh = cost_of(pool, contents) >= INFINITE_COST
            if relax(memory, pool, bank.links, contents, cost, action, a, b, c):
                fire(bank, contents)
        if fresh:
            if switches & GOAL_DIRECTED != 0:
                examine(bank, contents, at, kind, shape, cost)
            if switches & SPLIT != 0:
                examine_split(bank, contents, at, kind, shape, cost)
        if stamp > 0 and pool[contents + 3] & 0xFFFFFFFF != stamp:
            pool[contents + 3] = (pool[contents + 3] >> 32 << 32) | stamp
            bank.items[memory[NUM_ITEMS]] = contents
            memory[NUM_ITEMS] += 1
    memory[NUM_PENDING] = 0
    memory[BATCH_TOP] = memory[BATCH_ROWS]
    answer_queries(bank)
    return touched


@kernel
def try_call(bank, action, shape_a, shape_b, shape_c, cost, a, b, c):
    """Evaluates one call on the operand buffers and files the result as a pending candidate."""
    memory = bank.memory
    memory[CANDIDATES] += 1
    shape = evaluate(memory, action, shape_a, shape_b, shape_c, memory[BATCH_TOP])
    if shape < 0:
        memory[FAULTS] += 1
        return
    row = memory[NUM_PENDING]
    spread = push_candidate(memory, row, memory[action + A_KIND_OUT], shape, cost, action, a, b, c)
    if spread >= memory[MAGNITUDE] and memory[action + A_KIND_OUT] // 3 != 1:
        memory[FAULTS] += 1
        return
    memory[NUM_PENDING] = row + 1
    memory[BATCH_TOP] += (memory[shape + memory[EXAMPLES]] + 7) & ~7
    if row + 1 == BATCH:
        flush(bank)


@kernel
def product(bank, action, first_a, last_a, first_b, last_b, first_c, last_c, limit):
    """Calls `action` on every combination of operands from up to three segments of `items`.

    Resumes at the cursor registers and stops when `memory[CANDIDATES]` reaches `limit`.

    Returns:
      Whether all combinations are done (the cursor is then back at the start).
    """
    memory, pool, items = bank.memory, bank.pool, bank.items
    arity, price = memory[action + A_ARITY], memory[action + A_PRICE]
    x, cap = memory[OPERANDS], memory[CAP]
    i, j, k = memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K]
    same = arity == 2 and memory[action + A_COMMUTATIVE] != 0 and first_a == first_b
    zero = np.int64(0)
    while first_a + i < last_a:
        a = items[first_a + i]
        unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, a, x)
        shape_a, cost_a = shape_of(pool, a), price + cost_of(pool, a)
        if arity == 1:
            try_call(bank, action, shape_a, zero, zero, cost_a, a, zero, zero)
        else:
            if same and j < i:
                j = i
            while first_b + j < last_b:
                b = items[first_b + j]
                unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, b, x + cap)
                shape_b, cost_b = shape_of(pool, b), cost_a + cost_of(pool, b)
                if arity == 2:
                    try_call(bank, action, shape_a, shape_b, zero, cost_b, a, b, zero)
                else:
                    while first_c + k < last_c:
                        c = items[first_c + k]
                        unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, c, x + 2 * cap)
                        try_call(
                            bank, action, shape_a, shape_b, shape_of(pool, c), cost_b + cost_of(pool, c), a, b, c
                        )
                        # derive() may have used the operand buffers while the batch was interned.
                        if memory[NUM_PENDING] == 0:
                            unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, a, x)
                            unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, b, x + cap)
                        k += 1
                        if memory[CANDIDATES] >= limit:
                            memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = i, j, k
                            return False
                    k = 0
                if memory[NUM_PENDING] == 0:
                    unpack(memory, pool, bank.bytes_, bank.halves, bank.ints, a, x)
                j += 1
                if memory[CANDIDATES] >= limit:
                    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = i, j, k
                    return False
            j = 0
        i += 1
        if memory[CANDIDATES] >= limit:
            memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = i, j, k
            return False
    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = 0, 0, 0
    return True
