"""Steps of `cellular-v1` on grids whose opposite edges are neighbours: the Game of Life and others."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.cellular.rings import num_steps, times
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.grid_shapes import Grid, rolled_up, shape_steps
from benchmarks.suites.draws import Draws

_SHOWN_STEPS = 4
_STEPS = 60
"""Within so many steps a shown grid and a larger one settle; trying to is cheap on the shown ones."""
_LASTING = [[1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 1, 1, 0, 0], [1, 1, 0, 0, 0]]
"""Settles after 16 steps: more than any number that a search begins with."""
_STILL_LIVES = (
    ((0, 0), (0, 1), (1, 0), (1, 1)),
    ((0, 1), (1, 0), (1, 2), (2, 1)),
    ((0, 0), (0, 1), (1, 0), (1, 2), (2, 1)),
    ((0, 1), (0, 2), (1, 0), (1, 3), (2, 1), (2, 2)),
)
"""Cells of a block, a tub, a boat and a beehive."""


def _grid(draws: Draws, larger: int, most: int = 6, percent: int = 45) -> Grid:
    """Draws a grid of living and dead cells; a larger one has more than ten times the cells."""
    low, high = (3, most) if larger == 1 else (4 * most, 5 * most)
    height, width = draws.between(low, high), draws.between(low, high)
    return [[int(draws.chance(percent)) for _ in range(width)] for _ in range(height)]


def _numbers(draws: Draws, larger: int) -> Grid:
    return [[cell * draws.between(1, 9) for cell in line] for line in _grid(draws, larger, 5, 80)]


def _two_grids(draws: Draws, larger: int) -> tuple[Any, ...]:
    g = _numbers(draws, larger)
    h = [list(line) for line in g]
    for _ in range(draws.below(4)):
        h[draws.below(len(g))][draws.below(len(g[0]))] += draws.between(-1, 1)
    return g, h


def _vertical_sums(g: Grid) -> Grid:
    above, below = [*g[-1:], *g[:-1]], rolled_up(g)
    return [[sum(three) for three in zip(*lines, strict=True)] for lines in zip(above, g, below, strict=True)]


def _transposed(g: Grid) -> Grid:
    return [list(line) for line in zip(*g, strict=True)]


def _block_sums(g: Grid) -> Grid:
    return _transposed(_vertical_sums(_transposed(_vertical_sums(g))))


def _counts(g: Grid) -> Grid:
    return [[a - b for a, b in zip(*lines, strict=True)] for lines in zip(_block_sums(g), g, strict=True)]


def _life(g: Grid) -> Grid:
    return [
        [int(count == 3 or (count == 2 and cell == 1)) for count, cell in zip(*lines, strict=True)]
        for lines in zip(_counts(g), g, strict=True)
    ]


def _life_run(g: Grid, n: int) -> Grid:
    for _ in range(n):
        g = _life(g)
    return g


def _settled(g: Grid, limit: int = _STEPS) -> Grid | None:
    for _ in range(limit):
        after = _life(g)
        if after == g:
            return g
        g = after
    return None


def _settles(g: Grid) -> bool:
    """Says whether something is left when nothing changes any more, and something has changed."""
    last = _settled(g, _SHOWN_STEPS if len(g) <= 4 else _STEPS)
    return last is not None and last != g and any(map(any, last))


def _still_lives(draws: Draws, larger: int) -> Grid:
    """Draws a grid with figures that live on as they are unless they touch."""
    g = _grid(draws, larger, 6, 0)
    for _ in range(draws.between(1, 1 + len(g) * len(g[0]) // 40)):
        top, left = draws.below(len(g)), draws.below(len(g[0]))
        for down, right in draws.choice(_STILL_LIVES):
            g[(top + down) % len(g)][(left + right) % len(g[0])] = 1
    return g


def _still_or_not(draws: Draws, larger: int) -> tuple[Any, ...]:
    g = _still_lives(draws, larger)
    if draws.chance(30):
        g[draws.below(len(g))][draws.below(len(g[0]))] ^= 1
    return (g,)


def _thin(draws: Draws, larger: int) -> Grid:
    return _grid(draws, larger, 4, 40 if larger == 1 else 6)


STEPS: Final = (
    *shape_steps(_numbers),
    Step(
        "roll-down", "Move every row of the grid down by one; the last becomes the first.",
        "(g: grid) -> grid", "return flip_rows(roll_up(flip_rows(g)))",
        lambda g: [*g[-1:], *g[:-1]], (_numbers,), subtasks=("roll-up",),
    ),
    Step(
        "vertical-sum",
        "Add to each cell those above and below it; the first and the last row are neighbours.",
        "(g: grid) -> grid", "return add(add(roll_up(g), g), roll_down(g))",
        _vertical_sums, (_numbers,), subtasks=("roll-up", "roll-down"),
    ),
    Step(
        "sideways-sum",
        "Add to each cell those to the left and right; the first and the last column are neighbours.",
        "(g: grid) -> grid", "return transpose(vertical_sum(transpose(g)))",
        lambda g: _transposed(_vertical_sums(_transposed(g))), (_numbers,), subtasks=("vertical-sum",),
    ),
    Step(
        "block-sum", "Add up each cell and its eight neighbours; opposite edges of the grid are neighbours.",
        "(g: grid) -> grid", "return sideways_sum(vertical_sum(g))",
        _block_sums, (_numbers,), subtasks=("vertical-sum", "sideways-sum"),
    ),
    Step(
        "neighbour-count",
        "Count the living neighbours of each cell, of eight; opposite edges are neighbours.",
        "(g: grid) -> grid", "return sub(block_sum(g), g)",
        _counts, (_grid,), subtasks=("block-sum",),
    ),
    Step(
        "life-step",
        "Make one step of the Game of Life: a cell lives with three living neighbours, or with two if it "
        "lived; opposite edges are neighbours.",
        "(g: grid) -> grid", "return to_int(eq(bit_or(neighbour_count(g), g), 3))",
        _life, (_grid,), subtasks=("neighbour-count",),
    ),
    Step(
        "life-run", "Make n steps of the Game of Life; opposite edges are neighbours.",
        "(g: grid, n: int) -> grid", "return iterate(&life_step, n, g)",
        _life_run, (_grid, times()), subtasks=("life-step",), measure=num_steps,
    ),
    Step(
        "life-population", "Count the living cells after n steps of the Game of Life.",
        "(g: grid, n: int) -> int", "return sum(sum_rows(life_run(g, n)))",
        lambda g, n: sum(map(sum, _life_run(g, n))), (_grid, times()), subtasks=("life-run",),
        measure=num_steps,
    ),
    Step(
        "same-grid", "Say whether two grids of one shape are equal in all cells.",
        "(g: grid, h: grid) -> bool", "return all(all_rows(eq(g, h)))",
        lambda g, h: g == h, _two_grids, shown=20,
    ),
    Step(
        "life-is-still", "Say whether a step of the Game of Life leaves the grid as it is.",
        "(g: grid) -> bool", "return same_grid(g, life_step(g))",
        lambda g: _life(g) == g, _still_or_not, subtasks=("life-step", "same-grid"), shown=20,
    ),
    Step(
        "life-settled", "Run the Game of Life until nothing changes.",
        "(g: grid) -> grid", "return until(&life_step, &life_is_still, g)",
        _settled, (_thin,), subtasks=("life-step", "life-is-still"), accepts=_settles,
        edges=((_LASTING,),), shown=6,
    ),
    Step(
        "replicator-step",
        "Make one step of the rule by which a cell lives if the number of its living neighbours is odd.",
        "(g: grid) -> grid", "return mod(neighbour_count(g), 2)",
        lambda g: [[count % 2 for count in line] for line in _counts(g)], (_grid,),
        subtasks=("neighbour-count",),
    ),
    Step(
        "vote-step",
        "Make one step of the rule by which a cell does what most of the nine cells around and with it do.",
        "(g: grid) -> grid", "return to_int(lt(4, block_sum(g)))",
        lambda g: [[int(value > 4) for value in line] for line in _block_sums(g)], (_grid,),
        subtasks=("block-sum",),
    ),
)  # fmt: skip
