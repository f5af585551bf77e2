"""Heap and values of a run: allocating, charging fuel, gathering lanes into a round, merging its result back.

Shapes: `L` lanes of the frame at work; a *lane list* holds ascending lane numbers of the caller, one for
each lane of the callee.
"""

import numpy as np

from vm.isa import Status, Work
from vm.jit import kernel
from vm.shape import OK, close, cols, copy, put, put_same, record_size, rows, start, total
from vm.state import (
    ADDRESS,
    ARITY,
    ASSEMBLY,
    CALL,
    CAPACITY,
    F_CAPTURES,
    F_NUM_CAPTURES,
    FUEL_LIMIT,
    FUEL_USED,
    FUNCTION,
    HEAP,
    KIND,
    NUM_SKILLS,
    SHAPE,
    TOP,
    WORK,
    X,
    Y,
)

SQUARE, PRODUCT, MATRIX = int(Work.SQUARE), int(Work.PRODUCT), int(Work.MATRIX)
OUT_OF_FUEL = int(Status.OUT_OF_FUEL)
FULL = -1


@kernel
def address_of(registers, register):
    """Returns where the words of a register's value stand."""
    return registers[np.uint64(register), ADDRESS]


@kernel
def shape_of(registers, register):
    """Returns where the shape record of a register's value stands."""
    return registers[np.uint64(register), SHAPE]


@kernel
def set_register(registers, register, address, shape):
    """Writes where the words and the shape record of a register's value stand."""
    registers[np.uint64(register), ADDRESS] = address
    registers[np.uint64(register), SHAPE] = shape


@kernel
def charge(counters, amount):
    """Charges fuel, or leaves it as it is and returns `OUT_OF_FUEL`."""
    if amount > counters[FUEL_LIMIT] - counters[FUEL_USED]:
        return OUT_OF_FUEL
    counters[FUEL_USED] += amount
    return OK


@kernel
def lane_words(memory, shape, lane):
    """Returns the words of one lane of a value."""
    return start(memory, shape, lane + 1) - start(memory, shape, lane)


@kernel
def extra_work(memory, lanes, work, x_shape, y_shape):
    """Returns the extra fuel of a call, by the row's kind of work."""
    extra = 0
    for lane in range(lanes):
        words = lane_words(memory, x_shape, lane)
        if work == SQUARE:
            extra += words * words
        elif work == PRODUCT:
            extra += words * lane_words(memory, y_shape, lane)
        elif work == MATRIX:
            extra += rows(memory, lanes, x_shape, lane) * lane_words(memory, y_shape, lane)
    return extra


@kernel
def charge_operands(state, code, op, lanes):
    """Charges a call for its operands, before it runs."""
    memory, registers = state.memory, state.registers
    amount = lanes * (1 + op[NUM_SKILLS])
    for place in range(op[ARITY]):
        amount += total(memory, lanes, shape_of(registers, op[np.uint64(X + place)]))
    if op[KIND] == CALL or op[KIND] == ASSEMBLY or op[KIND] == FUNCTION:
        for i in range(op[F_CAPTURES], op[F_CAPTURES] + op[F_NUM_CAPTURES]):
            amount += total(memory, lanes, shape_of(registers, code.captures[i]))
    if op[WORK] != 0:
        x_shape, y_shape = shape_of(registers, op[X]), shape_of(registers, op[Y])
        amount += extra_work(memory, lanes, op[WORK], x_shape, y_shape)
    return charge(state.counters, amount)


@kernel
def allocate(counters, size):
    """Returns the address of `size` new words on the heap, or `FULL`."""
    address = counters[TOP]
    if size > counters[HEAP] - address:
        return FULL
    counters[TOP] = address + size
    return address


@kernel
def allocate_value(counters, lanes, size):
    """Returns the address of a new value's shape record, its `size` words following it, or `FULL`."""
    if size > counters[CAPACITY]:
        return FULL
    return allocate(counters, record_size(lanes) + size)


@kernel
def write_scalar_shape(memory, lanes, shape):
    """Writes the shape that all values of rank 0 on these lanes share."""
    for e in range(lanes):
        put(memory, lanes, shape, e, e, 1, 1)
    close(memory, lanes, shape, lanes)


@kernel
def copy_value(memory, counters, lanes, address, shape):
    """Returns the shape address of a copy of a value on top of the heap, or `FULL`."""
    size = total(memory, lanes, shape)
    target = allocate_value(counters, lanes, size)
    if target != FULL:
        copy(memory, shape, target, record_size(lanes))
        copy(memory, address, target + record_size(lanes), size)
    return target


@kernel
def drop_to(memory, counters, lanes, base, value):
    """Moves the value at shape address `value` down to `base`, and drops everything else from there on."""
    size = record_size(lanes) + total(memory, lanes, value)
    copy(memory, value, base, size)
    counters[TOP] = base + size


@kernel
def gather_scalars(memory, counters, address, lane_list, active):
    """Returns the shape address of the listed lanes' scalars, or `FULL`; the shape is not written."""
    target = allocate_value(counters, active, active)
    if target != FULL:
        for i in range(active):
            memory[target + record_size(active) + i] = memory[address + memory[lane_list + i]]
    return target


@kernel
def gather_value(memory, counters, lanes, address, shape, lane_list, active):
    """Returns the shape address of a value taken from the listed lanes, or `FULL`."""
    size = 0
    for i in range(active):
        lane = memory[lane_list + i]
        size += start(memory, shape, lane + 1) - start(memory, shape, lane)
    target = allocate_value(counters, active, size)
    if target == FULL:
        return FULL
    at, out = 0, target + record_size(active)
    for i in range(active):
        lane = memory[lane_list + i]
        begin = start(memory, shape, lane)
        size = start(memory, shape, lane + 1) - begin
        height, width = rows(memory, lanes, shape, lane), cols(memory, lanes, shape, lane)
        put_same(memory, active, target, i, at, height, width)
        copy(memory, address + begin, out + at, size)
        at += size
    close(memory, active, target, at)
    return target


@kernel
def gather_elements(memory, counters, address, shape, lane_list, active, place):
    """Returns the shape address of the listed lanes' elements at `place`, or `FULL`; no shape is written."""
    target = allocate_value(counters, active, active)
    if target != FULL:
        for i in range(active):
            begin = start(memory, shape, memory[lane_list + i])
            memory[target + record_size(active) + i] = memory[address + begin + place]
    return target


@kernel
def merge(memory, counters, lanes, old, address, shape, lane_list, active):
    """Returns the shape address of the callee's result on the listed lanes and the old value on the others.

    `old` is a shape address with its words behind it; `FULL` if there is no room.
    """
    old_words = old + record_size(lanes)
    size = total(memory, lanes, old) + total(memory, active, shape)
    for i in range(active):
        lane = memory[lane_list + i]
        size -= start(memory, old, lane + 1) - start(memory, old, lane)
    target = allocate_value(counters, lanes, size)
    if target == FULL:
        return FULL
    at, i, out = 0, 0, target + record_size(lanes)
    for lane in range(lanes):
        if i < active and memory[lane_list + i] == lane:
            begin, end = start(memory, shape, i), start(memory, shape, i + 1)
            num_rows, num_cols = rows(memory, active, shape, i), cols(memory, active, shape, i)
            copy(memory, address + begin, out + at, end - begin)
            i += 1
        else:
            begin, end = start(memory, old, lane), start(memory, old, lane + 1)
            num_rows, num_cols = rows(memory, lanes, old, lane), cols(memory, lanes, old, lane)
            copy(memory, old_words + begin, out + at, end - begin)
        put_same(memory, lanes, target, lane, at, num_rows, num_cols)
        at += end - begin
    close(memory, lanes, target, at)
    return target


@kernel
def keep_lanes(memory, lane_list, active, flags, kept):
    """Keeps the listed lanes whose flag is `kept`; returns how many are left."""
    left = 0
    for i in range(active):
        if memory[flags + i] == kept:
            memory[lane_list + left] = memory[lane_list + i]
            left += 1
    return left


@kernel
def keep_longer(memory, lanes, shape, lane_list, active, length):
    """Keeps the listed lanes whose lists are longer than `length`; returns how many are left."""
    left = 0
    for i in range(active):
        lane = memory[lane_list + i]
        if rows(memory, lanes, shape, lane) > length:
            memory[lane_list + left] = lane
            left += 1
    return left


@kernel
def keep_larger(memory, address, lane_list, active, count):
    """Keeps the listed lanes whose ints are larger than `count`; returns how many are left."""
    left = 0
    for i in range(active):
        lane = memory[lane_list + i]
        if memory[address + lane] > count:
            memory[lane_list + left] = lane
            left += 1
    return left
