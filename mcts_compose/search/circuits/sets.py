"""Exact search: every set of `limit` functions that gates can make of the sources, each set once.

A node is the set S of functions made so far (sources and gates), all rows of the truth table in one word.
What one more gate could make stands in a list; a child takes one of it, and its later siblings may not use
what stands before it in the list, so each set is met once whatever the order of its gates. Source: the
untried-list enumeration of connected figures (Redelmeier 1981). New candidates, those that use the gate taken
last, are appended; a function that is listed already is not listed again.

Prunes, each of which keeps a smallest circuit if none is smaller (limits are tried upwards):
  forced goals   a goal that one gate can make is made at once: it must be in the set anyway.
  loose ends     in a smallest circuit each gate is used, and each input that goals depend on. A gate uses
                 at most two, so with r gates and m goals to come at most r + m may be loose.
  last free gate when one gate more than the missing goals is left, it must bring a goal within reach of one
                 gate: `form(g, x) = goal` says between which two functions g lies. If one goal is missing
                 and the last gate is loose, it must be x or part of g.
With goals that have don't-cares a goal is no single function: nothing is forced before the last gate, the
third prune serves only for the last two gates, and only the goals of which no two can be one function
(`anchors`) count as missing.
"""

from typing import NamedTuple

import numpy as np

from vm.jit import inlined, kernel

MAX_GATES, MAX_FUNCTIONS, MAX_LISTED, SLOT_BITS = 24, 96, 8192, 15
"""Room for gates, for gates and sources, for listed functions, and in the hash table of these. Untuned."""
HASH = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio, odd; source: Knuth, The Art of Computer Programming 3, 6.4."""
HASH_SHIFT = np.uint64(64 - SLOT_BITS)
ZERO = np.uint64(0)

# Registers.
DEPTH, LIMIT, COUNT, EXECUTIONS, UNMET, NEED, LOOSE, NUM_SOURCES = 0, 1, 2, 3, 4, 5, 6, 7
NUM_BINARY, NUM_FORMS, NUM_GOALS, IS_EXACT, BOTH_POLARITIES, NODES = 8, 9, 10, 11, 12, 13
NUM_REGISTERS = 16

# Fields of a level.
STATE, BEFORE, NEXT, PLACE, UNMET_BEFORE, NEED_BEFORE, LOOSE_BEFORE = 0, 1, 2, 3, 4, 5, 6
LEVEL_WORDS = 8

# States of a level.
FRESH, OPEN, FORCED, FLAGGED, DONE = 0, 1, 2, 3, 4

# Statuses of the search.
PAUSED, FOUND, EXHAUSTED, FULL = 0, 1, 2, 3

# Columns of `forms`: a gate is ((a ^ first) & (b ^ second)) ^ last, or (a ^ b) ^ last where `exclusive` is
# set.
FIRST, SECOND, LAST, EXCLUSIVE = 0, 1, 2, 3


class Sets(NamedTuple):
    """The search's memory; all of it is written by the kernels of this file, except where noted.

    Attributes:
      registers: int64 [NUM_REGISTERS], named above.
      forms: uint64 [num_forms, 4], masks that make a gate; those from NUM_BINARY on read one function
        twice. Written by the host.
      values: uint64 [MAX_FUNCTIONS], the set S: sources, then gates.
      uses: int64 [MAX_FUNCTIONS], how often each is an operand of a gate of S.
      wanted: int64 [MAX_FUNCTIONS], 1 for those that must be used: gates that are no goal, essential inputs.
      goals: uint64 [num_goals], by the host.
      cares: uint64 [num_goals], rows of each goal that matter, by the host.
      anchors: int64 [num_goals], 1 for goals of which no two can be one function, by the host.
      met: int64 [num_goals], 1 + depth of the gate that made the goal, or 0.
      places: int64 [num_goals], where in the list a goal stands, or -1.
      listed: uint64 [MAX_LISTED], sources, constants, then candidates.
      origins: int64 [MAX_LISTED], form | operand << 8 | operand << 16 of each candidate.
      slots: int32 [2**SLOT_BITS], 1 + place of a listed function, or 0.
      slot_of: int32 [MAX_LISTED], the slot that holds a place.
      taken: uint8 [MAX_LISTED], 1 if the candidate is in S.
      flags: uint8 [MAX_LISTED], 1 if the candidate brings a goal within reach.
      picks: uint8 [MAX_LISTED], 1 if the root may take the candidate: one of each class of symmetric ones.
      levels: int64 [MAX_GATES + 1, LEVEL_WORDS], fields named above.
    """

    registers: np.ndarray
    forms: np.ndarray
    values: np.ndarray
    uses: np.ndarray
    wanted: np.ndarray
    goals: np.ndarray
    cares: np.ndarray
    anchors: np.ndarray
    met: np.ndarray
    places: np.ndarray
    listed: np.ndarray
    origins: np.ndarray
    slots: np.ndarray
    slot_of: np.ndarray
    taken: np.ndarray
    flags: np.ndarray
    picks: np.ndarray
    levels: np.ndarray


@inlined
def gate_value(forms, form, a, b):
    """Returns what a gate of this form makes of two functions (uint64 words of rows)."""
    both = (a ^ forms[form, FIRST]) & (b ^ forms[form, SECOND])
    return both ^ ((both ^ a ^ b) & forms[form, EXCLUSIVE]) ^ forms[form, LAST]


@inlined
def list_function(sets, value, origin):
    """Appends a function to the list unless it is there."""
    slots, listed = sets.slots, sets.listed
    slot = np.int64((value * HASH) >> HASH_SHIFT)
    while slots[slot] != 0:
        if listed[slots[slot] - 1] == value:
            return
        slot = (slot + 1) & ((1 << SLOT_BITS) - 1)
    place = sets.registers[COUNT]
    slots[slot] = place + 1
    sets.slot_of[place] = slot
    listed[place] = value
    sets.origins[place] = origin
    sets.taken[place] = 0
    sets.registers[COUNT] = place + 1
    for goal in range(sets.registers[NUM_GOALS]):
        if sets.goals[goal] == value:
            sets.places[goal] = place


@kernel
def list_gates_with(sets, last):
    """Lists all gates that use function `last` of S and none later."""
    registers, values, forms = sets.registers, sets.values, sets.forms
    num_binary = registers[NUM_BINARY]
    newest = values[last]
    for other in range(last):
        for form in range(num_binary):
            value = gate_value(forms, form, newest, values[other])
            list_function(sets, value, form | last << 8 | other << 16)
    for form in range(num_binary, registers[NUM_FORMS]):
        list_function(sets, gate_value(forms, form, newest, newest), form | last << 8 | last << 16)
    registers[EXECUTIONS] += last * num_binary + registers[NUM_FORMS] - num_binary


@kernel
def unlist(sets, count):
    """Shortens the list to `count` entries; what was entered last leaves its slot first."""
    for place in range(sets.registers[COUNT] - 1, count - 1, -1):
        sets.slots[sets.slot_of[place]] = 0
    sets.registers[COUNT] = count
    for goal in range(sets.registers[NUM_GOALS]):
        if sets.places[goal] >= count:
            sets.places[goal] = -1


@inlined
def is_met_by(sets, goal, value):
    """Says whether a function is the goal wherever it matters."""
    off = (value ^ sets.goals[goal]) & sets.cares[goal]
    if off == ZERO:
        return True
    return sets.registers[BOTH_POLARITIES] != 0 and off == sets.cares[goal]


@kernel
def meets_all(sets, value):
    """Says whether one function is all goals that are missing."""
    for goal in range(sets.registers[NUM_GOALS]):
        if sets.met[goal] == 0 and not is_met_by(sets, goal, value):
            return False
    return True


@inlined
def flag_between(sets, least, most, first, last):
    """Flags the listed functions from place `first` to before `last` that lie between two functions."""
    listed, hits = sets.listed, 0
    for place in range(first, last):
        hits += ((least & ~listed[place]) | (listed[place] & ~most)) == ZERO
    if hits == 0:
        return 0
    for place in range(first, last):
        if ((least & ~listed[place]) | (listed[place] & ~most)) == ZERO:
            sets.flags[place] = 1
    return hits


@kernel
def flag_partners(sets, target, care, first, fresh, newest):
    """Flags each candidate g with form(g, x) = target for some function x of S.

    Args:
      sets: the search's memory.
      target: goal, uint64.
      care: rows that matter, uint64.
      first: first place that the node may take.
      fresh: first place of the candidates that use the newest gate.
      newest: index in S of the newest gate if it is loose, else -1.

    Returns:
      How many flags were set.
    """
    registers, forms, values = sets.registers, sets.forms, sets.values
    count, size = registers[COUNT], registers[NUM_SOURCES] + registers[DEPTH]
    hits = 0
    for form in range(registers[NUM_FORMS]):
        goal = (target ^ forms[form, LAST]) & care
        invert = forms[form, FIRST]
        for index in range(size):
            start = first if newest < 0 or index == newest else fresh
            other = values[index] ^ forms[form, SECOND]
            if forms[form, EXCLUSIVE] != ZERO:
                least = (goal ^ values[index]) & care
                hits += flag_between(sets, least, least | ~care, start, count)
            elif form >= registers[NUM_BINARY]:
                least = (goal ^ invert) & care
                hits += flag_between(sets, least, least | ~care, fresh if newest >= 0 else first, count)
                break
            elif goal & ~other == ZERO:
                most = ~(other & care & ~goal)
                if invert != ZERO:
                    hits += flag_between(sets, ~most, ~goal, start, count)
                else:
                    hits += flag_between(sets, goal, most, start, count)
    return hits


@kernel
def flag_useful(sets, level, newest):
    """Flags the candidates after which one gate makes a missing goal; returns whether there are any."""
    registers, flags = sets.registers, sets.flags
    count, first, fresh = registers[COUNT], sets.levels[level, NEXT], sets.levels[level, BEFORE]
    hits = 0
    for place in range(first, count):
        flags[place] = 0
    for goal in range(registers[NUM_GOALS]):
        if sets.met[goal] != 0:
            continue
        hits += flag_partners(sets, sets.goals[goal], sets.cares[goal], first, fresh, newest)
        if registers[BOTH_POLARITIES] != 0:
            hits += flag_partners(sets, ~sets.goals[goal], sets.cares[goal], first, fresh, newest)
        if registers[IS_EXACT] == 0:
            for place in range(first, count):
                if is_met_by(sets, goal, sets.listed[place]):
                    flags[place] = 1
                    hits += 1
    return hits != 0


@kernel
def forced_place(sets, level):
    """Returns the place of a goal that must be taken now, or -1."""
    registers = sets.registers
    if registers[IS_EXACT] != 0:
        for goal in range(registers[NUM_GOALS]):
            if sets.met[goal] == 0 and sets.places[goal] >= 0:
                return sets.places[goal]
    elif registers[LIMIT] - level == 1:
        for place in range(sets.levels[level, NEXT], registers[COUNT]):
            if meets_all(sets, sets.listed[place]):
                return place
    return -1


@inlined
def most_flagged(sets):
    """Returns how many gates are left when the next one must bring a goal within reach, or be one."""
    return sets.registers[NEED] + 1 if sets.registers[IS_EXACT] != 0 else 2


@kernel
def enter(sets, level):
    """Prepares a node: decides whether it is cut, and lists what its newest gate makes possible.

    Returns:
      FOUND, FULL, or PAUSED to go on; the level's state says what its children are.
    """
    registers, fields = sets.registers, sets.levels
    remaining, need = registers[LIMIT] - level, registers[NEED]
    registers[NODES] += 1
    fields[level, BEFORE] = registers[COUNT]
    fields[level, STATE] = DONE
    if registers[UNMET] == 0:
        return FOUND
    if need > remaining or registers[LOOSE] > remaining + min(registers[UNMET], remaining):
        return PAUSED
    newest = registers[NUM_SOURCES] + level - 1
    if level > 0:
        if registers[COUNT] + (newest + 1) * registers[NUM_FORMS] > MAX_LISTED:
            return FULL
        list_gates_with(sets, newest)
    forced = forced_place(sets, level)
    if forced >= 0:
        fields[level, STATE] = FORCED
        fields[level, PLACE] = forced
    elif remaining > most_flagged(sets):
        fields[level, STATE] = OPEN
    elif remaining == most_flagged(sets):
        is_loose = level > 0 and remaining == 2 and sets.wanted[newest] != 0
        if flag_useful(sets, level, newest if is_loose else -1):
            fields[level, STATE] = FLAGGED
    return PAUSED


@kernel
def next_place(sets, level):
    """Returns the next candidate that the node takes, or -1 if there is none left."""
    fields, state = sets.levels, sets.levels[level, STATE]
    if state == DONE:
        return -1
    if state == FORCED:
        fields[level, STATE] = DONE
        fields[level + 1, NEXT] = fields[level, NEXT]
        return fields[level, PLACE]
    for place in range(fields[level, NEXT], sets.registers[COUNT]):
        is_left_out = state == FLAGGED and sets.flags[place] == 0
        if sets.taken[place] != 0 or is_left_out or (level == 0 and sets.picks[place] == 0):
            continue
        fields[level, NEXT] = place + 1
        fields[level, PLACE] = place
        fields[level + 1, NEXT] = place + 1
        return place
    return -1


@inlined
def use(sets, index):
    """Counts one more use of a function of S."""
    if sets.uses[index] == 0:
        sets.registers[LOOSE] -= sets.wanted[index]
    sets.uses[index] += 1


@kernel
def take(sets, level, place):
    """Puts a candidate into S."""
    registers, fields = sets.registers, sets.levels
    fields[level, UNMET_BEFORE] = registers[UNMET]
    fields[level, NEED_BEFORE] = registers[NEED]
    fields[level, LOOSE_BEFORE] = registers[LOOSE]
    index, value, origin = registers[NUM_SOURCES] + level, sets.listed[place], sets.origins[place]
    sets.values[index] = value
    sets.taken[place] = 1
    use(sets, origin >> 8 & 255)
    use(sets, origin >> 16 & 255)
    wanted = 1
    for goal in range(registers[NUM_GOALS]):
        if sets.met[goal] == 0 and is_met_by(sets, goal, value):
            wanted = 0
            sets.met[goal] = level + 1
            registers[UNMET] -= 1
            registers[NEED] -= sets.anchors[goal]
    if registers[UNMET] != 0:
        registers[NEED] = max(registers[NEED], 1)
    sets.wanted[index] = wanted
    sets.uses[index] = 0
    registers[LOOSE] += wanted
    registers[DEPTH] = level + 1
    fields[level + 1, STATE] = FRESH


@kernel
def untake(sets, level):
    """Takes the gate of this level out of S again."""
    registers, fields = sets.registers, sets.levels
    place, origin = fields[level, PLACE], sets.origins[fields[level, PLACE]]
    sets.taken[place] = 0
    sets.uses[origin >> 8 & 255] -= 1
    sets.uses[origin >> 16 & 255] -= 1
    for goal in range(registers[NUM_GOALS]):
        if sets.met[goal] == level + 1:
            sets.met[goal] = 0
    registers[UNMET] = fields[level, UNMET_BEFORE]
    registers[NEED] = fields[level, NEED_BEFORE]
    registers[LOOSE] = fields[level, LOOSE_BEFORE]
    registers[DEPTH] = level


@kernel
def search_sets(sets, most_executions):
    """Goes on with the search; the memory holds the position, also of a circuit that is found.

    Returns:
      FOUND, EXHAUSTED (no circuit of `limit` gates or fewer), PAUSED after about `most_executions` gate
      values in all, or FULL (the list has no room: nothing is proven).
    """
    registers, fields = sets.registers, sets.levels
    while registers[EXECUTIONS] < most_executions:
        level = registers[DEPTH]
        if fields[level, STATE] == FRESH:
            status = enter(sets, level)
            if status != PAUSED:
                return status
        place = next_place(sets, level)
        if place >= 0:
            take(sets, level, place)
            continue
        if level == 0:
            return EXHAUSTED
        unlist(sets, fields[level, BEFORE])
        untake(sets, level - 1)
    return PAUSED
