"""Marks how a list of bools of the task's result lies to a list."""

from priors.bundled.marks import count_of, extremes, put
from vm.jit import kernel

FAR = 2**62


@kernel
def _bounds(x, a, y, c, count, truth):
    """Returns (least, greatest) word of the list where the mask is `truth`; (FAR, -FAR) if it never is."""
    low, high = FAR, -FAR
    for i in range(count):
        if (y[c + i] != 0) == truth:
            low, high = min(low, x[a + i]), max(high, x[a + i])
    return low, high


@kernel
def mark_mask(x, x_starts, y, y_starts, examples, seen):
    """Marks the properties of `LIST_MASK`.

    Args:
      x: `[total]` int64, the list's words; `x_starts` `[examples + 1]` where each list begins.
      x_starts: see `x`.
      y: `[total]` int64, the mask's words, 0 or 1.
      y_starts: see `y`.
      examples: how many there are, at least 1.
      seen: `[len(LIST_MASK)]` uint8, zeros.
    """
    p, aligned, num = 0, True, 0
    on_low, on_high, off_low, off_high = FAR, -FAR, FAR, -FAR
    for e in range(examples):
        a, b, c = x_starts[e], x_starts[e + 1], y_starts[e]
        n, m = b - a, y_starts[e + 1] - c
        same = n == m
        aligned = aligned and same
        some = same and n >= 1
        even = positive = zero = newest = single = first = greatest = least = True
        rises = falls = place = repeats = True
        _, high, _ = extremes(x, a, b)
        low, _, _ = extremes(x, a, b)
        trues = 0
        for i in range(n if same else 0):
            word, truth = x[a + i], y[c + i] != 0
            trues += 1 if truth else 0
            even, positive = even and truth == (word & 1 == 0), positive and truth == (word > 0)
            zero, newest = (
                zero and truth == (word == 0),
                newest and truth == (count_of(x, a, a + i, word) == 0),
            )
            single, first = (
                single and truth == (count_of(x, a, b, word) == 1),
                first and truth == (word == x[a]),
            )
            greatest, least = greatest and truth == (word == high), least and truth == (word == low)
            rises = rises and (i == 0 or truth == (word > x[a + i - 1]))
            falls = falls and (i == 0 or truth == (word < x[a + i - 1]))
            repeats = repeats and (i == 0 or truth == (word == x[a + i - 1]))
            place = place and truth == (i & 1 == 0)
        here_low, here_high = _bounds(x, a, y, c, n if same else 0, True)
        there_low, there_high = _bounds(x, a, y, c, n if same else 0, False)
        on_low, on_high = min(on_low, here_low), max(on_high, here_high)
        off_low, off_high = min(off_low, there_low), max(off_high, there_high)
        num += n
        p = 0
        p = put(seen, p, True, same)
        p = put(seen, p, some, even)
        p = put(seen, p, some, positive)
        p = put(seen, p, some, zero)
        p = put(seen, p, some, newest)
        p = put(seen, p, some, single)
        p = put(seen, p, some, first)
        p = put(seen, p, some, greatest)
        p = put(seen, p, some, least)
        p = put(seen, p, same and n >= 2, rises)
        p = put(seen, p, same and n >= 2, falls)
        p = put(seen, p, same and n >= 2, repeats)
        p = put(seen, p, some, place)
        p = put(seen, p, some, here_low > there_high)
        p = put(seen, p, some, here_high < there_low)
        p = put(seen, p, some, trues == 1)
    p = put(seen, p, num > 0, aligned and on_low > off_high)
    p = put(seen, p, num > 0, aligned and on_high < off_low)
