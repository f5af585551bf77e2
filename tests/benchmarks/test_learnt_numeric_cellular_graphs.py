"""What `learn` finds in the suites of numbers, cells and graphs, on inputs that the suites do not hold."""

import collections

import numpy as np
import pytest
from scipy.sparse import csgraph

from benchmarks.suites.curricula.graphs.drawing import NO_EDGE
from benchmarks.suites.registry import SUITES
from tests.mcts_compose.curriculum.remembering import forgotten
from vm.isa import Status
from vm.limits import Limits
from vm.parser import parse_program
from vm.values import encode

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

LIMITS = Limits(fuel=2**40, capacity=1 << 22, heap=1 << 25)
CLOSE = {"rtol": 1e-6, "atol": 1e-6}


@pytest.fixture(params=["numeric-v1", "cellular-v1", "graphs-v1"])
def suite(request):
    return request.param


@pytest.fixture
def solution(learnt):
    """Returns a function that gives what was learnt for a task, as a function of arrays and numbers."""

    def of_task(suite, task):
        table, rows = learnt(suite)
        program = parse_program(rows[task]["program"], table)

        def call(*arguments):
            values = [np.asarray(argument).tolist() for argument in arguments]
            done = program.run(
                [encode([v], t) for v, t in zip(values, program.input_types, strict=True)], LIMITS
            )
            assert done.status is Status.OK
            return done.outputs()[0]

        return call

    return of_task


def test_at_least_nine_tasks_of_ten_are_learnt(learnt, suite):
    rows = learnt(suite)[1].values()
    unsolved = [row["task"] for row in rows if row["generation"] is None]
    assert len(unsolved) <= len(rows) / 10, unsolved


def test_nothing_is_forgotten_in_any_generation(library_of, suite):
    tasks = SUITES.load(suite)()
    compared, wrong = forgotten(library_of(suite)[0], suite, tasks)
    assert wrong == []
    assert compared > len(tasks)


def test_layers_are_those_of_numpy(solution):
    draws = np.random.default_rng(1)
    layer, network = solution("numeric-v1", "linear-layer"), solution("numeric-v1", "two-layer-network")
    for _ in range(20):
        w, b, x = draws.normal(size=(80, 120)), draws.normal(size=80), draws.normal(size=120)
        hidden = np.maximum(w @ x + b, 0.0)
        np.testing.assert_allclose(layer(w, b, x), hidden, **CLOSE)
        v = draws.normal(size=(30, 81))
        wanted = v[:, :-1] @ hidden + v[:, -1]
        np.testing.assert_allclose(network(v, np.column_stack([w, b]), x), wanted, **CLOSE)


@pytest.mark.parametrize("task", ["descent", "least-squares"])
def test_descent_comes_to_the_least_squares_of_numpy(solution, task):
    draws, descend = np.random.default_rng(2), solution("numeric-v1", task)
    for _ in range(10):
        x = draws.uniform(-1.5, 1.5, size=(400, 6))
        y = x @ draws.normal(size=6) + draws.normal(size=400)
        steps = (1000,) if task == "descent" else ()
        weights = descend(draws.normal(size=6), np.column_stack([x, y]), *steps)
        np.testing.assert_allclose(weights, np.linalg.lstsq(x, y)[0], **CLOSE)


def test_softmax_of_a_thousand_scores_is_right(solution):
    x = np.random.default_rng(3).normal(scale=300.0, size=1000)
    powers = np.exp(x - x.max())
    np.testing.assert_allclose(solution("numeric-v1", "softmax")(x), powers / powers.sum(), **CLOSE)


def elementary_step(ring, number):
    codes = 4 * np.roll(ring, 1) + 2 * ring + np.roll(ring, -1)
    return number >> codes & 1


def test_every_elementary_rule_is_right_on_rings_of_a_thousand_cells(solution):
    draws, wrong = np.random.default_rng(4), []
    for number in range(256):
        rule = solution("cellular-v1", f"rule-{number}")
        rings = [draws.binomial(1, share, size=1000) for share in (0.1, 0.5, 0.9)]
        if any(rule(ring) != elementary_step(ring, number).tolist() for ring in rings):
            wrong.append(number)
    assert wrong == []


def test_rule_found_in_a_history_is_run_on(solution):
    draws, later = np.random.default_rng(5), solution("cellular-v1", "later-state")
    for number in (30, 54, 90, 110, 150):
        history = [draws.integers(0, 2, size=400)]
        for _ in range(60):
            history.append(elementary_step(history[-1], number))
        assert later(history[:3], 58) == history[-1].tolist()


def life_step(grid):
    around = [np.roll(grid, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    living = sum(around)
    return ((living == 3) | ((living == 2) & (grid == 1))).astype(int)


def test_game_of_life_is_right_for_fifty_steps_on_ten_thousand_cells(solution):
    grid = np.random.default_rng(6).binomial(1, 0.35, size=(100, 100))
    wanted = grid
    for _ in range(50):
        wanted = life_step(wanted)
    assert solution("cellular-v1", "life-run")(grid, 50) == wanted.tolist()


def test_game_of_life_with_dead_borders_is_right_for_fifty_steps(solution):
    grid = np.random.default_rng(10).binomial(1, 0.35, size=(100, 100))
    wanted = grid
    for _ in range(50):
        wanted = life_step(np.pad(wanted, 1))[1:-1, 1:-1]
    assert solution("cellular-v1", "bounded-life-run")(grid, 50) == wanted.tolist()


def sparse_graph(draws, nodes, per_node):
    edges = draws.random(size=(nodes, nodes)) < per_node / nodes
    np.fill_diagonal(edges, False)
    # A long way, so that few steps do not do.
    order = draws.permutation(nodes)[: nodes // 2]
    edges[order[:-1], order[1:]] = True
    return edges.astype(int)


def with_none(distances):
    return np.where(np.isinf(distances), NO_EDGE, distances).astype(int).tolist()


def test_what_can_be_reached_is_what_scipy_finds(solution):
    draws = np.random.default_rng(7)
    reachable, parts = solution("graphs-v1", "reachable-from"), solution("graphs-v1", "connected-parts")
    for _ in range(10):
        a = sparse_graph(draws, 80, 0.8)
        found = csgraph.breadth_first_order(a, 0, return_predecessors=False)
        assert np.flatnonzero(reachable(a, 0)).tolist() == sorted(found)
        both = a | a.T
        _, labels = csgraph.connected_components(both, directed=False)
        assert parts(both) == [np.flatnonzero(labels == label).max() for label in labels]


def test_distances_are_those_of_scipy(solution):
    draws = np.random.default_rng(8)
    to_goal, between_all = solution("graphs-v1", "distances-to"), solution("graphs-v1", "all-distances")
    for _ in range(10):
        w = np.where(sparse_graph(draws, 80, 1.5) == 1, draws.integers(1, 30, size=(80, 80)), NO_EDGE)
        graph = csgraph.csgraph_from_dense(w, null_value=NO_EDGE)
        for goal in (0, 40):
            assert to_goal(w, goal) == with_none(csgraph.dijkstra(graph.T, indices=goal))
        np.fill_diagonal(w, 0)
        assert between_all(w) == with_none(csgraph.floyd_warshall(graph))


def test_mazes_of_sixty_by_sixty_cells_are_measured(solution):
    draws, measure = np.random.default_rng(9), solution("graphs-v1", "maze-distances")
    for _ in range(3):
        walls = np.where(draws.random(size=(60, 60)) < 0.3, NO_EDGE, 0)
        walls[[0, -1], :] = walls[:, [0, -1]] = NO_EDGE
        walls[30, 30] = 0
        first = np.full((60, 60), NO_EDGE)
        first[30, 30] = 0
        wanted, waiting = first.copy(), collections.deque([(30, 30)])
        while waiting:
            i, j = waiting.popleft()
            for cell in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if walls[cell] == 0 and wanted[cell] == NO_EDGE:
                    wanted[cell] = wanted[i, j] + 1
                    waiting.append(cell)
        assert measure(first, walls) == wanted.tolist()
