"""Marks how the first two arguments lie to each other, and the result to both of them.

`u` and `v` are the arguments. Where one is a list and the other a scalar, `u` is the list.
"""

from priors.bundled.marks import count_of, extremes, is_within, matches, put
from vm.jit import kernel


@kernel
def mark_list_and_scalar(u, u_starts, v, examples, seen):
    """Marks the properties of `LIST_AND_SCALAR`: what an int may be to a list.

    Args:
      u: `[total]` int64; `u_starts` `[examples + 1]` where each list begins.
      u_starts: see `u`.
      v: `[examples]` int64.
      examples: how many there are, at least 1.
      seen: `[len(LIST_AND_SCALAR)]` uint8, zeros.
    """
    for e in range(examples):
        a, b, k = u_starts[e], u_starts[e + 1], v[e]
        n = b - a
        low, high, _ = extremes(u, a, b)
        p = 0
        p = put(seen, p, n >= 1, 0 <= k < n)
        p = put(seen, p, True, 0 <= k <= n)
        p = put(seen, p, n >= 1, count_of(u, a, b, k) > 0)
        p = put(seen, p, True, k > n)
        p = put(seen, p, n >= 1, low <= k <= high)
        p = put(seen, p, n >= 1, count_of(u, a, b, k) > 1)


@kernel
def mark_two_lists(u, u_starts, v, v_starts, examples, seen):
    """Marks the properties of `TWO_LISTS`.

    Args:
      u: `[total]` int64; `u_starts` `[examples + 1]` where each list begins.
      u_starts: see `u`.
      v: `[total]` int64, with `v_starts`.
      v_starts: see `v`.
      examples: how many there are, at least 1.
      seen: `[len(TWO_LISTS)]` uint8, zeros.
    """
    for e in range(examples):
        a, b, c, d = u_starts[e], u_starts[e + 1], v_starts[e], v_starts[e + 1]
        n, m = b - a, d - c
        low, high, _ = extremes(v, c, d)
        shared = 0
        for i in range(a, b):
            shared += 1 if count_of(v, c, d, u[i]) > 0 else 0
        p = 0
        p = put(seen, p, True, n == m)
        p = put(seen, p, True, n > m)
        p = put(seen, p, m >= 1, 0 <= low and high <= 1)
        p = put(seen, p, m >= 1, 0 <= low and high < n)
        p = put(seen, p, n >= 1 and m >= 1, shared > 0)
        p = put(seen, p, n >= 1 and m >= 1, is_within(v, c, d, u, a, b))


@kernel
def mark_two_scalars(u, v, examples, seen):
    """Marks the properties of `TWO_SCALARS`.

    Args:
      u: `[examples]` int64.
      v: `[examples]` int64.
      examples: how many there are, at least 1.
      seen: `[len(TWO_SCALARS)]` uint8, zeros.
    """
    for e in range(examples):
        p = 0
        p = put(seen, p, True, u[e] < v[e])
        p = put(seen, p, True, u[e] == v[e])
        p = put(seen, p, True, v[e] != 0 and u[e] % v[e] == 0 if v[e] != 0 else False)


@kernel
def mark_list_of_list_and_scalar(u, u_starts, v, y, y_starts, examples, seen):
    """Marks the properties of `LIST_OF_LIST_AND_SCALAR`.

    Args: as of `mark_list_and_scalar`, and `y` `[total]` int64 with `y_starts` for the result.
    """
    for e in range(examples):
        a, b, k, c, d = u_starts[e], u_starts[e + 1], v[e], y_starts[e], y_starts[e + 1]
        n, m = b - a, d - c
        same, some = n == m, n >= 1 and m >= 1
        kept = min(max(k, 0), n)
        adds = takes = scales = either = divided = True
        above = below = equals = differs = 0
        for i in range(n):
            above += 1 if u[a + i] > k else 0
            below += 1 if u[a + i] < k else 0
            if same:
                one, other = u[a + i], y[c + i]
                adds, takes = adds and other == one + k, takes and other == one - k
                scales = scales and other == one * k
                divided = divided and k != 0 and other == one // k
                either = either and (other == one or other == k)
        for i in range(m):
            equals += 1 if y[c + i] == k else 0
            differs += 1 if y[c + i] > k else 0
        p = 0
        p = put(seen, p, True, m == kept and matches(u, a, y, c, m))
        p = put(seen, p, True, m == n - kept and matches(u, b - m, y, c, m))
        p = put(seen, p, True, m == kept)
        p = put(seen, p, True, m == n - kept)
        p = put(seen, p, some and same, adds)
        p = put(seen, p, some and same, takes)
        p = put(seen, p, some and same, scales)
        p = put(seen, p, some and same, divided)
        p = put(seen, p, some and same, either)
        p = put(seen, p, True, m == above)
        p = put(seen, p, True, m == below)
        p = put(seen, p, True, m == n - count_of(u, a, b, k))
        p = put(seen, p, n >= 1, m == n * k)
        p = put(seen, p, some, equals > count_of(u, a, b, k))
        p = put(seen, p, some, 0 <= k < n and y[c] == u[a + k] if 0 <= k < n and m > 0 else False)


@kernel
def mark_scalar_of_list_and_scalar(u, u_starts, v, y, examples, seen):
    """Marks the properties of `SCALAR_OF_LIST_AND_SCALAR`.

    Args: as of `mark_list_and_scalar`, and `y` `[examples]` int64 for the result.
    """
    for e in range(examples):
        a, b, k, word = u_starts[e], u_starts[e + 1], v[e], y[e]
        n = b - a
        above = below = divisible = head_sum = tail_sum = 0
        for i in range(a, b):
            above += 1 if u[i] > k else 0
            below += 1 if u[i] < k else 0
            divisible += 1 if k != 0 and u[i] % k == 0 else 0
            head_sum += u[i] if i - a < k else 0
            tail_sum += u[i] if i - a >= k else 0
        times = count_of(u, a, b, k)
        p = 0
        p = put(seen, p, n >= 1, word == u[a + k] if 0 <= k < n else False)
        p = put(seen, p, True, word == times)
        p = put(seen, p, True, word == above)
        p = put(seen, p, True, word == below)
        p = put(seen, p, k != 0, word == divisible)
        p = put(seen, p, True, (word != 0) == (times > 0))
        p = put(seen, p, True, word == head_sum)
        p = put(seen, p, True, word == tail_sum)
        p = put(seen, p, n >= 1, count_of(u, a, b, word) > 0 or word == k)


@kernel
def mark_list_of_two_lists(u, u_starts, v, v_starts, y, y_starts, examples, seen):
    """Marks the properties of `LIST_OF_TWO_LISTS`.

    Args: as of `mark_two_lists`, and `y` `[total]` int64 with `y_starts` for the result.
    """
    for e in range(examples):
        a, b, g, h = u_starts[e], u_starts[e + 1], v_starts[e], v_starts[e + 1]
        c, d = y_starts[e], y_starts[e + 1]
        n, k, m = b - a, h - g, d - c
        covered = adds = takes = scales = either = lower = upper = True
        of_one = of_both = 0
        for i in range(m):
            in_u, in_v = count_of(u, a, b, y[c + i]) > 0, count_of(v, g, h, y[c + i]) > 0
            covered = covered and (in_u or in_v)
            of_one += 1 if in_u and not in_v else 0
            of_both += 1 if in_u and in_v else 0
        zipped = m >= 1 and m == min(n, k)
        for i in range(m if zipped else 0):
            one, two, other = u[a + i], v[g + i], y[c + i]
            adds, takes = adds and other == one + two, takes and other == one - two
            scales, either = scales and other == one * two, either and (other == one or other == two)
            lower, upper = lower and other == min(one, two), upper and other == max(one, two)
        p = 0
        p = put(seen, p, True, m == n + k)
        p = put(seen, p, True, m == min(n, k))
        p = put(seen, p, True, m == max(n, k))
        p = put(seen, p, m >= 1, covered)
        p = put(seen, p, m >= 1, of_one == m)
        p = put(seen, p, m >= 1, of_both == m)
        p = put(seen, p, zipped, adds)
        p = put(seen, p, zipped, takes)
        p = put(seen, p, zipped, scales)
        p = put(seen, p, zipped, either)
        p = put(seen, p, zipped, lower)
        p = put(seen, p, zipped, upper)


@kernel
def mark_scalar_of_two_scalars(u, v, y, examples, seen):
    """Marks the properties of `SCALAR_OF_TWO_SCALARS`.

    Args: as of `mark_two_scalars`, and `y` `[examples]` int64 for the result.
    """
    for e in range(examples):
        one, two, word = u[e], v[e], y[e]
        p = 0
        p = put(seen, p, True, word == one + two)
        p = put(seen, p, True, word == one - two)
        p = put(seen, p, True, word == one * two)
        p = put(seen, p, True, word == min(one, two))
        p = put(seen, p, True, word == max(one, two))
        p = put(seen, p, two != 0, word == one // two if two != 0 else False)
        p = put(seen, p, two != 0, word == one % two if two != 0 else False)
        p = put(seen, p, True, (word != 0) == (one < two))
        p = put(seen, p, True, (word != 0) == (one == two))
