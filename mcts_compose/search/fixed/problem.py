"""What a search with fixed memory may see of a task: cells, instructions, shown examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FixedProblem:
    """Examples of a program that writes named registers.

    Shapes: `E` examples, `R` registers, `O` outputs.

    Attributes:
      set: name of the instruction set, as `vm.assembly.sets` knows it.
      instructions: mnemonics that a program may use.
      registers: names; the inputs come first, scratch registers follow.
      num_inputs: how many of the registers are inputs.
      rows: `[E, R]` int64, what the registers hold at the start; scratch registers hold 0.
      goals: `[E, O]` int64, what the outputs should hold at the end.
      outputs: the register of each output.
      constants: words that may stand as immediate operands.
      max_length: longest program in bounds, in instructions; None leaves it to the search.
    """

    set: str
    instructions: tuple[str, ...]
    registers: tuple[str, ...]
    num_inputs: int
    rows: NDArray[np.int64]
    goals: NDArray[np.int64]
    outputs: tuple[int, ...]
    constants: tuple[int, ...] = ()
    max_length: int | None = None

    def __post_init__(self) -> None:
        wanted = (len(self.goals), len(self.registers)), (len(self.rows), len(self.outputs))
        if (self.rows.shape, self.goals.shape) != wanted or not len(self.rows):
            raise ValueError(f"rows {self.rows.shape} and goals {self.goals.shape} do not fit together")
