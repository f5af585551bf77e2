"""The search tree over positions: PUCT walks it, an expansion runs all actions, the best value is carried up.

Single agent; values in [0, 1], higher is better; no sign changes anywhere. A node is a position with the
fewest actions that are known to reach it, so every edge goes one length further and the graph has no cycle.
A child that was met before with as few actions is the same node; one that was met with fewer gets no edge,
since whatever follows it is shorter elsewhere. An edge begins with its child's own value, so that no visit is
needed to learn it. What cannot reach the goal within the bound has no edges; an edge to it is taken out, and
a root without edges means that all was seen.

An edge keeps the value that its child had when it was last walked: other parents of the child see a better or
worse value when they walk there. Refreshing them all needed more expansions in an experiment.

A node whose edges a model has ranked has them in order, the likeliest first, each with a probability. Only
the first of them can be selected at once; the more visits, the more. The order decides what is seen first,
and no more: edges are taken out, and a tree is at its end, as without a model.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.fixed.positions import (
    ABSENT,
    NUM_POSITIONS,
    find,
    has_room,
    keep,
    leaves,
    make_child,
)
from mcts_compose.search.fixed.prunes import DEAD_WRITE
from mcts_compose.search.fixed.tables import NUM_ACTIONS
from vm.jit import kernel

GOING, SOLVED, EXHAUSTED, FULL, WAITING = 0, 1, 2, 3, 4
UNEXPANDED = -1
ROOT = 0
DEPTHS = 256
STEPS = 2 * DEPTHS
"""Edges of the longest walk: the actions of a program, and groups of what came from other parts."""

# Places in `Tree.counters`.
NUM_EDGES, SIMULATIONS, SOLUTION_LENGTH, SOLVED_NODE, TOP = 0, 1, 2, 3, 4
NUM_TREE_COUNTERS = 5

# Places in `Tree.weights`.
OF_WORTH, OF_ROWS, OF_LENGTH, OF_RANKED = 0, 1, 2, 3
NUM_WEIGHTS = 4

UNRANKED = 0
EARNED_AT = 2
"""Walks through a node after which a model may rank its edges: the first has only made them (untuned)."""
WIDENING, WIDENING_POWER = 1.0, 0.5
"""After N more walks floor(WIDENING * N ** WIDENING_POWER) edges of a ranked node can be selected besides the
first ones (source: Couëtoux et al. 2011, Continuous upper confidence trees; both untuned)."""


class Tree(NamedTuple):
    """Statistics of nodes and edges; a node has the number of its position.

    Shapes: `N` most nodes, `M` most edges.

    Attributes:
      value: `[N]` float32 own value, after expansion the best of its edges.
      visits: `[N]` int32 walks through the node.
      first_edge: `[N]` int64 where its edges begin.
      num_edges: `[N]` int32 UNEXPANDED, or how many it has left; 0: it cannot reach the goal in bounds.
      edge_child: `[M]` int32 node.
      edge_action: `[M]` uint16 action.
      edge_visits: `[M]` int32 walks along the edge.
      edge_value: `[M]` float32 value as of the last walk.
      fewest_shown: `[DEPTHS]` int32 fewest different outputs of a position with so many actions, as yet.
      path_nodes: `[STEPS]` int32 scratch of one walk.
      path_edges: `[STEPS]` int64 scratch of one walk.
      solution: `[DEPTHS]` uint16 actions of the last program found.
      weights: `[NUM_WEIGHTS]` float64 what worth and worth of rows count in a value, what each action takes
        off, and the exploration constant of ranked nodes.
      counters: `[NUM_TREE_COUNTERS]` int64; SOLVED_NODE is where the last action of the solution was run,
        TOP is where walks begin.
    """

    value: NDArray[np.float32]
    visits: NDArray[np.int32]
    first_edge: NDArray[np.int64]
    num_edges: NDArray[np.int32]
    edge_child: NDArray[np.int32]
    edge_action: NDArray[np.uint16]
    edge_visits: NDArray[np.int32]
    edge_value: NDArray[np.float32]
    fewest_shown: NDArray[np.int32]
    path_nodes: NDArray[np.int32]
    path_edges: NDArray[np.int64]
    solution: NDArray[np.uint16]
    weights: NDArray[np.float64]
    counters: NDArray[np.int64]


class Ranking(NamedTuple):
    """What a model has said of a tree's nodes, and which of them wait for it.

    Kernels get None in its place where there is no model, for which numba compiles them once more, without
    what concerns it.

    Shapes: as of `Tree`.

    Attributes:
      num_first: `[N]` uint16 UNRANKED, or how many of a ranked node's edges can be selected at once.
      ranked_at: `[N]` int32 walks through a ranked node before it was.
      edge_prior: `[M]` float32 probability of a ranked node's edge.
      earned: ring of int32 nodes that have earned to be ranked, the last ones.
      num_earned: `[1]` int64 how many have.
    """

    num_first: NDArray[np.uint16]
    ranked_at: NDArray[np.int32]
    edge_prior: NDArray[np.float32]
    earned: NDArray[np.int32]
    num_earned: NDArray[np.int64]


@kernel
def num_selectable(tree, ranking, node):
    """Returns how many of an expanded node's edges can be selected: those that stand first."""
    count = np.int64(tree.num_edges[node])
    if ranking is not None and ranking.num_first[node] != UNRANKED:
        num_walks = tree.visits[node] - ranking.ranked_at[node]
        return min(count, ranking.num_first[node] + np.int64(WIDENING * num_walks**WIDENING_POWER))
    return count


@kernel
def select_ranked_edge(tree, ranking, node):
    """Returns the edge that `select_edge` wants, with the probabilities of those that are left as P."""
    first = tree.first_edge[node]
    mass = 0.0
    for edge in range(first, first + tree.num_edges[node]):
        mass += ranking.edge_prior[edge]
    weight = tree.weights[OF_RANKED] * math.sqrt(1.0 + tree.visits[node]) / mass
    best, best_score = first, -1.0
    for edge in range(first, first + num_selectable(tree, ranking, node)):
        score = tree.edge_value[edge] + weight * ranking.edge_prior[edge] / (1.0 + tree.edge_visits[edge])
        if score > best_score:
            best, best_score = edge, score
    return best


@kernel
def select_edge(tree, ranking, node, c_puct):
    """Returns the edge of highest Q + c P sqrt(N) / (1 + n); P = 1 / edges where no model has said more.

    Source: Silver et al. 2017 (PUCT). Differs: 1 + N under the root, as visits begin at 0.
    """
    if ranking is not None and ranking.num_first[node] != UNRANKED:
        return select_ranked_edge(tree, ranking, node)
    first = tree.first_edge[node]
    count = tree.num_edges[node]
    weight = c_puct * math.sqrt(1.0 + tree.visits[node]) / count
    best, best_score = first, -1.0
    for edge in range(first, first + count):
        score = tree.edge_value[edge] + weight / (1.0 + tree.edge_visits[edge])
        if score > best_score:
            best, best_score = edge, score
    return best


@kernel
def start_node(tables, tree, node, size, num_shown, length):
    """Gives a new node its own value, and no edges yet."""
    weights = tree.weights
    worth = weights[OF_WORTH] * tables.worth[num_shown] + weights[OF_ROWS] * tables.worth_of_rows[size]
    most = 1.0 - weights[OF_WORTH] - weights[OF_ROWS]
    tree.value[node] = max(0.0, most + worth - weights[OF_LENGTH] * length)
    tree.visits[node] = 0
    tree.num_edges[node] = UNEXPANDED


@kernel
def add_edge(tree, edge, child, action):
    """Writes an edge that nobody has walked."""
    tree.edge_child[edge] = child
    tree.edge_action[edge] = action
    tree.edge_visits[edge] = 0
    tree.edge_value[edge] = tree.value[child]


@kernel
def child_node(tables, positions, tree, node, action, key, size, num_shown, merges):
    """Returns the node of the child at hand, made now if it is new or reached sooner.

    ABSENT if it is dominated, or if another part goes on there.
    """
    length = positions.length[node] + 1
    slot, known = find(positions, key, size)
    if not merges:
        known = ABSENT
    if known != ABSENT and positions.length[known] <= length:
        is_alive = positions.length[known] == length and tree.num_edges[known] != 0
        return known if is_alive else ABSENT
    child = keep(positions, slot, key, size, node, action, known)
    start_node(tables, tree, child, size, num_shown, length)
    if leaves(positions, child, key, known):
        tree.num_edges[child] = 0
        return ABSENT
    return child


@kernel
def note_solution(tree, node, depth, action):
    """Writes down the walk's actions and the one that reaches the goal."""
    for step in range(depth):
        tree.solution[step] = tree.edge_action[tree.path_edges[step]]
    tree.solution[depth] = action
    tree.counters[SOLUTION_LENGTH] = depth + 1
    tree.counters[SOLVED_NODE] = node


@kernel
def expand(tables, positions, tree, node, depth, bound, cut, without_dead_writes, merges):
    """Runs every action in a node and gives it the edges to what can still reach the goal.

    Args:
      tables: row tables.
      positions: the store.
      tree: statistics.
      node: an unexpanded node at the end of the walk.
      depth: the node's length, and in a search of one part the edges of the walk.
      bound: longest program that is wanted.
      cut: a child with more than `cut` times the fewest outputs of the length before is dropped; 0: none is.
      without_dead_writes: whether actions that undo the one before are left out.
      merges: whether equal positions are one node.

    Returns:
      GOING, SOLVED (the node stays unexpanded) or FULL (the same).
    """
    first = tree.counters[NUM_EDGES]
    edge = first
    remaining = bound - depth - 1
    num_actions = tables.sizes[NUM_ACTIONS]
    limit = 2**30 if cut == 0.0 else np.int64(cut * tree.fewest_shown[depth])
    before = num_actions if node == ROOT else np.int64(positions.action[node])
    if first + num_actions > tree.edge_child.size or not has_room(positions, node, num_actions):
        return FULL
    for action in range(num_actions if remaining >= 0 else 0):
        if without_dead_writes and tables.blocked[before * num_actions + action] & DEAD_WRITE:
            continue
        size, key, num_shown, farthest = make_child(tables, positions, node, action, remaining)
        if size == 0 or num_shown > limit:
            continue
        if farthest == 0:
            note_solution(tree, node, depth, action)
            return SOLVED
        child = child_node(tables, positions, tree, node, action, key, size, num_shown, merges)
        if child != ABSENT:
            tree.fewest_shown[depth + 1] = min(tree.fewest_shown[depth + 1], num_shown)
            add_edge(tree, edge, child, action)
            edge += 1
    tree.first_edge[node] = first
    tree.num_edges[node] = edge - first
    tree.counters[NUM_EDGES] = edge
    return GOING


@kernel
def move_edge(tree, to, edge):
    """Writes an edge over another one."""
    tree.edge_child[to] = tree.edge_child[edge]
    tree.edge_action[to] = tree.edge_action[edge]
    tree.edge_visits[to] = tree.edge_visits[edge]
    tree.edge_value[to] = tree.edge_value[edge]


@kernel
def drop_edge(tree, ranking, node, edge):
    """Takes an edge out of its node: the last one takes its place, and where order counts all move up."""
    last = tree.first_edge[node] + tree.num_edges[node] - 1
    tree.num_edges[node] -= 1
    if ranking is not None and ranking.num_first[node] != UNRANKED:
        for place in range(edge, last):
            move_edge(tree, place, place + 1)
            ranking.edge_prior[place] = ranking.edge_prior[place + 1]
    else:
        move_edge(tree, edge, last)


@kernel
def best_edge_value(tree, ranking, node):
    """Returns the highest value of the edges that can be selected; 0 without any."""
    best = np.float32(0.0)
    first = tree.first_edge[node]
    for edge in range(first, first + num_selectable(tree, ranking, node)):
        best = max(best, tree.edge_value[edge])
    return best


@kernel
def count_visit(tree, ranking, node):
    """Counts a walk through a node, and notes if it has thereby earned to be ranked."""
    tree.visits[node] += 1
    if ranking is not None and tree.visits[node] == EARNED_AT:
        ranking.earned[ranking.num_earned[0] % ranking.earned.size] = node
        ranking.num_earned[0] += 1


@kernel
def back_up(tree, ranking, node, depth, with_mean):
    """Carries the value of a walk's last node up; edges to what cannot reach the goal go.

    Args:
      tree: statistics.
      ranking: what a model has said, or None.
      node: where the walk ended; it is expanded.
      depth: edges of the walk.
      with_mean: an edge then keeps the mean over its walks of the values found at their ends.
    """
    if tree.num_edges[node] > 0:
        tree.value[node] = best_edge_value(tree, ranking, node)
    count_visit(tree, ranking, node)
    found = tree.value[node]
    child = node
    for step in range(depth - 1, -1, -1):
        parent, edge = tree.path_nodes[step], tree.path_edges[step]
        if tree.num_edges[child] == 0:
            drop_edge(tree, ranking, parent, edge)
        elif with_mean:
            tree.edge_visits[edge] += 1
            tree.edge_value[edge] += (found - tree.edge_value[edge]) / (1 + tree.edge_visits[edge])
        else:
            tree.edge_visits[edge] += 1
            tree.edge_value[edge] = tree.value[child]
        tree.value[parent] = best_edge_value(tree, ranking, parent)
        count_visit(tree, ranking, parent)
        child = parent


@kernel
def simulate(
    tables, positions, tree, ranking, bound, cut, c_puct, with_mean, without_dead_writes, merges, most
):
    """Runs up to `most` simulations: select, expand, back up; stops when something has happened.

    Returns:
      GOING, SOLVED (see `Tree.solution`), EXHAUSTED or FULL.
    """
    for _ in range(most):
        if tree.num_edges[tree.counters[TOP]] == 0:
            return EXHAUSTED
        node, depth = tree.counters[TOP], 0
        while tree.num_edges[node] > 0:
            edge = select_edge(tree, ranking, node, c_puct)
            tree.path_nodes[depth] = node
            tree.path_edges[depth] = edge
            node = tree.edge_child[edge]
            depth += 1
        if tree.num_edges[node] == UNEXPANDED:
            length = np.int64(positions.length[node])
            status = expand(tables, positions, tree, node, length, bound, cut, without_dead_writes, merges)
            if status != GOING:
                return status
        tree.counters[SIMULATIONS] += 1
        back_up(tree, ranking, node, depth, with_mean)
    return GOING


@kernel
def start_tree(tables, positions, tree, num_shown):
    """Makes the first position the root; its rows are in the pool already."""
    positions.counters[NUM_POSITIONS] = 1
    start_node(tables, tree, ROOT, np.int64(positions.size[ROOT]), num_shown, 0)
    for length in range(tree.fewest_shown.size):
        tree.fewest_shown[length] = num_shown
