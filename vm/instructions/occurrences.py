"""Equality within lists and grids: duplicates, counting, membership, runs."""

from vm.isa import Family, Work
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, cols, put_list, put_same, rows, start

FAMILY = Family("occurrences")


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
