"""Marks how a list of the task's result lies to a list of an argument or of a contents.

In the kernels `x` is the argument's list with `n` words from `a`, `y` the result's with `m` words from `c`.
"""

from priors.bundled.marks import (
    count_distinct,
    count_of,
    extremes,
    is_sub_multiset,
    is_subsequence,
    is_within,
    matches,
    put,
)
from vm.jit import kernel

COMPARED_WORDS = 64
"""Words, over all examples, that are looked at to say whether one list is a function of the other."""


@kernel
def _mark_lengths(n, m, seen, p):
    p = put(seen, p, True, m == n)
    p = put(seen, p, True, m > n)
    p = put(seen, p, True, m == n + 1)
    p = put(seen, p, True, m == n - 1)
    p = put(seen, p, n >= 1, m == 2 * n)
    return put(seen, p, n >= 2, m == n // 2 or m == (n + 1) // 2)


@kernel
def _is_reverse(x, a, y, c, n):
    for i in range(n):
        if x[a + n - 1 - i] != y[c + i]:
            return False
    return True


@kernel
def _is_rotation(x, a, y, c, n):
    for by in range(1, n):
        if matches(x, a + by, y, c, n - by) and matches(x, a, y, c + n - by, by):
            return True
    return False


@kernel
def _is_contiguous(x, a, n, y, c, m):
    for at in range(n - m + 1):
        if matches(x, a + at, y, c, m):
            return True
    return False


@kernel
def _firsts_kept(x, a, n, y, c, m):
    """Says whether `y` is `x` with only the first of equal words kept."""
    at = 0
    for i in range(n):
        if count_of(x, a, a + i, x[a + i]) == 0:
            if at >= m or y[c + at] != x[a + i]:
                return False
            at += 1
    return at == m


@kernel
def _keeps_parity(x, a, n, y, c, m, parity):
    """Says whether `y` is those words of `x` that are odd (parity 1) or even (0)."""
    at = 0
    for i in range(n):
        if x[a + i] & 1 == parity:
            if at >= m or y[c + at] != x[a + i]:
                return False
            at += 1
    return at == m


@kernel
def _mark_parts(x, a, n, y, c, m, seen, p):
    """Marks which list is a part of which."""
    both = n >= 1 and m >= 1
    within, covers = is_within(y, c, c + m, x, a, a + n), is_within(x, a, a + n, y, c, c + m)
    shared = 0
    for i in range(m):
        shared += 1 if count_of(x, a, a + n, y[c + i]) > 0 else 0
    is_part = m >= 1 and is_subsequence(y, c, c + m, x, a, a + n)
    dropped_low = dropped_high = False
    low, high, _ = extremes(y, c, c + m)
    for i in range(n):
        if count_of(y, c, c + m, x[a + i]) == 0:
            dropped_low = dropped_low or x[a + i] < high
            dropped_high = dropped_high or x[a + i] > low
    p = put(seen, p, True, n == m and matches(x, a, y, c, n))
    p = put(seen, p, m >= 1, within)
    p = put(seen, p, n >= 1, covers)
    p = put(seen, p, both, shared == 0)
    p = put(seen, p, both, within and covers)
    p = put(seen, p, m >= 1, is_sub_multiset(y, c, c + m, x, a, a + n))
    p = put(seen, p, m >= 2 and n >= 2, n == m and is_sub_multiset(y, c, c + m, x, a, a + n))
    p = put(seen, p, m >= 1, m <= n and matches(x, a, y, c, m))
    p = put(seen, p, m >= 1, m <= n and matches(x, a + n - m, y, c, m))
    p = put(seen, p, m >= 1, _is_contiguous(x, a, n, y, c, m))
    p = put(seen, p, m >= 1, is_part)
    p = put(seen, p, n >= 1, n <= m and matches(x, a, y, c, n))
    p = put(seen, p, n >= 1, n <= m and matches(x, a, y, c + m - n, n))
    p = put(seen, p, n >= 1, is_subsequence(x, a, a + n, y, c, c + m))
    p = put(seen, p, n == m and n >= 2, _is_reverse(x, a, y, c, m))
    p = put(seen, p, n == m and n >= 2, _is_rotation(x, a, y, c, m))
    p = put(seen, p, n >= 2, _firsts_kept(x, a, n, y, c, m))
    p = put(seen, p, n >= 1, _keeps_parity(x, a, n, y, c, m, 0))
    p = put(seen, p, n >= 1, _keeps_parity(x, a, n, y, c, m, 1))
    p = put(seen, p, is_part and m < n, not dropped_low)
    return put(seen, p, is_part and m < n, not dropped_high)


@kernel
def _mark_ends(x, a, n, y, c, m, seen, p):
    """Marks equal ends, extremes and sums."""
    both = n >= 1 and m >= 1
    first, last = (x[a], x[a + n - 1]) if n > 0 else (0, 0)
    front, back = (y[c], y[c + m - 1]) if m > 0 else (0, 0)
    x_low, x_high, x_sum = extremes(x, a, a + n)
    y_low, y_high, y_sum = extremes(y, c, c + m)
    p = put(seen, p, both, front == first)
    p = put(seen, p, both, back == last)
    p = put(seen, p, both, front == last)
    p = put(seen, p, both, back == first)
    p = put(seen, p, both, y_high == x_high)
    p = put(seen, p, both, y_low == x_low)
    p = put(seen, p, both, y_sum == x_sum)
    p = put(seen, p, both, x_low <= y_low and y_high <= x_high)
    p = put(seen, p, both, front == x_high)
    p = put(seen, p, both, front == x_low)
    p = put(seen, p, both, front == x_sum)
    p = put(seen, p, both, front == n)
    p = put(seen, p, both, back == x_sum)
    p = put(seen, p, n >= 1, m == first)
    p = put(seen, p, n >= 1, m == last)
    p = put(seen, p, n >= 1, m == x_high)
    p = put(seen, p, both, 0 <= y_low and y_high < n)
    p = put(seen, p, both, back == x_high)
    return put(seen, p, True, m == count_distinct(x, a, a + n))


@kernel
def _mark_elements(x, a, n, y, c, m, seen, p):
    """Marks how words at one place lie to each other, as far as both lists go."""
    k = min(n, m)
    some, pairs = k >= 1, k >= 2
    ge = le = parity = sign = absolute = square = negative = double = steady = counted = True
    running = changes = highest = lowest = keeps = turns = function = True
    equal = 0
    high = low = x[a] if k > 0 else 0
    for i in range(k):
        one, other = x[a + i], y[c + i]
        high, low = max(high, one), min(low, one)
        equal += 1 if one == other else 0
        ge, le = ge and other >= one, le and other <= one
        parity = parity and (one ^ other) & 1 == 0
        sign = sign and (one < 0) == (other < 0) and (one == 0) == (other == 0)
        absolute, square = absolute and other == abs(one), square and other == one * one
        negative, double = negative and other == -one, double and other == 2 * one
        steady = steady and other - one == y[c] - x[a]
        highest, lowest = highest and other == high, lowest and other == low
        running = running and other == one + (y[c + i - 1] if i > 0 else 0)
        changes = changes and (i + 1 >= n or other == x[a + i + 1] - one)
        counted = counted and other == count_of(x, a, a + n, one)
        for j in range(i):
            before, then = x[a + j], y[c + j]
            keeps = keeps and (before - one) * (then - other) >= 0
            turns = turns and (before - one) * (then - other) <= 0
            function = function and (before != one or then == other)
    halves = 2 * m <= n + 1
    for i in range(m):
        halves = halves and 2 * i < n and y[c + i] == x[a + 2 * i]
    spread = m >= 2 * n - 1
    for i in range(n):
        spread = spread and 2 * i < m and y[c + 2 * i] == x[a + i]
    p = put(seen, p, some, ge)
    p = put(seen, p, some, le)
    p = put(seen, p, some, equal > 0)
    p = put(seen, p, some, 2 * equal >= k)
    p = put(seen, p, pairs and n == m, equal == n - 1)
    p = put(seen, p, pairs and n == m, equal == n - 2)
    p = put(seen, p, some, parity)
    p = put(seen, p, some, sign)
    p = put(seen, p, some, absolute)
    p = put(seen, p, some, square)
    p = put(seen, p, some, negative)
    p = put(seen, p, some, double)
    p = put(seen, p, pairs, steady)
    p = put(seen, p, pairs, keeps)
    p = put(seen, p, pairs, turns)
    p = put(seen, p, pairs, function)
    p = put(seen, p, pairs, running)
    p = put(seen, p, n >= 2 and m >= 1, changes)
    p = put(seen, p, pairs, highest)
    p = put(seen, p, pairs, lowest)
    p = put(seen, p, some, counted)
    p = put(seen, p, n >= 3 and m >= 1, halves)
    return put(seen, p, n >= 1 and m >= 2, spread)


@kernel
def _mark_across(x, x_starts, y, y_starts, examples, seen, p):
    """Marks what is the same in all examples, element by element; for lists of equal lengths only."""
    aligned = True
    for e in range(examples):
        aligned = aligned and x_starts[e + 1] - x_starts[e] == y_starts[e + 1] - y_starts[e]
    a, c, num = x_starts[0], y_starts[0], x_starts[examples] - x_starts[0]
    mapped = shifted = scaled = aligned
    factor, known = 0, False
    for i in range(num if aligned else 0):
        one, other = x[a + i], y[c + i]
        shifted = shifted and other - one == y[c] - x[a]
        if one != 0 and not known:
            known, factor = True, other // one
        scaled = scaled and other == factor * one
        for j in range(i if i < COMPARED_WORDS else 0):
            mapped = mapped and (x[a + j] != one or y[c + j] == other)
    p = put(seen, p, num > 1, mapped)
    p = put(seen, p, num > 1, shifted)
    return put(seen, p, num > 1 and (known or not aligned), scaled)


@kernel
def mark_lists(x, x_starts, y, y_starts, examples, seen):
    """Marks the properties of `LIST_LIST`.

    Args:
      x: `[total]` int64, the argument's words; `x_starts` `[examples + 1]` where each list begins.
      x_starts: see `x`.
      y: `[total]` int64, the result's words.
      y_starts: see `y`.
      examples: how many there are, at least 1.
      seen: `[len(LIST_LIST)]` uint8, zeros.
    """
    p = 0
    for e in range(examples):
        a, c = x_starts[e], y_starts[e]
        n, m = x_starts[e + 1] - a, y_starts[e + 1] - c
        p = _mark_lengths(n, m, seen, 0)
        p = _mark_parts(x, a, n, y, c, m, seen, p)
        p = _mark_ends(x, a, n, y, c, m, seen, p)
        p = _mark_elements(x, a, n, y, c, m, seen, p)
    _mark_across(x, x_starts, y, y_starts, examples, seen, p)
