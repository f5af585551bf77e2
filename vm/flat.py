"""Decides how a run's state and code cross the border of a native function: each table row after row."""

from vm.jit import kernel, table
from vm.state import BLOCK_WIDTH, FRAME_WIDTH, OP_WIDTH, REGISTER_WIDTH, Code, MachineState

FLAT = f"int64({', '.join(['int64[::1]'] * 9)})"
"""Signature of a native function that takes what `of_flat` takes, and returns a status."""


@kernel
def of_flat(memory, registers, frames, counters, ops, blocks, ranks, captures, pool):
    """Returns the state and the code whose tables these are."""
    state = MachineState(memory, table(registers, REGISTER_WIDTH), table(frames, FRAME_WIDTH), counters)
    code = Code(table(ops, OP_WIDTH), table(blocks, BLOCK_WIDTH), ranks, captures, pool)
    return state, code
