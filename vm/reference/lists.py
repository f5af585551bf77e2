"""Reference functions of the list instructions: parts, building, order, reductions."""

from __future__ import annotations

import itertools
import math
from itertools import accumulate

from vm.isa import Status
from vm.reference.forms import Form, wrap
from vm.reference.registry import fault_unless, require_room, structural
from vm.reference.scalars import wrapped


def place(position: int, size: int) -> int | None:
    """Returns the index of an element, negative positions counting from the end; None if there is none."""
    index_ = position + size if position < 0 else position
    return index_ if 0 <= index_ < size else None


def gap(position: int, size: int) -> int:
    """Returns where an insertion falls: negative positions count from the end; then kept within 0 .. size."""
    return min(max(position + size if position < 0 else position, 0), size)


def float_order(item: Form) -> Form:
    """Returns a sort key: itself, but for floats -0.0 comes before 0.0 and NaN last."""
    if not isinstance(item, float):
        return item
    return (1, 0.0, 0.0) if math.isnan(item) else (0, item, math.copysign(1.0, item))


@structural("take")
def take(xs: Form, n: int) -> Form:
    return xs[:n]


@structural("drop")
def drop(xs: Form, n: int) -> Form:
    return xs[n:]


@structural("init")
def init(xs: Form) -> Form:
    return xs[:-1]


@structural("tail")
def tail(xs: Form) -> Form:
    return xs[1:]


@structural("slice")
def slice_(xs: Form, begin: int, end: int) -> Form:
    return xs[begin:end]


@structural("head", zero=True)
def head(xs: Form, zero: Form) -> Form:
    return xs[0] if xs else zero


@structural("last", zero=True)
def last(xs: Form, zero: Form) -> Form:
    return xs[-1] if xs else zero


@structural("index")
def index(xs: Form, position: int) -> Form:
    fault_unless(place(position, len(xs)) is not None, Status.BAD_INDEX)
    return xs[position]


@structural("gather")
def gather(xs: Form, positions: Form) -> Form:
    if positions and isinstance(positions[0], list):
        return [gather(line, picks) for line, picks in zip(xs, positions, strict=False)]
    return [index(xs, position) for position in positions]


@structural("compress")
def compress(xs: Form, mask: Form) -> Form:
    return [item for item, keep in zip(xs, mask, strict=False) if keep]


@structural("where")
def where(mask: Form) -> Form:
    return [i for i, keep in enumerate(mask) if keep]


@structural("every")
def every(xs: Form, step: int) -> Form:
    fault_unless(step >= 1, Status.BAD_VALUE)
    return xs[::step]


@structural("remove_at")
def remove_at(xs: Form, position: int) -> Form:
    spot = place(position, len(xs))
    return [item for i, item in enumerate(xs) if i != spot]


@structural("remove")
def remove(xs: Form, value: Form) -> Form:
    return [item for item in xs if item != value]


@structural("choose")
def choose(condition: Form, xs: Form, ys: Form) -> Form:
    return xs if condition else ys


@structural("concat")
def concat(xs: Form, ys: Form) -> Form:
    return xs + ys


@structural("append")
def append(xs: Form, item: Form) -> Form:
    return [*xs, item]


@structural("prepend")
def prepend(item: Form, xs: Form) -> Form:
    return [item, *xs]


@structural("singleton")
def singleton(item: Form) -> Form:
    return [item]


@structural("pair")
def pair(first: Form, second: Form) -> Form:
    return [first, second]


@structural("insert")
def insert(xs: Form, position: int, item: Form) -> Form:
    at = gap(position, len(xs))
    return [*xs[:at], item, *xs[at:]]


@structural("replace")
def replace(xs: Form, position: int, value: Form) -> Form:
    spot = place(position, len(xs))
    return [value if i == spot else item for i, item in enumerate(xs)]


@structural("replace_value")
def replace_value(xs: Form, old: Form, new: Form) -> Form:
    return [new if item == old else item for item in xs]


@structural("swap")
def swap(xs: Form, one: int, other: int) -> Form:
    first, second = place(one, len(xs)), place(other, len(xs))
    if first is None or second is None:
        return xs
    order = list(range(len(xs)))
    order[first], order[second] = second, first
    return [xs[i] for i in order]


@structural("replicate", limit=True)
def replicate(item: Form, times: int, limit: int) -> Form:
    require_room(max(times, 0), limit)
    return [item] * times


@structural("repeat", limit=True)
def repeat(xs: Form, times: int, limit: int) -> Form:
    require_room(len(xs) * max(times, 0), limit)
    return xs * times if xs else []


@structural("repeat_each", limit=True)
def repeat_each(xs: Form, times: int, limit: int) -> Form:
    require_room(len(xs) * max(times, 0), limit)
    return [item for item in xs for _ in range(times)]


@structural("repeat_by", limit=True)
def repeat_by(xs: Form, times: Form, limit: int) -> Form:
    pairs = list(zip(xs, times, strict=False))
    require_room(sum(max(count, 0) for _, count in pairs), limit)
    return [item for item, count in pairs for _ in range(count)]


@structural("reverse")
def reverse(xs: Form) -> Form:
    return xs[::-1]


@structural("rotate")
def rotate(xs: Form, count: int) -> Form:
    offset = count % len(xs) if xs else 0
    return xs[offset:] + xs[:offset]


@structural("shift")
def shift(xs: Form, count: int, filler: Form) -> Form:
    if xs and isinstance(xs[0], list):
        return [shift(line, count, filler) for line in xs]
    return [xs[i + count] if 0 <= i + count < len(xs) else filler for i in range(len(xs))]


@structural("interleave")
def interleave(xs: Form, ys: Form) -> Form:
    return [item for both in zip(xs, ys, strict=False) for item in both]


def _count(first: int, step: int, end: int, limit: int) -> Form:
    require_room(max(-((first - end) // step), 0), limit)
    return list(range(first, end, step))


@structural("range", limit=True)
def range_(first: int, end: int, limit: int) -> Form:
    return _count(first, 1, end, limit)


@structural("iota", limit=True)
def iota(end: int, limit: int) -> Form:
    return _count(0, 1, end, limit)


@structural("one_to", limit=True)
def one_to(last_: int, limit: int) -> Form:
    return _count(1, 1, last_ + 1, limit)


@structural("stride", limit=True)
def stride(first: int, step: int, end: int, limit: int) -> Form:
    fault_unless(step >= 1, Status.BAD_VALUE)
    return _count(first, step, end + 1, limit)


@structural("indices")
def indices(xs: Form) -> Form:
    return list(range(len(xs)))


@structural("digits")
def digits(number: int) -> Form:
    return [int(digit) for digit in str(abs(number))]


@structural("sort")
def sort(xs: Form) -> Form:
    return sorted(xs, key=float_order)


@structural("sort_down")
def sort_down(xs: Form) -> Form:
    return sort(xs)[::-1]


@structural("grade")
def grade(xs: Form) -> Form:
    return sorted(range(len(xs)), key=xs.__getitem__)


@structural("grade_down")
def grade_down(xs: Form) -> Form:
    return sorted(range(len(xs)), key=xs.__getitem__, reverse=True)


@structural("order_by")
def order_by(xs: Form, keys: Form) -> Form:
    if keys and isinstance(keys[0], list):
        return [order_by(line, by) for line, by in zip(xs, keys, strict=False)]
    return [xs[i] for i in grade(keys[: len(xs)]) if i < len(xs)]


@structural("unique")
def unique(xs: Form) -> Form:
    return [item for i, item in enumerate(xs) if item not in xs[:i]]


def elements(form: Form) -> Form:
    """Returns the elements of a list, or of a grid row by row."""
    return [item for line in form for item in line] if form and isinstance(form[0], list) else form


@structural("counts")
def counts(xs: Form) -> Form:
    flat = elements(xs)
    return [count_in(line, flat) for line in xs] if flat is not xs else count_in(xs, xs)


@structural("mode", zero=True)
def mode(xs: Form, zero: Form) -> Form:
    flat = elements(xs)
    return max(flat, key=flat.count, default=zero)


@structural("occurrence")
def occurrence(xs: Form) -> Form:
    return [xs[: i + 1].count(item) for i, item in enumerate(xs)]


@structural("count_in")
def count_in(xs: Form, ys: Form) -> Form:
    return [ys.count(item) for item in xs]


@structural("member")
def member(xs: Form, ys: Form) -> Form:
    return [item in ys for item in xs]


@structural("without")
def without(xs: Form, ys: Form) -> Form:
    return [item for item in xs if item not in ys]


@structural("contains")
def contains(xs: Form, item: Form) -> Form:
    return item in xs


@structural("same")
def same(xs: Form, ys: Form) -> bool:
    return bool(xs == ys)


@structural("find")
def find(xs: Form, item: Form) -> Form:
    return xs.index(item) if item in xs else -1


@structural("starts")
def starts(xs: Form) -> Form:
    return [i == 0 or xs[i - 1] != item for i, item in enumerate(xs)]


@structural("run_lengths")
def run_lengths(xs: Form) -> Form:
    begins = [*where(starts(xs)), len(xs)]
    return [end - begin for begin, end in itertools.pairwise(begins)]


@structural("len")
def length(xs: Form) -> Form:
    return len(xs)


@structural("count")
def count(mask: Form) -> Form:
    return mask.count(True)


@structural("sum", zero=True)
def total(xs: Form, zero: Form) -> Form:
    # From left to right, one rounding each: the built-in sum rounds floats otherwise.
    result = zero
    for item in xs:
        result = wrapped(result + item)
    return result


@structural("product", zero=True)
def product(xs: Form, zero: Form) -> Form:
    result = zero + 1
    for item in xs:
        result = wrapped(result * item)
    return result


@structural("minimum", zero=True)
def minimum(xs: Form, zero: Form) -> Form:
    return min(xs, key=float_order, default=zero)


@structural("maximum", zero=True)
def maximum(xs: Form, zero: Form) -> Form:
    return max(xs, key=float_order, default=zero)


@structural("argmin")
def argmin(xs: Form) -> Form:
    return xs.index(min(xs)) if xs else 0


@structural("argmax")
def argmax(xs: Form) -> Form:
    return xs.index(max(xs)) if xs else 0


@structural("any")
def any_(mask: Form) -> Form:
    return any(mask)


@structural("all")
def all_(mask: Form) -> Form:
    return all(mask)


@structural("mean")
def mean(xs: Form) -> Form:
    return total(xs, 0.0) / len(xs) if xs else 0.0


@structural("cumsum", zero=True)
def running_sum(xs: Form, zero: Form) -> Form:
    return list(accumulate(xs, lambda result, item: wrapped(result + item), initial=zero))[1:]


@structural("cumprod")
def running_product(xs: Form) -> Form:
    return list(accumulate(xs, lambda result, item: wrap(result * item)))


@structural("cummin")
def running_minimum(xs: Form) -> Form:
    return list(accumulate(xs, min))


@structural("cummax")
def running_maximum(xs: Form) -> Form:
    return list(accumulate(xs, max))


@structural("diff")
def differences(xs: Form) -> Form:
    return [wrapped(after - before) for before, after in itertools.pairwise(xs)]
