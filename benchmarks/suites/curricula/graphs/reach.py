"""Steps of `graphs-v1` on what can be reached.

A set of nodes is a list with a 1 for each node in it, else 0.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.graphs.drawing import (
    Grid,
    chain,
    graph,
    reached,
    set_and,
    sparse,
    with_nodes,
)
from benchmarks.suites.draws import Draws


def _only(a: Grid, i: int) -> list[int]:
    return [int(node == i) for node in range(len(a))]


def _followers(first: list[int], a: Grid) -> list[int]:
    return [int(any(first[i] and a[i][j] for i in range(len(a)))) for j in range(len(a))]


def _from(a: Grid, i: int) -> list[int]:
    return reached(a, _only(a, i), len(a))


def _extended(r: Grid, a: Grid) -> Grid:
    nodes = range(len(a))
    return [[int(r[i][j] or any(r[i][k] and a[k][j] for k in nodes)) for j in nodes] for i in nodes]


def _closure(a: Grid) -> Grid:
    return [reached(a, line, len(a)) for line in a]


def _on_cycle(a: Grid) -> list[int]:
    return [line[place] for place, line in enumerate(_closure(a))]


def _has_cycle(a: Grid) -> bool:
    """Takes away nodes without edges to what is left; where no such node is left, there is a cycle."""
    ends = {i: {j for j, edge in enumerate(line) if edge} for i, line in enumerate(a)}
    while free := {i for i, others in ends.items() if not others}:
        ends = {i: others - free for i, others in ends.items() if i not in free}
    return bool(ends)


def _mutual(a: Grid) -> Grid:
    c = _closure(a)
    return [[c[i][j] & c[j][i] for j in range(len(a))] for i in range(len(a))]


def _set_graph_and_steps(draws: Draws, larger: int) -> tuple[Any, ...]:
    chosen, a = set_and(sparse(12))(draws, larger)
    return chosen, a, draws.between(0, 3) if larger == 1 else draws.between(3, 12)


def _paths_and_graph(draws: Draws, larger: int) -> tuple[Any, ...]:
    a = graph(45)(draws, larger)
    return (_extended(a, a) if draws.chance(50) else a), a


def _mostly_acyclic(draws: Draws, larger: int) -> tuple[Any, ...]:
    a = sparse(11, acyclic=True)(draws, larger)
    if draws.chance(60):
        i, j = draws.below(len(a)), draws.below(len(a))
        a[i][j] = int(i != j)
    return (a,)


_LONG = chain()
_MIDDLE = next(i for i, line in enumerate(_LONG) if sum(reached(_LONG, _only(_LONG, i), len(_LONG))) == 6)
"""A node of the long way from which five more can be reached."""


def _ring(nodes: int) -> Grid:
    """Returns a way through all nodes that ends where it began."""
    a = chain(nodes)
    last = [sum(line) for line in a].index(0)
    return [[edge or int((i, j) == (last, 0)) for j, edge in enumerate(line)] for i, line in enumerate(a)]


_BOTH_ENDS = ((_only(_LONG, 0), _LONG), (_only(_LONG, _MIDDLE), _LONG))

STEPS: Final = (
    Step(
        "only-node", "Give the set that has only node i in it, of the nodes of the graph.",
        "(a: grid, i: int) -> list[int]", "return row(loops(a), i)",
        _only, with_nodes(graph(40), 1), subtasks=("loops",),
    ),
    Step(
        "followers", "Give the set of nodes to which an edge leads from a node of the set.",
        "(nodes: list[int], a: grid) -> list[int]", "return max_cols(compress_rows(a, eq(nodes, 1)))",
        _followers, set_and(graph(50, most=6), 40), shown=14,
    ),
    Step(
        "spread", "Add to the set the nodes to which an edge leads from one of its nodes.",
        "(nodes: list[int], a: grid) -> list[int]", "return max(nodes, followers(nodes, a))",
        lambda nodes, a: reached(a, nodes, 1), set_and(graph(40, most=6), 25), subtasks=("followers",),
    ),
    Step(
        "within-steps", "Give the set of nodes that lie at most k steps away from the set.",
        "(nodes: list[int], a: grid, k: int) -> list[int]", "return iterate(&spread(_, a), k, nodes)",
        lambda nodes, a, k: reached(a, nodes, k), _set_graph_and_steps, subtasks=("spread",),
        edges=((*_BOTH_ENDS[0], 5), (*_BOTH_ENDS[0], 7)),
    ),
    Step(
        "reachable-set", "Give the set of nodes that can be reached from the set.",
        "(nodes: list[int], a: grid) -> list[int]", "return iterate(&spread(_, a), len(nodes), nodes)",
        lambda nodes, a: reached(a, nodes, len(a)), set_and(sparse(12)), subtasks=("spread",),
        edges=_BOTH_ENDS,
        shown=10,
    ),
    Step(
        "reachable-from", "Give the set of nodes that can be reached from node i.",
        "(a: grid, i: int) -> list[int]", "return reachable_set(only_node(a, i), a)",
        _from, with_nodes(sparse(14), 1), subtasks=("only-node", "reachable-set"),
    ),
    Step(
        "can-reach", "Say whether node j can be reached from node i.",
        "(a: grid, i: int, j: int) -> bool", "return eq(index(reachable_from(a, i), j), 1)",
        lambda a, i, j: _from(a, i)[j] == 1, with_nodes(sparse(13), 2), subtasks=("reachable-from",),
        shown=20,
    ),
    Step(
        "extend-paths", "Add to the pairs in r those that one more edge of the graph joins.",
        "(r: grid, a: grid) -> grid", "return min(1, add(r, matmul(r, a)))",
        _extended, _paths_and_graph,
    ),
    Step(
        "closure",
        "Make the graph with an edge from each node to all that can be reached by one or more edges.",
        "(a: grid) -> grid", "return iterate(&extend_paths(_, a), height(a), a)",
        _closure, (sparse(12),), subtasks=("extend-paths",), edges=((_LONG,),),
    ),
    Step(
        "on-cycle", "Give the set of nodes from which a way leads back to themselves.",
        "(a: grid) -> list[int]", "return diagonal(closure(a))",
        _on_cycle, (sparse(13),), subtasks=("diagonal", "closure"), edges=((_ring(5),),),
    ),
    Step(
        "has-cycle", "Say whether a way leads from some node back to itself.",
        "(a: grid) -> bool", "return contains(on_cycle(a), 1)",
        _has_cycle, _mostly_acyclic, subtasks=("on-cycle",), shown=20,
        edges=((_ring(4),), (_ring(6),)),
    ),
    Step(
        "mutual-reach", "Make a grid with a 1 where ways lead between two nodes in both directions, else 0.",
        "(a: grid) -> grid", "return min(closure(a), transpose(closure(a)))",
        _mutual, (sparse(15),), subtasks=("closure",), edges=((_ring(5),),),
    ),
)  # fmt: skip
