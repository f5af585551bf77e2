"""Calls of instructions that take skills as values: they enter a block of code, once or again and again.

A call in progress keeps its state in its block's frame and on the heap from BASE on:

    map, filter, sort_by      [lane of each element] [round]                     one round on all elements
    fold, iterate, until      [lanes still running]  [carried value] [round]     one round for each step
    scan                      [lanes still running]  [result so far] [round]

A round is the callee's scalar shape, its gathered inputs, what its calls make, and last the merged value;
it is dropped when the next one begins. A round is charged as a call: one unit and the inputs' words on each
of its lanes, and for a carried value afterwards one unit and its words on each lane of the caller.
"""

import numpy as np

from vm.frames import (
    FULL,
    allocate,
    allocate_value,
    charge,
    copy_value,
    drop_to,
    gather_elements,
    gather_scalars,
    gather_value,
    keep_lanes,
    keep_larger,
    keep_longer,
    merge,
    write_scalar_shape,
)
from vm.instructions.order import sort_indices
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, copy, put_list, record_size, rows, start, total
from vm.state import (
    ADDRESS,
    BASE,
    BLOCK,
    CALLER,
    F_BLOCK,
    F_CAPTURES,
    F_NUM_CAPTURES,
    FILTER,
    FIRST_OP,
    FIRST_REGISTER,
    FOLD,
    ITERATE,
    KIND,
    LANE_LIST,
    LANES,
    MAP,
    NUM_ACTIVE,
    OUT,
    P_BLOCK,
    P_CAPTURES,
    P_NUM_CAPTURES,
    PC,
    RESULT,
    ROUND,
    SCALAR_SHAPE,
    SCAN,
    SHAPE,
    SORT_BY,
    TESTING,
    TOP,
    UNTIL,
    VALUE,
    VALUE_SHAPE,
    X,
    Y,
)


@kernel
def list_elements(memory, lanes, shape, lane_list):
    """Writes for every element the lane it stands in."""
    for lane in range(lanes):
        for i in range(start(memory, shape, lane), start(memory, shape, lane + 1)):
            memory[lane_list + i] = lane


@kernel
def begin_loop(state, op, frame):
    """Allocates the lane list and the carried value of a call that takes skills."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    kind = op[KIND]
    over_elements = kind == MAP or kind == FILTER or kind == SORT_BY
    first_shape = registers[op[X], SHAPE]
    active = total(memory, lanes, first_shape) if over_elements else lanes
    lane_list = allocate(counters, active)
    if lane_list == FULL:
        return OUT_OF_MEMORY
    frame[LANE_LIST], frame[NUM_ACTIVE] = lane_list, active
    if over_elements:
        list_elements(memory, lanes, first_shape, lane_list)
        return OK
    for lane in range(lanes):
        memory[lane_list + lane] = lane
    carried = op[Y] if kind == ITERATE else op[X]
    frame[VALUE_SHAPE] = copy_value(
        memory, counters, lanes, registers[carried, ADDRESS], registers[carried, SHAPE]
    )
    frame[VALUE] = frame[VALUE_SHAPE] + record_size(lanes)
    return OUT_OF_MEMORY if frame[VALUE_SHAPE] == FULL else OK


@kernel
def begin_call(state, op):
    """Starts a call that enters a block; its operands are charged already."""
    frame = state.frames[state.counters[BLOCK]]
    frame[BASE], frame[ROUND], frame[TESTING] = state.counters[TOP], 0, 0
    return begin_loop(state, op, frame)


@kernel
def enter_block(state, code, block, lanes):
    """Makes `block` the running one, on so many lanes, with no inputs yet."""
    counters = state.counters
    caller = state.frames[np.uint64(counters[BLOCK])]
    scalar_shape = allocate(counters, record_size(lanes))
    if scalar_shape == FULL:
        return OUT_OF_MEMORY
    if lanes == caller[LANES]:
        scalar_shape = caller[SCALAR_SHAPE]
    else:
        write_scalar_shape(state.memory, lanes, scalar_shape)
    frame = state.frames[np.uint64(block)]
    frame[PC], frame[CALLER] = code.blocks[block, FIRST_OP], counters[BLOCK]
    frame[LANES], frame[SCALAR_SHAPE] = lanes, scalar_shape
    counters[BLOCK] = block
    return OK


@kernel
def set_input(state, code, register, lanes, value):
    """Puts a gathered value into a register of the block that is running; returns its words."""
    registers = state.registers
    scalar = code.ranks[register] == 0
    registers[register, SHAPE] = state.frames[state.counters[BLOCK], SCALAR_SHAPE] if scalar else value
    registers[register, ADDRESS] = value + record_size(lanes)
    return total(state.memory, lanes, registers[register, SHAPE])


@kernel
def gather_register(state, code, source, lanes, lane_list, active):
    """Returns the shape address of a register's value on the listed lanes, or `FULL`."""
    address, shape = state.registers[source, ADDRESS], state.registers[source, SHAPE]
    if code.ranks[source] == 0:
        return gather_scalars(state.memory, state.counters, address, lane_list, active)
    return gather_value(state.memory, state.counters, lanes, address, shape, lane_list, active)


@kernel
def gather_carried(state, op, frame):
    """Returns the shape address of a round's first input: carried values, or the elements of all lanes."""
    memory, counters, lanes = state.memory, state.counters, frame[LANES]
    kind, lane_list, active = op[KIND], frame[LANE_LIST], frame[NUM_ACTIVE]
    if kind == MAP or kind == FILTER or kind == SORT_BY:
        value = allocate_value(counters, active, active)
        if value != FULL:
            copy(memory, state.registers[op[X], ADDRESS], value + record_size(active), active)
        return value
    if kind == SCAN:
        place = frame[ROUND] - 1
        return gather_elements(memory, counters, frame[VALUE], frame[VALUE_SHAPE], lane_list, active, place)
    return gather_value(memory, counters, lanes, frame[VALUE], frame[VALUE_SHAPE], lane_list, active)


@kernel
def enter_round(state, code, op, block, first_capture, num_captures):
    """Enters a skill's block on the lanes still running, inputs gathered, and charges for the round."""
    memory, registers, counters = state.memory, state.registers, state.counters
    frame = state.frames[counters[BLOCK]]
    kind, lanes, lane_list, active = op[KIND], frame[LANES], frame[LANE_LIST], frame[NUM_ACTIVE]
    status = enter_block(state, code, block, active)
    if status != OK:
        return status
    register, words = code.blocks[block, FIRST_REGISTER], active
    value = gather_carried(state, op, frame)
    if value == FULL:
        return OUT_OF_MEMORY
    words += set_input(state, code, register, active, value)
    register += 1
    if kind == FOLD or kind == SCAN:
        source = op[Y] if kind == FOLD else op[X]
        place = frame[ROUND] - (1 if kind == FOLD else 0)
        address, shape = registers[source, ADDRESS], registers[source, SHAPE]
        value = gather_elements(memory, counters, address, shape, lane_list, active, place)
        if value == FULL:
            return OUT_OF_MEMORY
        words += set_input(state, code, register, active, value)
        register += 1
    for i in range(first_capture, first_capture + num_captures):
        value = gather_register(state, code, code.captures[i], lanes, lane_list, active)
        if value == FULL:
            return OUT_OF_MEMORY
        words += set_input(state, code, register, active, value)
        register += 1
    return charge(counters, words)


@kernel
def finish_call(state, op, frame):
    """Drops everything of the call but its result, charges for that and moves on to the next operation."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    base = frame[BASE]
    drop_to(memory, counters, lanes, base, frame[VALUE_SHAPE])
    registers[op[OUT], SHAPE], registers[op[OUT], ADDRESS] = base, base + record_size(lanes)
    status = charge(counters, total(memory, lanes, base))
    if status == OK:
        frame[PC] += 1
    return status


@kernel
def continue_elements(state, code, op, frame):
    """Runs the one round of `map`, `filter` or `sort_by`; with no element there is none."""
    if frame[ROUND] == 0 and frame[NUM_ACTIVE] > 0:
        frame[ROUND] = 1
        return enter_round(state, code, op, op[F_BLOCK], op[F_CAPTURES], op[F_NUM_CAPTURES])
    if frame[ROUND] == 0:
        # Without elements the list itself is the result: its shape is right and it has no words.
        shape = state.registers[op[X], SHAPE]
        value = copy_value(state.memory, state.counters, frame[LANES], state.registers[op[X], ADDRESS], shape)
        if value == FULL:
            return OUT_OF_MEMORY
        frame[VALUE_SHAPE] = value
    return finish_call(state, op, frame)


@kernel
def continue_until(state, code, op, frame):
    """Asks the predicate on the lanes still running, then applies the skill on those it says false of."""
    if frame[NUM_ACTIVE] == 0:
        return finish_call(state, op, frame)
    if frame[TESTING] == 0:
        frame[TESTING] = 1
        return enter_round(state, code, op, op[P_BLOCK], op[P_CAPTURES], op[P_NUM_CAPTURES])
    frame[TESTING] = 0
    return enter_round(state, code, op, op[F_BLOCK], op[F_CAPTURES], op[F_NUM_CAPTURES])


@kernel
def continue_call(state, code, op):
    """Enters the next round of the call in progress, or finishes the call."""
    memory, registers = state.memory, state.registers
    frame = state.frames[state.counters[BLOCK]]
    kind = op[KIND]
    if kind == MAP or kind == FILTER or kind == SORT_BY:
        return continue_elements(state, code, op, frame)
    if kind == UNTIL:
        return continue_until(state, code, op, frame)
    lane_list, active, step = frame[LANE_LIST], frame[NUM_ACTIVE], frame[ROUND]
    if kind == ITERATE:
        active = keep_larger(memory, registers[op[X], ADDRESS], lane_list, active, step)
    elif kind == FOLD:
        active = keep_longer(memory, frame[LANES], registers[op[Y], SHAPE], lane_list, active, step)
    else:
        active = keep_longer(memory, frame[LANES], registers[op[X], SHAPE], lane_list, active, step + 1)
    frame[NUM_ACTIVE] = active
    if active == 0:
        return finish_call(state, op, frame)
    frame[ROUND] = step + 1
    return enter_round(state, code, op, op[F_BLOCK], op[F_CAPTURES], op[F_NUM_CAPTURES])


@kernel
def filter_elements(memory, lanes, words, shape, flags, out, out_shape):
    """Writes the elements whose flag is set."""
    at = 0
    for lane in range(lanes):
        begin = at
        for i in range(start(memory, shape, lane), start(memory, shape, lane + 1)):
            if memory[flags + i] != 0:
                memory[out + at] = memory[words + i]
                at += 1
        put_list(memory, lanes, out_shape, lane, begin, at - begin)
    close(memory, lanes, out_shape, at)


@kernel
def order_elements(memory, lanes, words, shape, keys, out):
    """Writes each lane's elements in the order of their keys."""
    for lane in range(lanes):
        begin, size = start(memory, shape, lane), rows(memory, lanes, shape, lane)
        sort_indices(memory, keys + begin, out + begin, size, 1)
        for i in range(begin, begin + size):
            memory[out + i] = memory[words + begin + memory[out + i]]


@kernel
def take_elements_result(state, op, frame, result):
    """Makes the list that `map`, `filter` or `sort_by` gives from the callee's words at `result`."""
    memory, registers, counters, lanes = state.memory, state.registers, state.counters, frame[LANES]
    words, shape = registers[op[X], ADDRESS], registers[op[X], SHAPE]
    size = frame[NUM_ACTIVE]
    if op[KIND] == FILTER:
        size = 0
        for i in range(frame[NUM_ACTIVE]):
            size += memory[result + i]
    value = allocate_value(counters, lanes, size)
    if value == FULL:
        return OUT_OF_MEMORY
    out = value + record_size(lanes)
    frame[VALUE_SHAPE] = value
    if op[KIND] == FILTER:
        filter_elements(memory, lanes, words, shape, result, out, value)
        return OK
    copy(memory, shape, value, record_size(lanes))
    if op[KIND] == MAP:
        copy(memory, result, out, size)
    else:
        order_elements(memory, lanes, words, shape, result, out)
    return OK


@kernel
def take_carried(state, frame, address, shape):
    """Merges a round's result into the carried value and drops the round."""
    memory, counters, lanes = state.memory, state.counters, frame[LANES]
    old = frame[VALUE_SHAPE]
    value = merge(memory, counters, lanes, old, address, shape, frame[LANE_LIST], frame[NUM_ACTIVE])
    if value == FULL:
        return OUT_OF_MEMORY
    drop_to(memory, counters, lanes, old, value)
    return charge(counters, lanes + total(memory, lanes, old))


@kernel
def carried_end(state, frame):
    """Returns where the carried value ends: everything above belongs to the round."""
    lanes = frame[LANES]
    return frame[VALUE] + total(state.memory, lanes, frame[VALUE_SHAPE])


@kernel
def take_result(state, code, callee):
    """Takes the result of the block that has ended into the call in progress of the block that runs now."""
    memory, counters = state.memory, state.counters
    frame = state.frames[counters[BLOCK]]
    op = code.ops[frame[PC]]
    result = code.blocks[callee, RESULT]
    address, shape = state.registers[result, ADDRESS], state.registers[result, SHAPE]
    kind = op[KIND]
    if kind == MAP or kind == FILTER or kind == SORT_BY:
        return take_elements_result(state, op, frame, address)
    if kind == SCAN:
        for i in range(frame[NUM_ACTIVE]):
            begin = start(memory, frame[VALUE_SHAPE], memory[frame[LANE_LIST] + i])
            memory[frame[VALUE] + begin + frame[ROUND]] = memory[address + i]
        counters[TOP] = carried_end(state, frame)
        return OK
    if kind == UNTIL and frame[TESTING] == 1:
        frame[NUM_ACTIVE] = keep_lanes(memory, frame[LANE_LIST], frame[NUM_ACTIVE], address, 0)
        counters[TOP] = carried_end(state, frame)
        return OK
    return take_carried(state, frame, address, shape)
