"""The focus tree over the bank: its arrays, and what adds a node or an arm to them.

A node is one *focus* contents; its arms promote contents that were made from the focus, and one more arm
*deepens*: it runs the next level of the node's own cost-ordered enumeration. Single agent; values are h (a
logit), min-max normalised over the tree to [0, 1]; higher is better; no sign changes anywhere.

    nodes   int64 [max_nodes * NODE_WORDS]   the N_ fields; then starts and ends in `items` by level and kind
    scores  float64 [max_nodes * 4]          own value, backed-up value, running mean, arms' weights
    arms    int64 [max_arms * 3]             contents, visits, child (UNVISITED before the first)
    odds    float64 [max_arms * 4]           h of the contents, logit, weight, visits from which it is open
    places  int64 [power of two]             open-addressing table: the node of each focus, 0 = empty

An arm's prior is its share of its node's weights; the weight is exp(logit - highest logit of the node). The
logit is h - COST_WEIGHT * local cost, until a model says more (refinement.py). An arm that a model's ranks
prune opens when its node's visits, in units, reach a number; all others are open from the start.
`memory[TREE_NODES]` and `memory[TREE_ARMS]` count what is used. A visit is counted in units of work, 1 +
candidates / 1000. Source of the formulation and its constants: experiments on list tasks; c_puct 1, 24 arms,
at most 2000 candidates an expansion were the best tried there.
"""

import math

import numpy as np

from mcts_compose.search.contents import kind_of
from mcts_compose.search.layout import NUM_ITEMS, NUM_KINDS, TREE_ARMS, TREE_NODES
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
N_KINDS = 11
"""Bit k: the node has a local contents of kind k."""
N_LISTS = 12
NODE_WORDS = N_LISTS + 2 * LOCAL_LEVELS * NUM_KINDS
ARM_CONTENTS, ARM_VISITS, ARM_CHILD, ARM_WORDS = 0, 1, 2, 3
OWN, BEST, SUM, MASS, SCORE_WORDS = 0, 1, 2, 3, 4
H, LOGIT, WEIGHT, OPENS, ODDS_WORDS = 0, 1, 2, 3, 4
UNVISITED = -1
DEEPEN = -2
NOTHING = -3
ROOT = 0
NODE_ARMS = 24
DEEPEN_PRIOR = 0.3
WORK_UNIT = 1000


@kernel
def local_segment(node, level, kind):
    """Returns the offset in `nodes` of the (start, end) pair of a node's local level and kind."""
    return node * NODE_WORDS + N_LISTS + 2 * (level * NUM_KINDS + kind)


@kernel
def place_of(nodes, places, focus):
    """Returns where in `places` the node of a focus is, or the empty place where it should be."""
    mask = np.uint64(places.size - 1)
    place = (np.uint64(focus) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32) & mask
    while places[place] != 0 and nodes[places[place] * NODE_WORDS + N_FOCUS] != focus:
        place = (place + np.uint64(1)) & mask
    return place


@kernel
def start_node(memory, pool, items, nodes, scores, places, focus, parent, max_arms, own):
    """Adds an empty node and returns it; its only local contents is the focus, at local cost 1."""
    node = memory[TREE_NODES]
    base = node * NODE_WORDS
    nodes[base + N_FOCUS] = focus
    nodes[base + N_LEVEL] = 2
    nodes[base + N_FIRST_ARM] = memory[TREE_ARMS]
    nodes[base + N_MAX_ARMS] = max_arms
    nodes[base + N_PARENT] = parent
    scores[node * SCORE_WORDS + OWN] = own
    scores[node * SCORE_WORDS + BEST] = own
    memory[TREE_NODES] = node + 1
    memory[TREE_ARMS] += max_arms
    if focus != 0:
        places[place_of(nodes, places, focus)] = node
        own_kind, end = kind_of(pool, focus), memory[NUM_ITEMS]
        items[end] = focus
        memory[NUM_ITEMS] = end + 1
        nodes[base + N_KINDS] = 1 << own_kind
        for kind in range(NUM_KINDS):
            record = local_segment(node, 1, kind)
            nodes[record] = end + 1 if kind > own_kind else end
            nodes[record + 1] = end + 1 if kind >= own_kind else end
    return node


@kernel
def child_of(memory, pool, items, nodes, scores, arms, odds, places, node, arm):
    """Returns the node that an arm promotes to; it is made now if there is none."""
    focus = arms[arm * ARM_WORDS + ARM_CONTENTS]
    child = places[place_of(nodes, places, focus)]
    if child == 0:
        own = odds[arm * ODDS_WORDS + H]
        child = start_node(memory, pool, items, nodes, scores, places, focus, node, NODE_ARMS, own)
    arms[arm * ARM_WORDS + ARM_CHILD] = child
    return child


@kernel
def lowest_logit(nodes, arms, odds, node):
    """Returns the lowest logit of a full node's unvisited arms, minus infinity if there is room for more."""
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    if count < nodes[base + N_MAX_ARMS]:
        return -np.inf
    lowest = np.inf
    for arm in range(first, first + count):
        if arms[arm * ARM_WORDS + ARM_CHILD] == UNVISITED:
            lowest = min(lowest, odds[arm * ODDS_WORDS + LOGIT])
    return lowest


@kernel
def offer_arm(nodes, arms, odds, node, contents, h, logit, lowest):
    """Makes a contents an arm of the node; if the node is full, in the place of its worst unvisited arm.

    Takes what `lowest_logit` says and returns what it says afterwards.
    """
    if logit <= lowest:
        return lowest
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    place = first
    if count < nodes[base + N_MAX_ARMS]:
        place += count
        nodes[base + N_NUM_ARMS] = count + 1
    else:
        while arms[place * ARM_WORDS + ARM_CHILD] != UNVISITED or odds[place * ODDS_WORDS + LOGIT] != lowest:
            place += 1
    arms[place * ARM_WORDS + ARM_CONTENTS] = contents
    arms[place * ARM_WORDS + ARM_VISITS] = 0
    arms[place * ARM_WORDS + ARM_CHILD] = UNVISITED
    odds[place * ODDS_WORDS + H] = h
    odds[place * ODDS_WORDS + LOGIT] = logit
    odds[place * ODDS_WORDS + OPENS] = 0.0
    return lowest_logit(nodes, arms, odds, node)


@kernel
def weigh_arms(nodes, scores, odds, node):
    """Renews the weights of a node's arms, which have changed."""
    base = node * NODE_WORDS
    first, count = nodes[base + N_FIRST_ARM], nodes[base + N_NUM_ARMS]
    highest = -1e30
    for arm in range(first, first + count):
        highest = max(highest, odds[arm * ODDS_WORDS + LOGIT])
    mass = 0.0
    for arm in range(first, first + count):
        weight = math.exp(odds[arm * ODDS_WORDS + LOGIT] - highest)
        odds[arm * ODDS_WORDS + WEIGHT] = weight
        mass += weight
    scores[node * SCORE_WORDS + MASS] = mass
