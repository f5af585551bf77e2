"""Order, equality and counting within lists: sorting, grading, duplicates, membership, runs."""

import numpy as np

from vm.isa import Family, Work
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, cols, copy, put, put_list, put_same, rows, start
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
def find_word(memory, begin, size, word):
    """Returns the first place of `word` among `size` words, or -1."""
    for i in range(size):
        if memory[begin + i] == word:
            return i
    return -1


@kernel
def count_word(memory, begin, size, word):
    """Returns how often `word` stands among `size` words."""
    count = 0
    for i in range(size):
        count += 1 if memory[begin + i] == word else 0
    return count


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


FAMILY.row("unique", "Keeps the first of equal elements, in order.",
           edge="Nothing stays nothing.",
           example="unique([2, 1, 2, 3, 1]) = [2, 1, 3]", cost=4, work=Work.SQUARE)  # fmt: skip


@FAMILY.body("unique", "[W] -> [W]")
@kernel
def unique(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        keep = 0
        for i in range(size):
            if find_word(memory, out + at, keep, memory[source + i]) < 0:
                if at + keep >= capacity:
                    return OUT_OF_MEMORY
                memory[out + at + keep] = memory[source + i]
                keep += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("counts", "Says of each element how often it occurs in the list or grid.",
           edge="Nothing gives nothing.",
           example="counts([2, 1, 2]) = [2, 1, 2]", cost=5, work=Work.SQUARE)  # fmt: skip


@kernel
def _count_each(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        size = height * width
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            memory[target + i] = count_word(memory, source, size, memory[source + i])
        put_same(memory, examples, out_shape, e, at, height, width)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("counts", "[W] -> [int]")
@kernel
def counts(memory, examples, x, x_shape, out, out_shape, capacity):
    return _count_each(memory, examples, x, x_shape, out, out_shape, capacity)


@FAMILY.body("counts", "[[W]] -> [[int]]")
@kernel
def grid_counts(memory, examples, x, x_shape, out, out_shape, capacity):
    return _count_each(memory, examples, x, x_shape, out, out_shape, capacity)


FAMILY.row("mode", "Gives the element that occurs most often.",
           edge="Of several the first; of nothing it gives zero, false or the character with code 0.",
           example="mode([2, 1, 3, 1]) = 1", cost=5, work=Work.SQUARE)  # fmt: skip


@kernel
def _most_frequent(memory, examples, x, x_shape, out):
    for e in range(examples):
        source = x + start(memory, x_shape, e)
        size = rows(memory, examples, x_shape, e) * cols(memory, examples, x_shape, e)
        most, result = 0, 0
        for i in range(size):
            # What stands further to the front has been counted with all its equals.
            count = count_word(memory, source + i, size - i, memory[source + i])
            if count > most:
                most, result = count, memory[source + i]
        memory[out + e] = result
    return OK


@FAMILY.body("mode", "[W] -> W")
@kernel
def mode(memory, examples, x, x_shape, out, out_shape, capacity):
    return _most_frequent(memory, examples, x, x_shape, out)


@FAMILY.body("mode", "[[W]] -> W")
@kernel
def grid_mode(memory, examples, x, x_shape, out, out_shape, capacity):
    return _most_frequent(memory, examples, x, x_shape, out)


FAMILY.row("occurrence", "Says of each element how often it has occurred up to there.",
           edge="The first of its kind gives 1.",
           example="occurrence([2, 1, 2]) = [1, 1, 2]", cost=6, work=Work.SQUARE)  # fmt: skip


@FAMILY.body("occurrence", "[W] -> [int]")
@kernel
def occurrence(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            memory[target + i] = count_word(memory, source, i + 1, memory[source + i])
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("count_in", "Says of each element of the first list how often it occurs in the second.",
           edge="An empty second list gives zeros.",
           example="count_in([1, 5], [1, 2, 1]) = [2, 0]", cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("count_in", "[W] [W] -> [int]")
@kernel
def count_in(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, others = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            memory[target + i] = count_word(memory, y + start(memory, y_shape, e), others, memory[source + i])
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("member", "Says of each element of the first list whether it occurs in the second.",
           edge="An empty second list gives false everywhere.",
           example="member([1, 5], [1, 2]) = [true, false]", cost=4, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("member", "[W] [W] -> [bool]")
@kernel
def member(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, others = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            place = find_word(memory, y + start(memory, y_shape, e), others, memory[source + i])
            memory[target + i] = 1 if place >= 0 else 0
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("without", "Leaves out the elements of the first list that occur in the second.",
           edge="An empty second list changes nothing.",
           example="without([1, 2, 3, 2], [2]) = [1, 3]", cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("without", "[W] [W] -> [W]")
@kernel
def without(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        others, num_others = y + start(memory, y_shape, e), rows(memory, examples, y_shape, e)
        keep = 0
        for i in range(size):
            if find_word(memory, others, num_others, memory[source + i]) < 0:
                if at + keep >= capacity:
                    return OUT_OF_MEMORY
                memory[out + at + keep] = memory[source + i]
                keep += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("contains", "Says whether an element occurs in a list.",
           edge="Nothing contains nothing.",
           example="contains([1, 2], 2) = true", cost=4)  # fmt: skip


@FAMILY.body("contains", "[W] W -> bool")
@kernel
def contains(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        memory[out + e] = 1 if find_word(memory, source, size, memory[y + e]) >= 0 else 0
    return OK


FAMILY.row("same", "Says whether two lists or grids are equal as a whole.",
           edge="Different sizes are not equal; nothing is equal to nothing.",
           example="same([1, 2], [1, 2]) = true", cost=4, commutative=True)  # fmt: skip


@kernel
def _compare_whole(memory, examples, x, x_shape, y, y_shape, out):
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        source, other = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        is_same = height == rows(memory, examples, y_shape, e) and width == cols(memory, examples, y_shape, e)
        for i in range(height * width if is_same else 0):
            is_same &= memory[source + i] == memory[other + i]
        memory[out + e] = 1 if is_same else 0
    return OK


@FAMILY.body("same", "[W] [W] -> bool")
@kernel
def same(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    return _compare_whole(memory, examples, x, x_shape, y, y_shape, out)


@FAMILY.body("same", "[[W]] [[W]] -> bool")
@kernel
def grid_same(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    return _compare_whole(memory, examples, x, x_shape, y, y_shape, out)


FAMILY.row("find", "Gives the first position of an element.",
           edge="An element that does not occur gives -1.",
           example="find([7, 2, 7], 7) = 0", cost=4)  # fmt: skip


@FAMILY.body("find", "[W] W -> int")
@kernel
def find(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        memory[out + e] = find_word(memory, source, size, memory[y + e])
    return OK


FAMILY.row("starts", "Says where a run of equal elements begins.",
           edge="The first element begins a run.",
           example="starts([4, 4, 1, 4]) = [true, false, true, true]", cost=5)  # fmt: skip


@FAMILY.body("starts", "[W] -> [bool]")
@kernel
def starts(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            memory[target + i] = 1 if i == 0 or memory[source + i] != memory[source + i - 1] else 0
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("run_lengths", "Gives the length of each run of equal elements.",
           edge="Nothing gives nothing.",
           example="run_lengths([4, 4, 1, 4]) = [2, 1, 1]", cost=5)  # fmt: skip


@FAMILY.body("run_lengths", "[W] -> [int]")
@kernel
def run_lengths(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        keep = 0
        for i in range(size):
            if i == 0 or memory[source + i] != memory[source + i - 1]:
                if at + keep >= capacity:
                    return OUT_OF_MEMORY
                memory[out + at + keep] = 0
                keep += 1
            memory[out + at + keep - 1] += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)
