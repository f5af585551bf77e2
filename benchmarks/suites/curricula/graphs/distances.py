"""Steps of `graphs-v1` on distances: relaxation of edges, and of ways through each node in turn.

Weights are a square grid; 9999 stands where there is no edge, and for the distance of what cannot be reached.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.graphs.drawing import (
    NO_EDGE,
    Grid,
    chain,
    directed,
    distances_to,
    graph,
    size,
    sparse,
    transposed,
    weighted,
    with_nodes,
)
from benchmarks.suites.draws import Draws

_LONG_WEIGHTS = [
    [3 + i % 4 if edge else NO_EDGE for edge in line] for i, line in enumerate(transposed(chain()))
]
"""Weights of the long way turned around: it ends at node 0."""


def _sparse_weights(draws: Draws, larger: int) -> Grid:
    return weighted(draws, sparse(16)(draws, larger))


def _distances_and_weights(draws: Draws, larger: int) -> tuple[Any, ...]:
    w = weighted(draws, directed(draws, size(draws, larger), 50))
    return [draws.choice((0, draws.between(1, 30), NO_EDGE)) for _ in w], w


def _over_edges(d: list[int], w: Grid) -> list[int]:
    return [min(edge + d[j] for j, edge in enumerate(line)) for line in w]


def _relaxed(d: list[int], w: Grid) -> list[int]:
    return list(map(min, d, _over_edges(d, w)))


def _two_lists(draws: Draws, larger: int) -> tuple[Any, ...]:
    nodes = draws.between(2, 5) if larger == 1 else draws.between(50, 60)
    return tuple([draws.between(0, 20) for _ in range(nodes)] for _ in range(2))


def _square(draws: Draws, larger: int) -> Grid:
    """Draws weights with a 0 from each node to itself."""
    w = weighted(draws, directed(draws, size(draws, larger), 50), 20)
    return [[0 if i == j else edge for j, edge in enumerate(line)] for i, line in enumerate(w)]


def _square_and_node(draws: Draws, larger: int) -> tuple[Any, ...]:
    d = _square(draws, larger)
    return d, draws.below(len(d))


def _through(d: Grid, k: int) -> Grid:
    return [[min(own, d[i][k] + d[k][j]) for j, own in enumerate(line)] for i, line in enumerate(d)]


def _all_pairs(d: Grid) -> Grid:
    return transposed([distances_to(d, goal) for goal in range(len(d))])


def _all_hops(a: Grid, i: int) -> list[int]:
    return distances_to([[1 if edge else NO_EDGE for edge in line] for line in a], i)


STEPS: Final = (
    Step(
        "over-edges",
        "Give for each node the least sum of an edge's weight and the distance from its end to the goal.",
        "(d: list[int], w: grid) -> list[int]", "return min_rows(add(w, square_of_rows(d)))",
        _over_edges, _distances_and_weights, subtasks=("square-of-rows",),
    ),
    Step(
        "relax-step",
        "Make each node's distance to the goal shorter where an edge and the distance from its end are "
        "shorter.",
        "(d: list[int], w: grid) -> list[int]", "return min(d, over_edges(d, w))",
        _relaxed, _distances_and_weights, subtasks=("over-edges",), shown=12,
    ),
    Step(
        "first-distances",
        "Give the first guess of the distances to node i: 0 for it, 9999 for every other node.",
        "(w: grid, i: int) -> list[int]", "return replace(replicate(9999, height(w)), i, 0)",
        lambda w, i: [0 if node == i else NO_EDGE for node in range(len(w))], with_nodes(_sparse_weights, 1),
        constants=(NO_EDGE,),
    ),
    Step(
        "distances-to", "Give each node's distance to node i along edges with these weights.",
        "(w: grid, i: int) -> list[int]",
        "return iterate(&relax_step(_, w), height(w), first_distances(w, i))",
        distances_to, with_nodes(_sparse_weights, 1), subtasks=("relax-step", "first-distances"),
        edges=((_LONG_WEIGHTS, 0),),
    ),
    Step(
        "distance",
        "Give the length of the shortest way from node i to node j along edges with these weights.",
        "(w: grid, i: int, j: int) -> int", "return index(distances_to(w, j), i)",
        lambda w, i, j: distances_to(w, j)[i], with_nodes(_sparse_weights, 2), subtasks=("distances-to",),
        shown=12,
    ),
    Step(
        "unit-weights", "Give each edge of the graph the weight 1, and 9999 where there is no edge.",
        "(a: grid) -> grid", "return select(eq(a, 1), 1, 9999)",
        lambda a: [[1 if edge else NO_EDGE for edge in line] for line in a], (graph(40),),
        constants=(NO_EDGE,),
    ),
    Step(
        "hops-to", "Give for each node the number of edges on the shortest way to node i, or 9999.",
        "(a: grid, i: int) -> list[int]", "return distances_to(unit_weights(a), i)",
        _all_hops, with_nodes(sparse(14), 1), subtasks=("distances-to", "unit-weights"),
    ),
    Step(
        "outer-sum",
        "Make a grid of the sums of two lists: element i of the first and element j of the second.",
        "(x: list[int], y: list[int]) -> grid", "return add(transpose(square_of_rows(x)), square_of_rows(y))",
        lambda x, y: [[one + other for other in y] for one in x], _two_lists, subtasks=("square-of-rows",),
    ),
    Step(
        "lengths-through",
        "Give the lengths of the shortest ways between all nodes that lead through node k.",
        "(d: grid, k: int) -> grid", "return outer_sum(column(d, k), row(d, k))",
        lambda d, k: [[line[k] + other for other in d[k]] for line in d], _square_and_node,
        subtasks=("outer-sum",),
    ),
    Step(
        "ways-through", "Make the distances between nodes shorter where the way through node k is shorter.",
        "(d: grid, k: int) -> grid", "return min(d, lengths_through(d, k))",
        _through, _square_and_node, subtasks=("lengths-through",),
    ),
    Step(
        "all-distances", "Give the distances between all nodes, from the weights of the edges.",
        "(d: grid) -> grid", "return fold(&ways_through, d, iota(height(d)))",
        _all_pairs, (_square,), subtasks=("ways-through",),
    ),
    Step(
        "longest-distance", "Give the largest of the distances between all nodes.",
        "(d: grid) -> int", "return maximum(flatten(all_distances(d)))",
        lambda d: max(map(max, _all_pairs(d))), (_square,), subtasks=("all-distances",), shown=12,
        accepts=lambda d: max(map(max, _all_pairs(d))) < NO_EDGE,
    ),
)  # fmt: skip
