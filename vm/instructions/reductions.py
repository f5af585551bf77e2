"""Lists to scalars (sums, extremes, counts), running versions of them, and differences.

Kernels that may overflow calculate with unsigned words: numba tells LLVM that signed ints never overflow.
"""

import numpy as np

from vm.instructions.order import flip_negative, order_key
from vm.isa import Family
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, put_list, rows, start

FAMILY = Family("reductions")


FAMILY.row("len", "Gives the number of elements.",
           edge="Nothing has 0.",
           example="len([7, 7]) = 2", cost=3)  # fmt: skip


@FAMILY.body("len", "[T] -> int")
@kernel
def length(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        memory[out + e] = rows(memory, examples, x_shape, e)
    return OK


FAMILY.row("count", "Counts the true elements of a mask.",
           edge="Nothing gives 0.",
           example="count([true, false, true]) = 2", cost=3)  # fmt: skip

FAMILY.row("sum", "Adds up a list.",
           edge="Nothing gives 0; ints wrap.",
           example="sum([1, 2, 3]) = 6", cost=3)  # fmt: skip


@FAMILY.body("sum", "[int] -> int")
@FAMILY.body("count", "[bool] -> int")
@kernel
def total(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = np.uint64(0)
        for i in range(size):
            result += words[source + i]
        words[out + e] = result
    return OK


@FAMILY.body("sum", "[float] -> float")
@kernel
def total_float(memory, examples, x, x_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = 0.0
        for i in range(size):
            result += floats[source + i]
        floats[out + e] = result
    return OK


FAMILY.row("product", "Multiplies a list together.",
           edge="Nothing gives 1; ints wrap.",
           example="product([2, 3, 4]) = 24", cost=4)  # fmt: skip


@FAMILY.body("product", "[int] -> int")
@kernel
def product(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = np.uint64(1)
        for i in range(size):
            result *= words[source + i]
        words[out + e] = result
    return OK


@FAMILY.body("product", "[float] -> float")
@kernel
def product_float(memory, examples, x, x_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = 1.0
        for i in range(size):
            result *= floats[source + i]
        floats[out + e] = result
    return OK


FAMILY.row("minimum", "Gives the smallest element.",
           edge="Of nothing it gives zero, false or the character with code 0; floats order as by sort.",
           example="minimum([3, 1, 2]) = 1", cost=3)  # fmt: skip


@FAMILY.body("minimum", "[W] -> W")
@kernel
def smallest(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = memory[source] if size > 0 else 0
        for i in range(1, size):
            word = memory[source + i]
            result = word if word < result else result
        memory[out + e] = result
    return OK


@FAMILY.body("minimum", "[float] -> float")
@kernel
def smallest_float(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = order_key(memory[source]) if size > 0 else 0
        for i in range(1, size):
            word = order_key(memory[source + i])
            result = word if word < result else result
        memory[out + e] = flip_negative(result)
    return OK


FAMILY.row("maximum", "Gives the largest element.",
           edge="Of nothing it gives zero, false or the character with code 0; floats order as by sort.",
           example="maximum([3, 1, 2]) = 3", cost=3)  # fmt: skip


@FAMILY.body("maximum", "[W] -> W")
@kernel
def largest(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = memory[source] if size > 0 else 0
        for i in range(1, size):
            word = memory[source + i]
            result = word if word > result else result
        memory[out + e] = result
    return OK


@FAMILY.body("maximum", "[float] -> float")
@kernel
def largest_float(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = order_key(memory[source]) if size > 0 else 0
        for i in range(1, size):
            word = order_key(memory[source + i])
            result = word if word > result else result
        memory[out + e] = flip_negative(result)
    return OK


FAMILY.row("argmin", "Gives the first position of the smallest element.",
           edge="Nothing gives 0.",
           example="argmin([3, 1, 2]) = 1", cost=5)  # fmt: skip


@FAMILY.body("argmin", "[W] -> int")
@kernel
def argmin(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        best = 0
        for i in range(1, size):
            best = i if memory[source + i] < memory[source + best] else best
        memory[out + e] = best
    return OK


FAMILY.row("argmax", "Gives the first position of the largest element.",
           edge="Nothing gives 0.",
           example="argmax([3, 1, 2]) = 0", cost=5)  # fmt: skip


@FAMILY.body("argmax", "[W] -> int")
@kernel
def argmax(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        best = 0
        for i in range(1, size):
            best = i if memory[source + i] > memory[source + best] else best
        memory[out + e] = best
    return OK


FAMILY.row("any", "Says whether at least one is true.",
           edge="Nothing gives false.",
           example="any([false, true]) = true", cost=4)  # fmt: skip


@FAMILY.body("any", "[bool] -> bool")
@kernel
def any_(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = 0
        for i in range(size):
            result |= memory[source + i]
        memory[out + e] = result
    return OK


FAMILY.row("all", "Says whether all are true.",
           edge="Nothing gives true.",
           example="all([false, true]) = false", cost=4)  # fmt: skip


@FAMILY.body("all", "[bool] -> bool")
@kernel
def all_(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = 1
        for i in range(size):
            result &= memory[source + i]
        memory[out + e] = result
    return OK


FAMILY.row("mean", "Gives the average of a list of floats.",
           edge="Nothing gives 0.",
           example="mean([1.0, 2.0]) = 1.5", cost=5)  # fmt: skip


@FAMILY.body("mean", "[float] -> float")
@kernel
def mean(memory, examples, x, x_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        result = 0.0
        for i in range(size):
            result += floats[source + i]
        floats[out + e] = result / size if size > 0 else 0.0
    return OK


FAMILY.row("cumsum", "Gives the sum of each beginning of the list.",
           edge="Ints wrap.",
           example="cumsum([1, 2, 3]) = [1, 3, 6]", cost=4)  # fmt: skip


@FAMILY.body("cumsum", "[int] -> [int]")
@kernel
def running_sum(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        result = np.uint64(0)
        for i in range(size):
            result += words[source + i]
            words[target + i] = result
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("cumprod", "Gives the product of each beginning of the list.",
           edge="Ints wrap.",
           example="cumprod([1, 2, 3]) = [1, 2, 6]", cost=5)  # fmt: skip


@FAMILY.body("cumprod", "[int] -> [int]")
@kernel
def running_product(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        result = np.uint64(1)
        for i in range(size):
            result *= words[source + i]
            words[target + i] = result
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("cummin", "Gives the smallest element of each beginning of the list.",
           edge="Nothing gives nothing.",
           example="cummin([3, 1, 2]) = [3, 1, 1]", cost=5)  # fmt: skip


@FAMILY.body("cummin", "[int] -> [int]")
@kernel
def running_minimum(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        result = memory[source] if size > 0 else 0
        for i in range(size):
            result = min(result, memory[source + i])
            memory[target + i] = result
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("cummax", "Gives the largest element of each beginning of the list.",
           edge="Nothing gives nothing.",
           example="cummax([1, 3, 2]) = [1, 3, 3]", cost=5)  # fmt: skip


@FAMILY.body("cummax", "[int] -> [int]")
@kernel
def running_maximum(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        result = memory[source] if size > 0 else 0
        for i in range(size):
            result = max(result, memory[source + i])
            memory[target + i] = result
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


@FAMILY.body("cumsum", "[float] -> [float]")
@kernel
def running_sum_float(memory, examples, x, x_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        result = 0.0
        for i in range(size):
            result += floats[source + i]
            floats[out + at + i] = result
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("diff", "Subtracts each element from the next one.",
           edge="One element or nothing gives nothing.",
           example="diff([1, 4, 9]) = [3, 5]", cost=5)  # fmt: skip


@FAMILY.body("diff", "[int] -> [int]")
@kernel
def differences(memory, examples, x, x_shape, out, out_shape, capacity):
    words = memory.view(np.uint64)
    at = 0
    for e in range(examples):
        keep = max(rows(memory, examples, x_shape, e) - 1, 0)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(keep):
            words[target + i] = words[source + i + 1] - words[source + i]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


@FAMILY.body("diff", "[float] -> [float]")
@kernel
def differences_float(memory, examples, x, x_shape, out, out_shape, capacity):
    floats = memory.view(np.float64)
    at = 0
    for e in range(examples):
        source, keep = x + start(memory, x_shape, e), max(rows(memory, examples, x_shape, e) - 1, 0)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        for i in range(keep):
            floats[out + at + i] = floats[source + i + 1] - floats[source + i]
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)
