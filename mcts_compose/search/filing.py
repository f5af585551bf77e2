"""Filing: every contents waits on the list of its cost, from which the root collects a level.

`links` holds (id, next) nodes; `memory[BUCKETS + cost]` is the first of a cost's list.
"""

import numpy as np

from mcts_compose.search.contents import clear_flag, flags_of, set_flag
from mcts_compose.search.layout import (
    BUCKETS,
    COMPLETING,
    GUESSED,
    LEAF_LITERAL,
    LEVEL,
    MAX_COST,
    NO_LINK,
    NUM_LINKS,
    SHARED_COST,
    UNFILED,
)
from vm.jit import kernel


@kernel
def _add_link(memory, links, contents, behind):
    link = memory[NUM_LINKS]
    memory[NUM_LINKS] = link + 1
    links[np.uint64(2 * link)] = contents
    links[np.uint64(2 * link + 1)] = behind
    return link


@kernel
def note_change(memory, links, contents):
    """Adds a link that is on no list: links name, in order, every contents whose derivation or flags change.

    Saves read there what has changed; only COLLECTED and stamps change without a link.
    """
    _add_link(memory, links, contents, NO_LINK)


@kernel
def _put(memory, links, contents, level):
    """Puts a contents on the list of a level."""
    bucket = memory[BUCKETS] + level
    memory[bucket] = _add_link(memory, links, contents, memory[bucket])


@kernel
def put_for_completion(memory, pool, links, contents, cost):
    """Puts a contents on the list of a level that is done, if that is to be completed (shares.py)."""
    if 0 < memory[SHARED_COST] < cost < memory[LEVEL] and flags_of(pool, contents) & GUESSED == 0:
        _put(memory, links, contents, cost)


@kernel
def file_by_cost(memory, pool, links, contents, cost):
    """Puts a contents on the list of its cost, from which its level will be collected.

    What is cheaper than the levels that are done, thanks to a constant, goes into the current level.
    """
    level = max(cost, memory[LEVEL])
    if level < MAX_COST:
        _put(memory, links, contents, level)
    else:
        note_change(memory, links, contents)
    put_for_completion(memory, pool, links, contents, cost)


@kernel
def file_contents(memory, pool, links, contents, cost, action):
    """Files a contents that became cheaper; a constant inferred late waits until a call gives it as well.

    So does, where several parts share the search, all that follows from a constant of one part (shares.py).
    """
    is_late = action == LEAF_LITERAL and (cost < memory[LEVEL] or memory[SHARED_COST] > 0)
    if is_late or flags_of(pool, contents) & GUESSED != 0:
        set_flag(pool, contents, UNFILED)
        note_change(memory, links, contents)
    else:
        clear_flag(pool, contents, UNFILED)
        file_by_cost(memory, pool, links, contents, cost)


@kernel
def file_guessed(memory, pool, links, contents):
    """Files a contents that a level has met without a guess, if only a guess had led to it (shares.py)."""
    flags, completing = flags_of(pool, contents), memory[COMPLETING]
    if flags & UNFILED != 0:
        clear_flag(pool, contents, UNFILED)
        _put(memory, links, contents, completing if completing != 0 else memory[LEVEL])
    elif completing != 0 and flags & GUESSED != 0:
        _put(memory, links, contents, completing)
