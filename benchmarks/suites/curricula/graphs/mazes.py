"""Steps of `graphs-v1` on mazes: grids of walls, in which distances spread from cell to cell.

In a grid of walls 9999 stands for a wall, else 0; all cells at the border are walls. In a grid of distances
9999 stands for what is not reached.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.graphs.drawing import NO_EDGE, Grid, transposed
from benchmarks.suites.curricula.grid_shapes import shape_steps
from benchmarks.suites.draws import Draws

_WINDING = ("########", "#      #", "###### #", "#      #", "########")
"""A maze with a longer way than any number that a search begins with."""


def _numbers(draws: Draws, larger: int) -> Grid:
    low, high = (2, 5) if larger == 1 else (16, 18)
    height, width = draws.between(low, high), draws.between(low, high)
    return [[draws.below(10) for _ in range(width)] for _ in range(height)]


def _first(walls: Grid, cell: int) -> Grid:
    """Returns the distances before the first step: 0 for the cell with this number, row by row."""
    width = len(walls[0])
    return [[0 if i * width + j == cell else NO_EDGE for j in range(width)] for i in range(len(walls))]


def _winding(cell: int) -> tuple[Grid, Grid]:
    walls = [[NO_EDGE if cell == "#" else 0 for cell in line] for line in _WINDING]
    return _first(walls, cell), walls


def _maze(draws: Draws, larger: int) -> tuple[Grid, Grid]:
    low, high = (4, 5) if larger == 1 else (21, 24)
    height, width = draws.between(low, high), draws.between(low, high)
    walls = [[NO_EDGE] * width for _ in range(height)]
    for i in range(1, height - 1):
        for j in range(1, width - 1):
            walls[i][j] = NO_EDGE if draws.chance(30) else 0
    cell = _free_cell(draws, walls)
    walls[cell // width][cell % width] = 0
    return _first(walls, cell), walls


def _free_cell(draws: Draws, walls: Grid) -> int:
    height, width = len(walls), len(walls[0])
    return draws.between(1, height - 2) * width + draws.between(1, width - 2)


def _under_way(draws: Draws, larger: int) -> tuple[Any, ...]:
    """Draws a maze with the distances after some steps."""
    d, walls = _maze(draws, larger)
    if not draws.chance(60):
        return _distances(d, walls), walls
    for _ in range(draws.below(3)):
        d = _step(d, walls)
    return d, walls


def _with_exit(draws: Draws, larger: int) -> tuple[Any, ...]:
    d, walls = _maze(draws, larger)
    return d, walls, _free_cell(draws, walls)


def _vertical(g: Grid) -> Grid:
    above, below = [*g[-1:], *g[:-1]], [*g[1:], *g[:1]]
    return [[min(three) for three in zip(*lines, strict=True)] for lines in zip(above, g, below, strict=True)]


def _cross(g: Grid) -> Grid:
    sideways = transposed(_vertical(transposed(g)))
    return [
        [min(two) for two in zip(*lines, strict=True)] for lines in zip(_vertical(g), sideways, strict=True)
    ]


def _shortened(d: Grid) -> Grid:
    return [
        [min(own, 1 + least) for own, least in zip(*lines, strict=True)]
        for lines in zip(d, _cross(d), strict=True)
    ]


def _step(d: Grid, walls: Grid) -> Grid:
    return [
        [max(two) for two in zip(*lines, strict=True)] for lines in zip(_shortened(d), walls, strict=True)
    ]


def _distances(d: Grid, walls: Grid) -> Grid:
    while True:
        after = _step(d, walls)
        if after == d:
            return d
        d = after


def _to_exit(d: Grid, walls: Grid, cell: int) -> int:
    return _distances(d, walls)[cell // len(walls[0])][cell % len(walls[0])]


STEPS: Final = (
    *shape_steps(_numbers),
    Step(
        "roll-down", "Move every row of the grid down by one; the last becomes the first.",
        "(g: grid) -> grid", "return flip_rows(roll_up(flip_rows(g)))",
        lambda g: [*g[-1:], *g[:-1]], (_numbers,), subtasks=("roll-up",),
    ),
    Step(
        "vertical-least",
        "Give the least of each cell and those above and below; first and last row are neighbours.",
        "(g: grid) -> grid", "return min(min(roll_up(g), g), roll_down(g))",
        _vertical, (_numbers,), subtasks=("roll-up", "roll-down"),
    ),
    Step(
        "sideways-least",
        "Give the least of each cell and those to the left and right; first and last column are neighbours.",
        "(g: grid) -> grid", "return transpose(vertical_least(transpose(g)))",
        lambda g: transposed(_vertical(transposed(g))), (_numbers,), subtasks=("vertical-least",),
    ),
    Step(
        "cross-least", "Give the least of each cell and its four neighbours; opposite edges are neighbours.",
        "(g: grid) -> grid", "return min(vertical_least(g), sideways_least(g))",
        _cross, (_numbers,), subtasks=("vertical-least", "sideways-least"),
    ),
    Step(
        "shortened",
        "Make each distance shorter where it is shorter by a step from one of the four neighbours.",
        "(d: grid) -> grid", "return min(d, add(1, cross_least(d)))",
        _shortened, (_numbers,), subtasks=("cross-least",),
    ),
    Step(
        "maze-step",
        "Make each distance in a maze shorter where it is shorter from a neighbour; walls stay at 9999.",
        "(d: grid, walls: grid) -> grid", "return max(walls, shortened(d))",
        _step, _under_way, subtasks=("shortened",),
    ),
    Step(
        "maze-is-done", "Say whether the distances in a maze stay as they are.",
        "(d: grid, walls: grid) -> bool", "return same_grid(d, maze_step(d, walls))",
        lambda d, walls: _step(d, walls) == d, _under_way, subtasks=("same-grid", "maze-step"), shown=20,
    ),
    Step(
        "maze-distances", "Give the distances of all cells in a maze from the cell that has 0, else 9999.",
        "(d: grid, walls: grid) -> grid", "return until(&maze_step(_, walls), &maze_is_done(_, walls), d)",
        _distances, _maze, subtasks=("maze-step", "maze-is-done"), edges=(_winding(9),),
        shown=6,
    ),
    Step(
        "way-out",
        "Give the number of steps from the cell that has 0 to the exit, by its number row by row, or 9999.",
        "(d: grid, walls: grid, exit: int) -> int", "return index(flatten(maze_distances(d, walls)), exit)",
        _to_exit, _with_exit, subtasks=("maze-distances",), shown=8,
    ),
    Step(
        "can-leave", "Say whether a way leads from the cell that has 0 to the exit, given by its number.",
        "(d: grid, walls: grid, exit: int) -> bool", "return lt(way_out(d, walls, exit), 9999)",
        lambda d, walls, cell: _to_exit(d, walls, cell) < NO_EDGE, _with_exit, subtasks=("way-out",),
        shown=8, constants=(NO_EDGE,), edges=((*_winding(25), 9),),
    ),
)  # fmt: skip
