"""Decides what one sees of a running assembly program: all of its machine after every instruction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vm import state
from vm.assembly.execute import check_batches, machine_code
from vm.assembly.interpreter import run_lines
from vm.assembly.isa import EQUAL, GREATER, LESS
from vm.assembly.lanes import begin_lane
from vm.assembly.program import AssemblyProgram
from vm.assembly.state import (
    DATA,
    DATA_USED,
    FLAGS,
    FUEL_LEFT,
    INPUTS,
    LINE,
    MAX_STACK,
    REGISTERS,
    STACK,
    STACK_TOP,
)
from vm.isa import Status
from vm.limits import DEFAULT_LIMITS, Limits
from vm.machine import Machine
from vm.values import HostValue, encode

FLAG_NAMES: Final[dict[int, str]] = {0: "none", LESS: "less", EQUAL: "equal", GREATER: "greater"}


@dataclass(frozen=True)
class Step:
    """The machine after one instruction, or before the first one.

    Attributes:
      line: index of the instruction that ran; None before the first one.
      status: OK, or the fault with which it ended the run.
      next_line: the line register: index of the instruction to run next; the program's length at its end.
      registers: every named register's word.
      flags: `none`, `less`, `equal` or `greater`.
      memory: the words in use: from address 0 to the last list input or stored word.
      stack: the words on it, the one pushed last first.
    """

    line: int | None
    status: Status
    next_line: int
    registers: Mapping[str, int]
    flags: str
    memory: tuple[int, ...]
    stack: tuple[int, ...]


def trace_assembly(
    program: AssemblyProgram, inputs: Sequence[HostValue], limits: Limits | None = None
) -> Iterator[Step]:
    """Yields the machine before the first instruction and after each one, on one input.

    Raises:
      ProgramError: the program may not run, or the inputs do not fit it.
    """
    batches = [encode([value], type_) for value, type_ in zip(inputs, program.input_types, strict=True)]
    check_batches(program, batches)
    limits = limits or DEFAULT_LIMITS
    # A machine of its own: others may run while the steps are looked at.
    machine, code = Machine(limits), machine_code(program)
    prepared = machine.prepare(code)
    status = Status.OK if machine.load(prepared, code, batches, 1) else Status.OUT_OF_MEMORY
    memory, cells = prepared.memory, int(prepared.counters[state.CELLS])
    if status is Status.OK:
        for place, (address, shape) in enumerate(prepared.registers[: program.num_inputs].tolist()):
            memory[cells + INPUTS + 2 * place : cells + INPUTS + 2 * place + 2] = address, shape
        status = Status(begin_lane(code.pool, 0, memory, cells, 0))

    def look(line: int | None, status: Status) -> Step:
        top, used = int(memory[cells + STACK_TOP]), int(memory[cells + DATA_USED])
        words = memory[cells + REGISTERS : cells + REGISTERS + len(program.registers)].tolist()
        return Step(
            line,
            status,
            int(memory[cells + LINE]),
            dict(zip(program.registers, words, strict=True)),
            FLAG_NAMES[int(memory[cells + FLAGS])],
            tuple(memory[cells + DATA : cells + DATA + used].tolist()),
            tuple(memory[cells + STACK + top : cells + STACK + MAX_STACK].tolist()),
        )

    yield look(None, status)
    fuel = limits.fuel
    while status is Status.OK and (line := int(memory[cells + LINE])) < program.length:
        memory[cells + FUEL_LEFT] = min(fuel, 1)
        status = Status(run_lines(code.pool, 0, memory, cells))
        if status is Status.OUT_OF_FUEL and fuel > 0:
            status = Status.OK
        fuel -= 1
        yield look(line, status)
