"""The properties of the bundled model once more, slow and obvious: a predicate each, in their order.

A predicate gets one example's values as Python lists and ints and says True, False or None (does not apply).
Those in `ACROSS` get all examples at once and come after the others.
"""

from collections import Counter
from itertools import pairwise

from priors.bundled import properties as p


def when(applies, holds):
    return bool(holds()) if applies else None


def pieces(x, size):
    return [x[i : i + size] for i in range(len(x) - size + 1)]


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(item in rest for item in part)


def firsts(x):
    return list(dict.fromkeys(x))


def steps(x):
    return [b - a for a, b in pairwise(x)]


def counted(x, test):
    return sum(1 for item in x if test(item))


def dropped(x, y):
    return [item for item in x if item not in y]


def pairs(x, y):
    zipped = list(zip(x, y, strict=False))
    return [(one, other) for i, one in enumerate(zipped) for other in zipped[:i]]


def zipped(x, y, test):
    return when(min(len(x), len(y)) >= 1, lambda: all(test(a, b) for a, b in zip(x, y, strict=False)))


def is_cumulated(x, y):
    return all(b == a + (y[i - 1] if i else 0) for i, (a, b) in enumerate(zip(x, y, strict=False)))


def second_largest(x):
    return max([item for item in x if item < max(x)], default=min(x))


LIST = [
    lambda x, f: len(x) == 0,
    lambda x, f: len(x) == 1,
    lambda x, f: when(len(x) >= 2, lambda: x == sorted(x)),
    lambda x, f: when(len(x) >= 2, lambda: x == sorted(x, reverse=True)),
    lambda x, f: when(len(x) >= 2, lambda: len(set(x)) == len(x)),
    lambda x, f: when(len(x) >= 2, lambda: len(set(x)) == 1),
    lambda x, f: when(x, lambda: all(i >= 0 for i in x)),
    lambda x, f: when(x, lambda: all(abs(i) < 10 for i in x)),
    lambda x, f: when(x, lambda: set(x) <= {0, 1}),
    lambda x, f: when(x, lambda: 0 in x),
    lambda x, f: when(x, lambda: all(0 <= i < len(x) for i in x)),
    lambda x, f: None if f is None else len(x) == len(f),
    lambda x, f: None if f is None else x == f,
    lambda x, f: when(f and x, lambda: x[0] == f[0]),
    lambda x, f: when(f and x, lambda: x[-1] == f[-1]),
    lambda x, f: when(x, lambda: all(i % 2 == 0 for i in x)),
    lambda x, f: when(x, lambda: all(i % 2 == 1 for i in x)),
    lambda x, f: when(x, lambda: 1 in x),
    lambda x, f: when(len(x) >= 2, lambda: x[0] == x[-1]),
    lambda x, f: when(len(x) >= 2, lambda: x == x[::-1]),
    lambda x, f: when(len(x) >= 2, lambda: set(steps(x)) == {1}),
    lambda x, f: when(len(x) >= 3, lambda: len(set(steps(x))) == 1),
    lambda x, f: when(len(x) >= 2, lambda: 0 not in steps(x)),
    lambda x, f: when(x, lambda: len(x) % 2 == 0),
    lambda x, f: when(len(x) >= 2, lambda: x[0] == max(x)),
    lambda x, f: when(len(x) >= 2, lambda: x[0] == min(x)),
    lambda x, f: when(len(x) >= 2, lambda: x[-1] == max(x)),
    lambda x, f: when(len(x) >= 2, lambda: x[-1] == min(x)),
    lambda x, f: when(x, lambda: sorted(x) == list(range(len(x)))),
    lambda x, f: when(x, lambda: any(abs(i) > 100 for i in x)),
]

SCALAR = [
    lambda x, f, b: x == 0,
    lambda x, f, b: x > 0,
    lambda x, f, b: x % 2 == 0,
    lambda x, f, b: x in (0, 1),
    lambda x, f, b: abs(x) < 10,
    lambda x, f, b: abs(x) < 100,
    lambda x, f, b: None if f is None else x == f,
    lambda x, f, b: None if b is None else x > b,
    lambda x, f, b: x == -1,
]

LIST_LIST = [
    lambda x, y: len(y) == len(x),
    lambda x, y: len(y) > len(x),
    lambda x, y: len(y) == len(x) + 1,
    lambda x, y: len(y) == len(x) - 1,
    lambda x, y: when(x, lambda: len(y) == 2 * len(x)),
    lambda x, y: when(len(x) >= 2, lambda: len(y) in (len(x) // 2, (len(x) + 1) // 2)),
    lambda x, y: x == y,
    lambda x, y: when(y, lambda: set(y) <= set(x)),
    lambda x, y: when(x, lambda: set(x) <= set(y)),
    lambda x, y: when(x and y, lambda: not set(x) & set(y)),
    lambda x, y: when(x and y, lambda: set(x) == set(y)),
    lambda x, y: when(y, lambda: not Counter(y) - Counter(x)),
    lambda x, y: when(len(x) >= 2 and len(y) >= 2, lambda: Counter(y) == Counter(x)),
    lambda x, y: when(y, lambda: x[: len(y)] == y),
    lambda x, y: when(y, lambda: len(y) <= len(x) and x[len(x) - len(y) :] == y),
    lambda x, y: when(y, lambda: y in pieces(x, len(y))),
    lambda x, y: when(y, lambda: is_subsequence(y, x)),
    lambda x, y: when(x, lambda: y[: len(x)] == x),
    lambda x, y: when(x, lambda: len(x) <= len(y) and y[len(y) - len(x) :] == x),
    lambda x, y: when(x, lambda: is_subsequence(x, y)),
    lambda x, y: when(len(x) == len(y) >= 2, lambda: y == x[::-1]),
    lambda x, y: when(len(x) == len(y) >= 2, lambda: any(y == x[i:] + x[:i] for i in range(1, len(x)))),
    lambda x, y: when(len(x) >= 2, lambda: y == firsts(x)),
    lambda x, y: when(x, lambda: y == [i for i in x if i % 2 == 0]),
    lambda x, y: when(x, lambda: y == [i for i in x if i % 2 == 1]),
    lambda x, y: when(
        y and len(y) < len(x) and is_subsequence(y, x), lambda: all(i >= max(y) for i in dropped(x, y))
    ),
    lambda x, y: when(
        y and len(y) < len(x) and is_subsequence(y, x), lambda: all(i <= min(y) for i in dropped(x, y))
    ),
    lambda x, y: when(x and y, lambda: y[0] == x[0]),
    lambda x, y: when(x and y, lambda: y[-1] == x[-1]),
    lambda x, y: when(x and y, lambda: y[0] == x[-1]),
    lambda x, y: when(x and y, lambda: y[-1] == x[0]),
    lambda x, y: when(x and y, lambda: max(y) == max(x)),
    lambda x, y: when(x and y, lambda: min(y) == min(x)),
    lambda x, y: when(x and y, lambda: sum(y) == sum(x)),
    lambda x, y: when(x and y, lambda: all(min(x) <= i <= max(x) for i in y)),
    lambda x, y: when(x and y, lambda: y[0] == max(x)),
    lambda x, y: when(x and y, lambda: y[0] == min(x)),
    lambda x, y: when(x and y, lambda: y[0] == sum(x)),
    lambda x, y: when(x and y, lambda: y[0] == len(x)),
    lambda x, y: when(x and y, lambda: y[-1] == sum(x)),
    lambda x, y: when(x, lambda: len(y) == x[0]),
    lambda x, y: when(x, lambda: len(y) == x[-1]),
    lambda x, y: when(x, lambda: len(y) == max(x)),
    lambda x, y: when(x and y, lambda: all(0 <= i < len(x) for i in y)),
    lambda x, y: when(x and y, lambda: y[-1] == max(x)),
    lambda x, y: len(y) == len(set(x)),
    lambda x, y: zipped(x, y, lambda a, b: b >= a),
    lambda x, y: zipped(x, y, lambda a, b: b <= a),
    lambda x, y: when(x and y, lambda: any(a == b for a, b in zip(x, y, strict=False))),
    lambda x, y: when(
        x and y, lambda: 2 * sum(a == b for a, b in zip(x, y, strict=False)) >= min(len(x), len(y))
    ),
    lambda x, y: when(len(x) == len(y) >= 2, lambda: sum(a != b for a, b in zip(x, y, strict=True)) == 1),
    lambda x, y: when(len(x) == len(y) >= 2, lambda: sum(a != b for a, b in zip(x, y, strict=True)) == 2),
    lambda x, y: zipped(x, y, lambda a, b: a % 2 == b % 2),
    lambda x, y: zipped(x, y, lambda a, b: (a > 0) - (a < 0) == (b > 0) - (b < 0)),
    lambda x, y: zipped(x, y, lambda a, b: b == abs(a)),
    lambda x, y: zipped(x, y, lambda a, b: b == a * a),
    lambda x, y: zipped(x, y, lambda a, b: b == -a),
    lambda x, y: zipped(x, y, lambda a, b: b == 2 * a),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: len({b - a for a, b in zip(x, y, strict=False)}) == 1
    ),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: all((a - c) * (b - d) >= 0 for (a, b), (c, d) in pairs(x, y))
    ),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: all((a - c) * (b - d) <= 0 for (a, b), (c, d) in pairs(x, y))
    ),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: all(a != c or b == d for (a, b), (c, d) in pairs(x, y))
    ),
    lambda x, y: when(min(len(x), len(y)) >= 2, lambda: is_cumulated(x, y)),
    lambda x, y: when(
        len(x) >= 2 and y, lambda: all(a == b for a, b in zip(steps(x), y, strict=False))
    ),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: all(b == max(x[: i + 1]) for i, b in enumerate(y[: len(x)]))
    ),
    lambda x, y: when(
        min(len(x), len(y)) >= 2, lambda: all(b == min(x[: i + 1]) for i, b in enumerate(y[: len(x)]))
    ),
    lambda x, y: zipped(x, y, lambda a, b: b == x.count(a)),
    lambda x, y: when(len(x) >= 3 and y, lambda: 2 * len(y) <= len(x) + 1 and x[::2][: len(y)] == y),
    lambda x, y: when(x and len(y) >= 2, lambda: len(y) >= 2 * len(x) - 1 and y[::2][: len(x)] == x),
]  # fmt: skip


def flat(lists):
    return [item for items in lists for item in items]


def aligned(xs, ys):
    return all(len(x) == len(y) for x, y in zip(xs, ys, strict=True))


def first_factor(xs, ys):
    return next((b // a for a, b in zip(flat(xs), flat(ys), strict=True) if a != 0), None)


def is_one_function(xs, ys):
    known = {}
    return all(known.setdefault(a, b) == b for a, b in list(zip(flat(xs), flat(ys), strict=True))[:64])


ACROSS_LIST_LIST = [
    lambda xs, ys: when(len(flat(xs)) > 1, lambda: aligned(xs, ys) and is_one_function(xs, ys)),
    lambda xs, ys: when(
        len(flat(xs)) > 1,
        lambda: aligned(xs, ys) and len({b - a for a, b in zip(flat(xs), flat(ys), strict=True)}) == 1,
    ),
    lambda xs, ys: when(
        len(flat(xs)) > 1 and (not aligned(xs, ys) or any(flat(xs))),
        lambda: (
            aligned(xs, ys)
            and all(b == first_factor(xs, ys) * a for a, b in zip(flat(xs), flat(ys), strict=True))
        ),
    ),
]

LIST_SCALAR = [
    lambda x, y: when(x, lambda: y == x[0]),
    lambda x, y: when(x, lambda: y == x[-1]),
    lambda x, y: when(x, lambda: y == max(x)),
    lambda x, y: when(x, lambda: y == min(x)),
    lambda x, y: y == sum(x),
    lambda x, y: y == len(x),
    lambda x, y: when(x, lambda: y in x),
    lambda x, y: 0 <= y <= len(x),
    lambda x, y: when(x, lambda: 0 <= y < len(x)),
    lambda x, y: y == len(set(x)),
    lambda x, y: when(x, lambda: y == x.index(max(x))),
    lambda x, y: when(x, lambda: y == x.index(min(x))),
    lambda x, y: when(len(x) >= 2, lambda: y == x[1]),
    lambda x, y: when(len(x) >= 2, lambda: y == x[-2]),
    lambda x, y: when(x, lambda: y == x[len(x) // 2]),
    lambda x, y: when(x, lambda: all(i <= y for i in x)),
    lambda x, y: when(x, lambda: all(i >= y for i in x)),
    lambda x, y: when(x, lambda: y % 2 == sum(x) % 2),
    lambda x, y: y == counted(x, lambda i: i % 2 == 0),
    lambda x, y: y == counted(x, lambda i: i % 2 == 1),
    lambda x, y: y == counted(x, lambda i: i > 0),
    lambda x, y: when(x, lambda: y == max(x) - min(x)),
    lambda x, y: when(x, lambda: y == x[0] + x[-1]),
    lambda x, y: when(len(x) >= 2, lambda: y == second_largest(x)),
    lambda x, y: when(x, lambda: y == max(map(x.count, x))),
    lambda x, y: y == counted(x, lambda i: x.count(i) > 1),
    lambda x, y: when(x, lambda: x.count(y) > 1),
    lambda x, y: when(x and y != 0, lambda: y in x and x.count(y) == max(map(x.count, x))),
    lambda x, y: y > sum(x),
    lambda x, y: when(
        len(x) >= 2, lambda: y == max([i for i in x if 2 * i < min(x) + max(x)], default=min(x))
    ),
]

LIST_TRUTH = [
    lambda x, y: bool(y) == (len(x) == 0),
    lambda x, y: bool(y) == (x == sorted(x)),
    lambda x, y: bool(y) == (len(set(x)) == len(x)),
    lambda x, y: bool(y) == (len(set(x)) <= 1),
    lambda x, y: bool(y) == (x == x[::-1]),
    lambda x, y: bool(y) == (len(x) % 2 == 0),
    lambda x, y: bool(y) == (sum(x) % 2 == 0),
    lambda x, y: bool(y) == all(i % 2 == 0 for i in x),
    lambda x, y: bool(y) == any(i % 2 == 0 for i in x),
    lambda x, y: when(x, lambda: bool(y) == (x[0] % 2 == 0)),
    lambda x, y: when(x, lambda: bool(y) == (x[-1] % 2 == 0)),
    lambda x, y: when(x, lambda: bool(y) == (max(x) % 2 == 0)),
    lambda x, y: when(x, lambda: bool(y) == (min(x) % 2 == 0)),
    lambda x, y: when(x, lambda: bool(y) == (x[0] == x[-1])),
    lambda x, y: when(x, lambda: bool(y) == (x[0] < x[-1])),
    lambda x, y: when(x, lambda: bool(y) == (x[0] == max(x))),
    lambda x, y: bool(y) == (0 in x),
    lambda x, y: when(x, lambda: bool(y) == (x.count(x[0]) > 1)),
    lambda x, y: when(x, lambda: bool(y) == (x.count(x[-1]) > 1)),
    lambda x, y: when(x, lambda: bool(y) == (sum(x) > 0)),
    lambda x, y: when(x, lambda: bool(y) == (x[0] > 0)),
]


def masked(x, y, mask, least=1):
    return when(len(x) == len(y) >= least, lambda: [bool(i) for i in y] == mask(x))


def sides(x, y):
    return [a for a, b in zip(x, y, strict=True) if b], [a for a, b in zip(x, y, strict=True) if not b]


def beside(x, y, test):
    """Compares from the second place on; what stands at the first does not matter."""
    return when(
        len(x) == len(y) >= 2, lambda: all(bool(y[i]) == test(x[i], x[i - 1]) for i in range(1, len(x)))
    )


def is_above(high, low):
    return not high or not low or min(high) > max(low)


LIST_MASK = [
    lambda x, y: len(x) == len(y),
    lambda x, y: masked(x, y, lambda x: [i % 2 == 0 for i in x]),
    lambda x, y: masked(x, y, lambda x: [i > 0 for i in x]),
    lambda x, y: masked(x, y, lambda x: [i == 0 for i in x]),
    lambda x, y: masked(x, y, lambda x: [item not in x[:i] for i, item in enumerate(x)]),
    lambda x, y: masked(x, y, lambda x: [x.count(i) == 1 for i in x]),
    lambda x, y: masked(x, y, lambda x: [i == x[0] for i in x]),
    lambda x, y: masked(x, y, lambda x: [i == max(x) for i in x]),
    lambda x, y: masked(x, y, lambda x: [i == min(x) for i in x]),
    lambda x, y: beside(x, y, lambda now, before: now > before),
    lambda x, y: beside(x, y, lambda now, before: now < before),
    lambda x, y: beside(x, y, lambda now, before: now == before),
    lambda x, y: masked(x, y, lambda x: [i % 2 == 0 for i in range(len(x))]),
    lambda x, y: when(x and len(x) == len(y), lambda: is_above(*sides(x, y))),
    lambda x, y: when(x and len(x) == len(y), lambda: is_above(*sides(x, y)[::-1])),
    lambda x, y: when(x and len(x) == len(y), lambda: sum(y) == 1),
]
ACROSS_LIST_MASK = [
    lambda xs, ys: when(flat(xs), lambda: aligned(xs, ys) and is_above(*sides(flat(xs), flat(ys)))),
    lambda xs, ys: when(flat(xs), lambda: aligned(xs, ys) and is_above(*sides(flat(xs), flat(ys))[::-1])),
]

SCALAR_LIST = [
    lambda x, y: when(y, lambda: y[0] == x),
    lambda x, y: when(y, lambda: y[-1] == x),
    lambda x, y: when(y, lambda: x in y),
    lambda x, y: len(y) == x,
    lambda x, y: len(y) == x + 1,
    lambda x, y: len(y) == x - 1,
    lambda x, y: when(y, lambda: set(y) == {x}),
    lambda x, y: when(y, lambda: sum(y) == x),
    lambda x, y: when(y, lambda: max(y) == x),
    lambda x, y: when(y, lambda: min(y) == x),
    lambda x, y: when(y, lambda: all(i < x for i in y)),
    lambda x, y: when(y, lambda: all(i <= x for i in y)),
    lambda x, y: when(y, lambda: all(i > x for i in y)),
    lambda x, y: when(y, lambda: all(i >= x for i in y)),
    lambda x, y: when(y and x != 0, lambda: all(i % x == 0 for i in y)),
    lambda x, y: when(len(y) >= 2, lambda: set(steps(y)) == {x}),
    lambda x, y: when(y, lambda: y.count(x) == 1),
    lambda x, y: len(y) <= x,
]

SCALAR_SCALAR = [
    lambda x, y, f: y == x,
    lambda x, y, f: y > x,
    lambda x, y, f: abs(y - x) == 1,
    lambda x, y, f: None if f is None else y - x == f[1] - f[0],
    lambda x, y, f: y == 2 * x,
    lambda x, y, f: y == x * x,
    lambda x, y, f: y == -x,
    lambda x, y, f: y == abs(x),
    lambda x, y, f: when(x != 0, lambda: y % x == 0),
    lambda x, y, f: when(y != 0, lambda: x % y == 0),
    lambda x, y, f: x % 2 == y % 2,
    lambda x, y, f: (x < 0) == (y < 0),
    lambda x, y, f: when(y in (0, 1), lambda: bool(y) == (x % 2 == 0)),
    lambda x, y, f: when(y in (0, 1), lambda: bool(y) == (x > 0)),
    lambda x, y, f: when(y in (0, 1), lambda: bool(y) == (x == 0)),
]

LIST_AND_SCALAR = [
    lambda u, k: when(u, lambda: 0 <= k < len(u)),
    lambda u, k: 0 <= k <= len(u),
    lambda u, k: when(u, lambda: k in u),
    lambda u, k: k > len(u),
    lambda u, k: when(u, lambda: min(u) <= k <= max(u)),
    lambda u, k: when(u, lambda: u.count(k) > 1),
]
TWO_LISTS = [
    lambda u, v: len(u) == len(v),
    lambda u, v: len(u) > len(v),
    lambda u, v: when(v, lambda: set(v) <= {0, 1}),
    lambda u, v: when(v, lambda: all(0 <= i < len(u) for i in v)),
    lambda u, v: when(u and v, lambda: set(u) & set(v)),
    lambda u, v: when(u and v, lambda: set(v) <= set(u)),
]
TWO_SCALARS = [lambda u, v: u < v, lambda u, v: u == v, lambda u, v: v != 0 and u % v == 0]


def kept(u, k):
    return min(max(k, 0), len(u))


def each(u, y, test):
    return when(u and y and len(u) == len(y), lambda: all(test(a, b) for a, b in zip(u, y, strict=True)))


LIST_OF_LIST_AND_SCALAR = [
    lambda u, k, y: y == u[: kept(u, k)],
    lambda u, k, y: y == u[kept(u, k) :],
    lambda u, k, y: len(y) == kept(u, k),
    lambda u, k, y: len(y) == len(u) - kept(u, k),
    lambda u, k, y: each(u, y, lambda a, b: b == a + k),
    lambda u, k, y: each(u, y, lambda a, b: b == a - k),
    lambda u, k, y: each(u, y, lambda a, b: b == a * k),
    lambda u, k, y: each(u, y, lambda a, b: k != 0 and b == a // k),
    lambda u, k, y: each(u, y, lambda a, b: b in (a, k)),
    lambda u, k, y: len(y) == counted(u, lambda i: i > k),
    lambda u, k, y: len(y) == counted(u, lambda i: i < k),
    lambda u, k, y: len(y) == len(u) - u.count(k),
    lambda u, k, y: when(u, lambda: len(y) == len(u) * k),
    lambda u, k, y: when(u and y, lambda: y.count(k) > u.count(k)),
    lambda u, k, y: when(u and y, lambda: 0 <= k < len(u) and y[0] == u[k]),
]
SCALAR_OF_LIST_AND_SCALAR = [
    lambda u, k, y: when(u, lambda: 0 <= k < len(u) and y == u[k]),
    lambda u, k, y: y == u.count(k),
    lambda u, k, y: y == counted(u, lambda i: i > k),
    lambda u, k, y: y == counted(u, lambda i: i < k),
    lambda u, k, y: when(k != 0, lambda: y == counted(u, lambda i: i % k == 0)),
    lambda u, k, y: bool(y) == (k in u),
    lambda u, k, y: y == sum(u[: kept(u, k)]),
    lambda u, k, y: y == sum(u[kept(u, k) :]),
    lambda u, k, y: when(u, lambda: y in u or y == k),
]


def both(u, v, y, test):
    return when(
        y and len(y) == min(len(u), len(v)),
        lambda: all(test(a, b, c) for a, b, c in zip(u, v, y, strict=False)),
    )


LIST_OF_TWO_LISTS = [
    lambda u, v, y: len(y) == len(u) + len(v),
    lambda u, v, y: len(y) == min(len(u), len(v)),
    lambda u, v, y: len(y) == max(len(u), len(v)),
    lambda u, v, y: when(y, lambda: set(y) <= set(u) | set(v)),
    lambda u, v, y: when(y, lambda: set(y) <= set(u) - set(v)),
    lambda u, v, y: when(y, lambda: set(y) <= set(u) & set(v)),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c == a + b),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c == a - b),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c == a * b),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c in (a, b)),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c == min(a, b)),
    lambda u, v, y: both(u, v, y, lambda a, b, c: c == max(a, b)),
]
SCALAR_OF_TWO_SCALARS = [
    lambda u, v, y: y == u + v,
    lambda u, v, y: y == u - v,
    lambda u, v, y: y == u * v,
    lambda u, v, y: y == min(u, v),
    lambda u, v, y: y == max(u, v),
    lambda u, v, y: when(v != 0, lambda: y == u // v),
    lambda u, v, y: when(v != 0, lambda: y == u % v),
    lambda u, v, y: bool(y) == (u < v),
    lambda u, v, y: bool(y) == (u == v),
]


def state(answers):
    """The number of the state that answers over examples give: applies to none, to none true, all, mixed."""
    given = {bool(answer) for answer in answers if answer is not None}
    return 3 if len(given) == 2 else 2 if True in given else 1 if False in given else 0


def plain(values):
    """Bools as the ints that the properties see."""
    return [[int(i) for i in value] if isinstance(value, list) else int(value) for value in values]


def twin(group, *columns):
    """The states of a group's properties for the values of each pointer on all examples."""
    columns = [plain(column) for column in columns]
    rows = list(zip(*columns, strict=True))
    if group is p.LIST:
        rows = [(x, columns[0][0] if i else None) for i, (x,) in enumerate(rows)]
    elif group is p.SCALAR:
        rows = [
            (x, columns[0][0] if i else None, columns[0][i - 1] if i else None) for i, (x,) in enumerate(rows)
        ]
    elif group is p.SCALAR_SCALAR:
        rows = [(*row, rows[0] if i else None) for i, row in enumerate(rows)]
    name = next(name for name, value in vars(p).items() if value is group)
    found = [state(test(*row) for row in rows) for test in globals()[name]]
    return found + [state([test(*columns)]) for test in globals().get(f"ACROSS_{name}", ())]
