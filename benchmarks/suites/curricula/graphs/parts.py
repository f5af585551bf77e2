"""Steps of `graphs-v1` on parts, colours and levels: labels that spread along edges."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.graphs.drawing import (
    NO_EDGE,
    Grid,
    both_ways,
    chain,
    distances_to,
    graph,
    reached,
    size,
    sparse,
)
from benchmarks.suites.draws import Draws

_LONG = chain(undirected=True)
_LONG_ORDER = chain()


def _neighbour_label(labels: list[int], a: Grid) -> list[int]:
    return [max((labels[j] for j, edge in enumerate(line) if edge), default=0) for line in a]


def _spread_labels(labels: list[int], a: Grid) -> list[int]:
    return list(map(max, labels, _neighbour_label(labels, a)))


def _parts(a: Grid) -> list[int]:
    nodes = range(len(a))
    sets = [reached(a, [int(node == i) for node in nodes], len(a)) for i in nodes]
    return [max(node for node in nodes if inside[node]) for inside in sets]


def _labels_and_graph(draws: Draws, larger: int) -> tuple[Any, ...]:
    a = graph(30, undirected=True)(draws, larger)
    return [draws.below(20) for _ in a], a


def _tree(draws: Draws, nodes: int) -> Grid:
    """Draws edges that connect all nodes without a cycle."""
    a = [[0] * nodes for _ in range(nodes)]
    for node in range(1, nodes):
        a[node][draws.below(node)] = 1
    return both_ways(a)


def _connected(draws: Draws, larger: int) -> Grid:
    a = _tree(draws, draws.between(3, 6) if larger == 1 else draws.between(51, 55))
    for _ in range(draws.below(3)):
        i, j = draws.below(len(a)), draws.below(len(a))
        a[i][j] = a[j][i] = int(i != j or a[i][j])
    return a


def _connected_or_not(draws: Draws, larger: int) -> tuple[Any, ...]:
    a = _connected(draws, larger)
    if draws.chance(50):
        cut = draws.below(len(a))
        a = [[edge * int(cut not in (i, j)) for j, edge in enumerate(line)] for i, line in enumerate(a)]
    return (a,)


def _hops(a: Grid, i: int) -> list[int]:
    return distances_to([[1 if edge else NO_EDGE for edge in line] for line in a], i)


def _colours(a: Grid) -> list[int]:
    return [hops % 2 for hops in _hops(a, 0)]


def _conflicts(colours: list[int], a: Grid) -> int:
    nodes = range(len(a))
    return sum(a[i][j] for i in nodes for j in nodes if colours[i] == colours[j])


def _colours_and_graph(draws: Draws, larger: int) -> tuple[Any, ...]:
    nodes = size(draws, larger)
    a = graph(40, undirected=True)(draws, larger)
    return [draws.below(min(nodes, 3)) for _ in a], a


def _level_step(levels: list[int], a: Grid) -> list[int]:
    return _neighbour_label([1 + level for level in levels], a)


def _levels(a: Grid) -> list[int]:
    levels = [0] * len(a)
    for _ in a:
        levels = _level_step(levels, a)
    return levels


STEPS: Final = (
    Step(
        "neighbour-label", "Give for each node the largest label of its neighbours, 0 if it has none.",
        "(labels: list[int], a: grid) -> list[int]", "return max_rows(mul(a, square_of_rows(labels)))",
        _neighbour_label, _labels_and_graph, subtasks=("square-of-rows",),
    ),
    Step(
        "spread-labels", "Give each node the largest of its own label and those of its neighbours.",
        "(labels: list[int], a: grid) -> list[int]", "return max(labels, neighbour_label(labels, a))",
        _spread_labels, _labels_and_graph, subtasks=("neighbour-label",),
    ),
    Step(
        "connected-parts", "Give for each node the largest node in its connected part; edges go both ways.",
        "(a: grid) -> list[int]", "return iterate(&spread_labels(_, a), height(a), iota(height(a)))",
        _parts, (sparse(6, undirected=True),), subtasks=("spread-labels",), edges=((_LONG,),),
    ),
    Step(
        "number-of-parts", "Count the connected parts; edges go both ways.",
        "(a: grid) -> int", "return len(unique(connected_parts(a)))",
        lambda a: len(set(_parts(a))), (sparse(6, undirected=True),), subtasks=("connected-parts",), shown=12,
    ),
    Step(
        "largest-part", "Count the nodes of the largest connected part; edges go both ways.",
        "(a: grid) -> int", "return maximum(counts(connected_parts(a)))",
        lambda a: max(Counter(_parts(a)).values()), (sparse(6, undirected=True),),
        subtasks=("connected-parts",), shown=12,
    ),
    Step(
        "is-connected", "Say whether every node can be reached from every other; edges go both ways.",
        "(a: grid) -> bool", "return eq(number_of_parts(a), 1)",
        lambda a: len(set(_parts(a))) == 1, _connected_or_not, subtasks=("number-of-parts",), shown=20,
    ),
    Step(
        "two-colouring", "Colour each node of a connected graph 0 or 1, by its number of steps to node 0.",
        "(a: grid) -> list[int]", "return mod(hops_to(a, 0), 2)",
        _colours, (_connected,), subtasks=("hops-to",),
    ),
    Step(
        "conflicts", "Count the entries of the graph that join two nodes of one colour.",
        "(colours: list[int], a: grid) -> int", "return sum(sum_rows(mul(a, equal_pairs(colours))))",
        _conflicts, _colours_and_graph, subtasks=("equal-pairs",), shown=12,
    ),
    Step(
        "is-bipartite",
        "Say whether a connected graph can be coloured with two colours so that no edge joins nodes of one "
        "colour.",
        "(a: grid) -> bool", "return eq(conflicts(two_colouring(a), a), 0)",
        lambda a: _conflicts(_colours(a), a) == 0, (_connected,), subtasks=("two-colouring", "conflicts"),
        shown=20,
    ),
    Step(
        "level-step",
        "Give each node one more than the highest level of the nodes that it waits for, by the edges from "
        "it; 0 if it waits for none.",
        "(levels: list[int], a: grid) -> list[int]",
        "return neighbour_label(add(levels, 1), a)",
        _level_step, _labels_and_graph, subtasks=("neighbour-label",),
    ),
    Step(
        "levels",
        "Give each node its level: the number of edges on the longest way from it, in a graph without "
        "cycles.",
        "(a: grid) -> list[int]", "return iterate(&level_step(_, a), height(a), iota(height(a)))",
        _levels, (sparse(30, acyclic=True),), subtasks=("level-step",), edges=((_LONG_ORDER,),),
        shown=10,
    ),
)  # fmt: skip
