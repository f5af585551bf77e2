"""Cost-ordered enumeration over the whole bank, level by level, resumable: the root of every search.

Level L runs every action on all operands whose costs and the action's price sum to L. A contents is found at
the level of its cheapest tree of calls, so when level L is done every contents of cost L or less is in the
bank.
"""

import numpy as np

from mcts_compose.search.contents import clear_flag, cost_of, flags_of, kind_of, set_flag
from mcts_compose.search.layout import (
    A_ARITY,
    A_COMMUTATIVE,
    A_KIND1,
    A_KIND2,
    A_KIND3,
    A_PRICE,
    ACTION_WORDS,
    ACTIONS,
    BUCKETS,
    CANDIDATES,
    COLLECTED,
    COMPLETING,
    CURSOR_ACTION,
    CURSOR_FIRST,
    CURSOR_SECOND,
    FOREIGN,
    GUESSED,
    LEVEL,
    MAX_COST,
    NO_LINK,
    NUM_ACTIONS,
    NUM_ITEMS,
    NUM_KINDS,
    SCRATCH_BITS,
    SEGMENTS,
    SHARED_COST,
)
from mcts_compose.search.prefetch import prefetch_word
from mcts_compose.search.product import flush, product
from mcts_compose.search.shares import is_foreign, next_to_complete
from vm.jit import kernel

AHEAD = 8
"""Links by which a contents is asked for before it is looked at (untuned)."""


@kernel
def segment(memory, cost, kind):
    """Returns the address of the (start, end) pair of the contents of a cost and kind."""
    return memory[SEGMENTS] + 2 * (cost * NUM_KINDS + kind)


@kernel
def _prefetch_header(pool, links, link):
    """Asks for the contents of an earlier link: most probably the list comes to it soon."""
    prefetch_word(pool, np.uint64(links[np.uint64(2 * max(link - AHEAD, 0))]))


@kernel
def collect(memory, pool, bytes_, halves, ints, table, links, items, level):
    """Moves the contents that wait in the bucket of `level` into `items`, grouped by kind, oldest first.

    What other parts of the search go on with is left out, unless the level is being completed.
    """
    counts = memory[SCRATCH_BITS]
    is_divided = memory[SHARED_COST] > 0 and memory[COMPLETING] == 0
    for kind in range(NUM_KINDS):
        memory[counts + kind] = 0
    link = memory[memory[BUCKETS] + level]
    while link != NO_LINK:
        _prefetch_header(pool, links, link)
        contents = links[np.uint64(2 * link)]
        if flags_of(pool, contents) & (COLLECTED | FOREIGN) == 0:
            if is_divided and is_foreign(memory, pool, bytes_, halves, ints, contents):
                set_flag(pool, contents, FOREIGN)
                link = links[np.uint64(2 * link + 1)]
                continue
            memory[counts + kind_of(pool, contents)] += 1
        link = links[np.uint64(2 * link + 1)]
    end = memory[NUM_ITEMS]
    for kind in range(NUM_KINDS):
        record = segment(memory, level, kind)
        memory[record] = end
        end += memory[counts + kind]
        memory[record + 1] = end
        memory[counts + kind] = end
    memory[NUM_ITEMS] = end
    link = memory[memory[BUCKETS] + level]
    while link != NO_LINK:
        # The list is newest first: filling each segment from its end puts the oldest first.
        _prefetch_header(pool, links, link)
        contents = links[np.uint64(2 * link)]
        if flags_of(pool, contents) & (COLLECTED | FOREIGN) == 0:
            set_flag(pool, contents, COLLECTED)
            kind = kind_of(pool, contents)
            memory[counts + kind] -= 1
            items[np.uint64(memory[counts + kind])] = contents
        link = links[np.uint64(2 * link + 1)]
    # A contents filed twice at one cost leaves a gap at the front of its segment.
    for kind in range(NUM_KINDS):
        record = segment(memory, level, kind)
        memory[record] = memory[counts + kind]


@kernel
def _reopen(memory, pool, links, items, level):
    """Makes a level that was collected wait once more, with all of its cost that has been met since.

    What a guess made cheaper waits there by the level that met it, whatever it costs.
    """
    for kind in range(NUM_KINDS):
        record = segment(memory, level, kind)
        for i in range(memory[record], memory[record + 1]):
            clear_flag(pool, items[np.uint64(i)], COLLECTED)
    link = memory[memory[BUCKETS] + level]
    while link != NO_LINK:
        contents = links[np.uint64(2 * link)]
        clear_flag(pool, contents, FOREIGN)
        if cost_of(pool, contents) == level or flags_of(pool, contents) & GUESSED != 0:
            clear_flag(pool, contents, COLLECTED)
        link = links[np.uint64(2 * link + 1)]


@kernel
def run_level(memory, pool, bytes_, halves, ints, table, links, items, limit):
    """Goes on with the level in `memory[LEVEL]` until it is done or `memory[CANDIDATES]` reaches `limit`.

    A level that has to be completed first takes a call of its own.

    Returns:
      Whether the level is done: its contents are then collected and `memory[LEVEL]` is the next one.
    """
    completing = memory[COMPLETING]
    level = completing if completing != 0 else memory[LEVEL]
    while memory[CURSOR_ACTION] < memory[NUM_ACTIONS]:
        action = memory[ACTIONS] + memory[CURSOR_ACTION] * ACTION_WORDS
        arity = memory[action + A_ARITY]
        kind1, kind2, kind3 = memory[action + A_KIND1], memory[action + A_KIND2], memory[action + A_KIND3]
        budget = level - memory[action + A_PRICE]
        symmetric = memory[action + A_COMMUTATIVE] != 0 and kind1 == kind2
        first = max(memory[CURSOR_FIRST], 1 if arity > 1 else budget)
        while first > 0 and first <= budget - (arity - 1):
            one = segment(memory, first, kind1)
            if memory[one] < memory[one + 1]:
                second = max(memory[CURSOR_SECOND], 1 if arity > 2 else budget - first)
                while arity == 1 or second <= budget - first - (arity - 2):
                    two = segment(memory, second, kind2) if arity > 1 else one
                    third = budget - first - second
                    three = segment(memory, third, kind3) if arity > 2 else one
                    empty = memory[two] >= memory[two + 1] or memory[three] >= memory[three + 1]
                    if not empty and not (symmetric and second < first) and not product(
                        memory, pool, bytes_, halves, ints, table, links, items,
                        action, memory[one], memory[one + 1], memory[two], memory[two + 1],
                        memory[three], memory[three + 1], limit,
                    ):  # fmt: skip
                        memory[CURSOR_FIRST], memory[CURSOR_SECOND] = first, second
                        return False
                    if arity < 3:
                        break
                    second += 1
                memory[CURSOR_SECOND] = 0
            if arity == 1:
                break
            first += 1
        memory[CURSOR_FIRST] = 0
        memory[CURSOR_ACTION] += 1
        if memory[CANDIDATES] >= limit:
            return False
    flush(memory, pool, bytes_, halves, ints, table, links, items)
    memory[CURSOR_ACTION] = 0
    if completing != 0:
        _reopen(memory, pool, links, items, level)
        collect(memory, pool, bytes_, halves, ints, table, links, items, level)
        memory[SHARED_COST] = level
    else:
        collect(memory, pool, bytes_, halves, ints, table, links, items, level)
        memory[LEVEL] = level + 1
    memory[COMPLETING] = next_to_complete(memory)
    return completing == 0


@kernel
def can_go_on(memory):
    """Says whether some action can still meet operands whose costs sum to the current level or more."""
    dearest = 0
    for cost in range(1, min(memory[LEVEL], MAX_COST)):
        for kind in range(NUM_KINDS):
            record = segment(memory, cost, kind)
            if memory[record] < memory[record + 1]:
                dearest = cost
    for cost in range(memory[LEVEL], MAX_COST):
        if memory[memory[BUCKETS] + cost] != NO_LINK:
            return True
    for number in range(memory[NUM_ACTIONS]):
        action = memory[ACTIONS] + number * ACTION_WORDS
        if memory[action + A_PRICE] + memory[action + A_ARITY] * dearest >= memory[LEVEL]:
            return True
    return False
