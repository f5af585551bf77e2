"""Expansion: a node's next local levels of calls, and the contents that they give as arms.

Local level L runs every call that reads a local contents and whose operands' local costs and own price sum to
L. Operands that are not local are *partners*: contents of the bank that cost at most `memory[PARTNER_COST]`.
"""

import numpy as np

from mcts_compose.search.contents import cost_of, kind_of, packed_size
from mcts_compose.search.layout import (
    A_ARITY,
    A_KIND1,
    A_KIND2,
    A_KIND3,
    A_PRICE,
    ACTION_WORDS,
    ACTIONS,
    CANDIDATES,
    CURSOR_I,
    CURSOR_J,
    CURSOR_K,
    EXAMPLES,
    FIRST_ID,
    HEADER,
    LAST_STAMP,
    NUM_ACTIONS,
    NUM_ITEMS,
    NUM_KINDS,
    PART,
    PARTNER_COST,
    POOL_TOP,
    SHARED_COST,
    STAMP,
)
from mcts_compose.search.levels import segment
from mcts_compose.search.product import flush, product
from mcts_compose.search.shares import owner_of
from mcts_compose.search.tree import (
    LOCAL_LEVELS,
    N_CANDIDATES,
    N_CLOSED,
    N_KINDS,
    N_LEVEL,
    NODE_WORDS,
    OWN,
    ROOT,
    SCORE_WORDS,
    local_segment,
    lowest_logit,
    offer_arm,
    weigh_arms,
)
from mcts_compose.search.value import value_of
from vm.jit import kernel

COST_WEIGHT = 0.45
ENOUGH_LEVEL = 6
CALL_WORDS = 6
MAX_CALLS = 3 * LOCAL_LEVELS * LOCAL_LEVELS // 2
"""Ways to share a level's cost among operands; three operands, of which one is local, have most."""


@kernel
def _operands(memory, nodes, node, is_local, cost, kind):
    """Returns start and end in `items` of the local contents, or else partners, of a cost and kind."""
    if is_local:
        if cost >= LOCAL_LEVELS:
            return np.int64(0), np.int64(0)
        record = local_segment(node, cost, kind)
        return nodes[record], nodes[record + 1]
    if cost > memory[PARTNER_COST]:
        return np.int64(0), np.int64(0)
    record = segment(memory, cost, kind)
    return memory[record], memory[record + 1]


@kernel
def _list_calls(memory, nodes, calls, node, action, level):
    """Lists the segments of operands on which an action has local cost `level`, one local operand at least.

    Writes CALL_WORDS words each to `calls`: start and end in `items` of three segments. Returns how many.
    """
    arity, budget = memory[action + A_ARITY], level - memory[action + A_PRICE]
    kinds = nodes[node * NODE_WORDS + N_KINDS]
    kind1, kind2, kind3 = memory[action + A_KIND1], memory[action + A_KIND2], memory[action + A_KIND3]
    count = 0
    if budget < arity:
        return count
    # Bit p of a pattern says that operand p is local.
    present = (kinds >> kind1 & 1) | (kinds >> kind2 & 1) << 1 | (kinds >> kind3 & 1) << 2
    for pattern in range(1, 1 << arity):
        if pattern & ~present != 0 or (arity == 3 and pattern & (pattern - 1) != 0):
            continue
        for one in range(1 if arity > 1 else budget, budget - arity + 2):
            begin1, end1 = _operands(memory, nodes, node, pattern & 1 != 0, one, kind1)
            if begin1 >= end1:
                continue
            last_two = budget - one - (arity - 2) if arity > 1 else 1
            for two in range(1 if arity == 3 else last_two, last_two + 1):
                begin2 = end2 = begin3 = end3 = np.int64(0)
                if arity > 1:
                    begin2, end2 = _operands(memory, nodes, node, pattern & 2 != 0, two, kind2)
                    if begin2 >= end2:
                        continue
                if arity > 2:
                    three = budget - one - two
                    begin3, end3 = _operands(memory, nodes, node, pattern & 4 != 0, three, kind3)
                    if begin3 >= end3:
                        continue
                at = count * CALL_WORDS
                calls[at], calls[at + 1] = begin1, end1
                calls[at + 2], calls[at + 3] = begin2, end2
                calls[at + 4], calls[at + 5] = begin3, end3
                count += 1
    return count


@kernel
def _group(memory, pool, items, nodes, node, level, begin):
    """Groups the contents that `items` holds from `begin` on by kind, as the node's local level."""
    end = memory[NUM_ITEMS]
    size = end - begin
    first = local_segment(node, level, 0)
    for i in range(size):
        contents = items[begin + i]
        items[end + i] = contents
        nodes[first + 2 * kind_of(pool, contents)] += 1
    at = begin
    for kind in range(NUM_KINDS):
        record = first + 2 * kind
        count = nodes[record]
        nodes[record] = nodes[record + 1] = at
        at += count
        if count > 0:
            nodes[node * NODE_WORDS + N_KINDS] |= 1 << kind
    for i in range(size):
        contents = items[end + i]
        record = first + 2 * kind_of(pool, contents)
        items[nodes[record + 1]] = contents
        nodes[record + 1] += 1


@kernel
def _renew_stamps(memory, pool, items, nodes, node):
    """Gives the node's local contents a new stamp, so that they are not listed again."""
    memory[LAST_STAMP] += 1
    stamp = memory[LAST_STAMP]
    memory[STAMP] = stamp
    for level in range(1, nodes[node * NODE_WORDS + N_LEVEL]):
        # The kinds of a level lie one behind the other.
        begin = nodes[local_segment(node, level, 0)]
        for i in range(begin, nodes[local_segment(node, level, NUM_KINDS - 1) + 1]):
            contents = items[i]
            pool[contents + 3] = (pool[contents + 3] >> 32 << 32) | stamp


@kernel
def forget_stamps(memory, pool):
    """Takes the stamps of all expansions so far out of the pool; the next one has a new stamp."""
    contents = FIRST_ID
    while contents < memory[POOL_TOP]:
        at = np.uint64(contents)
        pool[at + np.uint64(3)] = pool[at + np.uint64(3)] >> 32 << 32
        header = pool[at]
        words = memory[(header >> 32) + memory[EXAMPLES]]
        contents += HEADER + packed_size(words, (header >> 8) & 0xFF)


@kernel
def expand(
    memory, pool, bytes_, halves, ints, table, links, items, nodes, scores, arms, odds, calls, counts,
    weights, node, work, use_value, rebase,
):  # fmt: skip
    """Runs the node's next local levels until they give something new, and offers that as arms.

    It stops after about `work` candidates.

    Returns:
      The best h among the new contents, or the node's own value if there were none.
    """
    base = node * NODE_WORDS
    flush(memory, pool, bytes_, halves, ints, table, links, items)
    cursor_i, cursor_j, cursor_k = memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K]
    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = 0, 0, 0
    _renew_stamps(memory, pool, items, nodes, node)
    first = memory[CANDIDATES]
    best, found = -1e30, 0
    lowest = lowest_logit(nodes, arms, odds, node)
    while nodes[base + N_CLOSED] == 0:
        level = nodes[base + N_LEVEL]
        begin = memory[NUM_ITEMS]
        number, complete = 0, True
        while complete and number < memory[NUM_ACTIONS]:
            action = memory[ACTIONS] + number * ACTION_WORDS
            number += 1
            at = 0
            end = CALL_WORDS * _list_calls(memory, nodes, calls, node, action, level)
            while complete and at < end:
                complete = product(
                    memory, pool, bytes_, halves, ints, table, links, items,
                    action, calls[at], calls[at + 1], calls[at + 2], calls[at + 3], calls[at + 4],
                    calls[at + 5], first + work,
                )  # fmt: skip
                at += CALL_WORDS
        memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = 0, 0, 0
        flush(memory, pool, bytes_, halves, ints, table, links, items)
        _group(memory, pool, items, nodes, node, level, begin)
        nodes[base + N_LEVEL] = level + 1
        for i in range(begin, memory[NUM_ITEMS]):
            contents = items[i]
            h = value_of(memory, pool, bytes_, halves, ints, counts, weights, contents) if use_value else 0.0
            cost = level if rebase else cost_of(pool, contents)
            lowest = offer_arm(nodes, arms, odds, node, contents, h, h - COST_WEIGHT * cost, lowest)
            best = max(best, h)
            found += 1
        if not complete or level + 1 >= LOCAL_LEVELS:
            nodes[base + N_CLOSED] = 1
        if found > 0 and level >= ENOUGH_LEVEL:
            break
    weigh_arms(nodes, scores, odds, node)
    nodes[base + N_CANDIDATES] += memory[CANDIDATES] - first
    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = cursor_i, cursor_j, cursor_k
    memory[STAMP] = 0
    return best if found > 0 else scores[node * SCORE_WORDS + OWN]


@kernel
def refresh_root(
    memory, pool, bytes_, halves, ints, items, nodes, scores, arms, odds, counts, weights,
    level, use_value, most,
):  # fmt: skip
    """Offers the contents of a completed root level as arms of the root, at most `most` of each kind.

    Of a level that every part of the search knows, a part takes its own.
    """
    lowest = lowest_logit(nodes, arms, odds, ROOT)
    is_shared = level <= memory[SHARED_COST]
    for kind in range(NUM_KINDS):
        record = segment(memory, level, kind)
        for i in range(memory[record], min(memory[record + 1], memory[record] + most)):
            contents = items[i]
            if is_shared and owner_of(memory, pool, bytes_, halves, ints, contents) != memory[PART]:
                continue
            h = value_of(memory, pool, bytes_, halves, ints, counts, weights, contents) if use_value else 0.0
            logit = h - COST_WEIGHT * cost_of(pool, contents)
            lowest = offer_arm(nodes, arms, odds, ROOT, contents, h, logit, lowest)
    weigh_arms(nodes, scores, odds, ROOT)
