"""Steps of `graphs-v1` on nodes and their neighbours."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.graphs.drawing import (
    Grid,
    both_ways,
    directed,
    graph,
    size,
    transposed,
    with_nodes,
)
from benchmarks.suites.curricula.sources import lists
from benchmarks.suites.draws import Draws


def _one_way_or_both(draws: Draws, larger: int) -> tuple[Any, ...]:
    a = both_ways(directed(draws, size(draws, larger), 40))
    for _ in range(draws.below(4)):
        i, j = draws.below(len(a)), draws.below(len(a))
        a[i][j] = 1 - a[i][j] if i != j else 0
    return (a,)


def _grid(draws: Draws, larger: int) -> Grid:
    nodes = size(draws, larger)
    return [[draws.between(-9, 20) for _ in range(nodes)] for _ in range(nodes)]


def _two_grids(draws: Draws, larger: int) -> tuple[Any, ...]:
    g = _grid(draws, larger)
    h = [list(line) for line in g]
    for _ in range(draws.below(4)):
        h[draws.below(len(g))][draws.below(len(g[0]))] += draws.between(-1, 1)
    return g, h


def _closed_walks(a: Grid) -> list[int]:
    nodes = range(len(a))
    return [sum(a[i][j] * a[i][k] * a[k][j] for j in nodes for k in nodes) for i in nodes]


_NODES = lists(0, 4, 2, 5)

STEPS: Final = (
    Step(
        "degree", "Count the edges that leave node i.",
        "(a: grid, i: int) -> int", "return sum(row(a, i))",
        lambda a, i: sum(a[i]), with_nodes(graph(50), 1), shown=12,
    ),
    Step(
        "neighbours", "List the nodes to which an edge leads from node i.",
        "(a: grid, i: int) -> list[int]", "return where(eq(row(a, i), 1))",
        lambda a, i: [j for j, edge in enumerate(a[i]) if edge], with_nodes(graph(50), 1),
    ),
    Step(
        "led-to-by-both",
        "Put a 1 for each node to which edges lead both from node i and from node j, else 0.",
        "(a: grid, i: int, j: int) -> list[int]", "return mul(row(a, i), row(a, j))",
        lambda a, i, j: [one & other for one, other in zip(a[i], a[j], strict=True)],
        with_nodes(graph(60, most=6), 2), shown=12,
    ),
    Step(
        "common-neighbours", "Count the nodes to which edges lead both from node i and from node j.",
        "(a: grid, i: int, j: int) -> int", "return sum(led_to_by_both(a, i, j))",
        lambda a, i, j: sum(one & other for one, other in zip(a[i], a[j], strict=True)),
        with_nodes(graph(60, most=6), 2), subtasks=("led-to-by-both",), shown=24,
    ),
    Step(
        "both-ways", "Put an edge in the other direction beside each edge.",
        "(a: grid) -> grid", "return max(a, transpose(a))", both_ways, (graph(30),),
    ),
    Step(
        "same-grid", "Say whether two grids of one shape are equal in all cells.",
        "(g: grid, h: grid) -> bool", "return all(all_rows(eq(g, h)))",
        lambda g, h: g == h, _two_grids, shown=20,
    ),
    Step(
        "is-undirected", "Say whether beside each edge there is one in the other direction.",
        "(a: grid) -> bool", "return same_grid(a, transpose(a))",
        lambda a: a == transposed(a), _one_way_or_both, subtasks=("same-grid",), shown=20,
    ),
    Step(
        "closed-walks",
        "Count for each node the walks of three edges that begin and end there; edges go both ways.",
        "(a: grid) -> list[int]", "return sum_rows(mul(a, matmul(a, a)))",
        _closed_walks, (graph(45, undirected=True),),
    ),
    Step(
        "triangles", "Count the triangles: three nodes with an edge between any two; edges go both ways.",
        "(a: grid) -> int", "return div(sum(closed_walks(a)), 6)",
        lambda a: sum(_closed_walks(a)) // 6, (graph(50, undirected=True, most=6),),
        subtasks=("closed-walks",),
        shown=12,
    ),
    Step(
        "as-row", "Write the list as a grid with one row.",
        "(x: list[int]) -> grid", "return reshape(x, 1, len(x))", lambda x: [x], (lists(-9, 20, 2, 6),),
    ),
    Step(
        "as-column", "Write the list as a grid with one column.",
        "(x: list[int]) -> grid", "return reshape(x, len(x), 1)", lambda x: [[v] for v in x],
        (lists(-9, 20, 2, 6),),
    ),
    Step(
        "outer-product",
        "Make a grid of the products of two lists: element i of the first and element j of the second.",
        "(x: list[int], y: list[int]) -> grid", "return matmul(as_column(x), as_row(y))",
        lambda x, y: [[one * other for other in y] for one in x], (lists(-9, 9, 2, 5), lists(-9, 9, 2, 5)),
        subtasks=("as-row", "as-column"),
    ),
    Step(
        "square-of-rows", "Make a square grid in which each row is the list.",
        "(x: list[int]) -> grid", "return outer_product(pow(x, 0), x)",
        lambda x: [list(x) for _ in x], (_NODES,), subtasks=("outer-product",),
    ),
    Step(
        "equal-pairs",
        "Make a grid with a 1 where two elements of the list are equal, row i for the i-th, else 0.",
        "(x: list[int]) -> grid", "return to_int(eq(square_of_rows(x), transpose(square_of_rows(x))))",
        lambda x: [[int(one == other) for other in x] for one in x], (_NODES,), subtasks=("square-of-rows",),
    ),
    Step(
        "loops", "Make the graph with the same nodes in which an edge leads from each node to itself only.",
        "(a: grid) -> grid", "return equal_pairs(iota(height(a)))",
        lambda a: [[int(i == j) for j in range(len(a))] for i in range(len(a))], (graph(40, most=7),),
        subtasks=("equal-pairs",),
    ),
    Step(
        "diagonal", "Give the elements on the main diagonal of a square grid.",
        "(g: grid) -> list[int]", "return sum_rows(mul(g, loops(g)))",
        lambda g: [line[place] for place, line in enumerate(g)], (_grid,), subtasks=("loops",),
    ),
    Step(
        "complement", "Make the graph that has an edge between two different nodes where this one has none.",
        "(a: grid) -> grid", "return sub(sub(1, a), loops(a))",
        lambda a: [[int(i != j and not a[i][j]) for j in range(len(a))] for i in range(len(a))], (graph(40),),
        subtasks=("loops",),
    ),
)  # fmt: skip
