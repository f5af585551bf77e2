"""Marks how a scalar result lies to a list, a list to a scalar, and a scalar to a scalar.

In the kernels `x` belongs to the argument or contents, `y` to the task's result.
"""

from priors.bundled.marks import (
    count_distinct,
    count_of,
    extremes,
    is_palindrome,
    is_rising,
    put,
)
from vm.jit import kernel


@kernel
def _place_of(words, begin, end, word):
    """Returns the first position of a word in a list, -1 if it is not there."""
    for i in range(begin, end):
        if words[i] == word:
            return i - begin
    return -1


@kernel
def mark_scalar_of_list(x, starts, y, examples, seen):
    """Marks the properties of `LIST_SCALAR`: what an int says of a list.

    Args:
      x: `[total]` int64.
      starts: `[examples + 1]` int64, where each list begins.
      y: `[examples]` int64.
      examples: how many there are, at least 1.
      seen: `[len(LIST_SCALAR)]` uint8, zeros.
    """
    for e in range(examples):
        a, b, word = starts[e], starts[e + 1], y[e]
        n = b - a
        low, high, total = extremes(x, a, b)
        evens = positives = most = repeated = 0
        second = third = low
        for i in range(a, b):
            evens += 1 if x[i] & 1 == 0 else 0
            positives += 1 if x[i] > 0 else 0
            times = count_of(x, a, b, x[i])
            most = max(most, times)
            repeated += 1 if times > 1 else 0
            second = max(second, x[i]) if x[i] < high else second
            third = max(third, x[i]) if 2 * x[i] < low + high else third
        times = count_of(x, a, b, word)
        some, pair = n >= 1, n >= 2
        first, last = (x[a], x[b - 1]) if n > 0 else (0, 0)
        p = 0
        p = put(seen, p, some, word == first)
        p = put(seen, p, some, word == last)
        p = put(seen, p, some, word == high)
        p = put(seen, p, some, word == low)
        p = put(seen, p, True, word == total)
        p = put(seen, p, True, word == n)
        p = put(seen, p, some, times > 0)
        p = put(seen, p, True, 0 <= word <= n)
        p = put(seen, p, some, 0 <= word < n)
        p = put(seen, p, True, word == count_distinct(x, a, b))
        p = put(seen, p, some, word == _place_of(x, a, b, high))
        p = put(seen, p, some, word == _place_of(x, a, b, low))
        p = put(seen, p, pair, word == x[a + 1] if n > 1 else False)
        p = put(seen, p, pair, word == x[b - 2] if n > 1 else False)
        p = put(seen, p, some, word == x[a + n // 2] if n > 0 else False)
        p = put(seen, p, some, word >= high)
        p = put(seen, p, some, word <= low)
        p = put(seen, p, some, (word ^ total) & 1 == 0)
        p = put(seen, p, True, word == evens)
        p = put(seen, p, True, word == n - evens)
        p = put(seen, p, True, word == positives)
        p = put(seen, p, some, word == high - low)
        p = put(seen, p, some, word == first + last)
        p = put(seen, p, pair, word == second)
        p = put(seen, p, some, word == most)
        p = put(seen, p, True, word == repeated)
        p = put(seen, p, some, times > 1)
        p = put(seen, p, some and word != 0, times > 0 and times == most)
        p = put(seen, p, True, word > total)
        p = put(seen, p, pair, word == third)


@kernel
def mark_truth_of_list(x, starts, y, examples, seen):
    """Marks the properties of `LIST_TRUTH`: a bool is compared with what may be asked of a list.

    Args: as of `mark_scalar_of_list`, with `seen` `[len(LIST_TRUTH)]`.
    """
    for e in range(examples):
        a, b, truth = starts[e], starts[e + 1], y[e] != 0
        n = b - a
        low, high, total = extremes(x, a, b)
        evens = 0
        for i in range(a, b):
            evens += 1 if x[i] & 1 == 0 else 0
        distinct = count_distinct(x, a, b)
        some = n >= 1
        first, last = (x[a], x[b - 1]) if n > 0 else (0, 0)
        p = 0
        p = put(seen, p, True, truth == (n == 0))
        p = put(seen, p, True, truth == is_rising(x, a, b))
        p = put(seen, p, True, truth == (distinct == n))
        p = put(seen, p, True, truth == (distinct <= 1))
        p = put(seen, p, True, truth == is_palindrome(x, a, b))
        p = put(seen, p, True, truth == (n & 1 == 0))
        p = put(seen, p, True, truth == (total & 1 == 0))
        p = put(seen, p, True, truth == (evens == n))
        p = put(seen, p, True, truth == (evens > 0))
        p = put(seen, p, some, truth == (first & 1 == 0))
        p = put(seen, p, some, truth == (last & 1 == 0))
        p = put(seen, p, some, truth == (high & 1 == 0))
        p = put(seen, p, some, truth == (low & 1 == 0))
        p = put(seen, p, some, truth == (first == last))
        p = put(seen, p, some, truth == (first < last))
        p = put(seen, p, some, truth == (first == high))
        p = put(seen, p, True, truth == (count_of(x, a, b, 0) > 0))
        p = put(seen, p, some, truth == (count_of(x, a, b, first) > 1 if n > 0 else False))
        p = put(seen, p, some, truth == (count_of(x, a, b, last) > 1 if n > 0 else False))
        p = put(seen, p, some, truth == (total > 0))
        p = put(seen, p, some, truth == (first > 0))


@kernel
def mark_list_of_scalar(x, y, starts, examples, seen):
    """Marks the properties of `SCALAR_LIST`: what a list says of an int.

    Args:
      x: `[examples]` int64.
      y: `[total]` int64.
      starts: `[examples + 1]` int64, where each list begins.
      examples: how many there are, at least 1.
      seen: `[len(SCALAR_LIST)]` uint8, zeros.
    """
    for e in range(examples):
        word, c, d = x[e], starts[e], starts[e + 1]
        m = d - c
        low, high, total = extremes(y, c, d)
        divisible = steps = True
        for i in range(c, d):
            divisible = divisible and (word == 0 or y[i] % word == 0)
            steps = steps and (i == c or y[i] - y[i - 1] == word)
        some = m >= 1
        times = count_of(y, c, d, word)
        p = 0
        p = put(seen, p, some, y[c] == word if m > 0 else False)
        p = put(seen, p, some, y[d - 1] == word if m > 0 else False)
        p = put(seen, p, some, times > 0)
        p = put(seen, p, True, m == word)
        p = put(seen, p, True, m == word + 1)
        p = put(seen, p, True, m == word - 1)
        p = put(seen, p, some, times == m)
        p = put(seen, p, some, total == word)
        p = put(seen, p, some, high == word)
        p = put(seen, p, some, low == word)
        p = put(seen, p, some, high < word)
        p = put(seen, p, some, high <= word)
        p = put(seen, p, some, low > word)
        p = put(seen, p, some, low >= word)
        p = put(seen, p, some and word != 0, divisible)
        p = put(seen, p, m >= 2, steps)
        p = put(seen, p, some, times == 1)
        p = put(seen, p, True, m <= word)


@kernel
def mark_scalars(x, y, examples, seen):
    """Marks the properties of `SCALAR_SCALAR`.

    Args:
      x: `[examples]` int64.
      y: `[examples]` int64.
      examples: how many there are, at least 1.
      seen: `[len(SCALAR_SCALAR)]` uint8, zeros.
    """
    for e in range(examples):
        one, other = x[e], y[e]
        truth = other != 0
        p = 0
        p = put(seen, p, True, other == one)
        p = put(seen, p, True, other > one)
        p = put(seen, p, True, abs(other - one) == 1)
        p = put(seen, p, e > 0, other - one == y[0] - x[0])
        p = put(seen, p, True, other == 2 * one)
        p = put(seen, p, True, other == one * one)
        p = put(seen, p, True, other == -one)
        p = put(seen, p, True, other == abs(one))
        p = put(seen, p, one != 0, other % one == 0 if one != 0 else False)
        p = put(seen, p, other != 0, one % other == 0 if other != 0 else False)
        p = put(seen, p, True, (one ^ other) & 1 == 0)
        p = put(seen, p, True, (one < 0) == (other < 0))
        p = put(seen, p, 0 <= other <= 1, truth == (one & 1 == 0))
        p = put(seen, p, 0 <= other <= 1, truth == (one > 0))
        p = put(seen, p, 0 <= other <= 1, truth == (one == 0))
