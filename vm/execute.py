"""Runs one program on all examples at once, within bounds on fuel and memory.

A call runs on all examples (lanes) before the next call begins; within a call the lanes run in order, and
the first fault in that order ends the run. On a run's costs:

* Fuel. A call is charged before it runs: on each lane one unit, its operands' words (a skill is one word)
  and the extra work of its row (`vm.isa.Work`); and after it succeeded the words of its result. Constants
  and bound skills are charged as results with one unit on each lane. Learnt compositions are charged as
  calls, and so are the calls inside; an assembly body one unit for each of its instructions besides. What a
  round of a loop costs stands in vm/loops.py. The call that cannot be paid is `OUT_OF_FUEL`.
* Memory. A value has at most `capacity` words over all lanes. On the heap a value on L lanes takes 3 * L +
  1 words besides its own, and a frame (the program, a composition, a round) another 3 * L + 1; all that is
  alive together is at most `heap` words, else the run is `OUT_OF_MEMORY`. A call checks its result's
  capacity, then the heap, then fuel.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vm.assembly.state import DATA_WORDS, data_words
from vm.frames import FULL, allocate, allocate_value, write_scalar_shape
from vm.interpreter import execute
from vm.isa import Status
from vm.limits import DEFAULT_LIMITS, Limits
from vm.lowering import lower, pointer_types
from vm.program import Fault, Program, ProgramError
from vm.shape import record_size
from vm.state import (
    CALLER,
    CAPACITY,
    CELLS,
    FIRST_OP,
    FRAME_WIDTH,
    FUEL_LIMIT,
    FUEL_USED,
    HEAP,
    LANES,
    NO_CALLER,
    NUM_COUNTERS,
    PC,
    RESULT,
    SCALAR_SHAPE,
    Code,
    MachineState,
    cells_address,
    memory_size,
)
from vm.values import Batch, HostValue, ValueType, decode
from vm.verifier import SKILL_TYPE


@dataclass(frozen=True)
class Run:
    """What a run gave.

    Attributes:
      program: what was run.
      status: OK or the fault.
      line: index into `program.lines` of the call that faulted; None if all went well or nothing was run.
      fuel_used: units of work that were charged.
      output: the returned values; None on a fault.
      values: if traced, the values of each pointer; None for bound skills and for what was not reached.
    """

    program: Program
    status: Status
    line: int | None
    fuel_used: int
    output: Batch | None
    values: tuple[Batch | None, ...] = ()

    def raise_fault(self) -> None:
        """Raises the fault of the run, if there is one.

        Raises:
          Fault: the run ended without a result.
        """
        if self.status is not Status.OK:
            where = (
                "before the first call" if self.line is None else f"in `{self.program.line_text(self.line)}`"
            )
            raise Fault(self.status, self.line, where)

    def outputs(self) -> list[HostValue]:
        """Returns the host values that the program returned, one for each example.

        Raises:
          Fault: the run ended without a result.
        """
        self.raise_fault()
        assert self.output is not None
        return decode(self.output)


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

    def run(self, program: Program, batches: Sequence[Batch], lanes: int, trace: bool) -> Run:
        """Runs a program on inputs that fit it."""
        code = lower(program)
        state = self.prepare(code)
        if not self.load(state, code, batches, lanes):
            return Run(program, Status.OUT_OF_MEMORY, None, 0, None)
        status = Status(execute(state, code))
        types = pointer_types(program) if trace else {}
        done = program.num_inputs + int(state.frames[0, PC])
        line = None if status is Status.OK else int(state.frames[0, PC])
        output = None
        if status is Status.OK:
            output = self.read(state, int(code.blocks[0, RESULT]), program.output_type, lanes)
        values = tuple(
            self.read(state, pointer, type_, lanes) if pointer < done and type_ != SKILL_TYPE else None
            for pointer, type_ in types.items()
        )
        return Run(program, status, line, int(self.counters[FUEL_USED]), output, values)


_machines = threading.local()


def machine_of(limits: Limits) -> Machine:
    """Returns this thread's machine with these limits; the last one is kept."""
    machine: Machine | None = getattr(_machines, "last", None)
    if machine is None or machine.limits != limits:
        machine = _machines.last = Machine(limits)
    return machine


def run_program(
    program: Program, batches: Sequence[Batch], limits: Limits | None = None, *, trace: bool = False
) -> Run:
    """Runs a program on all examples at once.

    Args:
      program: what to run.
      batches: one for each input; all have the same number of examples. A program without inputs runs on one.
      limits: bounds on fuel and memory.
      trace: whether the values of all pointers are wanted, not only the output.

    Raises:
      ProgramError: the program may not run, or the batches do not fit its inputs.
    """
    types = tuple(batch.type for batch in batches)
    if types != program.input_types:
        wanted = ", ".join(map(str, program.input_types))
        raise ProgramError(f"the program takes ({wanted}), not ({', '.join(map(str, types))})")
    lanes = {batch.num_examples for batch in batches} or {1}
    if len(lanes) > 1:
        raise ProgramError(f"the inputs have different numbers of examples: {sorted(lanes)}")
    return machine_of(limits or DEFAULT_LIMITS).run(program, batches, lanes.pop(), trace)
