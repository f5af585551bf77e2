"""Forms of the goal-directed test that need no second operand, or only a constant or a predicate of v itself.

Does `sum(v)`, `sort(v)`, `div(v, 4)` or `compress(v, even(v))` give the goal? Without these forms the answer
comes when the enumeration has reached the cost of that last call, which is levels later. Nearly every v is
refused by its first elements, so a form costs a few nanoseconds; what passes is run by the machine.
"""

from mcts_compose.search.bank import intern
from mcts_compose.search.contents import cost_of, shape_of, unpack
from mcts_compose.search.derive import derive, fire
from mcts_compose.search.evaluate import evaluate
from mcts_compose.search.layout import (
    A_ARITY,
    A_KIND_OUT,
    A_PRICE,
    CAP,
    EXAMPLES,
    F_ABS,
    F_COMPRESS,
    F_COUNT,
    F_CUMMAX,
    F_CUMMIN,
    F_DIV_CONSTANT,
    F_EVEN,
    F_GREATER,
    F_HEAD,
    F_INIT,
    F_LAST,
    F_LESS,
    F_MAX_CONSTANT,
    F_MAXIMUM,
    F_MIN_CONSTANT,
    F_MINIMUM,
    F_MOD_CONSTANT,
    F_ODD,
    F_PRODUCT,
    F_SORT,
    F_SORT_DOWN,
    F_SQUARE,
    F_SUM,
    F_TAIL,
    F_UNIQUE,
    G_FORMS,
    G_ID,
    G_SHAPE,
    G_WORDS,
    INT,
    INT_LIST,
    OPERANDS,
    QUERY_TOP,
    SCRATCH_WORDS,
)
from mcts_compose.search.queries import known_scalar
from vm.jit import kernel
from vm.shape import rows

FARTHEST = 2**62


@kernel
def _try(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, constant):
    """Derives the goal by a form's action on v and, where `constant` is not 0, on that contents."""
    action, target = memory[goal + G_FORMS + form], memory[goal + G_ID]
    if action != 0:
        derive(memory, pool, bytes_, halves, ints, table, links, items, action, v, constant, 0, target)


@kernel
def _try_constant(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, value):
    """Derives the goal by a form's action on v and a known or inferred constant."""
    constant = _constant(memory, pool, bytes_, halves, ints, table, links, items, value)
    if constant != 0:
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, constant)


@kernel
def _constant(memory, pool, bytes_, halves, ints, table, links, items, value):
    """Returns the contents that is `value` in all examples, if it is known or may be inferred, else 0."""
    top = memory[QUERY_TOP]
    for e in range(memory[EXAMPLES]):
        memory[top + e] = value
    return known_scalar(memory, pool, bytes_, halves, ints, table, links, items, INT, top)


@kernel
def _call(memory, pool, bytes_, halves, ints, table, links, items, action, a, b):
    """Runs a call of one or two operands and interns what it gives; returns its id, or 0 on a fault."""
    arity, out = memory[action + A_ARITY], memory[SCRATCH_WORDS]
    cost = memory[action + A_PRICE] + cost_of(pool, a)
    unpack(memory, pool, bytes_, halves, ints, a, memory[OPERANDS])
    b_shape = shape_of(pool, a)
    if arity == 2:
        cost += cost_of(pool, b)
        b_shape = shape_of(pool, b)
        unpack(memory, pool, bytes_, halves, ints, b, memory[OPERANDS] + memory[CAP])
    shape = evaluate(memory, action, shape_of(pool, a), b_shape, b_shape, out)
    if shape < 0:
        return 0
    contents, fires = intern(
        memory, pool, bytes_, halves, ints, table, links, items,
        memory[action + A_KIND_OUT], shape, out, cost, action, a, b, 0,
    )  # fmt: skip
    if fires:
        fire(memory, pool, bytes_, halves, ints, table, links, items, contents)
    return contents


@kernel
def _try_mask(
    memory, pool, bytes_, halves, ints, table, links, items, goal, form, predicate, v, constant, is_first
):
    """Derives the goal by `form`, compress or count, on the mask that a predicate makes of v."""
    test = memory[goal + G_FORMS + predicate]
    if test == 0 or memory[goal + G_FORMS + form] == 0:
        return
    price = memory[test + A_PRICE] + memory[memory[goal + G_FORMS + form] + A_PRICE]
    cost = cost_of(pool, v) * (2 if form == F_COMPRESS else 1) + price
    if cost + (cost_of(pool, constant) if constant != 0 else 0) >= cost_of(pool, memory[goal + G_ID]):
        return
    a, b = (constant, v) if is_first else (v, constant)
    mask = _call(memory, pool, bytes_, halves, ints, table, links, items, test, a, b)
    if mask == 0:
        return
    if form == F_COMPRESS:
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, mask)
    else:
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, form, mask, 0)


@kernel
def _fits_reduction(memory, goal, at, shape, form):
    """Says whether a reduction of v gives the goal in the first two examples."""
    wanted = memory[goal + G_WORDS]
    for e in range(min(memory[EXAMPLES], 2)):
        begin, end = at + memory[shape + e], at + memory[shape + e + 1]
        if end == begin:
            if memory[wanted + e] != (1 if form == F_PRODUCT else 0):
                return False
            continue
        total = memory[begin]
        if form == F_LAST:
            total = memory[end - 1]
        elif form == F_SUM:
            for i in range(begin + 1, end):
                total += memory[i]
        elif form == F_PRODUCT:
            for i in range(begin + 1, end):
                total *= memory[i]
        elif form == F_MAXIMUM:
            for i in range(begin + 1, end):
                total = max(total, memory[i])
        elif form == F_MINIMUM:
            for i in range(begin + 1, end):
                total = min(total, memory[i])
        elif form != F_HEAD:
            total = 0
            for i in range(begin, end):
                word = memory[i]
                if form == F_EVEN:
                    total += 1 - (word & 1)
                elif form == F_ODD:
                    total += word & 1
                elif form == F_LESS:
                    total += 1 if word < 0 else 0
                elif form == F_GREATER:
                    total += 1 if word > 0 else 0
                else:
                    total += word
        if total != memory[wanted + e]:
            return False
    return True


@kernel
def reduction_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
    """Tries the reductions that make one int of the list v, and the counts of what a predicate keeps."""
    if kind != INT_LIST:
        if _fits_reduction(memory, goal, at, shape, F_COUNT):
            _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_COUNT, v, 0)
        return
    for form in (F_SUM, F_MAXIMUM, F_MINIMUM, F_HEAD, F_LAST, F_PRODUCT):
        if memory[goal + G_FORMS + form] != 0 and _fits_reduction(memory, goal, at, shape, form):
            _try(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, 0)
    if memory[goal + G_FORMS + F_COUNT] == 0:
        return
    for predicate in (F_EVEN, F_ODD, F_LESS, F_GREATER):
        if _fits_reduction(memory, goal, at, shape, predicate):
            constant, is_compared = 0, predicate == F_LESS or predicate == F_GREATER
            if is_compared:
                constant = _constant(memory, pool, bytes_, halves, ints, table, links, items, 0)
            if constant != 0 or not is_compared:
                _try_mask(
                    memory, pool, bytes_, halves, ints, table, links, items,
                    goal, F_COUNT, predicate, v, constant, predicate == F_GREATER,
                )  # fmt: skip


@kernel
def filter_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, shape):
    """Tries to keep the even or odd elements of v, or those on one side of a constant."""
    g_shape, wanted = memory[goal + G_SHAPE], memory[goal + G_WORDS]
    low_kept = low_dropped = FARTHEST
    high_kept = high_dropped = -FARTHEST
    even_kept = odd_kept = even_dropped = odd_dropped = False
    for e in range(memory[EXAMPLES]):
        target, end = memory[g_shape + e], memory[g_shape + e + 1]
        for i in range(memory[shape + e], memory[shape + e + 1]):
            word = memory[at + i]
            if target < end and word == memory[wanted + target]:
                target += 1
                low_kept, high_kept = min(low_kept, word), max(high_kept, word)
                even_kept, odd_kept = even_kept or word & 1 == 0, odd_kept or word & 1 == 1
            else:
                low_dropped, high_dropped = min(low_dropped, word), max(high_dropped, word)
                even_dropped, odd_dropped = even_dropped or word & 1 == 0, odd_dropped or word & 1 == 1
        is_parity = not ((even_kept and even_dropped) or (odd_kept and odd_dropped))
        if target < end or not (is_parity or high_kept < low_dropped or high_dropped < low_kept):
            return
    if low_kept > high_kept or low_dropped > high_dropped:
        return
    if not ((even_kept and even_dropped) or (odd_kept and odd_dropped)):
        predicate = F_EVEN if even_kept else F_ODD
        _try_mask(
            memory, pool, bytes_, halves, ints, table, links, items,
            goal, F_COMPRESS, predicate, v, 0, False,
        )  # fmt: skip
    # v < c keeps what it should for c in (high_kept, low_dropped], c < v for c from high_dropped to
    # below low_kept.
    first, last, is_greater = high_kept + 1, low_dropped, high_dropped < low_kept
    if is_greater:
        first, last = high_dropped, low_kept - 1
    if first > last:
        return
    for choice in range(3):
        value = 0 if choice == 0 else first if choice == 1 else last
        if first <= value <= last:
            constant = _constant(memory, pool, bytes_, halves, ints, table, links, items, value)
            if constant != 0:
                _try_mask(
                    memory, pool, bytes_, halves, ints, table, links, items,
                    goal, F_COMPRESS, F_GREATER if is_greater else F_LESS, v, constant, is_greater,
                )  # fmt: skip


@kernel
def _fits_unique(memory, goal, at, shape):
    """Says whether the goal's first example is v's without what occurred before; its elements all differ."""
    target, end = memory[goal + G_WORDS], memory[memory[goal + G_SHAPE] + 1]
    seen = 0
    for i in range(memory[shape], memory[shape + 1]):
        word = memory[at + i]
        if seen < end and word == memory[target + seen]:
            seen += 1
            continue
        is_known = False
        for j in range(seen):
            is_known = is_known or memory[target + j] == word
        if not is_known:
            return False
    return seen == end


@kernel
def _fits_edge(memory, goal, at, shape, skip):
    """Says whether the goal is v without its first (`skip` 1) or last (0) element, in the first example."""
    examples = memory[EXAMPLES]
    size, keep = rows(memory, examples, shape, 0), rows(memory, examples, memory[goal + G_SHAPE], 0)
    if size != keep + 1 and (size > 0 or keep > 0):
        return False
    for i in range(keep):
        if memory[at + skip + i] != memory[memory[goal + G_WORDS] + i]:
            return False
    return True


@kernel
def shorter_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, shape):
    """Tries the calls that leave elements of v out."""
    if memory[goal + G_FORMS + F_TAIL] != 0 and _fits_edge(memory, goal, at, shape, 1):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_TAIL, v, 0)
    if memory[goal + G_FORMS + F_INIT] != 0 and _fits_edge(memory, goal, at, shape, 0):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_INIT, v, 0)
    if memory[goal + G_FORMS + F_UNIQUE] != 0 and _fits_unique(memory, goal, at, shape):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_UNIQUE, v, 0)


@kernel
def _is_reordered(memory, goal, at, shape):
    """Says whether v and the goal have the same sum in the first two examples."""
    wanted = memory[goal + G_WORDS]
    for e in range(min(memory[EXAMPLES], 2)):
        total = 0
        for i in range(memory[shape + e], memory[shape + e + 1]):
            total += memory[at + i] - memory[wanted + i]
        if total != 0:
            return False
    return True


@kernel
def _fits_running(memory, goal, at, shape, sign):
    """Says whether the goal is v's running maximum (`sign` 1) or minimum (-1) in the first example."""
    wanted = memory[goal + G_WORDS]
    top = -FARTHEST
    for i in range(memory[shape], memory[shape + 1]):
        top = max(top, sign * memory[at + i])
        if top != sign * memory[wanted + i]:
            return False
    return True


@kernel
def _bound_constant(memory, goal, at, words, sign):
    """Returns the only c with max(v, c) = goal (`sign` 1), or min (-1); FARTHEST if there is none."""
    wanted, found = memory[goal + G_WORDS], FARTHEST
    for i in range(words):
        have, want = memory[at + i], memory[wanted + i]
        if have != want:
            if sign * have > sign * want or (found != FARTHEST and want != found):
                return FARTHEST
            found = want
    for i in range(words):
        if found != FARTHEST and sign * memory[wanted + i] < sign * found:
            return FARTHEST
    return found


@kernel
def _divisor(memory, goal, at, words):
    """Returns the smallest c >= 2 with div(v, c) = goal, rounding down; 0 if there is none."""
    wanted = memory[goal + G_WORDS]
    low, high = 2, FARTHEST
    for i in range(words):
        have, want = memory[at + i], memory[wanted + i]
        # want <= have / c < want + 1 bounds c on both sides.
        if (have >= 0) != (want >= 0):
            return 0
        if have >= 0:
            low = max(low, have // (want + 1) + 1)
            if want > 0:
                high = min(high, have // want)
        else:
            low = max(low, (-have - want - 1) // -want)
            if want < -1:
                high = min(high, (-have - 1) // (-want - 1))
        if low > high:
            return 0
    return low


@kernel
def _modulus(memory, goal, at, words):
    """Returns the greatest c with mod(v, c) = goal, 0 if there is none."""
    wanted, common, largest = memory[goal + G_WORDS], 0, 0
    for i in range(words):
        want = memory[wanted + i]
        if want < 0:
            return 0
        largest = max(largest, want)
        one, other = abs(memory[at + i] - want), common
        while one != 0:
            one, other = other % one, one
        common = other
        if common != 0 and common <= largest:
            return 0
    return common


@kernel
def same_shape_last_forms(memory, pool, bytes_, halves, ints, table, links, items, goal, v, at, kind, shape):
    """Tries the calls that keep v's shape: orderings, running extremes, and arithmetic with a constant."""
    forms = goal + G_FORMS
    words, wanted = memory[shape + memory[EXAMPLES]], memory[goal + G_WORDS]
    if memory[forms + F_SORT] + memory[forms + F_SORT_DOWN] != 0 and _is_reordered(memory, goal, at, shape):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_SORT, v, 0)
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_SORT_DOWN, v, 0)
    if kind != INT and kind != INT_LIST:
        return
    if memory[forms + F_CUMMAX] != 0 and _fits_running(memory, goal, at, shape, 1):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_CUMMAX, v, 0)
    if memory[forms + F_CUMMIN] != 0 and _fits_running(memory, goal, at, shape, -1):
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_CUMMIN, v, 0)
    is_square, is_abs = memory[forms + F_SQUARE] != 0, memory[forms + F_ABS] != 0
    for i in range(words):
        have, want = memory[at + i], memory[wanted + i]
        is_square, is_abs = is_square and have * have == want, is_abs and abs(have) == want
        if not (is_square or is_abs):
            break
    if is_square:
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_SQUARE, v, 0)
    if is_abs:
        _try(memory, pool, bytes_, halves, ints, table, links, items, goal, F_ABS, v, 0)
    for form in (F_DIV_CONSTANT, F_MOD_CONSTANT, F_MAX_CONSTANT, F_MIN_CONSTANT):
        if memory[forms + form] == 0:
            continue
        if form == F_DIV_CONSTANT:
            value = _divisor(memory, goal, at, words)
        elif form == F_MOD_CONSTANT:
            value = _modulus(memory, goal, at, words)
        else:
            value = _bound_constant(memory, goal, at, words, 1 if form == F_MAX_CONSTANT else -1)
        if value != FARTHEST and (value >= 2 or form == F_MAX_CONSTANT or form == F_MIN_CONSTANT):
            _try_constant(memory, pool, bytes_, halves, ints, table, links, items, goal, form, v, value)
