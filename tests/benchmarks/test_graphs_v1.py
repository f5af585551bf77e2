"""`graphs-v1`: what its definitions say of graphs is what scipy's algorithms and plain searches find."""

import collections

import numpy as np
import pytest
from scipy.sparse import csgraph

from benchmarks.suites.curricula.definition import make_task
from benchmarks.suites.curricula.graphs.drawing import NO_EDGE
from benchmarks.suites.graphs_v1 import STEPS


def examples_of(name):
    task = make_task(next(step for step in STEPS if step.id == name), "graphs-v1")
    return list(zip((*task.inputs, *task.test_inputs), (*task.outputs, *task.test_outputs), strict=True))


def graph_of(weights):
    return csgraph.csgraph_from_dense(np.array(weights), null_value=NO_EDGE)


def with_none(distances):
    return np.where(np.isinf(distances), NO_EDGE, distances).astype(int).tolist()


def test_distances_are_those_of_dijkstra():
    for (w, goal), output in examples_of("distances-to"):
        assert output == with_none(csgraph.dijkstra(graph_of(w).T, indices=goal))


def test_distances_between_all_nodes_are_those_of_floyd_and_warshall():
    for (d,), output in examples_of("all-distances"):
        weights = np.where(np.eye(len(d), dtype=bool), NO_EDGE, np.array(d))
        assert output == with_none(csgraph.floyd_warshall(graph_of(weights)))


def test_connected_parts_are_named_by_their_largest_nodes():
    for (a,), output in examples_of("connected-parts"):
        number, labels = csgraph.connected_components(np.array(a), directed=False)
        assert len(set(output)) == number
        assert output == [max(np.flatnonzero(labels == label)) for label in labels]


@pytest.mark.parametrize("name", ["closure", "mutual-reach"])
def test_closure_has_an_edge_for_each_way(name):
    for (a,), output in examples_of(name):
        ways = np.array(a, dtype=bool)
        for _ in a:
            ways |= ways @ ways
        assert output == (ways & ways.T if name == "mutual-reach" else ways).astype(int).tolist()


def test_maze_is_measured_breadth_first():
    for (d, walls), output in examples_of("maze-distances"):
        first = next((i, j) for i, line in enumerate(d) for j, value in enumerate(line) if value == 0)
        distances, waiting = {first: 0}, collections.deque([first])
        while waiting:
            i, j = waiting.popleft()
            for cell in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if cell not in distances and walls[cell[0]][cell[1]] == 0:
                    distances[cell] = distances[i, j] + 1
                    waiting.append(cell)
        wanted = [[distances.get((i, j), NO_EDGE) for j in range(len(d[0]))] for i in range(len(d))]
        assert output == wanted
