"""Stretches of equal neighbours in lists, and areas of equal neighbours in grids; zero is background.

A list is laid out as a grid of one column, so that one kernel serves both. Areas are found by two passes of
union-find (Rosenfeld and Pfaltz 1966) inside the result: a cell holds the index of an earlier cell of its
area, and the first cell of an area its own.
"""

import numpy as np

from vm.instructions.order import reverse_words
from vm.isa import Family, Status
from vm.jit import kernel
from vm.shape import OUT_OF_MEMORY, close, cols, copy, put, put_list, put_same, rows, start

FAMILY = Family("regions")
BAD_SHAPE = int(Status.BAD_SHAPE)


@kernel
def _first_of(memory, parents, i):
    """Returns the first cell of the area that cell `i` is in so far, and shortens the way to it."""
    while memory[np.uint64(parents + i)] != i:
        up = memory[np.uint64(parents + i)]
        memory[np.uint64(parents + i)] = memory[np.uint64(parents + up)]
        i = memory[np.uint64(parents + i)]
    return i


@kernel
def _join(memory, parents, one, other):
    """Makes one area of those of two cells."""
    first, second = _first_of(memory, parents, one), _first_of(memory, parents, other)
    memory[np.uint64(parents + max(first, second))] = min(first, second)


@kernel
def _find_areas(memory, source, parents, height, width):
    """Writes the index of an earlier cell of its area, or its own, for each cell that is not zero."""
    for i in range(height * width):
        word = memory[np.uint64(source + i)]
        memory[np.uint64(parents + i)] = i
        if word != 0:
            if i % width > 0 and memory[np.uint64(source + i - 1)] == word:
                _join(memory, parents, i - 1, i)
            if i >= width and memory[np.uint64(source + i - width)] == word:
                _join(memory, parents, i - width, i)


FAMILY.row("regions", "Numbers the regions of equal neighbours, from 1; zero, false and code 0 stay 0.",
           edge="Cells of a grid touch at their sides; first cells give the order; nothing gives nothing.",
           example="regions([4, 4, 0, 4, 1]) = [1, 1, 0, 2, 3]", cost=5)  # fmt: skip


@kernel
def _number_regions(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        size = height * width
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        _find_areas(memory, source, target, height, width)
        number = 0
        # A number below zero is final, so that it is not taken for the index of a cell.
        for i in range(size):
            if memory[source + i] == 0:
                continue
            up = memory[target + i]
            if up == i:
                number += 1
            memory[target + i] = -number if up == i else memory[target + up]
        for i in range(size):
            memory[target + i] = -memory[target + i] if memory[source + i] != 0 else 0
        put_same(memory, examples, out_shape, e, at, height, width)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("regions", "[W] -> [int]")
@kernel
def regions(memory, examples, x, x_shape, out, out_shape, capacity):
    return _number_regions(memory, examples, x, x_shape, out, out_shape, capacity)


@FAMILY.body("regions", "[[W]] -> [[int]]")
@kernel
def grid_regions(memory, examples, x, x_shape, out, out_shape, capacity):
    return _number_regions(memory, examples, x, x_shape, out, out_shape, capacity)


FAMILY.row("region_sizes", "Says of each element how large its region of equal neighbours is; zeros give 0.",
           edge="Cells of a grid touch at their sides; false and code 0 give 0; nothing gives nothing.",
           example="region_sizes([4, 4, 0, 4, 1]) = [2, 2, 0, 1, 1]", cost=5)  # fmt: skip


@kernel
def _measure_regions(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        size = height * width
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        _find_areas(memory, source, target, height, width)
        # The first cell of a region counts down from -1, the others hold its index until it is done.
        for i in range(size):
            if memory[source + i] == 0:
                continue
            up = memory[target + i]
            if up == i:
                memory[target + i] = -1
                continue
            first = up if memory[target + up] < 0 else memory[target + up]
            memory[target + i] = first
            memory[target + first] -= 1
        for i in range(size):
            if memory[source + i] != 0 and memory[target + i] >= 0:
                memory[target + i] = -memory[target + memory[target + i]]
        for i in range(size):
            if memory[source + i] == 0:
                memory[target + i] = 0
            elif memory[target + i] < 0:
                memory[target + i] = -memory[target + i]
        put_same(memory, examples, out_shape, e, at, height, width)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("region_sizes", "[W] -> [int]")
@kernel
def region_sizes(memory, examples, x, x_shape, out, out_shape, capacity):
    return _measure_regions(memory, examples, x, x_shape, out, out_shape, capacity)


@FAMILY.body("region_sizes", "[[W]] -> [[int]]")
@kernel
def grid_region_sizes(memory, examples, x, x_shape, out, out_shape, capacity):
    return _measure_regions(memory, examples, x, x_shape, out, out_shape, capacity)


FAMILY.row("reverse_runs", "Turns around each stretch of the first list in which the second does not change.",
           edge="Unequal lengths are cut to the shorter.",
           example="reverse_runs([1, 2, 3, 4], [0, 5, 5, 5]) = [1, 4, 3, 2]", cost=6)  # fmt: skip


@FAMILY.body("reverse_runs", "[T] [W] -> [T]")
@kernel
def reverse_runs(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        if at + size > capacity:
            return OUT_OF_MEMORY
        keys, target = y + start(memory, y_shape, e), out + at
        copy(memory, x + start(memory, x_shape, e), target, size)
        begin = 0
        for i in range(1, size + 1):
            if i == size or memory[keys + i] != memory[keys + i - 1]:
                reverse_words(memory, target + begin, i - begin)
                begin = i
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("forward_fill", "Puts in the place of each zero the last element before it that is not zero.",
           edge="Zeros at the front stay; false and the character with code 0 count as zeros.",
           example="forward_fill([0, 3, 0, 0, 5, 0]) = [0, 3, 3, 3, 5, 5]", cost=5)  # fmt: skip


@FAMILY.body("forward_fill", "[W] -> [W]")
@kernel
def forward_fill(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        last = 0
        for i in range(size):
            last = memory[source + i] if memory[source + i] != 0 else last
            memory[target + i] = last
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("backward_fill", "Puts in the place of each zero the next element behind it that is not zero.",
           edge="Zeros at the end stay; false and the character with code 0 count as zeros.",
           example="backward_fill([0, 3, 0, 0, 5, 0]) = [3, 3, 5, 5, 5, 0]", cost=5)  # fmt: skip


@FAMILY.body("backward_fill", "[W] -> [W]")
@kernel
def backward_fill(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        following = 0
        for i in range(size - 1, -1, -1):
            following = memory[source + i] if memory[source + i] != 0 else following
            memory[target + i] = following
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("crop", "Keeps the smallest rectangle of the first grid outside of which the second is false.",
           edge="Unequal shapes are a fault; where all is false nothing is kept.",
           example="crop([[1, 2], [3, 4]], [[false, true], [false, true]]) = [[2], [4]]")  # fmt: skip


@FAMILY.body("crop", "[[T]] [[bool]] -> [[T]]")
@kernel
def crop(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if height != rows(memory, examples, y_shape, e) or width != cols(memory, examples, y_shape, e):
            return BAD_SHAPE
        source, mask = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        top, bottom, left, right = height, 0, width, 0
        for i in range(height):
            for j in range(width):
                if memory[mask + i * width + j] != 0:
                    top, bottom = min(top, i), i + 1
                    left, right = min(left, j), max(right, j + 1)
        keep, across = max(bottom - top, 0), max(right - left, 0)
        if at + keep * across > capacity:
            return OUT_OF_MEMORY
        for i in range(keep):
            copy(memory, source + (top + i) * width + left, out + at + i * across, across)
        put(memory, examples, out_shape, e, at, keep, across)
        at += keep * across
    return close(memory, examples, out_shape, at)
