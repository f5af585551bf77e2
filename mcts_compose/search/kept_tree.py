"""Decides what is kept of a search tree, to be looked at when its arrays are gone."""

from __future__ import annotations

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.contents import kind_of
from mcts_compose.search.engine import Engine
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.tree_view import NodeView, TreeView
from vm.values import KIND_TYPES

SHOWN_NODES = 400
KEPT_VISITS = 24
"""Most visited focuses that are kept to learn from, as many as a node has arms."""


def most_visited_focuses(engine: Engine, tree: FocusTree | None) -> tuple[tuple[str, int], ...]:
    """Returns the most visited focuses of a tree with their visits, most first, as programs in one line."""
    if tree is None:
        return ()
    nodes = tree.nodes[: tree.num_nodes * kernels.NODE_WORDS].reshape(-1, kernels.NODE_WORDS)
    visits = nodes[:, kernels.N_VISITS] // kernels.WORK_UNIT
    found = np.flatnonzero(visits)
    found = found[found != kernels.ROOT]
    best = found[np.argsort(-visits[found], kind="stable")][:KEPT_VISITS]
    focuses = ((int(nodes[node, kernels.N_FOCUS]), int(visits[node])) for node in best)
    return tuple(
        (engine.program_of(focus, KIND_TYPES[int(kind_of(engine.bank.pool, focus))]).text, number)
        for focus, number in focuses
    )


def kept_tree(engine: Engine, tree: FocusTree | None, simulations: int) -> TreeView:
    """Returns the most visited part of a tree, as plain values.

    Args:
      engine: of the search.
      tree: None if the search ended before there was any.
      simulations: what the root counts in that case.
    """
    if tree is None:
        root = NodeView(
            id=0, parent=None, label="", visits=simulations, q=0.0, prior=1.0, value=0.0, cost=0.0
        )
        return TreeView(nodes=(root,), num_nodes=1)
    prior_of = {0: 1.0}
    parent_of: dict[int, int | None] = {0: None}
    for node in range(tree.num_nodes):
        for arm, log_prior in zip(tree.arms_of(node), tree.log_priors(node).tolist(), strict=True):
            child = int(tree.arms[arm * kernels.ARM_WORDS + kernels.ARM_CHILD])
            if child > 0 and child not in parent_of:
                parent_of[child] = node
                prior_of[child] = float(np.exp(log_prior))
    solved = set()
    if engine.best_cost < at.INFINITE_COST:
        waiting = [int(engine.memory[at.GOAL])]
        while waiting:
            contents = waiting.pop()
            solved.add(contents)
            waiting.extend(engine.derivation(contents)[1])
    span = tree.high - tree.low

    def share(h: float) -> float:
        return min(max((h - tree.low) / span, 0.0), 1.0)

    visits = tree.nodes[: tree.num_nodes * kernels.NODE_WORDS].reshape(-1, kernels.NODE_WORDS)
    order = np.argsort(-visits[:, kernels.N_VISITS], kind="stable")[:SHOWN_NODES]
    kept = sorted(int(node) for node in order if int(node) in parent_of)
    views = []
    for node in kept:
        parent = parent_of[node]
        if parent is not None and parent not in kept:
            continue
        focus = int(visits[node, kernels.N_FOCUS])
        scores = tree.scores[node * kernels.SCORE_WORDS : (node + 1) * kernels.SCORE_WORDS]
        views.append(
            NodeView(
                id=node,
                parent=parent,
                label=engine.expression_of(focus) if focus else "",
                visits=int(visits[node, kernels.N_VISITS]) // kernels.WORK_UNIT,
                q=share(float(scores[kernels.BEST])),
                prior=prior_of[node],
                value=share(float(scores[kernels.OWN])),
                cost=float(engine.cost(focus)) if focus else 0.0,
                is_solved=focus in solved or (node == 0 and bool(solved)),
                is_exhausted=bool(visits[node, kernels.N_EXHAUSTED]),
            )
        )
    return TreeView(nodes=tuple(views), num_nodes=tree.num_nodes)
