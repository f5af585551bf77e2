"""Decides what memory runs share, how inputs get into it, and how values are read out of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from vm.assembly.state import DATA_WORDS, data_words
from vm.frames import FULL, allocate, allocate_value, write_scalar_shape
from vm.limits import Limits
from vm.shape import record_size
from vm.state import (
    CALLER,
    CAPACITY,
    CELLS,
    FIRST_OP,
    FRAME_WIDTH,
    FUEL_LIMIT,
    HEAP,
    LANES,
    NO_CALLER,
    NUM_COUNTERS,
    PC,
    SCALAR_SHAPE,
    Code,
    MachineState,
    cells_address,
    memory_size,
)
from vm.values import Batch, ValueType


class Machine:
    """Memory that runs share one after the other; nothing is allocated while a program runs."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.memory = np.zeros(memory_size(limits.heap, limits.capacity), np.int64)
        self.counters = np.zeros(NUM_COUNTERS, np.int64)
        self.registers = np.zeros((0, 2), np.int64)
        self.frames = np.zeros((0, FRAME_WIDTH), np.int64)

    def prepare(self, code: Code) -> MachineState:
        """Returns the state for a run of `code`, nothing used yet."""
        if len(self.registers) < len(code.ranks):
            self.registers = np.zeros((len(code.ranks), 2), np.int64)
        if len(self.frames) < len(code.blocks):
            self.frames = np.zeros((len(code.blocks), FRAME_WIDTH), np.int64)
        limits = self.limits
        self.counters[:] = 0
        cells = cells_address(limits.heap, limits.capacity)
        self.counters[[FUEL_LIMIT, HEAP, CAPACITY, CELLS]] = limits.fuel, limits.heap, limits.capacity, cells
        self.memory[cells + DATA_WORDS] = data_words(limits.capacity)
        return MachineState(self.memory, self.registers, self.frames, self.counters)

    def load(self, state: MachineState, code: Code, batches: Sequence[Batch], lanes: int) -> bool:
        """Sets the first frame and the inputs; says whether there was room."""
        scalar_shape = allocate(state.counters, record_size(lanes)) if lanes <= self.limits.capacity else FULL
        if scalar_shape == FULL:
            return False
        write_scalar_shape(state.memory, lanes, scalar_shape)
        frame = state.frames[0]
        frame[[PC, CALLER, LANES, SCALAR_SHAPE]] = code.blocks[0, FIRST_OP], NO_CALLER, lanes, scalar_shape
        for register, batch in enumerate(batches):
            value = allocate_value(state.counters, lanes, len(batch.words))
            if value == FULL:
                return False
            starts = np.concatenate(([0], np.cumsum(batch.rows * batch.cols)))
            record = np.concatenate((starts, batch.rows, batch.cols))
            words = value + len(record)
            state.memory[value:words] = record
            state.memory[words : words + len(batch.words)] = batch.words
            state.registers[register] = words, value
        return True

    def read(self, state: MachineState, register: int, type_: ValueType, lanes: int) -> Batch:
        """Returns a copy of the value that a register holds."""
        words, shape = (int(address) for address in state.registers[register])
        record = state.memory[shape : shape + 3 * lanes + 1].copy()
        size = int(record[lanes])
        return Batch(
            type_,
            state.memory[words : words + size].copy(),
            record[lanes + 1 : 2 * lanes + 1],
            record[2 * lanes + 1 :],
        )


_machines = threading.local()


def machine_of(limits: Limits) -> Machine:
    """Returns this thread's machine with these limits; the last one is kept."""
    machine: Machine | None = getattr(_machines, "last", None)
    if machine is None or machine.limits != limits:
        machine = _machines.last = Machine(limits)
    return machine
