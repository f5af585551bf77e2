"""Tasks of `lists-v1` on grids of ints and matrices of floats."""

from __future__ import annotations

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import Definition, Source
from benchmarks.suites.lists.sources import grid, ints, number

_GRID = (grid(),)
_EDGES = (([[5]],), ([[1, 2, 3]],))


def _square(value_low: int = 0, value_high: int = 9) -> Source:
    def draw(draws: Draws, longer: int) -> list[list[int]]:
        size = draws.between(2, 4 if longer else 3)
        return [[draws.between(value_low, value_high) for _ in range(size)] for _ in range(size)]

    return draw


def _turned(g: list[list[int]]) -> list[list[int]]:
    return [list(line) for line in zip(*g[::-1], strict=True)]


def _squared(g: list[list[int]]) -> list[list[int]]:
    size = range(len(g))
    return [[sum(g[i][k] * g[k][j] for k in size) for j in size] for i in size]


TASKS = (
    Definition(
        "quarter-turn", "Turn the grid by a quarter to the right.",
        "(g: grid) -> grid", "return transpose(flip_rows(g))",
        _turned, _GRID, edges=_EDGES,
    ),
    Definition(
        "half-turn", "Turn the grid upside down and around.",
        "(g: grid) -> grid", "return flip_rows(flip_cols(g))",
        lambda g: [line[::-1] for line in g[::-1]], _GRID, edges=_EDGES,
    ),
    Definition(
        "mirror-to-the-right", "Put the mirror image of the grid to its right.",
        "(g: grid) -> grid", "return beside(g, flip_cols(g))",
        lambda g: [line + line[::-1] for line in g], _GRID, edges=_EDGES,
    ),
    Definition(
        "fullest-row", "How large is the largest row sum?",
        "(g: grid) -> int", "return maximum(sum_rows(g))",
        lambda g: max(map(sum, g)), _GRID, edges=_EDGES,
    ),
    Definition(
        "column-spread", "How far apart are the largest and the smallest cell of each column?",
        "(g: grid) -> list[int]", "return sub(max_cols(g), min_cols(g))",
        lambda g: [max(column) - min(column) for column in zip(*g, strict=True)], _GRID, edges=_EDGES,
    ),
    Definition(
        "how-many-filled", "How many cells are not zero?",
        "(g: grid) -> int", "return count(flatten(ne(g, 0)))",
        lambda g: sum(v != 0 for line in g for v in line), (grid(0, 2),), edges=(([[0]],), ([[1, 2, 3]],)),
    ),
    Definition(
        "recolour", "Give the cells of colour a the colour b.",
        "(g: grid, a: int, b: int) -> grid", "return select(eq(g, a), b, g)",
        lambda g, a, b: [[b if v == a else v for v in line] for line in g],
        (grid(0, 3, 2, 4), number(0, 3), number(4, 9)), edges=(([[5]], 5, 0), ([[1, 2]], 7, 0)),
    ),
    Definition(
        "rows-with-a-zero", "Keep the rows that have a zero in them.",
        "(g: grid) -> grid", "return compress_rows(g, any_rows(eq(g, 0)))",
        lambda g: [line for line in g if 0 in line], (grid(0, 4, 2, 4),), edges=(([[5]],), ([[0, 2, 3]],)),
    ),
    Definition(
        "matrix-squared", "Multiply the matrix by itself.",
        "(g: grid) -> grid", "return matmul(g, g)",
        _squared,
        (_square(-3, 6),), edges=(([[5]],), ([[0, 1], [1, 0]],)),
    ),
    Definition(
        "one-column", "Write the list into a grid with one column.",
        "(x: list[int]) -> grid", "return reshape(x, len(x), 1)",
        lambda x: [[v] for v in x], (ints(least=2),), edges=(([5],),),
    ),
    Definition(
        "corner-sum", "Add the first cell of the first row and the last cell of the last row.",
        "(g: grid) -> int", "return add(head(row(g, 0)), last(row(g, -1)))",
        lambda g: g[0][0] + g[-1][-1], _GRID, edges=_EDGES,
    ),
)  # fmt: skip
