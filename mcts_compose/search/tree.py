"""The focus tree over the bank: its arrays, and the kernels that select, expand and back up.

A node is one *focus* contents; its arms promote contents that were made from the focus, and one more arm
*deepens*: it runs the next level of the node's own cost-ordered enumeration. Single agent; values are h (a
logit), min-max normalised over the tree to [0, 1]; higher is better; no sign changes anywhere.

    nodes   int64 [max_nodes * NODE_WORDS]   the N_ fields; then starts and ends in `items` by level and kind
    scores  float64 [max_nodes * 3]          own value, backed-up value, running mean
    arms    int64 [max_arms * 3]             contents, visits, child (UNVISITED before the first)
    odds    float64 [max_arms * 2]           h of the contents, prior logit h - COST_WEIGHT * local cost

A visit is counted in units of work, 1 + candidates / 1000. Source of the formulation and its constants:
experiments on list tasks; c_puct 1, 24 arms, at most 2000 candidates an expansion were the best tried there.
"""

import math

import numpy as np

from mcts_compose.search.bank import cost_of, kind_of
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
    LAST_STAMP,
    NUM_ACTIONS,
    NUM_ITEMS,
    NUM_KINDS,
    PARTNER_COST,
    SEGMENTS,
    STAMP,
)
from mcts_compose.search.product import flush, product
from mcts_compose.search.value import value_of
from vm.jit import kernel

LOCAL_LEVELS = 24
N_FOCUS = 0
N_VISITS = 1
N_LEVEL = 2
N_FIRST_ARM = 3
N_NUM_ARMS = 4
N_MAX_ARMS = 5
N_CLOSED = 6
N_EXHAUSTED = 7
N_DEEPEN_VISITS = 8
N_PARENT = 9
N_CANDIDATES = 10
N_LISTS = 12
NODE_WORDS = N_LISTS + 2 * LOCAL_LEVELS * NUM_KINDS
ARM_CONTENTS, ARM_VISITS, ARM_CHILD, ARM_WORDS = 0, 1, 2, 3
OWN, BEST, SUM, SCORE_WORDS = 0, 1, 2, 3
UNVISITED = -1
DEEPEN = -2
NOTHING = -3
ROOT = 0
COST_WEIGHT = 0.45
DEEPEN_PRIOR = 0.3
ENOUGH_LEVEL = 6
WORK_UNIT = 1000


@kernel
def local_segment(node, level, kind):
    """Returns the offset in `nodes` of the (start, end) pair of a node's local level and kind."""
    return node * NODE_WORDS + N_LISTS + 2 * (level * NUM_KINDS + kind)


@kernel
def start_node(nodes, scores, items, memory, pool, node, focus, parent, first_arm, max_arms, own):
    """Writes an empty node; its only local contents is the focus, at local cost 1."""
    base = node * NODE_WORDS
    for i in range(NODE_WORDS):
        nodes[base + i] = 0
    nodes[base + N_FOCUS] = focus
    nodes[base + N_LEVEL] = 2
    nodes[base + N_FIRST_ARM] = first_arm
    nodes[base + N_MAX_ARMS] = max_arms
    nodes[base + N_PARENT] = parent
    scores[node * SCORE_WORDS + OWN] = own
    scores[node * SCORE_WORDS + BEST] = own
    scores[node * SCORE_WORDS + SUM] = 0.0
    if focus != 0:
        end = memory[NUM_ITEMS]
        items[end] = focus
        memory[NUM_ITEMS] = end + 1
        record = local_segment(node, 1, kind_of(pool, focus))
        nodes[record], nodes[record + 1] = end, end + 1


@kernel
def offer_arm(nodes, arms, odds, node, contents, h, logit):
    """Makes a contents an arm of the node; if the node is full, in the place of a worse unvisited arm."""
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    place = first + count
    if count < nodes[base + N_MAX_ARMS]:
        nodes[base + N_NUM_ARMS] = count + 1
    else:
        worst = logit
        place = np.int64(NOTHING)
        for arm in range(first, first + count):
            if arms[arm * ARM_WORDS + ARM_CHILD] == UNVISITED and odds[2 * arm + 1] < worst:
                place, worst = arm, odds[2 * arm + 1]
        if place == NOTHING:
            return
    arms[place * ARM_WORDS + ARM_CONTENTS] = contents
    arms[place * ARM_WORDS + ARM_VISITS] = 0
    arms[place * ARM_WORDS + ARM_CHILD] = UNVISITED
    odds[2 * place] = h
    odds[2 * place + 1] = logit


@kernel
def _partners(memory, cost, kind):
    """Returns the address of the bank's (start, end) pair of a cost and kind."""
    return memory[SEGMENTS] + 2 * (cost * NUM_KINDS + kind)


@kernel
def _run_local_level(memory, pool, bytes_, halves, ints, table, links, items, nodes, node, level, limit):
    """Runs every call of local cost `level` that reads a local contents; returns whether all were run."""
    for number in range(memory[NUM_ACTIONS]):
        action = memory[ACTIONS] + number * ACTION_WORDS
        arity, budget = memory[action + A_ARITY], level - memory[action + A_PRICE]
        kind1, kind2, kind3 = memory[action + A_KIND1], memory[action + A_KIND2], memory[action + A_KIND3]
        if budget < arity:
            continue
        # Bit p of a pattern says that operand p is local, else it is a partner from the bank.
        for pattern in range(1, 1 << arity if arity < 3 else 8):
            if arity == 3 and pattern not in (1, 2, 4):
                continue
            for one in range(1, budget - arity + 2):
                last_two = budget - one - (arity - 2) if arity > 1 else 1
                for two in range(1 if arity == 3 else last_two, last_two + 1):
                    three = budget - one - two
                    if arity == 1 and one != budget:
                        continue
                    if pattern & 1 != 0:
                        if one >= level or one >= LOCAL_LEVELS:
                            continue
                        record = local_segment(node, one, kind1)
                        begin1, end1 = nodes[record], nodes[record + 1]
                    else:
                        if one > memory[PARTNER_COST]:
                            continue
                        record = _partners(memory, one, kind1)
                        begin1, end1 = memory[record], memory[record + 1]
                    begin2 = end2 = begin3 = end3 = np.int64(0)
                    if arity > 1:
                        if pattern & 2 != 0:
                            if two >= LOCAL_LEVELS:
                                continue
                            record = local_segment(node, two, kind2)
                            begin2, end2 = nodes[record], nodes[record + 1]
                        else:
                            if two > memory[PARTNER_COST]:
                                continue
                            record = _partners(memory, two, kind2)
                            begin2, end2 = memory[record], memory[record + 1]
                    if arity > 2:
                        if pattern & 4 != 0:
                            if three >= LOCAL_LEVELS:
                                continue
                            record = local_segment(node, three, kind3)
                            begin3, end3 = nodes[record], nodes[record + 1]
                        else:
                            if three > memory[PARTNER_COST]:
                                continue
                            record = _partners(memory, three, kind3)
                            begin3, end3 = memory[record], memory[record + 1]
                    if begin1 >= end1 or (arity > 1 and begin2 >= end2) or (arity > 2 and begin3 >= end3):
                        continue
                    if not product(
                        memory, pool, bytes_, halves, ints, table, links, items,
                        action, begin1, end1, begin2, end2, begin3, end3, limit,
                    ):  # fmt: skip
                        memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = 0, 0, 0
                        return False
    return True


@kernel
def _group(memory, pool, items, nodes, node, level, begin):
    """Groups the contents that `items` holds from `begin` on by kind, as the node's local level."""
    end = memory[NUM_ITEMS]
    size = end - begin
    for i in range(size):
        items[end + i] = items[begin + i]
    at = begin
    for kind in range(NUM_KINDS):
        record = local_segment(node, level, kind)
        nodes[record] = at
        for i in range(size):
            if kind_of(pool, items[end + i]) == kind:
                items[at] = items[end + i]
                at += 1
        nodes[record + 1] = at


@kernel
def _renew_stamps(memory, pool, items, nodes, node):
    """Gives the node's local contents a new stamp, so that they are not listed again."""
    memory[LAST_STAMP] += 1
    stamp = memory[LAST_STAMP]
    memory[STAMP] = stamp
    for level in range(1, nodes[node * NODE_WORDS + N_LEVEL]):
        for kind in range(NUM_KINDS):
            record = local_segment(node, level, kind)
            for i in range(nodes[record], nodes[record + 1]):
                contents = items[i]
                pool[contents + 3] = (pool[contents + 3] >> 32 << 32) | stamp
    return stamp


@kernel
def expand(
    memory, pool, bytes_, halves, ints, table, links, items, nodes, scores, arms, odds, weights,
    node, work, use_value, rebase,
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
    while nodes[base + N_CLOSED] == 0:
        level = nodes[base + N_LEVEL]
        begin = memory[NUM_ITEMS]
        complete = _run_local_level(
            memory, pool, bytes_, halves, ints, table, links, items, nodes, node, level, first + work
        )
        flush(memory, pool, bytes_, halves, ints, table, links, items)
        _group(memory, pool, items, nodes, node, level, begin)
        nodes[base + N_LEVEL] = level + 1
        for i in range(begin, memory[NUM_ITEMS]):
            contents = items[i]
            h = value_of(memory, pool, bytes_, halves, ints, weights, contents) if use_value else 0.0
            cost = level if rebase else cost_of(pool, contents)
            offer_arm(nodes, arms, odds, node, contents, h, h - COST_WEIGHT * cost)
            best = max(best, h)
            found += 1
        if not complete or level + 1 >= LOCAL_LEVELS:
            nodes[base + N_CLOSED] = 1
        if found > 0 and level >= ENOUGH_LEVEL:
            break
    nodes[base + N_CANDIDATES] += memory[CANDIDATES] - first
    memory[CURSOR_I], memory[CURSOR_J], memory[CURSOR_K] = cursor_i, cursor_j, cursor_k
    memory[STAMP] = 0
    return best if found > 0 else scores[node * SCORE_WORDS + OWN]


@kernel
def puct_score(q, prior, visits, total, c_puct):
    """Returns q + c_puct * prior * sqrt(total) / (1 + visits); source: Silver et al. 2017, AlphaGo Zero."""
    return q + c_puct * prior * math.sqrt(total) / (1.0 + visits)


@kernel
def _arm_q(scores, arms, odds, arm, mean, low, high):
    """Returns an arm's value in [0, 1]: its child's backed-up one, or before a visit its own h."""
    child = arms[arm * ARM_WORDS + ARM_CHILD]
    h = odds[2 * arm]
    if child >= 0:
        h = scores[child * SCORE_WORDS + BEST]
        if mean:
            h = scores[child * SCORE_WORDS + SUM]
    return min(max((h - low) / (high - low), 0.0), 1.0)


@kernel
def _is_on_path(path, depth, node):
    """Says whether a node is on the path: parents share focus nodes, so walks could go in circles."""
    for step in range(depth):
        if path[2 * step] == node:
            return True
    return False


@kernel
def choose_arm(nodes, scores, arms, odds, path, depth, node, mean, low, high, c_puct):
    """Returns the arm of highest PUCT score that leads off the path, DEEPEN, or NOTHING if there is none."""
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    largest = -1e30
    for arm in range(first, first + count):
        largest = max(largest, odds[2 * arm + 1])
    mass = 0.0
    for arm in range(first, first + count):
        mass += math.exp(odds[2 * arm + 1] - largest)
    can_deepen = nodes[base + N_CLOSED] == 0 and nodes[base + N_FOCUS] != 0
    share = 1.0 - DEEPEN_PRIOR if can_deepen else 1.0
    total = nodes[base + N_VISITS] / WORK_UNIT + 1.0
    best, best_score = NOTHING, -1e30
    if can_deepen:
        own = (scores[node * SCORE_WORDS + OWN] - low) / (high - low)
        best = DEEPEN
        visits = nodes[base + N_DEEPEN_VISITS] / WORK_UNIT
        best_score = puct_score(min(max(own, 0.0), 1.0), DEEPEN_PRIOR, visits, total, c_puct)
    for arm in range(first, first + count):
        child = arms[arm * ARM_WORDS + ARM_CHILD]
        if child >= 0 and (nodes[child * NODE_WORDS + N_EXHAUSTED] != 0 or _is_on_path(path, depth, child)):
            continue
        prior = share * math.exp(odds[2 * arm + 1] - largest) / mass
        q = _arm_q(scores, arms, odds, arm, mean, low, high)
        score = puct_score(q, prior, arms[arm * ARM_WORDS + ARM_VISITS] / WORK_UNIT, total, c_puct)
        if score > best_score:
            best, best_score = arm, score
    return best


@kernel
def select(nodes, scores, arms, odds, path, mean, low, high, c_puct):
    """Walks from the root by PUCT to an arm without a child, a deepening, or a node where nothing is left.

    Writes (node, arm) pairs to `path` and returns how many.
    """
    node, depth = ROOT, 0
    while True:
        path[2 * depth] = node
        arm = choose_arm(nodes, scores, arms, odds, path, depth + 1, node, mean, low, high, c_puct)
        path[2 * depth + 1] = arm
        depth += 1
        if arm < 0 or arms[arm * ARM_WORDS + ARM_CHILD] == UNVISITED or 2 * depth + 2 > path.size:
            return depth
        node = arms[arm * ARM_WORDS + ARM_CHILD]


@kernel
def back_up(nodes, scores, arms, path, depth, value, work):
    """Adds one simulation to the path: visits in units of work, values, and whether anything is left."""
    for step in range(depth - 1, -1, -1):
        node, arm = path[2 * step], path[2 * step + 1]
        base = node * NODE_WORDS
        before = nodes[base + N_VISITS]
        nodes[base + N_VISITS] = before + work
        if arm >= 0:
            arms[arm * ARM_WORDS + ARM_VISITS] += work
        elif arm == DEEPEN:
            nodes[base + N_DEEPEN_VISITS] += work
        scores[node * SCORE_WORDS + BEST] = max(scores[node * SCORE_WORDS + BEST], value)
        # SUM holds the running mean, weighted by work.
        mean = scores[node * SCORE_WORDS + SUM]
        scores[node * SCORE_WORDS + SUM] = mean + (value - mean) * work / (before + work)
        if node != ROOT and nodes[base + N_CLOSED] != 0:
            nodes[base + N_EXHAUSTED] = 1
            first = nodes[base + N_FIRST_ARM]
            for other in range(first, first + nodes[base + N_NUM_ARMS]):
                child = arms[other * ARM_WORDS + ARM_CHILD]
                if child < 0 or nodes[child * NODE_WORDS + N_EXHAUSTED] == 0:
                    nodes[base + N_EXHAUSTED] = 0
                    break


@kernel
def refresh_root(
    memory, pool, bytes_, halves, ints, items, nodes, arms, odds, weights, level, use_value, most
):  # fmt: skip
    """Offers the contents of a completed root level as arms of the root, at most `most` of them."""
    for kind in range(NUM_KINDS):
        record = _partners(memory, level, kind)
        for i in range(memory[record], min(memory[record + 1], memory[record] + most)):
            contents = items[i]
            h = value_of(memory, pool, bytes_, halves, ints, weights, contents) if use_value else 0.0
            offer_arm(nodes, arms, odds, ROOT, contents, h, h - COST_WEIGHT * cost_of(pool, contents))
