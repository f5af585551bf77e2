"""Building lists: joining, inserting, replacing, repeating, moving elements, ranges."""

import numpy as np

from vm.instructions.arithmetic import floor_modulo
from vm.instructions.parts import clip_position, element
from vm.isa import Family, Status
from vm.jit import kernel
from vm.shape import OUT_OF_MEMORY, close, cols, copy, put, put_list, rows, start
from vm.values import INT_MAX

FAMILY = Family("building")
BAD_VALUE = int(Status.BAD_VALUE)


@kernel
def truncate_ten(number):
    """Returns a tenth of `number`, rounded towards zero; works on the smallest int."""
    tenth = number // 10
    return tenth + 1 if number < 0 and tenth * 10 != number else tenth


FAMILY.row("concat", "Puts the second list behind the first.",
           edge="With nothing changes nothing.",
           example="concat([1, 2], [3]) = [1, 2, 3]", cost=3)  # fmt: skip


@FAMILY.body("concat", "[T] [T] -> [T]")
@kernel
def concat(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, more = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        keep = size + more
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        copy(memory, y + start(memory, y_shape, e), target + size, more)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("append", "Puts one element behind a list.",
           edge="Works on an empty list.",
           example="append([1, 2], 3) = [1, 2, 3]", cost=3)  # fmt: skip


@FAMILY.body("append", "[T] T -> [T]")
@kernel
def append(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size + 1 > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        memory[target + size] = memory[y + e]
        put_list(memory, examples, out_shape, e, at, size + 1)
        at += size + 1
    return close(memory, examples, out_shape, at)


FAMILY.row("prepend", "Puts one element before a list.",
           edge="Works on an empty list.",
           example="prepend(3, [1, 2]) = [3, 1, 2]", cost=3)  # fmt: skip


@FAMILY.body("prepend", "T [T] -> [T]")
@kernel
def prepend(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, y_shape, e)
        if at + size + 1 > capacity:
            return OUT_OF_MEMORY
        memory[out + at] = memory[x + e]
        copy(memory, y + start(memory, y_shape, e), out + at + 1, size)
        put_list(memory, examples, out_shape, e, at, size + 1)
        at += size + 1
    return close(memory, examples, out_shape, at)


FAMILY.row("singleton", "Makes a list of one element.",
           edge="The list has exactly one element.",
           example="singleton(3) = [3]", cost=3)  # fmt: skip


@FAMILY.body("singleton", "T -> [T]")
@kernel
def singleton(memory, examples, x, x_shape, out, out_shape, capacity):
    if examples > capacity:
        return OUT_OF_MEMORY
    for e in range(examples):
        memory[out + e] = memory[x + e]
        put_list(memory, examples, out_shape, e, e, 1)
    return close(memory, examples, out_shape, examples)


FAMILY.row("pair", "Makes a list of two elements.",
           edge="The list has exactly two elements.",
           example="pair(3, 4) = [3, 4]", cost=5)  # fmt: skip


@FAMILY.body("pair", "T T -> [T]")
@kernel
def pair(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    if 2 * examples > capacity:
        return OUT_OF_MEMORY
    for e in range(examples):
        memory[out + 2 * e] = memory[x + e]
        memory[out + 2 * e + 1] = memory[y + e]
        put_list(memory, examples, out_shape, e, 2 * e, 2)
    return close(memory, examples, out_shape, 2 * examples)


FAMILY.row("insert", "Puts an element in before a position.",
           edge="Negative positions count from the end; positions beyond the ends are moved to them.",
           example="insert([7, 5], 1, 2) = [7, 2, 5]", cost=5)  # fmt: skip


@FAMILY.body("insert", "[T] int T -> [T]")
@kernel
def insert(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        gap = clip_position(memory[y + e], size)
        if at + size + 1 > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, gap)
        memory[target + gap] = memory[z + e]
        copy(memory, source + gap, target + gap + 1, size - gap)
        put_list(memory, examples, out_shape, e, at, size + 1)
        at += size + 1
    return close(memory, examples, out_shape, at)


FAMILY.row("replace", "Puts an element in the place of the one at a position.",
           edge="Negative positions count from the end; a position outside changes nothing.",
           example="replace([7, 5], 1, 2) = [7, 2]", cost=5)  # fmt: skip


@FAMILY.body("replace", "[T] int T -> [T]")
@kernel
def replace(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        spot = element(memory[y + e], size)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        if spot >= 0:
            memory[target + spot] = memory[z + e]
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("replace_value", "Puts the third operand in the place of every element equal to the second.",
           edge="None equal changes nothing.",
           example="replace_value([1, 2, 1], 1, 9) = [9, 2, 9]", cost=6)  # fmt: skip


@FAMILY.body("replace_value", "[W] W W -> [W]")
@kernel
def replace_value(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            word = memory[source + i]
            memory[target + i] = memory[z + e] if word == memory[y + e] else word
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("swap", "Exchanges the elements at two positions.",
           edge="Negative positions count from the end; a position outside changes nothing.",
           example="swap([7, 2, 5], 0, 2) = [5, 2, 7]", cost=5)  # fmt: skip


@FAMILY.body("swap", "[T] int int -> [T]")
@kernel
def swap(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        one, other = element(memory[y + e], size), element(memory[z + e], size)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        copy(memory, source, target, size)
        if one >= 0 and other >= 0:
            memory[target + one] = memory[source + other]
            memory[target + other] = memory[source + one]
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("replicate", "Makes a list of so many copies of one element.",
           edge="A negative count gives nothing.",
           example="replicate(7, 3) = [7, 7, 7]", cost=5)  # fmt: skip


@FAMILY.body("replicate", "T int -> [T]")
@kernel
def replicate(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        keep = max(memory[y + e], 0)
        if keep > capacity - at:
            return OUT_OF_MEMORY
        for i in range(keep):
            memory[out + at + i] = memory[x + e]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("repeat", "Puts so many copies of a list behind each other.",
           edge="A count below 1 gives nothing.",
           example="repeat([1, 2], 2) = [1, 2, 1, 2]", cost=5)  # fmt: skip


@FAMILY.body("repeat", "[T] int -> [T]")
@kernel
def repeat(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, times = rows(memory, examples, x_shape, e), max(memory[y + e], 0)
        if size > 0 and times > capacity:
            return OUT_OF_MEMORY
        keep = size * times if size > 0 else 0
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + i % size]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("repeat_each", "Repeats every element so many times.",
           edge="A count below 1 gives nothing.",
           example="repeat_each([1, 2], 2) = [1, 1, 2, 2]", cost=5)  # fmt: skip


@FAMILY.body("repeat_each", "[T] int -> [T]")
@kernel
def repeat_each(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, times = rows(memory, examples, x_shape, e), max(memory[y + e], 0)
        if size > 0 and times > capacity:
            return OUT_OF_MEMORY
        keep = size * times if size > 0 else 0
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + i // times]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("repeat_by", "Repeats each element as often as the second list says at its place.",
           edge="Negative counts give nothing; unequal lengths are cut to the shorter.",
           example="repeat_by([7, 2, 5], [2, 0, 1]) = [7, 7, 5]", cost=5)  # fmt: skip


@FAMILY.body("repeat_by", "[T] [int] -> [T]")
@kernel
def repeat_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        counts = y + start(memory, y_shape, e)
        keep = 0
        for i in range(size):
            times = max(memory[counts + i], 0)
            if times > capacity - at - keep:
                return OUT_OF_MEMORY
            keep += times
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        used = 0
        for i in range(size):
            for _ in range(max(memory[counts + i], 0)):
                memory[target + used] = memory[source + i]
                used += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("reverse", "Turns a list around.",
           edge="Nothing stays nothing.",
           example="reverse([1, 2, 3]) = [3, 2, 1]", cost=3)  # fmt: skip


@FAMILY.body("reverse", "[T] -> [T]")
@kernel
def reverse(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            memory[target + i] = memory[source + size - 1 - i]
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("rotate", "Moves the first so many elements to the end.",
           edge="A negative count moves the last ones to the front; counts wrap around.",
           example="rotate([1, 2, 3], 1) = [2, 3, 1]", cost=4)  # fmt: skip


@FAMILY.body("rotate", "[T] int -> [T]")
@kernel
def rotate(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        offset = floor_modulo(memory[y + e], size)
        for i in range(size):
            memory[target + i] = memory[source + (i + offset) % size]
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("shift",
           "Moves a list, or each row, to the left by so many places and fills with the third operand.",
           edge="A negative count moves to the right; the size stays.",
           example="shift([1, 2, 3], 1, 0) = [2, 3, 0]", cost=6)  # fmt: skip


@kernel
def _shift_words(memory, source, target, size, offset, filler):
    """Writes `size` words moved to the left by `offset`, with the filler where nothing came from."""
    for i in range(size):
        inside = -i <= offset < size - i
        memory[target + i] = memory[source + i + offset] if inside else filler


@FAMILY.body("shift", "[T] int T -> [T]")
@kernel
def shift(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        _shift_words(memory, x + start(memory, x_shape, e), out + at, size, memory[y + e], memory[z + e])
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("shift", "[[T]] int T -> [[T]]")
@kernel
def grid_shift(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        if at + height * width > capacity:
            return OUT_OF_MEMORY
        source = x + start(memory, x_shape, e)
        for i in range(0, height * width, max(width, 1)):
            _shift_words(memory, source + i, out + at + i, width, memory[y + e], memory[z + e])
        put(memory, examples, out_shape, e, at, height, width)
        at += height * width
    return close(memory, examples, out_shape, at)


FAMILY.row("interleave", "Takes elements from the two lists in turn.",
           edge="Unequal lengths are cut to the shorter.",
           example="interleave([1, 2], [3, 4]) = [1, 3, 2, 4]", cost=4)  # fmt: skip


@FAMILY.body("interleave", "[T] [T] -> [T]")
@kernel
def interleave(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        if at + 2 * size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        others = y + start(memory, y_shape, e)
        for i in range(size):
            memory[target + 2 * i] = memory[source + i]
            memory[target + 2 * i + 1] = memory[others + i]
        put_list(memory, examples, out_shape, e, at, 2 * size)
        at += 2 * size
    return close(memory, examples, out_shape, at)


FAMILY.row("range", "Counts from the first int up to, not with, the second.",
           edge="A second that is not above the first gives nothing.",
           example="range(2, 5) = [2, 3, 4]", cost=5)  # fmt: skip


@FAMILY.body("range", "int int -> [int]")
@kernel
def range_(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        first, end = memory[x + e], memory[y + e]
        # Unsigned, because the distance of two ints may need 64 bits.
        distance = np.uint64(end) - np.uint64(first) if end > first else np.uint64(0)
        if distance > np.uint64(capacity - at):
            return OUT_OF_MEMORY
        keep = np.int64(distance)
        for i in range(keep):
            memory[out + at + i] = first + i
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("iota", "Counts from 0 up to, not with, the int.",
           edge="An int below 1 gives nothing.",
           example="iota(3) = [0, 1, 2]", cost=4)  # fmt: skip


@FAMILY.body("iota", "int -> [int]")
@kernel
def iota(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        keep = max(memory[x + e], 0)
        if keep > capacity - at:
            return OUT_OF_MEMORY
        for i in range(keep):
            memory[out + at + i] = i
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("one_to", "Counts from 1 up to and with the int.",
           edge="An int below 1 gives nothing.",
           example="one_to(3) = [1, 2, 3]", cost=4)  # fmt: skip


@FAMILY.body("one_to", "int -> [int]")
@kernel
def one_to(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        keep = max(memory[x + e], 0)
        if keep > capacity - at:
            return OUT_OF_MEMORY
        for i in range(keep):
            memory[out + at + i] = i + 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("stride", "Counts from the first int in steps of the second, up to and with the third.",
           edge="A step below 1 is a fault; an end below the first gives nothing.",
           example="stride(1, 3, 7) = [1, 4, 7]", cost=6)  # fmt: skip


@FAMILY.body("stride", "int int int -> [int]")
@kernel
def stride(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        value, step, end = memory[x + e], memory[y + e], memory[z + e]
        if step < 1:
            return BAD_VALUE
        keep = 0
        while value <= end:
            if at + keep >= capacity:
                return OUT_OF_MEMORY
            memory[out + at + keep] = value
            keep += 1
            if value > INT_MAX - step:
                break
            value += step
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("indices", "Gives the positions of the elements, from 0.",
           edge="Nothing gives nothing.",
           example="indices([7, 7]) = [0, 1]", cost=4)  # fmt: skip


@FAMILY.body("indices", "[T] -> [int]")
@kernel
def indices(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        for i in range(size):
            memory[out + at + i] = i
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("digits", "Gives the decimal digits of an int, the highest first.",
           edge="0 gives [0]; the sign is ignored.",
           example="digits(407) = [4, 0, 7]", cost=6)  # fmt: skip


@FAMILY.body("digits", "int -> [int]")
@kernel
def digits(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        number = memory[x + e]
        keep, rest = 1, number
        while rest > 9 or rest < -9:
            rest = truncate_ten(rest)
            keep += 1
        if at + keep > capacity:
            return OUT_OF_MEMORY
        rest = number
        for i in range(keep):
            quotient = truncate_ten(rest)
            memory[out + at + keep - 1 - i] = abs(rest - 10 * quotient)
            rest = quotient
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)
