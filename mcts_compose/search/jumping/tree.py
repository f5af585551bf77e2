"""The search tree over partly chosen programs: PUCT walks it, an expansion makes every choice.

Single agent; values in [0, 1], higher is better. A node is something to be chosen after the choices on the
way to it, so the tree is a tree: no program is reached in two ways (see `partial`). The value of a program is
the share of outputs that are right if it stops where it needs what is not chosen, over all examples; the best
value is carried up. What cannot be completed gets no edge; a node without edges is taken out of its parent,
and a root without edges means that all was seen.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.jumping.enumeration import is_short_of_lines
from mcts_compose.search.jumping.machine import (
    AT,
    FUEL,
    FUEL_USED,
    NUM_EXAMPLES,
    NUM_OUTPUTS,
    NUM_STATES,
    PHASE,
    SOLVED,
    STARTS,
    WRONG,
    go_on,
    leave_line,
    num_right,
    run_line,
    start_example,
    too_few_lines,
)
from mcts_compose.search.jumping.partial import (
    COUNT,
    END,
    LAST,
    LINE,
    NOBODY,
    NUM_OWED,
    SCRATCH_USED,
    UNCHOSEN,
    choose,
    num_choices,
    undo,
)
from vm.jit import kernel

GOING, FOUND, EXHAUSTED, FULL = 0, 1, 2, 3
UNEXPANDED = -1
NO_CHILD = -1
ROOT = 0
MOST_VALUE_FUEL = 64
"""Instructions that one example may run for a value; an endless loop would cost the whole fuel (untuned)."""

# Places in `Tree.counters`.
NUM_NODES, NUM_EDGES, SIMULATIONS, EXECUTIONS = 0, 1, 2, 3
NUM_TREE_COUNTERS = 4


class Tree(NamedTuple):
    """Statistics of nodes and edges.

    Shapes: `N` most nodes, `M` most edges, `D` most choices of a program.

    Attributes:
      visits: `[N]` int32 walks through the node.
      first_edge: `[N]` int64 where its edges begin.
      num_edges: `[N]` int32 UNEXPANDED, or how many it has left.
      edge_child: `[M]` int32 node, or NO_CHILD while nobody has walked it.
      edge_choice: `[M]` int32 choice.
      edge_visits: `[M]` int32 walks along the edge.
      edge_value: `[M]` float32 best value seen behind it.
      path_nodes: `[D]` int64 scratch of one walk.
      path_edges: `[D]` int64 scratch of one walk.
      registers: `[2 * (R + constants)]` int64 scratch: at the leaf, and for values.
      states: `[2 * NUM_STATES]` int64 likewise.
      counters: `[NUM_TREE_COUNTERS]` int64.
    """

    visits: NDArray[np.int32]
    first_edge: NDArray[np.int64]
    num_edges: NDArray[np.int32]
    edge_child: NDArray[np.int32]
    edge_choice: NDArray[np.int32]
    edge_visits: NDArray[np.int32]
    edge_value: NDArray[np.float32]
    path_nodes: NDArray[np.int64]
    path_edges: NDArray[np.int64]
    registers: NDArray[np.int64]
    states: NDArray[np.int64]
    counters: NDArray[np.int64]


@kernel
def clear(partial):
    """Takes all choices back: only line 0 is there."""
    for line in range(partial.instruction.size):
        partial.instruction[line] = UNCHOSEN
        partial.behind[line] = UNCHOSEN
        partial.label[line] = UNCHOSEN
        partial.before[line] = NOBODY
        partial.num_labels[line] = 0
        partial.is_owed[line] = 0
    for register in range(partial.num_writes.size):
        partial.num_writes[register] = 0
    partial.scalars[COUNT] = 1
    partial.scalars[LAST] = NOBODY
    partial.scalars[SCRATCH_USED] = 0
    partial.scalars[NUM_OWED] = 0


@kernel
def stop_example(instructions, partial, cases, registers, state, most):
    """Runs one example until it ends, needs what is not chosen, or has run so many instructions."""
    while state[FUEL_USED] < most:
        if state[PHASE] != STARTS and not leave_line(partial, state):
            return
        if state[AT] == END or partial.instruction[state[AT]] == UNCHOSEN:
            return
        run_line(instructions, partial, cases, registers, state)


@kernel
def value_of(instructions, partial, cases, registers, state):
    """Returns the share of outputs that are right if the program stops where it is not chosen.

    Args:
      instructions: tables.
      partial: the program.
      cases: the examples.
      registers: scratch, with the constants in place.
      state: scratch.
    """
    num_examples = cases.sizes[NUM_EXAMPLES]
    most = min(cases.sizes[FUEL], MOST_VALUE_FUEL)
    right = 0
    for example in range(num_examples):
        start_example(cases, registers, state, example)
        stop_example(instructions, partial, cases, registers, state, most)
        right += num_right(cases, registers, example)
    return right / (num_examples * cases.sizes[NUM_OUTPUTS])


@kernel
def select_edge(tree, node, c_puct):
    """Returns the edge of highest Q + c P sqrt(1 + N) / (1 + n), with P = 1 / edges.

    Source: Silver et al. 2017 (PUCT). Differs: 1 + N under the root, as visits begin at 0.
    """
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
def copy(source, start, target, target_start, count):
    """Copies so many words."""
    for place in range(count):
        target[target_start + place] = source[start + place]


@kernel
def new_node(tree):
    """Returns a node that nobody has expanded."""
    node = tree.counters[NUM_NODES]
    tree.counters[NUM_NODES] += 1
    tree.visits[node] = 0
    tree.num_edges[node] = UNEXPANDED
    return node


@kernel
def try_choice(instructions, partial, cases, registers, state, kind, choice):
    """Goes on after a choice.

    Returns:
      SOLVED, WRONG (also where too few lines are left), or what must be chosen next.
    """
    if is_short_of_lines(instructions, partial, cases, registers, state, kind, choice):
        return WRONG
    status = go_on(instructions, partial, cases, registers, state)
    is_open = np.int64(status == LINE)
    if status != SOLVED and status != WRONG and too_few_lines(partial, cases, registers, state, is_open):
        return WRONG
    return status


@kernel
def expand(instructions, partial, cases, registers, state, tree, node, kind):
    """Makes every choice of an unexpanded node and gives it edges to what can still be completed.

    Args:
      instructions: tables.
      partial: the program at the node; as before afterwards, unless FOUND.
      cases: the examples.
      registers: as at the node; scratch.
      state: as at the node; scratch.
      tree: statistics.
      node: unexpanded.
      kind: what must be chosen there.

    Returns:
      GOING, FOUND (the program is in `partial`) or FULL.
    """
    count, line = num_choices(instructions, partial, kind), state[AT]
    first = tree.counters[NUM_EDGES]
    if first + count > tree.edge_child.size or tree.counters[NUM_NODES] >= tree.visits.size:
        return FULL
    edge, used, size = first, partial.scalars[SCRATCH_USED], registers.size
    copy(registers, 0, tree.registers, 0, size)
    copy(state, 0, tree.states, 0, NUM_STATES)
    for choice in range(count):
        if not choose(instructions, partial, kind, line, choice):
            continue
        copy(tree.registers, 0, registers, 0, size)
        copy(tree.states, 0, state, 0, NUM_STATES)
        tree.counters[EXECUTIONS] += 1
        status = try_choice(instructions, partial, cases, registers, state, kind, choice)
        if status == SOLVED:
            return FOUND
        if status != WRONG:
            tree.edge_child[edge] = NO_CHILD
            tree.edge_choice[edge] = choice
            tree.edge_visits[edge] = 0
            tree.edge_value[edge] = value_of(
                instructions, partial, cases, tree.registers[size:], tree.states[NUM_STATES:]
            )
            edge += 1
        undo(instructions, partial, kind, line, choice, used)
    tree.first_edge[node] = first
    tree.num_edges[node] = edge - first
    tree.counters[NUM_EDGES] = edge
    return GOING


@kernel
def best_edge_value(tree, node):
    """Returns the highest value of a node's edges."""
    best = np.float32(0.0)
    first = tree.first_edge[node]
    for edge in range(first, first + tree.num_edges[node]):
        best = max(best, tree.edge_value[edge])
    return best


@kernel
def drop_edge(tree, node, edge):
    """Takes an edge out of its node: the last one takes its place."""
    last = tree.first_edge[node] + tree.num_edges[node] - 1
    tree.edge_child[edge] = tree.edge_child[last]
    tree.edge_choice[edge] = tree.edge_choice[last]
    tree.edge_visits[edge] = tree.edge_visits[last]
    tree.edge_value[edge] = tree.edge_value[last]
    tree.num_edges[node] -= 1


@kernel
def back_up(tree, node, depth):
    """Carries the best value up the walk that ended in `node`, and takes out what has no edges."""
    tree.visits[node] += 1
    for step in range(depth - 1, -1, -1):
        parent, edge = tree.path_nodes[step], tree.path_edges[step]
        tree.visits[parent] += 1
        tree.edge_visits[edge] += 1
        if tree.num_edges[node] == 0:
            drop_edge(tree, parent, edge)
        else:
            tree.edge_value[edge] = best_edge_value(tree, node)
        node = parent


@kernel
def simulate(instructions, partial, cases, registers, state, tree, c_puct):
    """Walks from the root to an unexpanded node, expands it and carries its value up.

    Returns:
      GOING, FOUND (the program is in `partial`), EXHAUSTED or FULL.
    """
    clear(partial)
    start_example(cases, registers, state, 0)
    kind, node, depth = go_on(instructions, partial, cases, registers, state), ROOT, 0
    if tree.num_edges[ROOT] == 0:
        return EXHAUSTED
    tree.counters[SIMULATIONS] += 1
    while tree.num_edges[node] != UNEXPANDED:
        edge = select_edge(tree, node, c_puct)
        choose(instructions, partial, kind, state[AT], tree.edge_choice[edge])
        kind = go_on(instructions, partial, cases, registers, state)
        tree.path_nodes[depth] = node
        tree.path_edges[depth] = edge
        depth += 1
        if tree.edge_child[edge] == NO_CHILD:
            tree.edge_child[edge] = new_node(tree)
        node = tree.edge_child[edge]
    status = expand(instructions, partial, cases, registers, state, tree, node, kind)
    if status == GOING:
        back_up(tree, node, depth)
    return status


@kernel
def simulate_many(instructions, partial, cases, registers, state, tree, c_puct, most):
    """Runs so many simulations, or fewer if one of them ends otherwise than GOING; returns how it ended."""
    for _ in range(most):
        status = simulate(instructions, partial, cases, registers, state, tree, c_puct)
        if status != GOING:
            return status
    return GOING
