"""Grids (rank 2): their parts, shapes, products, and reductions of rows and of columns.

A grid without elements has no rows and no columns, so nothing can loop over rows that cost no words.
Kernels that may overflow calculate with unsigned words: numba tells LLVM that signed ints never overflow.
"""

import numpy as np

from vm.instructions.parts import element
from vm.isa import Family, Status, Work
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, cols, copy, put, put_list, rows, start

FAMILY = Family("grids")
BAD_INDEX = int(Status.BAD_INDEX)
BAD_SHAPE = int(Status.BAD_SHAPE)


FAMILY.row("transpose", "Turns rows into columns.",
           edge="Nothing stays nothing.",
           example="transpose([[1, 2, 3], [4, 5, 6]]) = [[1, 4], [2, 5], [3, 6]]")  # fmt: skip


@FAMILY.body("transpose", "[[T]] -> [[T]]")
@kernel
def transpose(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(height_):
            for j in range(width_):
                memory[target + j * height_ + i] = memory[source + i * width_ + j]
        put(memory, examples, out_shape, e, at, width_, height_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("row", "Gives the row at a position, counted from 0.",
           edge="Negative positions count from the end; a position outside is a fault.",
           example="row([[1, 2], [3, 4]], 1) = [3, 4]")  # fmt: skip


@FAMILY.body("row", "[[T]] int -> [T]")
@kernel
def row(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        keep = cols(memory, examples, x_shape, e)
        i = element(memory[y + e], rows(memory, examples, x_shape, e))
        if i < 0:
            return BAD_INDEX
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + i * keep, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("column", "Gives the column at a position, counted from 0.",
           edge="Negative positions count from the end; a position outside is a fault.",
           example="column([[1, 2], [3, 4]], 1) = [2, 4]")  # fmt: skip


@FAMILY.body("column", "[[T]] int -> [T]")
@kernel
def column(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        keep, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        j = element(memory[y + e], width_)
        if j < 0:
            return BAD_INDEX
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + i * width_ + j]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("height", "Gives the number of rows.",
           edge="A grid without elements has 0.",
           example="height([[1, 2, 3], [4, 5, 6]]) = 2")  # fmt: skip


@FAMILY.body("height", "[[T]] -> int")
@kernel
def height(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        memory[out + e] = rows(memory, examples, x_shape, e)
    return OK


FAMILY.row("width", "Gives the number of columns.",
           edge="A grid without elements has 0.",
           example="width([[1, 2, 3], [4, 5, 6]]) = 3")  # fmt: skip


@FAMILY.body("width", "[[T]] -> int")
@kernel
def width(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        memory[out + e] = cols(memory, examples, x_shape, e)
    return OK


FAMILY.row("flatten", "Puts the rows of a grid behind each other.",
           edge="Nothing gives nothing.",
           example="flatten([[1, 2], [3, 4]]) = [1, 2, 3, 4]")  # fmt: skip


@FAMILY.body("flatten", "[[T]] -> [T]")
@kernel
def flatten(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e) * cols(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e), out + at, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("dot", "Multiplies two lists element by element and adds up.",
           edge="Ints wrap; nothing gives 0; unequal lengths are cut to the shorter.",
           example="dot([1, 2], [3, 4]) = 11", cost=5, commutative=True)  # fmt: skip


@FAMILY.body("dot", "[int] [int] -> int")
@kernel
def dot(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        left, right = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        result = np.uint64(0)
        for i in range(size):
            result += words[left + i] * words[right + i]
        words[out + e] = result
    return OK


@FAMILY.body("dot", "[float] [float] -> float")
@kernel
def dot_float(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        left, right = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        result = 0.0
        for i in range(size):
            result += floats[left + i] * floats[right + i]
        floats[out + e] = result
    return OK


FAMILY.row("matmul", "Multiplies two matrices.",
           edge="Ints wrap; a first width that is not the second height is a fault.",
           example="matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]]) = [[2, 1], [4, 3]]", cost=5,
           work=Work.MATRIX)  # fmt: skip


@FAMILY.body("matmul", "[[int]] [[int]] -> [[int]]")
@kernel
def matmul(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        height_, inner = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        width_ = cols(memory, examples, y_shape, e)
        if inner != rows(memory, examples, y_shape, e):
            return BAD_SHAPE
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        left, right = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        for i in range(height_):
            for j in range(width_):
                result = np.uint64(0)
                for k in range(inner):
                    result += words[left + i * inner + k] * words[right + k * width_ + j]
                words[out + at + i * width_ + j] = result
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


@FAMILY.body("matmul", "[[float]] [[float]] -> [[float]]")
@kernel
def matmul_float(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    at = 0
    for e in range(examples):
        height_, inner = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        width_ = cols(memory, examples, y_shape, e)
        if inner != rows(memory, examples, y_shape, e):
            return BAD_SHAPE
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        left, right = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        for i in range(height_):
            for j in range(width_):
                result = 0.0
                for k in range(inner):
                    result += floats[left + i * inner + k] * floats[right + k * width_ + j]
                floats[out + at + i * width_ + j] = result
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("sum_rows", "Adds up each row.", edge="Ints wrap; nothing gives nothing.",
           example="sum_rows([[1, 2], [3, 4]]) = [3, 7]")  # fmt: skip


@FAMILY.body("sum_rows", "[[int]] -> [int]")
@kernel
def sum_rows(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(height_):
            result = np.uint64(0)
            for j in range(width_):
                result += words[source + i * width_ + j]
            words[out + at + i] = result
        put_list(memory, examples, out_shape, e, at, height_)
        at += height_
    return close(memory, examples, out_shape, at)


FAMILY.row("sum_cols", "Adds up each column.", edge="Ints wrap; nothing gives nothing.",
           example="sum_cols([[1, 2], [3, 4]]) = [4, 6]")  # fmt: skip


@FAMILY.body("sum_cols", "[[int]] -> [int]")
@kernel
def sum_cols(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + width_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for j in range(width_):
            result = np.uint64(0)
            for i in range(height_):
                result += words[source + i * width_ + j]
            words[out + at + j] = result
        put_list(memory, examples, out_shape, e, at, width_)
        at += width_
    return close(memory, examples, out_shape, at)


FAMILY.row("max_rows", "Gives the largest element of each row.", edge="Nothing gives nothing.",
           example="max_rows([[1, 2], [4, 3]]) = [2, 4]")  # fmt: skip


FAMILY.row("any_rows", "Says of each row whether at least one is true.", edge="Nothing gives nothing.",
           example="any_rows([[true, false], [false, false]]) = [true, false]", cost=5)  # fmt: skip


@FAMILY.body("max_rows", "[[int]] -> [int]")
@FAMILY.body("any_rows", "[[bool]] -> [bool]")
@kernel
def max_rows(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(height_):
            result = memory[source + i * width_]
            for j in range(1, width_):
                result = max(result, memory[source + i * width_ + j])
            memory[out + at + i] = result
        put_list(memory, examples, out_shape, e, at, height_)
        at += height_
    return close(memory, examples, out_shape, at)


FAMILY.row("max_cols", "Gives the largest element of each column.", edge="Nothing gives nothing.",
           example="max_cols([[1, 2], [4, 0]]) = [4, 2]")  # fmt: skip


FAMILY.row("any_cols", "Says of each column whether at least one is true.", edge="Nothing gives nothing.",
           example="any_cols([[true, false], [false, false]]) = [true, false]", cost=5)  # fmt: skip


@FAMILY.body("max_cols", "[[int]] -> [int]")
@FAMILY.body("any_cols", "[[bool]] -> [bool]")
@kernel
def max_cols(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + width_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for j in range(width_):
            result = memory[source + j]
            for i in range(1, height_):
                result = max(result, memory[source + i * width_ + j])
            memory[out + at + j] = result
        put_list(memory, examples, out_shape, e, at, width_)
        at += width_
    return close(memory, examples, out_shape, at)


FAMILY.row("min_rows", "Gives the smallest element of each row.", edge="Nothing gives nothing.",
           example="min_rows([[1, 2], [4, 3]]) = [1, 3]")  # fmt: skip


FAMILY.row("all_rows", "Says of each row whether all are true.", edge="Nothing gives nothing.",
           example="all_rows([[true, false], [true, true]]) = [false, true]", cost=5)  # fmt: skip


@FAMILY.body("min_rows", "[[int]] -> [int]")
@FAMILY.body("all_rows", "[[bool]] -> [bool]")
@kernel
def min_rows(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(height_):
            result = memory[source + i * width_]
            for j in range(1, width_):
                result = min(result, memory[source + i * width_ + j])
            memory[out + at + i] = result
        put_list(memory, examples, out_shape, e, at, height_)
        at += height_
    return close(memory, examples, out_shape, at)


FAMILY.row("min_cols", "Gives the smallest element of each column.", edge="Nothing gives nothing.",
           example="min_cols([[1, 2], [4, 0]]) = [1, 0]")  # fmt: skip


FAMILY.row("all_cols", "Says of each column whether all are true.", edge="Nothing gives nothing.",
           example="all_cols([[true, false], [true, true]]) = [true, false]", cost=5)  # fmt: skip


@FAMILY.body("min_cols", "[[int]] -> [int]")
@FAMILY.body("all_cols", "[[bool]] -> [bool]")
@kernel
def min_cols(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + width_ > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for j in range(width_):
            result = memory[source + j]
            for i in range(1, height_):
                result = min(result, memory[source + i * width_ + j])
            memory[out + at + j] = result
        put_list(memory, examples, out_shape, e, at, width_)
        at += width_
    return close(memory, examples, out_shape, at)


FAMILY.row("flip_rows", "Turns a grid upside down.", edge="Nothing stays nothing.",
           example="flip_rows([[1, 2], [3, 4]]) = [[3, 4], [1, 2]]")  # fmt: skip


@FAMILY.body("flip_rows", "[[T]] -> [[T]]")
@kernel
def flip_rows(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(height_):
            copy(memory, source + (height_ - 1 - i) * width_, target + i * width_, width_)
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)


FAMILY.row("flip_cols", "Turns a grid around from left to right.", edge="Nothing stays nothing.",
           example="flip_cols([[1, 2], [3, 4]]) = [[2, 1], [4, 3]]")  # fmt: skip


@FAMILY.body("flip_cols", "[[T]] -> [[T]]")
@kernel
def flip_cols(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height_, width_ = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height_ * width_ > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(height_):
            for j in range(width_):
                memory[target + i * width_ + j] = memory[source + i * width_ + width_ - 1 - j]
        put(memory, examples, out_shape, e, at, height_, width_)
        at += height_ * width_
    return close(memory, examples, out_shape, at)
