"""Runs one assembly program on all examples, one after the other, within bounds on fuel and memory.

* Fuel. Every instruction costs one unit, charged before it runs; the one that cannot be paid is
  `OUT_OF_FUEL`.
* Memory. A lane has `vm.assembly.state.data_words(capacity)` words of memory, all 0 but for its list inputs,
  which stand one after the other from address 0, and a stack of its own. Lists that do not fit are
  `OUT_OF_MEMORY`, as is a result of more than `capacity` words over all lanes, or inputs and result that do
  not fit in the heap together.
* A program ends behind its last line, or by a return on an empty stack. The first fault in the order of the
  lanes ends the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vm import state
from vm.assembly.call import run_assembly
from vm.assembly.lowering import lower_assembly
from vm.assembly.program import AssemblyProgram
from vm.assembly.state import LINE
from vm.isa import Status
from vm.limits import DEFAULT_LIMITS, Limits
from vm.machine import machine_of
from vm.program import Fault, ProgramError
from vm.state import Code
from vm.values import Batch, HostValue, decode


@dataclass(frozen=True)
class AssemblyRun:
    """What a run gave; the same answer as `vm.execute.Run`.

    Attributes:
      program: what was run.
      status: OK or the fault.
      line: index into `program.instructions` of the one that faulted; None if all went well, if nothing was
        run, or if only the result did not fit.
      fuel_used: instructions that were charged, over all lanes.
      output: the returned values; None on a fault.
    """

    program: AssemblyProgram
    status: Status
    line: int | None
    fuel_used: int
    output: Batch | None

    def raise_fault(self) -> None:
        """Raises the fault of the run, if there is one.

        Raises:
          Fault: the run ended without a result.
        """
        if self.status is not Status.OK:
            where = "outside its lines" if self.line is None else f"in `{self.program.line_text(self.line)}`"
            raise Fault(self.status, self.line, where)

    def outputs(self) -> list[HostValue]:
        """Returns the host values that the program returned, one for each example.

        Raises:
          Fault: the run ended without a result.
        """
        self.raise_fault()
        assert self.output is not None
        return decode(self.output)


def machine_code(program: AssemblyProgram) -> Code:
    """Returns code of one block that has one operation: the call of the program on the machine's inputs.

    Raises:
      ProgramError: the program may not run.
    """
    record, inputs = lower_assembly(program), program.num_inputs
    op = [0] * state.OP_WIDTH
    op[state.KIND], op[state.OUT], op[state.OUT_RANK] = state.ASSEMBLY, inputs, program.output_type.rank
    op[state.F_NUM_CAPTURES] = inputs
    return Code(
        np.array([op], np.int64),
        np.array([[0, 1, 0, inputs]], np.int64),
        np.array([*(type_.rank for type_ in program.input_types), program.output_type.rank], np.int64),
        np.arange(inputs, dtype=np.int64),
        np.array(record, np.int64),
    )


def check_batches(program: AssemblyProgram, batches: Sequence[Batch]) -> int:
    """Returns how many examples the batches hold; without inputs there is one.

    Raises:
      ProgramError: the batches do not fit the program's inputs.
    """
    types = tuple(batch.type for batch in batches)
    if types != program.input_types:
        wanted = ", ".join(map(str, program.input_types))
        raise ProgramError(f"the program takes ({wanted}), not ({', '.join(map(str, types))})")
    lanes = {batch.num_examples for batch in batches} or {1}
    if len(lanes) > 1:
        raise ProgramError(f"the inputs have different numbers of examples: {sorted(lanes)}")
    return lanes.pop()


def run_assembly_program(
    program: AssemblyProgram, batches: Sequence[Batch], limits: Limits | None = None
) -> AssemblyRun:
    """Runs a program on all examples.

    Args:
      program: what to run.
      batches: one for each input; all have the same number of examples. A program without inputs runs on one.
      limits: bounds on fuel and memory.

    Raises:
      ProgramError: the program may not run, or the batches do not fit its inputs.
    """
    lanes = check_batches(program, batches)
    machine, code = machine_of(limits or DEFAULT_LIMITS), machine_code(program)
    machine_state = machine.prepare(code)
    if not machine.load(machine_state, code, batches, lanes):
        return AssemblyRun(program, Status.OUT_OF_MEMORY, None, 0, None)
    cells = int(machine_state.counters[state.CELLS])
    machine_state.memory[cells + LINE] = program.length
    status = Status(run_assembly(machine_state, code, code.ops[0], machine_state.frames[0]))
    fuel_used = int(machine_state.counters[state.FUEL_USED])
    if status is not Status.OK:
        line = int(machine_state.memory[cells + LINE])
        return AssemblyRun(program, status, line if line < program.length else None, fuel_used, None)
    output = machine.read(machine_state, program.num_inputs, program.output_type, lanes)
    return AssemblyRun(program, status, None, fuel_used, output)
