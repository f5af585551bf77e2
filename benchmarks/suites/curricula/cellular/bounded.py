"""Steps of `cellular-v1` on grids with dead borders: beyond the edges all cells are dead and stay so.

A frame of dead cells is put around the grid, a step of the Game of Life on the torus is made, and the frame
is taken off again: cells of the grid then never have neighbours at the opposite edge.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.cellular.rings import num_steps, times
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.grid_shapes import Grid
from benchmarks.suites.draws import Draws


def _cells(draws: Draws, larger: int, least: int = 3, percent: int = 45) -> Grid:
    """Draws a grid of living and dead cells; a larger one has more than ten times the cells."""
    low, high = (least, 6) if larger == 1 else (22, 28)
    height, width = draws.between(low, high), draws.between(low, high)
    return [[int(draws.chance(percent)) for _ in range(width)] for _ in range(height)]


def _numbers(draws: Draws, larger: int) -> Grid:
    return [[cell * draws.between(1, 9) for cell in line] for line in _cells(draws, larger, 3, 80)]


def _framed(g: Grid) -> Grid:
    return _between_rows([[0, *line, 0] for line in g])


def _between_rows(g: Grid) -> Grid:
    dead = [0] * len(g[0])
    return [dead, *g, list(dead)]


def _inside(g: Grid) -> Grid:
    return [line[1:-1] for line in g[1:-1]]


def _life(g: Grid) -> Grid:
    after = []
    for i, line in enumerate(g):
        rows = g[max(0, i - 1) : i + 2]
        blocks = [sum(sum(row[max(0, j - 1) : j + 2]) for row in rows) for j in range(len(line))]
        # A block counts its middle cell too.
        after.append(
            [int(block == 3 or (block == 4 and cell == 1)) for block, cell in zip(blocks, line, strict=True)]
        )
    return after


def _life_run(g: Grid, n: int) -> Grid:
    for _ in range(n):
        g = _life(g)
    return g


STEPS: Final = (
    Step(
        "dead-row", "Make a grid of one row of zeros, as wide as g.",
        "(g: grid) -> grid", "return fill(0, 1, width(g))",
        lambda g: [[0] * len(g[0])], (_numbers,), shown=12,
    ),
    Step(
        "under-dead-row", "Put a row of zeros above the grid.",
        "(g: grid) -> grid", "return stack(dead_row(g), g)",
        lambda g: [[0] * len(g[0]), *g], (_numbers,), subtasks=("dead-row",),
    ),
    Step(
        "between-dead-rows", "Put a row of zeros above the grid and one below it.",
        "(g: grid) -> grid", "return flip_rows(under_dead_row(flip_rows(under_dead_row(g))))",
        _between_rows, (_numbers,), subtasks=("under-dead-row",),
    ),
    Step(
        "framed", "Put a frame of zeros around the grid, one cell wide.",
        "(g: grid) -> grid", "return transpose(between_dead_rows(transpose(between_dead_rows(g))))",
        _framed, (_numbers,), subtasks=("between-dead-rows",),
    ),
    Step(
        "is-later-row", "Say for each row of the grid whether there is one above it.",
        "(g: grid) -> list[bool]", "return lt(0, iota(height(g)))",
        lambda g: [False] + [True] * (len(g) - 1), (_numbers,), shown=12,
    ),
    Step(
        "later-rows", "Leave out the first row of the grid.",
        "(g: grid) -> grid", "return compress_rows(g, is_later_row(g))",
        lambda g: g[1:], (_numbers,), subtasks=("is-later-row",),
    ),
    Step(
        "inner-rows", "Leave out the first and the last row of the grid.",
        "(g: grid) -> grid", "return flip_rows(later_rows(flip_rows(later_rows(g))))",
        lambda g: g[1:-1], (_numbers,), subtasks=("later-rows",),
    ),
    Step(
        "inside", "Leave out the first and the last row and the first and the last column of the grid.",
        "(g: grid) -> grid", "return transpose(inner_rows(transpose(inner_rows(g))))",
        _inside, (_numbers,), subtasks=("inner-rows",),
    ),
    Step(
        "bounded-life-step",
        "Make one step of the Game of Life on a grid with dead borders: beyond its edges no cell lives.",
        "(g: grid) -> grid", "return inside(life_step(framed(g)))",
        _life, (_cells,), subtasks=("framed", "life-step", "inside"),
        edges=(([[1, 1, 1]],), ([[1], [1], [1], [1]],), ([[1, 1], [1, 0]],)),
    ),
    Step(
        "bounded-life-run",
        "Make n steps of the Game of Life on a grid with dead borders: beyond its edges no cell lives.",
        "(g: grid, n: int) -> grid", "return iterate(&bounded_life_step, n, g)",
        _life_run, (_cells, times()), subtasks=("bounded-life-step",), measure=num_steps,
    ),
)  # fmt: skip
