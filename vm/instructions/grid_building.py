"""Making grids (rank 2): from lists, from elements, from parts of grids and from other grids."""

from vm.isa import Family, Status
from vm.jit import kernel
from vm.shape import OUT_OF_MEMORY, close, cols, copy, put, rows, start

FAMILY = Family("grid_building")
BAD_SHAPE = int(Status.BAD_SHAPE)


FAMILY.row("reshape", "Writes a list row by row into a grid with so many rows and columns.",
           edge="A list that does not fill the grid exactly, or a negative size, is a fault.",
           example="reshape([1, 2, 3, 4], 2, 2) = [[1, 2], [3, 4]]", cost=5)  # fmt: skip


@FAMILY.body("reshape", "[T] int int -> [[T]]")
@kernel
def reshape(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        height_, width_ = memory[y + e], memory[z + e]
        if height_ < 0 or width_ < 0:
            return BAD_SHAPE
        if height_ > 0 and width_ > 0:
            # Divided first, because the product can wrap.
            if size == 0 or size % height_ != 0 or size // height_ != width_:
                return BAD_SHAPE
        elif size > 0:
            return BAD_SHAPE
        if at + size > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e), out + at, size)
        put(memory, examples, out_shape, e, at, height_, width_)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("one_row", "Makes a grid of one row of a list.",
           edge="Nothing gives a grid without elements.",
           example="one_row([1, 2]) = [[1, 2]]")  # fmt: skip


@FAMILY.body("one_row", "[T] -> [[T]]")
@kernel
def one_row(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e), out + at, size)
        put(memory, examples, out_shape, e, at, 1, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("across", "Makes a grid whose rows are the first list, one for each element of the second.",
           edge="Nothing in either gives nothing.",
           example="across([1, 2], [7, 8, 9]) = [[1, 2], [1, 2], [1, 2]]", cost=5)  # fmt: skip


@FAMILY.body("across", "[T] [U] -> [[T]]")
@kernel
def across(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        width_, height_ = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        if height_ > 0 and width_ > (capacity - at) // height_:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(height_):
            copy(memory, source, out + at + i * width_, width_)
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("down", "Makes a grid whose columns are the first list, one for each element of the second.",
           edge="Nothing in either gives nothing.",
           example="down([1, 2], [7, 8, 9]) = [[1, 1, 1], [2, 2, 2]]", cost=5)  # fmt: skip


@FAMILY.body("down", "[T] [U] -> [[T]]")
@kernel
def down(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        if width_ > 0 and height_ > (capacity - at) // width_:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(height_):
            for j in range(width_):
                memory[out + at + i * width_ + j] = memory[source + i]
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("stack", "Puts the second grid under the first.",
           edge="Unequal widths are a fault; a grid without elements changes nothing.",
           example="stack([[1, 2]], [[3, 4]]) = [[1, 2], [3, 4]]")  # fmt: skip


@FAMILY.body("stack", "[[T]] [[T]] -> [[T]]")
@kernel
def stack(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        upper, lower = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        left, right = cols(memory, examples, x_shape, e), cols(memory, examples, y_shape, e)
        if upper > 0 and lower > 0 and left != right:
            return BAD_SHAPE
        size, more = upper * left, lower * right
        if at + size + more > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e), out + at, size)
        copy(memory, y + start(memory, y_shape, e), out + at + size, more)
        put(memory, examples, out_shape, e, at, upper + lower, max(left, right))
        at += size + more
    return close(memory, examples, out_shape, at)


FAMILY.row("beside", "Puts the second grid to the right of the first.",
           edge="Unequal heights are a fault; a grid without elements changes nothing.",
           example="beside([[1], [2]], [[3], [4]]) = [[1, 3], [2, 4]]")  # fmt: skip


@FAMILY.body("beside", "[[T]] [[T]] -> [[T]]")
@kernel
def beside(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        upper, lower = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        left, right = cols(memory, examples, x_shape, e), cols(memory, examples, y_shape, e)
        if upper > 0 and lower > 0 and upper != lower:
            return BAD_SHAPE
        height_, width_ = max(upper, lower), left + right
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        first, second = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        for i in range(height_):
            target = out + at + i * width_
            copy(memory, first + i * left, target, left)
            copy(memory, second + i * right, target + left, right)
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("compress_rows", "Keeps the rows where the mask is true.",
           edge="A mask and a height that are unequal are cut to the shorter.",
           example="compress_rows([[1, 2], [3, 4]], [false, true]) = [[3, 4]]", cost=5)  # fmt: skip


@FAMILY.body("compress_rows", "[[T]] [bool] -> [[T]]")
@kernel
def compress_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_ = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        width_, mask = cols(memory, examples, x_shape, e), y + start(memory, y_shape, e)
        keep = 0
        for i in range(height_):
            keep += memory[mask + i]
        if at + keep * width_ > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(height_):
            if memory[mask + i] != 0:
                copy(memory, source + i * width_, target, width_)
                target += width_
        put(memory, examples, out_shape, e, at, keep, width_)
        at += keep * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("compress_cols", "Keeps the columns where the mask is true.",
           edge="A mask and a width that are unequal are cut to the shorter.",
           example="compress_cols([[1, 2], [3, 4]], [false, true]) = [[2], [4]]", cost=5)  # fmt: skip


@FAMILY.body("compress_cols", "[[T]] [bool] -> [[T]]")
@kernel
def compress_cols(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        limit, mask = min(width_, rows(memory, examples, y_shape, e)), y + start(memory, y_shape, e)
        keep = 0
        for j in range(limit):
            keep += memory[mask + j]
        if at + height_ * keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(height_):
            for j in range(limit):
                if memory[mask + j] != 0:
                    memory[target] = memory[source + i * width_ + j]
                    target += 1
        put(memory, examples, out_shape, e, at, height_, keep)
        at += height_ * keep
    return close(memory, examples, out_shape, at)


FAMILY.row("fill", "Makes a grid of one element with so many rows and columns.",
           edge="A count below 1 gives nothing.",
           example="fill(7, 1, 2) = [[7, 7]]", cost=5)  # fmt: skip


@FAMILY.body("fill", "T int int -> [[T]]")
@kernel
def fill(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = max(memory[y + e], 0), max(memory[z + e], 0)
        # Divided first, because the product can wrap.
        if height_ > 0 and width_ > (capacity - at) // height_:
            return OUT_OF_MEMORY
        keep = height_ * width_
        for i in range(keep):
            memory[out + at + i] = memory[x + e]
        put(memory, examples, out_shape, e, at, height_, width_)
        at += keep
    return close(memory, examples, out_shape, at)
