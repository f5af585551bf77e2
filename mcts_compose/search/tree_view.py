"""Decides what of a finished search tree is kept to be looked at: plain values only."""

from __future__ import annotations

import msgspec


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the tree.

    Attributes:
      id: unique in the tree.
      parent: id of the node it was first reached from; None at the root.
      label: the focus contents' derivation as nested calls; empty at the root.
      visits: simulations that passed through.
      q: backed-up value in [0, 1], higher is better.
      prior: probability that its parent gave it, in [0, 1].
      value: its own estimate in [0, 1], before any backup.
      cost: price of the focus contents, in the search's units.
      is_solved: whether a program that fits goes through it.
      is_exhausted: whether everything below it has been seen.
    """

    id: int
    parent: int | None
    label: str
    visits: int
    q: float
    prior: float
    value: float
    cost: float
    is_solved: bool = False
    is_exhausted: bool = False


class TreeView(msgspec.Struct, frozen=True, kw_only=True):
    """The most visited part of a search tree.

    Attributes:
      nodes: parents before their children; the first is the root.
      num_nodes: nodes of the whole tree, shown or not.
    """

    nodes: tuple[NodeView, ...]
    num_nodes: int


def most_visited(tree: TreeView, limit: int) -> TreeView:
    """Returns the root and the `limit - 1` most visited nodes whose ancestors are in; parents come first."""
    kept: set[int] = set()
    for node in sorted(tree.nodes, key=lambda node: (node.parent is not None, -node.visits, node.id)):
        if len(kept) < limit and (node.parent is None or node.parent in kept):
            kept.add(node.id)
    nodes = tuple(node for node in tree.nodes if node.id in kept)
    return TreeView(nodes=nodes, num_nodes=tree.num_nodes)
