"""Steps on the shapes of grids that several curricula begin with: rows as lists, and rolled around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from benchmarks.suites.curricula.definition import Step, extent
from benchmarks.suites.draws import Draws

Grid: TypeAlias = list[list[int]]


def rolled_up(g: Grid) -> Grid:
    """Returns a grid whose first row has become the last."""
    return [*g[1:], *g[:1]]


def shape_steps(numbers: Callable[[Draws, int], Grid]) -> tuple[Step, ...]:
    """Returns the steps from the shape of a grid to rolling it up.

    Args:
      numbers: draws a grid; the second operand is how much larger than usual it is.
    """

    def list_and_shape(draws: Draws, larger: int) -> tuple[Any, ...]:
        g = numbers(draws, larger)
        return [draws.between(-9, 9) for _ in range(extent(g))], g

    def list_and_sizes(draws: Draws, larger: int) -> tuple[Any, ...]:
        x, g = list_and_shape(draws, larger)
        return x, [len(g), len(g[0])]

    return (
        Step(
            "shape",
            "Give the number of rows and the number of columns of a grid.",
            "(g: grid) -> list[int]",
            "return pair(height(g), width(g))",
            lambda g: [len(g), len(g[0])],
            (numbers,),
            shown=10,
        ),
        Step(
            "with-shape",
            "Write the list row by row into a grid with this number of rows and this number of columns.",
            "(x: list[int], shape: list[int]) -> grid",
            "return reshape(x, head(shape), last(shape))",
            lambda x, shape: [x[at : at + shape[1]] for at in range(0, len(x), shape[1])],
            list_and_sizes,
        ),
        Step(
            "like-grid",
            "Write the list row by row into a grid that has the shape of another.",
            "(x: list[int], g: grid) -> grid",
            "return with_shape(x, shape(g))",
            lambda x, g: [x[at : at + len(g[0])] for at in range(0, len(x), len(g[0]))],
            list_and_shape,
            subtasks=("shape", "with-shape"),
        ),
        Step(
            "cells-from-second-row",
            "List the cells of the grid row by row, the first row behind the last one.",
            "(g: grid) -> list[int]",
            "return rotate(flatten(g), width(g))",
            lambda g: [cell for line in (*g[1:], g[0]) for cell in line],
            (numbers,),
        ),
        Step(
            "roll-up",
            "Move every row of the grid up by one; the first becomes the last.",
            "(g: grid) -> grid",
            "return like_grid(cells_from_second_row(g), g)",
            rolled_up,
            (numbers,),
            subtasks=("like-grid", "cells-from-second-row"),
        ),
    )
