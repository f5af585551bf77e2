"""Sources of graphs for the steps of `graphs-v1`.

A graph is a square grid with a 1 in row i and column j where an edge leads from node i to node j, else 0; no
node has an edge to itself. In a grid of weights `NO_EDGE` stands where there is no edge.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, TypeAlias

from benchmarks.suites.curricula.definition import Joint
from benchmarks.suites.draws import Draws

Grid: TypeAlias = list[list[int]]

NO_EDGE: Final = 9999
"""More than any distance in these tasks."""
LONG: Final = 16
"""Nodes of the long chains that are shown: more steps than any number that a search begins with."""


def size(draws: Draws, larger: int, most: int = 5) -> int:
    """Returns a number of nodes; with a larger one the grid has more than ten times the elements."""
    return draws.between(3, most) if larger == 1 else draws.between(4 * most, 5 * most)


def directed(draws: Draws, nodes: int, percent: int) -> Grid:
    """Returns a graph in which so many of a hundred possible edges are drawn."""
    return [[int(i != j and draws.chance(percent)) for j in range(nodes)] for i in range(nodes)]


def both_ways(a: Grid) -> Grid:
    """Returns a graph with every edge in both directions."""
    return [[a[i][j] | a[j][i] for j in range(len(a))] for i in range(len(a))]


def graph(percent: int, *, undirected: bool = False, most: int = 5) -> Callable[[Draws, int], Grid]:
    """Returns a source of graphs; larger ones have more nodes."""

    def draw(draws: Draws, larger: int) -> Grid:
        a = directed(draws, size(draws, larger, most), percent)
        return both_ways(a) if undirected else a

    return draw


def sparse(per_node: int, *, undirected: bool = False, acyclic: bool = False) -> Callable[[Draws, int], Grid]:
    """Returns a source of graphs with so many edges for ten nodes; larger ones often have a long way."""

    def draw(draws: Draws, larger: int) -> Grid:
        nodes = draws.between(4, 8) if larger == 1 else draws.between(51, 55)
        a = directed(draws, nodes, 10 * per_node // (nodes - 1))
        if larger > 1 and draws.chance(50):
            way = chain(nodes // 2)
            a = [
                [edge or int(max(i, j) < len(way) and way[i][j]) for j, edge in enumerate(line)]
                for i, line in enumerate(a)
            ]
        if acyclic:
            rank = sorted(range(nodes), key=lambda node: draws.below(1 << 20))
            a = [[a[i][j] * int(rank[i] > rank[j]) for j in range(nodes)] for i in range(nodes)]
        return both_ways(a) if undirected else a

    return draw


def chain(nodes: int = LONG, *, undirected: bool = False) -> Grid:
    """Returns a graph that is one long way through all nodes, not in the order of their numbers."""
    order = sorted(range(nodes), key=lambda node: (7 * node % 17, node))
    a = [[0] * nodes for _ in range(nodes)]
    for before, after in pairwise(order):
        a[before][after] = 1
    return both_ways(a) if undirected else a


def weighted(draws: Draws, a: Grid, most: int = 9) -> Grid:
    """Returns the weights of a graph's edges, drawn from 1 to `most`."""
    return [[draws.between(1, most) if edge else NO_EDGE for edge in line] for line in a]


def with_nodes(source: Callable[[Draws, int], Grid], number: int) -> Joint:
    """Returns a source of graphs with so many different nodes behind them."""

    def draw(draws: Draws, larger: int) -> tuple[Any, ...]:
        a = source(draws, larger)
        nodes: list[int] = []
        while len(nodes) < number:
            node = draws.below(len(a))
            if node not in nodes:
                nodes.append(node)
        return (a, *nodes)

    return draw


def set_and(source: Callable[[Draws, int], Grid], percent: int = 10) -> Joint:
    """Returns a source of sets of nodes, with a 1 for each that is in the set, and graphs behind them."""

    def draw(draws: Draws, larger: int) -> tuple[Any, ...]:
        a = source(draws, larger)
        chosen = [int(draws.chance(percent)) for _ in a]
        chosen[draws.below(len(a))] = 1
        return chosen, a

    return draw


def transposed(g: Grid) -> Grid:
    """Returns the grid with rows for columns."""
    return [list(line) for line in zip(*g, strict=True)]


def reached(a: Grid, first: list[int], steps: int) -> list[int]:
    """Returns the set of nodes that lie at most so many steps from one in the set `first`."""
    ends = [[j for j, edge in enumerate(line) if edge] for line in a]
    chosen = {node for node, inside in enumerate(first) if inside}
    latest = chosen
    for _ in range(steps):
        latest = {j for i in latest for j in ends[i]} - chosen
        if not latest:
            break
        chosen = chosen | latest
    return [int(node in chosen) for node in range(len(a))]


def distances_to(w: Grid, goal: int) -> list[int]:
    """Returns each node's distance to the goal, or `NO_EDGE` if it cannot be reached."""
    edges = [(i, j, length) for i, line in enumerate(w) for j, length in enumerate(line) if length < NO_EDGE]
    distances = [0 if node == goal else NO_EDGE for node in range(len(w))]
    changed = True
    while changed:
        changed = False
        for i, j, length in edges:
            if length + distances[j] < distances[i]:
                distances[i] = length + distances[j]
                changed = True
    return distances
