"""Selection and backup: the walk from the root by PUCT, and what a simulation's value changes on it."""

import math

import numpy as np

from mcts_compose.search.tree import (
    ARM_CHILD,
    ARM_VISITS,
    ARM_WORDS,
    BEST,
    DEEPEN,
    DEEPEN_PRIOR,
    MASS,
    N_CLOSED,
    N_DEEPEN_VISITS,
    N_EXHAUSTED,
    N_FIRST_ARM,
    N_FOCUS,
    N_NUM_ARMS,
    N_VISITS,
    NODE_WORDS,
    NOTHING,
    ODDS_WORDS,
    OPENS,
    OWN,
    ROOT,
    SCORE_WORDS,
    SUM,
    UNVISITED,
    WEIGHT,
    WORK_UNIT,
    H,
)
from vm.jit import kernel


@kernel
def puct_score(q, prior, visits, total, c_puct):
    """Returns q + c_puct * prior * sqrt(total) / (1 + visits); source: Silver et al. 2017, AlphaGo Zero."""
    return q + c_puct * prior * math.sqrt(total) / (1.0 + visits)


@kernel
def _arm_q(scores, arms, odds, arm, mean, low, high):
    """Returns an arm's value in [0, 1]: its child's backed-up one, or before a visit its own h."""
    child = arms[arm * ARM_WORDS + ARM_CHILD]
    h = odds[arm * ODDS_WORDS + H]
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
    """Returns the arm of highest PUCT score that leads off the path, DEEPEN, or NOTHING if there is none.

    Arms that are not open yet are passed over while there is anything else.
    """
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    can_deepen = nodes[base + N_CLOSED] == 0 and nodes[base + N_FOCUS] != 0
    share = 1.0 - DEEPEN_PRIOR if can_deepen else 1.0
    total = nodes[base + N_VISITS] / WORK_UNIT + 1.0
    best, best_score = NOTHING, -1e30
    waiting, waiting_opens = NOTHING, np.inf
    if can_deepen:
        own = (scores[node * SCORE_WORDS + OWN] - low) / (high - low)
        best = DEEPEN
        visits = nodes[base + N_DEEPEN_VISITS] / WORK_UNIT
        best_score = puct_score(min(max(own, 0.0), 1.0), DEEPEN_PRIOR, visits, total, c_puct)
    for arm in range(first, first + count):
        child = arms[arm * ARM_WORDS + ARM_CHILD]
        if child >= 0 and (nodes[child * NODE_WORDS + N_EXHAUSTED] != 0 or _is_on_path(path, depth, child)):
            continue
        opens = odds[arm * ODDS_WORDS + OPENS]
        if opens > total:
            if opens < waiting_opens:
                waiting, waiting_opens = arm, opens
            continue
        prior = share * odds[arm * ODDS_WORDS + WEIGHT] / scores[node * SCORE_WORDS + MASS]
        q = _arm_q(scores, arms, odds, arm, mean, low, high)
        score = puct_score(q, prior, arms[arm * ARM_WORDS + ARM_VISITS] / WORK_UNIT, total, c_puct)
        if score > best_score:
            best, best_score = arm, score
    return best if best != NOTHING else waiting


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
