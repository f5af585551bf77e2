"""Parts of lists: what is taken, dropped, picked by position or by a mask."""

from vm.isa import Family, Status
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, cols, copy, put, put_list, rows, start

FAMILY = Family("parts")
BAD_INDEX = int(Status.BAD_INDEX)
BAD_VALUE = int(Status.BAD_VALUE)


@kernel
def clip_position(position, size):
    """Returns where a slice bound falls: negative counts from the end, then it is kept within 0..size."""
    if position < 0:
        position += size
    return min(max(position, 0), size)


@kernel
def element(position, size):
    """Returns the index of an element, negative counting from the end; -1 if there is none."""
    if position < 0:
        position += size
    return position if 0 <= position < size else -1


FAMILY.row("take", "Keeps the first elements, as many as the int says.",
           edge="A negative count keeps all but the last ones; beyond the length keeps all.",
           example="take([1, 2, 3], 2) = [1, 2]", cost=3)  # fmt: skip


@FAMILY.body("take", "[T] int -> [T]")
@kernel
def take(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        begin, keep = 0, clip_position(memory[y + e], size)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("drop", "Leaves out the first elements, as many as the int says.",
           edge="A negative count keeps the last ones; beyond the length leaves nothing.",
           example="drop([1, 2, 3], 2) = [3]", cost=3)  # fmt: skip


@FAMILY.body("drop", "[T] int -> [T]")
@kernel
def drop(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        begin = clip_position(memory[y + e], size)
        keep = size - begin
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("init", "Leaves out the last element.",
           edge="Nothing stays nothing.",
           example="init([1, 2, 3]) = [1, 2]", cost=3)  # fmt: skip


@FAMILY.body("init", "[T] -> [T]")
@kernel
def init(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        begin, keep = 0, max(size - 1, 0)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("tail", "Leaves out the first element.",
           edge="Nothing stays nothing.",
           example="tail([1, 2, 3]) = [2, 3]", cost=3)  # fmt: skip


@FAMILY.body("tail", "[T] -> [T]")
@kernel
def tail(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        begin, keep = min(size, 1), max(size - 1, 0)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("slice", "Keeps the elements from the first position up to, not with, the second.",
           edge="Negative positions count from the end; positions beyond the ends are moved to them.",
           example="slice([1, 2, 3, 4], 1, 3) = [2, 3]", cost=5)  # fmt: skip


@FAMILY.body("slice", "[T] int int -> [T]")
@kernel
def slice_(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        begin = clip_position(memory[y + e], size)
        keep = max(clip_position(memory[z + e], size) - begin, 0)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, x + start(memory, x_shape, e) + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("head", "Gives the first element.",
           edge="Of nothing it gives zero, false or the character with code 0.",
           example="head([7, 2]) = 7", cost=3)  # fmt: skip


@FAMILY.body("head", "[T] -> T")
@kernel
def head(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        memory[out + e] = memory[source] if size > 0 else 0
    return OK


FAMILY.row("last", "Gives the last element.",
           edge="Of nothing it gives zero, false or the character with code 0.",
           example="last([7, 2]) = 2", cost=3)  # fmt: skip


@FAMILY.body("last", "[T] -> T")
@kernel
def last(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        memory[out + e] = memory[source + size - 1] if size > 0 else 0
    return OK


FAMILY.row("index", "Gives the element at a position, counted from 0.",
           edge="Negative positions count from the end; a position outside is a fault.",
           example="index([7, 2, 5], -1) = 5", cost=3)  # fmt: skip


@FAMILY.body("index", "[T] int -> T")
@kernel
def index(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        i = element(memory[y + e], size)
        if i < 0:
            return BAD_INDEX
        memory[out + e] = memory[source + i]
    return OK


FAMILY.row("gather",
           "Gives the elements, or rows, at positions in the second; a grid of positions picks in each row.",
           edge="Negative positions count from the end; one outside is a fault; the lower height counts.",
           example="gather([7, 2, 5], [2, 0, 0]) = [5, 7, 7]", cost=4)  # fmt: skip


@FAMILY.body("gather", "[T] [int] -> [T]")
@kernel
def gather(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, keep = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        picks = y + start(memory, y_shape, e)
        for i in range(keep):
            if element(memory[picks + i], size) < 0:
                return BAD_INDEX
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + element(memory[picks + i], size)]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


@FAMILY.body("gather", "[[T]] [int] -> [[T]]")
@kernel
def gather_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        picks, keep = y + start(memory, y_shape, e), rows(memory, examples, y_shape, e)
        for i in range(keep):
            if element(memory[picks + i], height) < 0:
                return BAD_INDEX
        if at + keep * width > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            copy(memory, source + element(memory[picks + i], height) * width, target + i * width, width)
        put(memory, examples, out_shape, e, at, keep, width)
        at += keep * width
    return close(memory, examples, out_shape, at)


@FAMILY.body("gather", "[[T]] [[int]] -> [[T]]")
@kernel
def gather_in_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        height, width = rows(memory, examples, x_shape, e), cols(memory, examples, x_shape, e)
        keep, across = min(height, rows(memory, examples, y_shape, e)), cols(memory, examples, y_shape, e)
        picks = y + start(memory, y_shape, e)
        for i in range(keep * across):
            if element(memory[picks + i], width) < 0:
                return BAD_INDEX
        if at + keep * across > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep * across):
            memory[target + i] = memory[source + i // across * width + element(memory[picks + i], width)]
        put(memory, examples, out_shape, e, at, keep, across)
        at += keep * across
    return close(memory, examples, out_shape, at)


FAMILY.row("compress", "Keeps the elements where the mask is true.",
           edge="Unequal lengths are cut to the shorter.",
           example="compress([1, 2, 3], [true, false, true]) = [1, 3]", cost=3)  # fmt: skip


@FAMILY.body("compress", "[T] [bool] -> [T]")
@kernel
def compress(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = min(rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e))
        mask = y + start(memory, y_shape, e)
        keep = 0
        for i in range(size):
            keep += memory[mask + i]
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        used = 0
        for i in range(size):
            if memory[mask + i] != 0:
                memory[target + used] = memory[source + i]
                used += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("where", "Gives the positions where the mask is true.",
           edge="None true gives nothing.",
           example="where([true, false, true]) = [0, 2]", cost=5)  # fmt: skip


@FAMILY.body("where", "[bool] -> [int]")
@kernel
def where(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        keep = 0
        for i in range(size):
            keep += memory[x + start(memory, x_shape, e) + i]
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        used = 0
        for i in range(size):
            if memory[source + i] != 0:
                memory[target + used] = i
                used += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("every", "Keeps the first element and then every so many-th.",
           edge="A step below 1 is a fault.",
           example="every([1, 2, 3, 4, 5], 2) = [1, 3, 5]", cost=4)  # fmt: skip


@FAMILY.body("every", "[T] int -> [T]")
@kernel
def every(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size, step = rows(memory, examples, x_shape, e), memory[y + e]
        if step < 1:
            return BAD_VALUE
        keep = (size - 1) // step + 1 if size > 0 else 0
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + i * step]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("remove_at", "Leaves out the element at a position.",
           edge="Negative positions count from the end; a position outside changes nothing.",
           example="remove_at([7, 2, 5], 1) = [7, 5]", cost=4)  # fmt: skip


@FAMILY.body("remove_at", "[T] int -> [T]")
@kernel
def remove_at(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        gap = element(memory[y + e], size)
        keep = size if gap < 0 else size - 1
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            memory[target + i] = memory[source + i + (1 if 0 <= gap <= i else 0)]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("remove", "Leaves out every element equal to the second operand.",
           edge="None equal changes nothing.",
           example="remove([1, 2, 1], 1) = [2]", cost=4)  # fmt: skip


@FAMILY.body("remove", "[W] W -> [W]")
@kernel
def remove(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        keep = 0
        for i in range(size):
            keep += 1 if memory[x + start(memory, x_shape, e) + i] != memory[y + e] else 0
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        used = 0
        for i in range(size):
            if memory[source + i] != memory[y + e]:
                memory[target + used] = memory[source + i]
                used += 1
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("choose", "Gives the second operand if the condition is true, else the third, whole.",
           edge="The two may differ in length; nothing is cut.",
           example="choose(false, [1, 2], [3]) = [3]", cost=5)  # fmt: skip


@FAMILY.body("choose", "bool [T] [T] -> [T]")
@kernel
def choose_list(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        value, shape = (y, y_shape) if memory[x + e] != 0 else (z, z_shape)
        size = rows(memory, examples, shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        copy(memory, value + start(memory, shape, e), out + at, size)
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("choose", "bool [[T]] [[T]] -> [[T]]")
@kernel
def choose_grid(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        value, shape = (y, y_shape) if memory[x + e] != 0 else (z, z_shape)
        height, width = rows(memory, examples, shape, e), cols(memory, examples, shape, e)
        if at + height * width > capacity:
            return OUT_OF_MEMORY
        copy(memory, value + start(memory, shape, e), out + at, height * width)
        put(memory, examples, out_shape, e, at, height, width)
        at += height * width
    return close(memory, examples, out_shape, at)
