"""Reference functions of the grid instructions; a grid is a list of equally long lists, `[]` if empty."""

from __future__ import annotations

from vm.isa import Status
from vm.reference.forms import Form
from vm.reference.lists import compress, index, total
from vm.reference.registry import fault_unless, require_room, structural
from vm.reference.scalars import wrapped


def columns(grid: Form) -> Form:
    """Returns the columns of a grid."""
    return [list(column_) for column_ in zip(*grid, strict=True)]


@structural("transpose")
def transpose(grid: Form) -> Form:
    return columns(grid)


@structural("row")
def row(grid: Form, position: int) -> Form:
    return index(grid, position)


@structural("column")
def column(grid: Form, position: int) -> Form:
    return index(columns(grid), position)


@structural("height")
def height(grid: Form) -> Form:
    return len(grid)


@structural("width")
def width(grid: Form) -> Form:
    return len(columns(grid))


@structural("reshape")
def reshape(xs: Form, num_rows: int, num_cols: int) -> Form:
    fault_unless(num_rows >= 0 and num_cols >= 0 and num_rows * num_cols == len(xs), Status.BAD_SHAPE)
    return [xs[i : i + num_cols] for i in range(0, len(xs), max(num_cols, 1))]


@structural("flatten")
def flatten(grid: Form) -> Form:
    return [item for line in grid for item in line]


@structural("one_row")
def one_row(xs: Form) -> Form:
    return [xs] if xs else []


@structural("across")
def across(xs: Form, ys: Form) -> Form:
    return [list(xs) for _ in ys] if xs else []


@structural("down")
def down(xs: Form, ys: Form) -> Form:
    return columns(across(xs, ys))


@structural("dot", zero=True)
def dot(xs: Form, ys: Form, zero: Form) -> Form:
    return total([wrapped(x * y) for x, y in zip(xs, ys, strict=False)], zero)


@structural("matmul", zero=True)
def matmul(left: Form, right: Form, zero: Form) -> Form:
    fault_unless(width(left) == height(right), Status.BAD_SHAPE)
    return [[dot(line, column_, zero) for column_ in columns(right)] for line in left]


@structural("sum_rows")
def sum_rows(grid: Form) -> Form:
    return [total(line, 0) for line in grid]


@structural("sum_cols")
def sum_cols(grid: Form) -> Form:
    return sum_rows(columns(grid))


@structural("max_rows")
def max_rows(grid: Form) -> Form:
    return [max(line) for line in grid]


@structural("max_cols")
def max_cols(grid: Form) -> Form:
    return max_rows(columns(grid))


@structural("min_rows")
def min_rows(grid: Form) -> Form:
    return [min(line) for line in grid]


@structural("min_cols")
def min_cols(grid: Form) -> Form:
    return min_rows(columns(grid))


@structural("any_rows")
def any_rows(grid: Form) -> Form:
    return [any(line) for line in grid]


@structural("any_cols")
def any_cols(grid: Form) -> Form:
    return any_rows(columns(grid))


@structural("all_rows")
def all_rows(grid: Form) -> Form:
    return [all(line) for line in grid]


@structural("all_cols")
def all_cols(grid: Form) -> Form:
    return all_rows(columns(grid))


@structural("flip_rows")
def flip_rows(grid: Form) -> Form:
    return grid[::-1]


@structural("flip_cols")
def flip_cols(grid: Form) -> Form:
    return [line[::-1] for line in grid]


@structural("stack")
def stack(upper: Form, lower: Form) -> Form:
    fault_unless(not upper or not lower or width(upper) == width(lower), Status.BAD_SHAPE)
    return upper + lower


@structural("beside")
def beside(left: Form, right: Form) -> Form:
    return columns(stack(columns(left), columns(right)))


@structural("compress_rows")
def compress_rows(grid: Form, mask: Form) -> Form:
    return compress(grid, mask)


@structural("compress_cols")
def compress_cols(grid: Form, mask: Form) -> Form:
    return [compress(line, mask) for line in grid]


@structural("fill", limit=True)
def fill(item: Form, num_rows: int, num_cols: int, limit: int) -> Form:
    size = max(num_rows, 0) * max(num_cols, 0)
    require_room(size, limit)
    return [[item] * num_cols for _ in range(num_rows)] if size else []
