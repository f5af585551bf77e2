"""Runs one program on all examples at once, within bounds on fuel and memory.

A call runs on all examples (lanes) before the next call begins; within a call the lanes run in order, and
the first fault in that order ends the run. On a run's costs:

* Fuel. A call is charged before it runs: on each lane one unit, its operands' words (a skill is one word)
  and the extra work of its row (`vm.isa.Work`); and after it succeeded the words of its result. Constants
  and bound skills are charged as results with one unit on each lane. Learnt compositions are charged as
  calls, and so are the calls inside; an assembly body one unit for each of its instructions besides, a Python
  function `vm.functions.call.CALL_FUEL` on each lane. What a round of a loop costs stands in vm/loops.py. The
  call that cannot be paid is `OUT_OF_FUEL`.
* Memory. A value has at most `capacity` words over all lanes. On the heap a value on L lanes takes 3 * L +
  1 words besides its own, and a frame (the program, a composition, a round) another 3 * L + 1; all that is
  alive together is at most `heap` words, else the run is `OUT_OF_MEMORY`. A call checks its result's
  capacity, then the heap, then fuel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vm.assembly.call import call_assembly_code
from vm.functions.call import call_function_code
from vm.interpreter import AT_ASSEMBLY, AT_FUNCTION, run_code
from vm.isa import Status
from vm.limits import DEFAULT_LIMITS, Limits
from vm.lowering import lower, pointer_types
from vm.machine import Machine, machine_of
from vm.program import Fault, Program, ProgramError
from vm.state import (
    FUEL_USED,
    PC,
    RESULT,
    Code,
    MachineState,
)
from vm.values import Batch, HostValue, decode
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


def execute_all(state: MachineState, code: Code) -> Status:
    """Runs the code to its end, its inputs being loaded."""
    flat = (
        state.memory, state.registers.reshape(-1), state.frames.reshape(-1), state.counters,
        code.ops.reshape(-1), code.blocks.reshape(-1), code.ranks, code.captures, code.pool,
    )  # fmt: skip
    status = run_code(*flat)
    while status in (AT_ASSEMBLY, AT_FUNCTION):
        if status == AT_FUNCTION:
            status = call_function_code(*flat)
            continue
        status = call_assembly_code(*flat)
        if status == Status.OK:
            status = run_code(*flat)
    return Status(status)


def _run_on(machine: Machine, program: Program, batches: Sequence[Batch], lanes: int, trace: bool) -> Run:
    """Runs a program on inputs that fit it."""
    code = lower(program)
    state = machine.prepare(code)
    if not machine.load(state, code, batches, lanes):
        return Run(program, Status.OUT_OF_MEMORY, None, 0, None)
    status = execute_all(state, code)
    types = pointer_types(program) if trace else {}
    done = program.num_inputs + int(state.frames[0, PC])
    line = None if status is Status.OK else int(state.frames[0, PC])
    output = None
    if status is Status.OK:
        output = machine.read(state, int(code.blocks[0, RESULT]), program.output_type, lanes)
    values = tuple(
        machine.read(state, pointer, type_, lanes) if pointer < done and type_ != SKILL_TYPE else None
        for pointer, type_ in types.items()
    )
    return Run(program, status, line, int(machine.counters[FUEL_USED]), output, values)


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
    return _run_on(machine_of(limits or DEFAULT_LIMITS), program, batches, lanes.pop(), trace)
