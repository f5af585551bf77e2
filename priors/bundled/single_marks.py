"""Marks the properties of one pointer's values by themselves."""

from priors.bundled.marks import count_distinct, count_of, extremes, is_palindrome, is_rising, matches, put
from vm.jit import kernel


@kernel
def mark_list(words, starts, examples, seen):
    """Marks what a list is like: the properties of `LIST`.

    Args:
      words: `[total]` int64.
      starts: `[examples + 1]` int64, where each example's list begins.
      examples: how many there are, at least 1.
      seen: `[len(LIST)]` uint8, zeros.
    """
    for e in range(examples):
        a, b = starts[e], starts[e + 1]
        n = b - a
        low, high, _ = extremes(words, a, b)
        distinct = count_distinct(words, a, b)
        rising = is_rising(words, a, b)
        falling = steps_one = progression = calm = True
        evens = ranks = 0
        for i in range(a, b):
            evens += 1 if words[i] & 1 == 0 else 0
            ranks += 1 if 0 <= words[i] < n else 0
            if i > a:
                falling = falling and words[i] <= words[i - 1]
                steps_one = steps_one and words[i] == words[i - 1] + 1
                calm = calm and words[i] != words[i - 1]
                progression = progression and words[i] - words[i - 1] == words[a + 1] - words[a]
        first = words[a] if n > 0 else 0
        last = words[b - 1] if n > 0 else 0
        begin, size = starts[0], starts[1] - starts[0]
        p = 0
        p = put(seen, p, True, n == 0)
        p = put(seen, p, True, n == 1)
        p = put(seen, p, n >= 2, rising)
        p = put(seen, p, n >= 2, falling)
        p = put(seen, p, n >= 2, distinct == n)
        p = put(seen, p, n >= 2, distinct == 1)
        p = put(seen, p, n >= 1, low >= 0)
        p = put(seen, p, n >= 1, -10 < low and high < 10)
        p = put(seen, p, n >= 1, low >= 0 and high <= 1)
        p = put(seen, p, n >= 1, count_of(words, a, b, 0) > 0)
        p = put(seen, p, n >= 1, ranks == n)
        p = put(seen, p, examples >= 2 and e > 0, n == size)
        p = put(seen, p, examples >= 2 and e > 0, n == size and matches(words, a, words, begin, n))
        p = put(seen, p, examples >= 2 and e > 0 and n > 0 and size > 0, first == words[begin])
        p = put(seen, p, examples >= 2 and e > 0 and n > 0 and size > 0, last == words[begin + size - 1])
        p = put(seen, p, n >= 1, evens == n)
        p = put(seen, p, n >= 1, evens == 0)
        p = put(seen, p, n >= 1, count_of(words, a, b, 1) > 0)
        p = put(seen, p, n >= 2, first == last)
        p = put(seen, p, n >= 2, is_palindrome(words, a, b))
        p = put(seen, p, n >= 2, steps_one)
        p = put(seen, p, n >= 3, progression)
        p = put(seen, p, n >= 2, calm)
        p = put(seen, p, n >= 1, n & 1 == 0)
        p = put(seen, p, n >= 2, first == high)
        p = put(seen, p, n >= 2, first == low)
        p = put(seen, p, n >= 2, last == high)
        p = put(seen, p, n >= 2, last == low)
        p = put(seen, p, n >= 1, ranks == n and distinct == n)
        p = put(seen, p, n >= 1, high > 100 or low < -100)


@kernel
def mark_scalar(words, examples, seen):
    """Marks what an int or a bool is like: the properties of `SCALAR`.

    Args:
      words: `[examples]` int64.
      examples: how many there are, at least 1.
      seen: `[len(SCALAR)]` uint8, zeros.
    """
    for e in range(examples):
        word = words[e]
        p = 0
        p = put(seen, p, True, word == 0)
        p = put(seen, p, True, word > 0)
        p = put(seen, p, True, word & 1 == 0)
        p = put(seen, p, True, 0 <= word <= 1)
        p = put(seen, p, True, -10 < word < 10)
        p = put(seen, p, True, -100 < word < 100)
        p = put(seen, p, e > 0, word == words[0])
        p = put(seen, p, e > 0, word > words[e - 1])
        p = put(seen, p, True, word == -1)
