"""Calls that enter a block of code: learnt compositions, and instructions that take skills as values.

A call in progress keeps its state in its block's frame and on the heap from BASE on:

    map, filter, sort_by      [lane of each element] [round]                     one round on all elements
    fold, iterate, until      [lanes still running]  [carried value] [round]     one round for each step
    scan                      [lanes still running]  [result so far] [round]
    composition                                      [round]                     on the caller's own lanes

A round is the callee's scalar shape, its gathered inputs, what its calls make, and last the merged value; it is
dropped when the next one begins. A round is charged as a call: one unit and the inputs' words on each of its lanes,
and for a carried value afterwards one unit and its words on each lane of the caller.
"""

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
    CALL,
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
    Z,
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
    frame[VALUE_SHAPE] = copy_value(memory, counters, lanes, registers[carried, ADDRESS], registers[carried, SHAPE])
    frame[VALUE] = frame[VALUE_SHAPE] + record_size(lanes)
    return OUT_OF_MEMORY if frame[VALUE_SHAPE] == FULL else OK


@kernel
def begin_call(state, op):
    """Starts a call that enters a block; its operands are charged already."""
    frame = state.frames[state.counters[BLOCK]]
    frame[BASE], frame[ROUND], frame[TESTING] = state.counters[TOP], 0, 0
    if op[KIND] == CALL:
        frame[NUM_ACTIVE] = frame[LANES]
        return OK
    return begin_loop(state, op, frame)


@kernel
def enter_block(state, code, block, lanes):
    """Makes `block` the running one, on so many lanes, with no inputs yet."""
    counters = state.counters
    scalar_shape = allocate(counters, record_size(lanes))
    if scalar_shape == FULL:
        return OUT_OF_MEMORY
    write_scalar_shape(state.memory, lanes, scalar_shape)
    frame = state.frames[block]
    frame[PC], frame[CALLER] = code.blocks[block, FIRST_OP], counters[BLOCK]
    frame[LANES], frame[SCALAR_SHAPE] = lanes, scalar_shape
    counters[BLOCK] = block
    return OK


@kernel
def set_input(state, code, register, lanes, value):
    """Puts a gathered value (its shape address) into a register of the block that is running; returns its words."""
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
    """Returns the shape address of the first input of a round: carried values, or the elements of all lanes."""
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
    """Enters a skill's block on the lanes still running, with its inputs gathered, and charges for the round."""
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
def enter_composition(state, code, op):
    """Enters a learnt composition on the caller's lanes; it reads the operands where they stand."""
    registers, block = state.registers, op[F_BLOCK]
    register = code.blocks[block, FIRST_REGISTER]
    for source in (op[X], op[Y], op[Z])[: code.blocks[block, RESULT]]:
        registers[register, ADDRESS] = registers[source, ADDRESS]
        register += 1
    return enter_block(state, code, block, state.frames[state.counters[BLOCK], LANES])
