"""Order: sorting, grading, and putting elements or rows in the order of keys."""

import numpy as np

from vm.isa import Family
from vm.jit import kernel
from vm.shape import OUT_OF_MEMORY, close, cols, copy, put, put_list, rows, start
from vm.values import INT_MAX

FAMILY = Family("order")

SMALL = 24  # untuned: below it insertion sort beats heap sort


INFINITY = 0x7FF0 << 48
NAN = 0x7FF8 << 48


@kernel
def flip_negative(word):
    """Turns the bits of a float other than NaN into an int that orders as the float does, or back."""
    return word ^ (INT_MAX if word < 0 else 0)


@kernel
def order_key(word):
    """Returns an int that orders as the float with these bits does: -0.0 below 0.0, NaNs highest, all alike.

    NaNs must be alike, because the sign of one that arithmetic makes depends on the compiler.
    """
    return NAN if word & INT_MAX > INFINITY else flip_negative(word)


@kernel
def sort_floats(memory, source, target, size):
    """Copies the words of `size` floats, sorted, the smallest first."""
    for i in range(size):
        memory[target + i] = order_key(memory[source + i])
    sort_words(memory, target, size)
    for i in range(size):
        memory[target + i] = flip_negative(memory[target + i])


@kernel
def _comes_first(memory, keys, one, other, sign):
    """Says whether index `one` comes before `other`: by key (descending if sign < 0), then by index."""
    left, right = memory[np.uint64(keys + one)], memory[np.uint64(keys + other)]
    if left == right:
        return one < other
    return left < right if sign > 0 else left > right


@kernel
def sort_words(memory, begin, size):
    """Sorts `size` words in place, ascending: insertion sort when small, else heap sort."""
    if size <= SMALL:
        for i in range(1, size):
            # Unsigned: numba looks whether a signed index counts from the end.
            word, j = memory[np.uint64(begin + i)], i - 1
            while j >= 0 and memory[np.uint64(begin + j)] > word:
                memory[np.uint64(begin + j + 1)] = memory[np.uint64(begin + j)]
                j -= 1
            memory[np.uint64(begin + j + 1)] = word
        return
    for end in range(size // 2 + size - 1, 0, -1):
        # The first half of the rounds builds the heap, the others take its largest word off.
        root = end - size if end >= size else 0
        limit = size if end >= size else end
        if end < size:
            memory[begin], memory[begin + end] = memory[begin + end], memory[begin]
        word = memory[begin + root]
        while 2 * root + 1 < limit:
            child = 2 * root + 1
            if child + 1 < limit and memory[begin + child + 1] > memory[begin + child]:
                child += 1
            if memory[begin + child] <= word:
                break
            memory[begin + root] = memory[begin + child]
            root = child
        memory[begin + root] = word


@kernel
def sort_indices(memory, keys, begin, size, sign):
    """Writes 0..size-1 at `begin`, ordered by the words at `keys`, stable; descending if `sign` < 0."""
    for i in range(size):
        memory[begin + i] = i
    if size <= SMALL:
        for i in range(1, size):
            j = i - 1
            while j >= 0 and _comes_first(memory, keys, i, memory[np.uint64(begin + j)], sign):
                memory[np.uint64(begin + j + 1)] = memory[np.uint64(begin + j)]
                j -= 1
            memory[np.uint64(begin + j + 1)] = i
        return
    for end in range(size // 2 + size - 1, 0, -1):
        root = end - size if end >= size else 0
        limit = size if end >= size else end
        if end < size:
            memory[begin], memory[begin + end] = memory[begin + end], memory[begin]
        pick = memory[begin + root]
        while 2 * root + 1 < limit:
            child = 2 * root + 1
            if child + 1 < limit and _comes_first(
                memory, keys, memory[begin + child], memory[begin + child + 1], sign
            ):
                child += 1
            if not _comes_first(memory, keys, pick, memory[begin + child], sign):
                break
            memory[begin + root] = memory[begin + child]
            root = child
        memory[begin + root] = pick


@kernel
def reverse_words(memory, begin, size):
    """Turns `size` words around in place."""
    for i in range(size // 2):
        memory[begin + i], memory[begin + size - 1 - i] = memory[begin + size - 1 - i], memory[begin + i]


FAMILY.row("sort", "Sorts a list, the smallest first.",
           edge="Floats: -0.0 before 0.0, NaN last.",
           example="sort([3, 1, 2]) = [1, 2, 3]", cost=3)  # fmt: skip


@FAMILY.body("sort", "[W] -> [W]")
@kernel
def sort(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        sort_words(memory, target, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("sort", "[float] -> [float]")
@kernel
def sort_float(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        sort_floats(memory, source, target, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("sort_down", "Sorts a list, the largest first.",
           edge="Floats: 0.0 before -0.0, NaN first.",
           example="sort_down([3, 1, 2]) = [3, 2, 1]", cost=4)  # fmt: skip


@FAMILY.body("sort_down", "[W] -> [W]")
@kernel
def sort_down(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        sort_words(memory, target, size)
        reverse_words(memory, target, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("sort_down", "[float] -> [float]")
@kernel
def sort_down_float(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        sort_floats(memory, source, target, size)
        reverse_words(memory, target, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("grade", "Gives the positions that would sort the list, the smallest first.",
           edge="Equal elements keep their order.",
           example="grade([30, 10, 20]) = [1, 2, 0]", cost=5)  # fmt: skip


@FAMILY.body("grade", "[W] -> [int]")
@kernel
def grade(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        sort_indices(memory, source, target, size, 1)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("grade_down", "Gives the positions that would sort the list, the largest first.",
           edge="Equal elements keep their order.",
           example="grade_down([30, 10, 20]) = [0, 2, 1]", cost=5)  # fmt: skip


@FAMILY.body("grade_down", "[W] -> [int]")
@kernel
def grade_down(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        sort_indices(memory, source, target, size, -1)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("order_by",
           "Puts elements, or rows, of the first in the order of the keys in the second, the smallest first.",
           edge="Equal keys keep their order; sizes are cut to the smaller; a grid of keys orders each row.",
           example="order_by([7, 8, 9], [3, 1, 2]) = [8, 9, 7]", cost=5)  # fmt: skip


@FAMILY.body("order_by", "[T] [W] -> [T]")
@kernel
def order_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        sort_indices(memory, y + start(memory, y_shape, e), target, size, 1)
        for i in range(size):
            memory[target + i] = memory[source + memory[target + i]]
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("order_by", "[[T]] [W] -> [[T]]")
@kernel
def order_rows_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        width = cols(memory, examples, x_shape, e)
        keep = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        if at + keep * width > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        # The order stands in the last words of the result: row i ends before the place of the next pick.
        order = target + keep * max(width - 1, 0)
        sort_indices(memory, y + start(memory, y_shape, e), order, keep if width > 0 else 0, 1)
        for i in range(keep):
            pick = memory[order + i]
            copy(memory, source + pick * width, target + i * width, width)
        put(memory, examples, out_shape, e, at, keep, width)
        at += keep * width
    return close(memory, examples, out_shape, at)


@FAMILY.body("order_by", "[[T]] [[W]] -> [[T]]")
@kernel
def order_in_rows_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        across, down = cols(memory, examples, x_shape, e), cols(memory, examples, y_shape, e)
        width = min(across, down)
        keep = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        if at + keep * width > capacity:
            return OUT_OF_MEMORY
        source, keys = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        for i in range(keep):
            target = out + at + i * width
            sort_indices(memory, keys + i * down, target, width, 1)
            for j in range(width):
                memory[target + j] = memory[source + i * across + memory[target + j]]
        put(memory, examples, out_shape, e, at, keep, width)
        at += keep * width
    return close(memory, examples, out_shape, at)
