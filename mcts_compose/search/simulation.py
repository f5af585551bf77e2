"""Simulations of Monte Carlo tree search: select, expand, back up; many of them in one call."""

from mcts_compose.search.expansion import expand
from mcts_compose.search.layout import BEST_COST, CANDIDATES, TREE_NODES
from mcts_compose.search.selection import back_up, select
from mcts_compose.search.tree import (
    BEST,
    DEEPEN,
    NODE_WORDS,
    ROOT,
    SCORE_WORDS,
    SUM,
    WORK_UNIT,
    child_of,
)
from vm.jit import kernel


@kernel
def simulate(
    memory, pool, bytes_, halves, ints, table, links, items, nodes, scores, arms, odds, places, calls, path,
    span, counts, weights, c_puct, mean, use_value, rebase, work, most, limit,
):  # fmt: skip
    """Runs simulations until `most` are done or `memory[CANDIDATES]` reaches `limit`, at least one.

    It also stops when a cheaper program is found, and when `nodes` is full: it must not be full before.
    `span` is [2] float64, the lowest and the highest h of the tree; the highest is kept up to date. `work` is
    the most candidates of one expansion.

    Returns:
      How many simulations were run; 0 if the tree has nothing left to select.
    """
    best_cost = memory[BEST_COST]
    done = 0
    while done == 0 or (
        done < most
        and memory[CANDIDATES] < limit
        and memory[BEST_COST] == best_cost
        and (memory[TREE_NODES] + 1) * NODE_WORDS <= nodes.size
    ):
        depth = select(nodes, scores, arms, odds, path, mean, span[0], span[1], c_puct)
        node, arm = path[2 * depth - 2], path[2 * depth - 1]
        if arm < 0 and arm != DEEPEN and node == ROOT:
            break
        first, nodes_before = memory[CANDIDATES], memory[TREE_NODES]
        # Where nothing is left, the visit alone makes the parent look elsewhere.
        value = span[0]
        if arm >= 0:
            node = child_of(memory, pool, items, nodes, scores, arms, odds, places, node, arm)
            value = scores[node * SCORE_WORDS + BEST]
        is_fresh = memory[TREE_NODES] > nodes_before
        if arm == DEEPEN or is_fresh:
            value = expand(
                memory, pool, bytes_, halves, ints, table, links, items, nodes, scores, arms, odds, calls,
                counts, weights, node, work, use_value, rebase,
            )  # fmt: skip
            span[1] = max(span[1], value)
        if is_fresh:
            scores[node * SCORE_WORDS + BEST] = max(value, scores[node * SCORE_WORDS + BEST])
            scores[node * SCORE_WORDS + SUM] = value
        # Every simulation is charged, also one that ran no candidate.
        back_up(nodes, scores, arms, path, depth, value, WORK_UNIT + memory[CANDIDATES] - first)
        done += 1
    return done
