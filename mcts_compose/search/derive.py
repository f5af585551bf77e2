"""Derivations that follow from others: a call on known contents, and the *triggers* that wait for a contents.

A trigger says what call to make once a *wanted* contents is derived. Every call is run by the machine and its
result compared with the target before it counts.
"""

import numpy as np

from mcts_compose.search.bank import BANK_TYPES, relax
from mcts_compose.search.contents import cost_of, set_flag, shape_of, unpack
from mcts_compose.search.evaluate import evaluate
from mcts_compose.search.filing import note_change
from mcts_compose.search.layout import (
    A_ARITY,
    A_PRICE,
    CAP,
    EXAMPLES,
    GOAL,
    MARGIN,
    MAX_TRIGGERS,
    NUM_TRIGGERS,
    OPERANDS,
    QUERY_WORDS,
    SCRATCH_WORDS,
    T_A,
    T_ACTION,
    T_B,
    T_C,
    T_NEED,
    T_TARGET,
    TRIGGER_WORDS,
    TRIGGERS,
    WANTED,
)
from vm.jit import kernel, native


@native(f"void({BANK_TYPES}, int64, int64, int64, int64, int64)")
def derive(memory, pool, bytes_, halves, ints, table, links, items, action, a, b, c, target):
    """Runs `action` on known contents; if it gives `target` more cheaply, records that and what follows."""
    stack = memory[QUERY_WORDS] - 64
    depth = 0
    while True:
        arity = memory[action + A_ARITY]
        cost = memory[action + A_PRICE] + cost_of(pool, a)
        cost += cost_of(pool, b) if arity > 1 else 0
        cost += cost_of(pool, c) if arity > 2 else 0
        fires = False
        # The goal's other derivations are worth a run too: which program is chosen depends on them.
        if cost < cost_of(pool, target) + (memory[MARGIN] if target == memory[GOAL] else 0):
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
            action, target = memory[record + T_ACTION], memory[record + T_TARGET]
            derive(memory, pool, bytes_, halves, ints, table, links, items, action, a, b, c, target)


@kernel
def add_trigger(memory, pool, bytes_, halves, ints, table, links, items, need, action, a, b, c, target):
    """Makes `need` wanted: once derived, `action` on the operands (0 = `need`) is tried for `target`."""
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
    note_change(memory, links, need)
